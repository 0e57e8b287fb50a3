# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += plugin/consent/decision.c plugin/consent/decision.h plugin/consent/roster.c plugin/consent/roster.h
