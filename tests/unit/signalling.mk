# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/test_fields tests/unit/test_rate
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c $(base_support)
tests_unit_test_fields_LDADD = $(TEST_LIBS)
tests_unit_test_rate_SOURCES = tests/unit/test_rate.c $(base_support)
tests_unit_test_rate_LDADD = $(TEST_LIBS)
