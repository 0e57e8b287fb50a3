/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Lines: every record as it is, one a line. The form that loses nothing. */
#include "exports/export.h"

static void jsonl_record(exporter *e, const json_t *record)
{
	json_dumpf(record, e->to, JSON_COMPACT);
	putc('\n', e->to);
}

const export_format export_jsonl = {.name = "jsonl", .size = sizeof(exporter), .record = jsonl_record};
