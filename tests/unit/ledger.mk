# SPDX-License-Identifier: GPL-3.0-or-later
ledger_help = tests/unit/ledger_help.c tests/unit/ledger_help.h

check_PROGRAMS += test_store
test_store_SOURCES = tests/unit/test_store.c $(ledger_help)
test_store_LDADD = $(TEST_LIBS)
