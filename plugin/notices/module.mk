# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/notices/file.c plugin/notices/file.h \
	plugin/notices/language.c plugin/notices/language.h \
	plugin/notices/notices.c plugin/notices/notices.h \
	plugin/notices/recorded.c plugin/notices/recorded.h
