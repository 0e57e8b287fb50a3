/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tool.h"

#include "base/clock.h"
#include "base/error.h"

bool tool_filter(const arguments *args, records_filter *ret, GError **error)
{
	const char *const *value = args->values;
	*ret = (records_filter){
		.room = value[OPTION_ROOM],
		.meeting = value[OPTION_MEETING],
		.participant = value[OPTION_PARTICIPANT],
		.purpose = value[OPTION_PURPOSE],
		.decision = value[OPTION_DECISION],
		.segment = value[OPTION_SEGMENT],
		.display = value[OPTION_DISPLAY],
		.newest = g_strcmp0(value[OPTION_ORDER], "newest") == 0,
		.limit = value[OPTION_LIMIT] ? (unsigned)g_ascii_strtoull(value[OPTION_LIMIT], NULL, 10) : 0,
	};
	if (value[OPTION_FROM])
		clock_parse_moment(value[OPTION_FROM], &ret->from_ms);
	if (value[OPTION_TO])
		clock_parse_moment(value[OPTION_TO], &ret->to_ms);
	if (!value[OPTION_FROM] || !value[OPTION_TO] || ret->from_ms < ret->to_ms)
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--to must be later than --from");
	return false;
}

bool tool_filters_any(const records_filter *f)
{
	return f->room || f->meeting || f->participant || f->purpose || f->decision || f->segment ||
		f->display || f->from_ms || f->to_ms;
}

json_t *tool_filters_json(const arguments *args)
{
	json_t *filters = json_object();
	for (int id = OPTION_ROOM; id <= OPTION_LIMIT; id++)
		if (args->values[id])
			json_object_set_new(filters, options[id].name, json_string(args->values[id]));
	if (args->values[OPTION_SEGMENT])
		json_object_set_new(filters, "segment", json_string(args->values[OPTION_SEGMENT]));
	/* A name that stood there could not be erased with its owner. */
	if (args->values[OPTION_DISPLAY])
		json_object_set_new(filters, "display", json_true());
	return filters;
}
