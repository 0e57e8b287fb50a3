# SPDX-License-Identifier: GPL-3.0-or-later
libjanus_consent_la_SOURCES += \
	plugin/upstream/callbacks.c \
	plugin/upstream/calls.c \
	plugin/upstream/gateway.h \
	plugin/upstream/layers.c \
	plugin/upstream/life.c \
	plugin/upstream/load.c \
	plugin/upstream/negotiated.c \
	plugin/upstream/shim.c \
	plugin/upstream/telemetry.c \
	plugin/upstream/videoroom_events.c \
	plugin/upstream/videoroom_filter.c \
	plugin/upstream/videoroom_follow.c plugin/upstream/videoroom_forward.c \
	plugin/upstream/videoroom_recording.c
