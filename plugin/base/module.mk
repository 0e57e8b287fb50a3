# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/base/cacheline.h plugin/base/clock.c plugin/base/clock.h \
	plugin/base/error.c plugin/base/error.h \
	plugin/base/hash.c plugin/base/hash.h \
	plugin/base/jcfg.c plugin/base/jcfg.h \
	plugin/base/jcs.c plugin/base/jcs.h \
	plugin/base/lookup.c plugin/base/lookup.h \
	plugin/base/media.c plugin/base/media.h \
	plugin/base/scope.h \
	plugin/base/spans.c plugin/base/spans.h \
	plugin/base/settings.c plugin/base/settings.h \
	plugin/base/thread.c plugin/base/thread.h
