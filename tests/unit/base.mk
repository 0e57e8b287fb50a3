# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/test_base tests/unit/test_jcs tests/unit/test_lookup tests/unit/test_settings tests/unit/test_spans
base_support = tests/unit/base_support.c tests/unit/base_support.h tests/unit/suite.h
tests_unit_test_base_SOURCES = tests/unit/test_base.c $(base_support)
tests_unit_test_base_LDADD = $(TEST_LIBS)
tests_unit_test_jcs_SOURCES = tests/unit/test_jcs.c $(base_support)
tests_unit_test_jcs_LDADD = $(TEST_LIBS)
tests_unit_test_lookup_SOURCES = tests/unit/test_lookup.c tests/unit/suite.h
tests_unit_test_lookup_LDADD = $(TEST_LIBS)
tests_unit_test_spans_SOURCES = tests/unit/test_spans.c $(base_support)
tests_unit_test_spans_LDADD = $(TEST_LIBS)
tests_unit_test_settings_SOURCES = tests/unit/test_settings.c $(base_support)
tests_unit_test_settings_LDADD = $(TEST_LIBS)
