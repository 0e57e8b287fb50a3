# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/test_decision tests/unit/test_roster
tests_unit_test_decision_SOURCES = tests/unit/test_decision.c $(base_support)
tests_unit_test_decision_LDADD = $(TEST_LIBS)
tests_unit_test_roster_SOURCES = tests/unit/test_roster.c $(base_support)
tests_unit_test_roster_LDADD = $(TEST_LIBS)
