# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += test_rendering test_captions test_exports test_page test_tool test_tool_docs test_tool_export test_tool_stores test_target test_progress test_decrypt test_sweep test_verify_recordings test_tool_proofs test_tool_keeping

test_exports_SOURCES = tests/unit/test_exports.c
test_exports_LDADD = $(TEST_LIBS)
test_page_SOURCES = tests/unit/test_page.c $(ledger_help)
test_page_LDADD = $(TEST_LIBS)
# They run ./janus-consent, which `make check` has made by then.
exports_tool_help = tests/unit/exports_tool_help.c tests/unit/exports_tool_help.h $(ledger_help)
test_tool_SOURCES = tests/unit/test_tool.c $(exports_tool_help)
test_tool_LDADD = $(TEST_LIBS)
test_tool_docs_SOURCES = tests/unit/test_tool_docs.c $(exports_tool_help)
test_tool_docs_LDADD = $(TEST_LIBS)
tool_proofs_help = tests/unit/tool_proofs_help.c tests/unit/tool_proofs_help.h \
	tests/unit/exports_tool_help.c tests/unit/exports_tool_help.h $(signed_log)
test_tool_proofs_SOURCES = tests/unit/test_tool_proofs.c $(tool_proofs_help)
test_tool_proofs_LDADD = $(TEST_LIBS)
test_tool_keeping_SOURCES = tests/unit/test_tool_keeping.c $(tool_proofs_help)
test_tool_keeping_LDADD = $(TEST_LIBS)
test_tool_stores_SOURCES = tests/unit/test_tool_stores.c $(exports_tool_help)
test_tool_stores_LDADD = $(TEST_LIBS)
test_tool_export_SOURCES = tests/unit/test_tool_export.c $(exports_tool_help)
test_tool_export_LDADD = $(TEST_LIBS)
test_target_SOURCES = tests/unit/test_target.c
test_target_LDADD = $(TEST_LIBS)
test_progress_SOURCES = tests/unit/test_progress.c $(cli_sources) $(rendering_sources)
test_progress_LDADD = $(TEST_LIBS) -lm
kept_help = tests/unit/kept_help.c tests/unit/kept_help.h
test_verify_recordings_SOURCES = tests/unit/test_verify_recordings.c $(kept_help) $(cli_sources) $(rendering_sources) $(meeting_support)
test_verify_recordings_LDADD = $(TEST_LIBS) -lm
test_decrypt_SOURCES = tests/unit/test_decrypt.c $(kept_help) $(cli_sources) $(rendering_sources) $(meeting_support)
test_decrypt_LDADD = $(TEST_LIBS) -lm
test_sweep_SOURCES = tests/unit/test_sweep.c $(kept_help) $(cli_sources) $(rendering_sources) $(meeting_support)
test_sweep_LDADD = $(TEST_LIBS) -lm

# By hand: tests/bench/run-ledger
EXTRA_PROGRAMS += bench_ledger
bench_ledger_SOURCES = tests/bench/ledger.c tests/bench/ledger.h tests/bench/ledger_bare.c \
	tests/bench/ledger_read.c
bench_ledger_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
bench_ledger_LDADD = libconsent.la
test_rendering_SOURCES = tests/unit/test_rendering.c $(rendering_sources)
test_rendering_LDADD = $(TEST_LIBS) -lm
test_captions_SOURCES = tests/unit/test_captions.c $(rendering_sources)
test_captions_LDADD = $(TEST_LIBS) -lm

# By hand: tests/bench/run-exports
EXTRA_PROGRAMS += bench_exports bench_peak
bench_exports_SOURCES = tests/bench/exports.c
bench_exports_LDADD = libconsent.la
bench_peak_SOURCES = tests/bench/peak.c
bench_peak_LDADD =
