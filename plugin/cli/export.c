/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/export.h"

static const command *const kinds[] = {
	&command_export_records,
	&command_export_notices,
	&command_export_meeting,
	&command_export_training,
	&command_export_vcon,
	&command_export_tiles,
	&command_export_jwks,
	NULL,
};

bool export_note(const arguments *args, const char *what, const char *format, guint64 rows, json_t *more,
	GError **error)
{
	json_auto_t *owned = more;
	g_autofree char *store = tool_store(args, error);
	if (!store)
		return false;
	json_t *body = json_pack("{s:s, s:s*, s:o, s:I, s:s}", "what", what, "format", format, "filters",
		tool_filters_json(args), "rows", (json_int_t)rows, "by", "tool");
	json_object_update(body, owned);
	json_t *personal = json_pack("{s:s}", "user", g_get_user_name());
	return ledger_append_beside(store, "export", body, personal, error);
}

const command command_export = {
	.name = "export",
	.summary = "hands out records, wordings, recordings; publishes the log and its keys",
	.help = "Hands out what the ledger holds. Each export of records is noted in the ledger. With "
		"--output a file "
		"or\n"
		"folder is there complete or not at all.",
	.kinds = kinds,
};
