# SPDX-License-Identifier: GPL-3.0-or-later
meeting_support = tests/unit/meeting_support.c tests/unit/meeting_support.h \
	tests/unit/meeting_evidence.c tests/unit/meeting_evidence.h \
	tests/unit/meeting_speaker.c tests/unit/meeting_speaker.h tests/unit/meeting_tsan.c \
	tests/unit/capture_support.c tests/unit/capture_support.h $(base_support)

# A wall clock that stands still until a test says that time has passed.
meeting_clock = tests/unit/meeting_clock.c tests/unit/meeting_clock.h
meeting_clock_flags = -Wl,--wrap=g_get_real_time

check_PROGRAMS += tests/unit/test_meeting tests/unit/test_meeting_activities tests/unit/test_meeting_decisions \
	tests/unit/test_meeting_capture tests/unit/test_meeting_story tests/unit/test_meeting_segments \
	tests/unit/test_meeting_failures tests/unit/test_meeting_recovery tests/unit/test_meeting_threads \
	tests/unit/test_meeting_keys tests/unit/test_meeting_proofs tests/unit/test_meeting_erasure \
	tests/unit/test_meeting_ciphertext tests/unit/test_meeting_model
tests_unit_test_meeting_SOURCES = tests/unit/test_meeting.c $(meeting_support)
tests_unit_test_meeting_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_activities_SOURCES = tests/unit/test_meeting_activities.c $(meeting_support)
tests_unit_test_meeting_activities_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_decisions_SOURCES = tests/unit/test_meeting_decisions.c $(meeting_support)
tests_unit_test_meeting_decisions_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_capture_SOURCES = tests/unit/test_meeting_capture.c $(meeting_support)
tests_unit_test_meeting_capture_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_segments_SOURCES = tests/unit/test_meeting_segments.c $(meeting_support)
tests_unit_test_meeting_segments_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_failures_SOURCES = tests/unit/test_meeting_failures.c \
	tests/unit/meeting_holder.c tests/unit/meeting_holder.h $(meeting_support)
tests_unit_test_meeting_failures_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_recovery_SOURCES = tests/unit/test_meeting_recovery.c $(meeting_support)
tests_unit_test_meeting_recovery_LDADD = $(TEST_LIBS) $(SQLITE_LIBS)
tests_unit_test_meeting_threads_SOURCES = tests/unit/test_meeting_threads.c $(meeting_support)
tests_unit_test_meeting_threads_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_story_SOURCES = tests/unit/test_meeting_story.c $(meeting_clock) $(meeting_support)
tests_unit_test_meeting_story_LDFLAGS = $(AM_LDFLAGS) $(meeting_clock_flags)
tests_unit_test_meeting_story_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_keys_SOURCES = tests/unit/test_meeting_keys.c $(meeting_support)
tests_unit_test_meeting_keys_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_proofs_SOURCES = tests/unit/test_meeting_proofs.c $(meeting_support)
tests_unit_test_meeting_proofs_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_ciphertext_SOURCES = tests/unit/test_meeting_ciphertext.c $(meeting_support)
tests_unit_test_meeting_ciphertext_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_model_SOURCES = tests/unit/test_meeting_model.c \
	tests/unit/meeting_model.c tests/unit/meeting_model.h \
	tests/unit/meeting_script.c tests/unit/meeting_script.h \
	tests/unit/meeting_script_time.c tests/unit/meeting_script_together.c \
	$(meeting_clock) \
	tests/unit/meeting_holder.c tests/unit/meeting_holder.h $(meeting_support)
tests_unit_test_meeting_model_LDFLAGS = $(AM_LDFLAGS) $(meeting_clock_flags)
tests_unit_test_meeting_model_LDADD = $(TEST_LIBS)
tests_unit_test_meeting_erasure_SOURCES = tests/unit/test_meeting_erasure.c $(meeting_support)
tests_unit_test_meeting_erasure_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_closings
tests_unit_test_closings_SOURCES = tests/unit/test_closings.c $(base_support)
tests_unit_test_closings_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_meeting_binding
tests_unit_test_meeting_binding_SOURCES = tests/unit/test_meeting_binding.c \
	tests/unit/meeting_holder.c tests/unit/meeting_holder.h $(meeting_support)
tests_unit_test_meeting_binding_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=decision_make
tests_unit_test_meeting_binding_LDADD = $(TEST_LIBS) $(SQLITE_LIBS)

# Skipped where there is no PostgreSQL server to run.
fleet_support = tests/unit/fleet_support.c tests/unit/fleet_support.h tests/unit/fleet_pair.h \
	tests/unit/meeting_holder.c tests/unit/meeting_holder.h \
	tests/unit/postgres_support.c tests/unit/postgres_support.h $(meeting_support)
check_PROGRAMS += tests/unit/test_meeting_fleet
tests_unit_test_meeting_fleet_SOURCES = tests/unit/test_meeting_fleet.c $(fleet_support)
tests_unit_test_meeting_fleet_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_meeting_fleet_closing
tests_unit_test_meeting_fleet_closing_SOURCES = tests/unit/test_meeting_fleet_closing.c \
	tests/unit/postgres_proxy.c tests/unit/postgres_proxy.h $(fleet_support)
tests_unit_test_meeting_fleet_closing_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_meeting_fleet_over
tests_unit_test_meeting_fleet_over_SOURCES = tests/unit/test_meeting_fleet_over.c $(fleet_support)
tests_unit_test_meeting_fleet_over_LDADD = $(TEST_LIBS)

# By hand: make bench_withdrawal && ./bench_withdrawal
EXTRA_PROGRAMS += bench_withdrawal
bench_withdrawal_SOURCES = tests/bench/withdrawal.c $(meeting_support)
bench_withdrawal_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit
bench_withdrawal_LDADD = $(TEST_LIBS)
