# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/signalling/admin.c \
	plugin/signalling/binding.c \
	plugin/signalling/export.c \
	plugin/signalling/fields.c \
	plugin/signalling/fields.h \
	plugin/signalling/host.c \
	plugin/signalling/participant.c \
	plugin/signalling/private.h \
	plugin/signalling/rate.c \
	plugin/signalling/rate.h \
	plugin/signalling/signalling.c \
	plugin/signalling/signalling.h
