# SPDX-License-Identifier: GPL-3.0-or-later
capture_support = tests/unit/capture_support.c tests/unit/capture_support.h

check_PROGRAMS += test_capture_ring test_capture_gate test_capture_writer test_capture_passes test_capture_health test_capture_sink \
	test_capture_mjr test_capture_disk test_capture_recover test_capture_library test_capture_sealed \
	test_sealing test_capture_source test_capture_feed test_srtp_sender
test_capture_ring_SOURCES = tests/unit/test_capture_ring.c $(capture_support)
test_capture_ring_LDADD = $(TEST_LIBS)
test_capture_gate_SOURCES = tests/unit/test_capture_gate.c $(capture_support)
test_capture_gate_LDADD = $(TEST_LIBS)
test_capture_writer_SOURCES = tests/unit/test_capture_writer.c $(capture_support)
test_capture_writer_LDADD = $(TEST_LIBS)
test_capture_passes_SOURCES = tests/unit/test_capture_passes.c $(capture_support)
test_capture_passes_LDADD = $(TEST_LIBS)
test_capture_health_SOURCES = tests/unit/test_capture_health.c $(capture_support)
test_capture_health_LDADD = $(TEST_LIBS)
test_capture_library_SOURCES = tests/unit/test_capture_library.c $(capture_support)
test_capture_library_LDADD = $(TEST_LIBS)
test_capture_disk_SOURCES = tests/unit/test_capture_disk.c $(capture_support)
test_capture_disk_LDADD = $(TEST_LIBS)
test_capture_sink_SOURCES = tests/unit/test_capture_sink.c $(capture_support)
test_capture_sink_LDADD = $(TEST_LIBS)
test_capture_mjr_SOURCES = tests/unit/test_capture_mjr.c $(capture_support)
test_capture_mjr_LDADD = $(TEST_LIBS)
test_capture_recover_SOURCES = tests/unit/test_capture_recover.c $(capture_support)
test_capture_recover_LDADD = $(TEST_LIBS)

test_capture_sealed_SOURCES = tests/unit/test_capture_sealed.c $(capture_support)
test_capture_sealed_LDADD = $(TEST_LIBS)
test_capture_source_SOURCES = tests/unit/test_capture_source.c $(capture_support)
test_capture_source_LDADD = $(TEST_LIBS)
test_capture_feed_SOURCES = tests/unit/test_capture_feed.c $(capture_support)
test_capture_feed_LDADD = $(TEST_LIBS)
test_srtp_sender_SOURCES = tests/unit/test_srtp_sender.c $(capture_support)
test_srtp_sender_LDADD = $(TEST_LIBS)
test_sealing_SOURCES = tests/unit/test_sealing.c $(capture_support)
test_sealing_LDADD = $(TEST_LIBS)

# By hand: make bench_capture && ./bench_capture
EXTRA_PROGRAMS += bench_capture
bench_capture_SOURCES = tests/bench/capture.c
bench_capture_LDADD = libconsent.la
