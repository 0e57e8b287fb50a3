# SPDX-License-Identifier: GPL-3.0-or-later
ledger_help = tests/unit/ledger_help.c tests/unit/ledger_help.h \
	tests/unit/postgres_support.c tests/unit/postgres_support.h
ledger_queue_help = tests/unit/ledger_queue_help.c tests/unit/ledger_queue_help.h $(ledger_help)

check_PROGRAMS += test_store test_store_file test_entries test_ledger test_ledger_failures test_ledger_keys test_ledger_turns test_ledger_threads test_ledger_disk \
	test_verify test_recipe test_records test_records_people test_records_search test_signers test_signers_keys test_tamper test_tamper_rows test_succession test_ahead

test_store_SOURCES = tests/unit/test_store.c $(ledger_help)
test_store_LDADD = $(TEST_LIBS)
test_store_file_SOURCES = tests/unit/test_store_file.c $(ledger_help)
test_store_file_LDADD = $(TEST_LIBS)
test_entries_SOURCES = tests/unit/test_entries.c
test_entries_LDADD = $(TEST_LIBS)
test_ledger_SOURCES = tests/unit/test_ledger.c $(ledger_queue_help)
test_ledger_LDADD = $(TEST_LIBS)
test_ledger_failures_SOURCES = tests/unit/test_ledger_failures.c $(ledger_queue_help)
test_ledger_failures_LDADD = $(TEST_LIBS)
test_ledger_keys_SOURCES = tests/unit/test_ledger_keys.c $(ledger_queue_help)
test_ledger_keys_LDADD = $(TEST_LIBS)
test_ledger_turns_SOURCES = tests/unit/test_ledger_turns.c tests/unit/tsan_locks.c $(ledger_queue_help)
test_ledger_turns_LDADD = $(TEST_LIBS)
test_ledger_threads_SOURCES = tests/unit/test_ledger_threads.c tests/unit/tsan_locks.c $(ledger_queue_help)
test_ledger_threads_LDADD = $(TEST_LIBS)
test_ledger_disk_SOURCES = tests/unit/test_ledger_disk.c $(ledger_queue_help)
test_ledger_disk_LDADD = $(TEST_LIBS)
test_verify_SOURCES = tests/unit/test_verify.c $(ledger_help)
test_verify_LDADD = $(TEST_LIBS)
test_recipe_SOURCES = tests/unit/test_recipe.c $(ledger_help)
test_recipe_LDADD = $(TEST_LIBS)
test_records_SOURCES = tests/unit/test_records.c $(ledger_help)
test_records_LDADD = $(TEST_LIBS)
test_records_people_SOURCES = tests/unit/test_records_people.c $(ledger_help)
test_records_people_LDADD = $(TEST_LIBS)
test_records_search_SOURCES = tests/unit/test_records_search.c $(ledger_help)
test_records_search_LDADD = $(TEST_LIBS)
test_ahead_SOURCES = tests/unit/test_ahead.c $(ledger_help)
test_ahead_LDADD = $(TEST_LIBS)
test_succession_SOURCES = tests/unit/test_succession.c $(ledger_help)
test_succession_LDADD = $(TEST_LIBS)

signed_log = tests/unit/signed_log.c tests/unit/signed_log.h $(ledger_help)
signers_help = tests/unit/signers_help.c tests/unit/signers_help.h $(signed_log)
test_signers_SOURCES = tests/unit/test_signers.c $(signers_help)
test_signers_LDADD = $(TEST_LIBS)
test_signers_keys_SOURCES = tests/unit/test_signers_keys.c $(signers_help)
test_signers_keys_LDADD = $(TEST_LIBS)
tamper_help = tests/unit/tamper_help.c tests/unit/tamper_help.h $(signed_log)
test_tamper_SOURCES = tests/unit/test_tamper.c $(tamper_help)
test_tamper_LDADD = $(TEST_LIBS)
test_tamper_rows_SOURCES = tests/unit/test_tamper_rows.c $(tamper_help)
test_tamper_rows_LDADD = $(TEST_LIBS)

# Skipped where there is no PostgreSQL server to run.
postgres_help = tests/unit/postgres_help.c tests/unit/postgres_help.h $(ledger_help)
check_PROGRAMS += test_postgres test_postgres_logs test_postgres_doubt test_postgres_flights test_postgres_ledger test_postgres_kills test_postgres_follow \
	test_postgres_lease test_postgres_reserve test_postgres_scrub \
	test_postgres_tool test_postgres_tamper
test_postgres_SOURCES = tests/unit/test_postgres.c $(postgres_help)
test_postgres_LDADD = $(TEST_LIBS)
test_postgres_reserve_SOURCES = tests/unit/test_postgres_reserve.c $(postgres_help)
test_postgres_reserve_LDADD = $(TEST_LIBS)
test_postgres_logs_SOURCES = tests/unit/test_postgres_logs.c $(postgres_help)
test_postgres_logs_LDADD = $(TEST_LIBS)
test_postgres_lease_SOURCES = tests/unit/test_postgres_lease.c $(postgres_help)
test_postgres_lease_LDADD = $(TEST_LIBS)
test_postgres_scrub_SOURCES = tests/unit/test_postgres_scrub.c $(postgres_help)
test_postgres_scrub_LDADD = $(TEST_LIBS)
test_postgres_doubt_SOURCES = tests/unit/test_postgres_doubt.c \
	tests/unit/postgres_proxy.c tests/unit/postgres_proxy.h $(postgres_help)
test_postgres_doubt_LDADD = $(TEST_LIBS)
test_postgres_flights_SOURCES = tests/unit/test_postgres_flights.c tests/unit/tsan_locks.c \
	tests/unit/postgres_help.c tests/unit/postgres_help.h \
	tests/unit/postgres_proxy.c tests/unit/postgres_proxy.h $(ledger_queue_help)
test_postgres_flights_LDADD = $(TEST_LIBS)
test_postgres_ledger_SOURCES = tests/unit/test_postgres_ledger.c \
	tests/unit/postgres_help.c tests/unit/postgres_help.h \
	tests/unit/postgres_proxy.c tests/unit/postgres_proxy.h $(ledger_queue_help)
test_postgres_ledger_LDADD = $(TEST_LIBS)
test_postgres_kills_SOURCES = tests/unit/test_postgres_kills.c tests/unit/tsan_locks.c $(ledger_queue_help)
test_postgres_kills_LDADD = $(TEST_LIBS)
test_postgres_follow_SOURCES = tests/unit/test_postgres_follow.c \
	tests/unit/postgres_proxy.c tests/unit/postgres_proxy.h $(postgres_help)
test_postgres_follow_LDADD = $(TEST_LIBS)
# Runs ./janus-consent, which `make check` has made by then.
test_postgres_tool_SOURCES = tests/unit/test_postgres_tool.c \
	tests/unit/exports_tool_help.c tests/unit/exports_tool_help.h $(postgres_help)
test_postgres_tool_LDADD = $(TEST_LIBS)
test_postgres_tamper_SOURCES = tests/unit/test_postgres_tamper.c $(postgres_help)
test_postgres_tamper_LDADD = $(TEST_LIBS)
