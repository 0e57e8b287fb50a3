# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/test_notices tests/unit/test_notices_errors tests/unit/test_notices_language
notices_support = tests/unit/notices_support.c tests/unit/notices_support.h $(base_support)
tests_unit_test_notices_SOURCES = tests/unit/test_notices.c $(notices_support)
tests_unit_test_notices_LDADD = $(TEST_LIBS)
tests_unit_test_notices_errors_SOURCES = tests/unit/test_notices_errors.c $(notices_support)
tests_unit_test_notices_errors_LDADD = $(TEST_LIBS)
tests_unit_test_notices_language_SOURCES = tests/unit/test_notices_language.c $(notices_support)
tests_unit_test_notices_language_LDADD = $(TEST_LIBS)
