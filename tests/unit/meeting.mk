# SPDX-License-Identifier: GPL-3.0-or-later
meeting_support = tests/unit/meeting_support.c tests/unit/meeting_support.h \
	tests/unit/capture_support.c tests/unit/capture_support.h $(base_support)

check_PROGRAMS += tests/unit/test_meeting
tests_unit_test_meeting_SOURCES = tests/unit/test_meeting.c $(meeting_support)
tests_unit_test_meeting_LDADD = $(TEST_LIBS)
