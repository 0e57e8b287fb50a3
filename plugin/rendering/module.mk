# SPDX-License-Identifier: GPL-3.0-or-later
rendering_sources = \
	plugin/rendering/captions.c plugin/rendering/captions.h \
	plugin/rendering/compose.c plugin/rendering/compose.h \
	plugin/rendering/convert.c plugin/rendering/convert.h \
	plugin/rendering/cut.c plugin/rendering/cut.h \
	plugin/rendering/names.c plugin/rendering/names.h \
	plugin/rendering/program.c plugin/rendering/program.h \
	plugin/rendering/sync.c plugin/rendering/sync.h \
	plugin/rendering/timeline.c plugin/rendering/timeline.h
janus_consent_SOURCES += $(rendering_sources)
