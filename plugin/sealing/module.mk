# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/sealing/operatorkey.c plugin/sealing/operatorkey.h \
	plugin/sealing/sealed.c plugin/sealing/sealed.h \
	plugin/sealing/wrap.c plugin/sealing/wrap.h
