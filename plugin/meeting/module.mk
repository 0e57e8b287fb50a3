# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/meeting/activities.c \
	plugin/meeting/afterwards.c \
	plugin/meeting/attendance.c \
	plugin/meeting/binding.c \
	plugin/meeting/ciphertext.c \
	plugin/meeting/closings.c plugin/meeting/closings.h \
	plugin/meeting/decisions.c \
	plugin/meeting/elsewhere.c \
	plugin/meeting/erasing.c \
	plugin/meeting/erasure.c \
	plugin/meeting/events.c \
	plugin/meeting/fleet.c plugin/meeting/fleet.h \
	plugin/meeting/fleet_read.c plugin/meeting/fleet_self.h \
	plugin/meeting/carry.c \
	plugin/meeting/forget.c \
	plugin/meeting/forwards.c \
	plugin/meeting/gate.c \
	plugin/meeting/health.c \
	plugin/meeting/journal.c \
	plugin/meeting/keys.c \
	plugin/meeting/meeting.h \
	plugin/meeting/meetings.c \
	plugin/meeting/others.c \
	plugin/meeting/person.c \
	plugin/meeting/private.h \
	plugin/meeting/products.c \
	plugin/meeting/trainings.c \
	plugin/meeting/receipts.c \
	plugin/meeting/recovery.c \
	plugin/meeting/rooms.c \
	plugin/meeting/segments.c \
	plugin/meeting/takeover.c \
	plugin/meeting/timer.c \
	plugin/meeting/views.c \
	plugin/meeting/wording.c \
	plugin/meeting/withdrawals.c
