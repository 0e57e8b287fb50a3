# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/unit/test_fields tests/unit/test_rate
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c $(base_support)
tests_unit_test_fields_LDADD = $(TEST_LIBS)
tests_unit_test_rate_SOURCES = tests/unit/test_rate.c $(base_support)
tests_unit_test_rate_LDADD = $(TEST_LIBS)

# Over the meetings' support, see meeting.mk.
check_PROGRAMS += tests/unit/test_requests_participant tests/unit/test_requests_host
tests_unit_test_requests_participant_SOURCES = tests/unit/test_requests_participant.c $(meeting_support)
tests_unit_test_requests_participant_LDADD = $(TEST_LIBS)
tests_unit_test_requests_host_SOURCES = tests/unit/test_requests_host.c $(meeting_support)
tests_unit_test_requests_host_LDADD = $(TEST_LIBS)
