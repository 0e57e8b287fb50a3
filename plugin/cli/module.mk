# SPDX-License-Identifier: GPL-3.0-or-later
# Everything but main(), so that tests can link it.
cli_sources = \
	plugin/cli/attach.c plugin/cli/product_file.c plugin/cli/product_file.h plugin/cli/products.c plugin/cli/products.h plugin/cli/vcon_analysis.c plugin/cli/vcon_sign.c plugin/cli/vcon_sign.h plugin/cli/resting.c plugin/cli/resting.h \
	plugin/cli/attendees.c plugin/cli/attendees.h \
	plugin/cli/export_meeting.c plugin/cli/export_meeting.h plugin/cli/export_film.c plugin/cli/export_manifest.c \
	plugin/cli/export_vcon.c plugin/cli/vcon_basis.c plugin/cli/vcon.h plugin/cli/export_refresh.c plugin/cli/export_training.c plugin/cli/export_training.h plugin/cli/training_set.c plugin/cli/training_set.h \
	plugin/cli/playable.c plugin/cli/playable.h \
	plugin/cli/decrypt.c \
	plugin/cli/export.c plugin/cli/export.h plugin/cli/export_records.c \
	plugin/cli/eraser.c plugin/cli/eraser.h \
	plugin/cli/filter.c \
	plugin/cli/help.c \
	plugin/cli/interrupt.c plugin/cli/interrupt.h \
	plugin/cli/keeping.c \
	plugin/cli/list.c \
	plugin/cli/options.c plugin/cli/options.h \
	plugin/cli/progress.c plugin/cli/progress.h \
	plugin/cli/recordings.c plugin/cli/recordings.h \
	plugin/cli/proofs.c \
	plugin/cli/sweep.c \
	plugin/cli/suggest.c plugin/cli/suggest.h \
	plugin/cli/tool.c plugin/cli/tool.h \
	plugin/cli/verify.c plugin/cli/verify.h plugin/cli/verify_receipt.c plugin/cli/verify_recordings.c plugin/cli/verify_tiles.c \
	plugin/cli/witness.c plugin/cli/witness.h
janus_consent_SOURCES += plugin/cli/main.c $(cli_sources)
