/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/eraser.h"

#include "base/error.h"
#include "capture/capture.h"
#include "ledger/erasable.h"

#include <stdio.h>
#include <string.h>

static bool append(const recording *one, json_t *body, json_t *values, GError **error)
{
	return ledger_append_beside_with(
		one->all->store, *one->origin ? one->origin : NULL, "segment", body, NULL, values, error);
}

static bool check_closed(const erasable *e, GError **error)
{
	if (!e->closed)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"segment %s is still being captured: the gateway's consent_erase ends it",
			e->segment);
	return e->closed;
}

static bool erase(const recording *one, const erasable *e, const char *reason, const char *by, GError **error)
{
	bool begun = strcmp(recording_text(one, "state"), "erasing") == 0;
	if (!begun && !append(one, erasable_body(e, "erasing", reason, by), erasable_forget(e), error))
		return false;
	return (!e->file || capture_remove(one->all->folder, e->file, error)) &&
		append(one, erasable_body(e, "erased", reason, by), NULL, error);
}

bool eraser_segment(const recording *one, const char *reason, const char *by, GError **error)
{
	erasable *e = erasable_segment(one->reader, recording_text(one, "segment"), error);
	bool good = e && check_closed(e, error) && erase(one, e, reason, by, error);
	erasable_free(e);
	return good;
}

bool eraser_narrow(const recording *one, json_t *purposes, const char *reason, const char *by, GError **error)
{
	erasable *e = erasable_segment(one->reader, recording_text(one, "segment"), error);
	json_t *values = json_object(), *purpose;
	size_t i;
	if (!e) {
		json_decref(values);
		return false;
	}
	json_array_foreach (purposes, i, purpose)
		segmentkeys_forget(values, e->segment, json_string_value(purpose));
	json_t *body = erasable_body(e, "narrowed", reason, by);
	json_object_set(body, "purposes", purposes);
	erasable_free(e);
	return append(one, body, values, error);
}

typedef struct erasing {
	const char *reason;
	guint count;
	GError **error;
	bool good;
} erasing;

static bool erase_each(const recording *one, void *user)
{
	erasing *now = user;
	if (strcmp(recording_text(one, "state"), "erased") == 0)
		return true;
	now->good = recordings_need_folder(one->all, now->error) &&
		eraser_segment(one, now->reason, "tool", now->error);
	now->count += now->good;
	if (now->good)
		printf("erased segment: %s\n", recording_text(one, "segment"));
	return now->good;
}

bool eraser_all(const arguments *args, const records_filter *filter, const char *reason, guint *ret_count,
	GError **error)
{
	g_auto(recordings) all = {0};
	erasing now = {.reason = reason, .error = error, .good = true};
	if (!recordings_open(args, &all, error) || !recordings_list(&all, filter, erase_each, &now, error))
		return false;
	*ret_count = now.count;
	return now.good;
}
