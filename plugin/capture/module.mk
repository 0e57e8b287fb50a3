# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/capture/capture.c plugin/capture/capture.h plugin/capture/library.h \
	plugin/capture/drain.c plugin/capture/drain.h \
	plugin/capture/feed.c plugin/capture/feed.h \
	plugin/capture/feedback.c plugin/capture/feedback.h \
	plugin/capture/folder.c plugin/capture/folder.h \
	plugin/capture/gate.c plugin/capture/gate.h \
	plugin/capture/health.c plugin/capture/health.h \
	plugin/capture/memory.c plugin/capture/memory.h \
	plugin/capture/mjr.c plugin/capture/mjr.h \
	plugin/capture/mjr_format.c plugin/capture/mjr_format.h \
	plugin/capture/packet.c plugin/capture/packet.h \
	plugin/capture/readout.c \
	plugin/capture/recover.c \
	plugin/capture/refusal.c plugin/capture/refusal.h \
	plugin/capture/ring.c plugin/capture/ring.h \
	plugin/capture/segment.c plugin/capture/segment.h \
	plugin/capture/sink.h \
	plugin/capture/source.c plugin/capture/source.h \
	plugin/capture/srtp_sender.c plugin/capture/srtp_sender.h \
	plugin/capture/track.c plugin/capture/track.h \
	plugin/capture/writer.c plugin/capture/writer.h
