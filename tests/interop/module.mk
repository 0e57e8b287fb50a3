# SPDX-License-Identifier: GPL-3.0-or-later
# Built by tests/interop/run: make tests/interop/artefacts
EXTRA_PROGRAMS += tests/interop/artefacts
tests_interop_artefacts_SOURCES = \
	tests/interop/artefacts.c tests/interop/artefacts.h \
	tests/interop/check.c \
	tests/interop/make_jws.c \
	tests/interop/make_ledger.c \
	tests/interop/make_log.c \
	$(proofs_log)
tests_interop_artefacts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_interop_artefacts_LDADD = libconsent.la
