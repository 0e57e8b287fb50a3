/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decrypt: recordings as plain MJR files, while a grant stands. First it is settled which, then the ledger is
 * told, then the files are written. */
#include "cli/recordings.h"

#include "base/clock.h"
#include "base/error.h"
#include "capture/capture.h"
#include "exports/target.h"
#include "ledger/standing.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define EXTENSION ".mjr"

/* One file to write. */
typedef struct plan_item {
	char *segment, *file, *sha256;
	bool sealed;
	uint8_t key[SEALING_KEY_SIZE];
} plan_item;

typedef struct plan {
	const arguments *args;
	gint64 now_ms;
	GPtrArray *items;
	unsigned refused;
	GError **error;
	bool good;
} plan;

static void item_free(gpointer data)
{
	plan_item *item = data;
	sodium_memzero(item->key, sizeof item->key);
	g_free(item->segment);
	g_free(item->file);
	g_free(item->sha256);
	g_free(item);
}

static bool refuse(plan *p, const recording *one, const char *why)
{
	tool_say("decrypt: segment %s %s", recording_text(one, "segment"), why);
	p->refused++;
	return true;
}

/* Whether the purpose may be served now. */
static bool stands(plan *p, const recording *one, const char *purpose, bool *ret, const char **why)
{
	standing_of of = RECORDING_OF(one, purpose);
	if (!standing_decision(one->reader, &of, p->now_ms, why, p->error))
		return false;
	*ret = strcmp(*why, "granted") == 0 || p->args->values[OPTION_AUTHORISED];
	return true;
}

static plan_item *item_new(const recording *one)
{
	plan_item *item = g_new0(plan_item, 1);
	item->segment = g_strdup(recording_text(one, "segment"));
	item->file = g_strdup(recording_text(one, "file"));
	item->sha256 = g_strdup(recording_text(one, "sha256"));
	item->sealed = capture_file_is_sealed(item->file);
	return item;
}

/* By the keys of that purpose, and of no other: what one purpose may not have, another does not give it. */
static bool add(plan *p, const recording *one, const char *purpose, bool *ret_added)
{
	plan_item *item = item_new(one);
	*ret_added = true;
	bool good = !item->sealed || recording_key(one, purpose, item->key, ret_added, p->error);
	*ret_added = *ret_added && good;
	if (*ret_added)
		g_ptr_array_add(p->items, item);
	else
		item_free(item);
	return good;
}

/* The first purpose that will do. */
static bool consider_purposes(plan *p, const recording *one)
{
	const char *wanted = p->args->values[OPTION_PURPOSE], *decision = "erased";
	size_t i;
	json_t *item;
	bool added = false, erased = false, may;
	json_array_foreach (json_object_get(one->record, "purposes"), i, item) {
		const char *purpose = json_string_value(item);
		if (added || (wanted && strcmp(wanted, purpose) != 0))
			continue;
		if (!stands(p, one, purpose, &may, &decision) || (may && !add(p, one, purpose, &added)))
			return false;
		erased |= may && !added;
	}
	if (added)
		return true;
	if (erased)
		return refuse(p, one, "has no key any more: it was erased");
	g_autofree char *why = g_strdup_printf("is not granted any more (%s): see --authorised", decision);
	return refuse(p, one, why);
}

static bool consider(plan *p, const recording *one)
{
	const char *state = recording_text(one, "state");
	if (g_str_has_prefix(state, "eras"))
		return refuse(p, one, "was erased");
	if (strcmp(state, "open") == 0)
		return refuse(p, one, "is still being captured");
	return !*recording_text(one, "file") || consider_purposes(p, one);
}

static bool consider_each(const recording *one, void *user)
{
	plan *p = user;
	return p->good = consider(p, one);
}

/* Before anything leaves. */
static bool tell_ledger(const plan *p, const recordings *all, GError **error)
{
	const char *authorised = p->args->values[OPTION_AUTHORISED];
	json_t *segments = json_array();
	for (guint i = 0; i < p->items->len; i++)
		json_array_append_new(segments, json_string(((plan_item *)p->items->pdata[i])->segment));
	json_t *body = json_pack("{s:s, s:s, s:o, s:I, s:s, s:o}", "what", "decrypt", "format", "mjr",
		"filters", tool_filters_json(p->args), "rows", (json_int_t)p->items->len, "by", "tool",
		"segments", segments);
	if (authorised)
		json_object_set_new(body, "authorised", json_string(authorised));
	json_t *personal = json_pack("{s:s}", "user", g_get_user_name());
	return ledger_append_beside(all->store, "export", body, personal, error);
}

static bool fail_file(GError **error, const char *what, const char *path)
{
	g_set_error(
		error, CONSENT_ERROR, CONSENT_ERROR_FILE, "cannot %s %s: %s", what, path, g_strerror(errno));
	return false;
}

static bool check_hash(const plan_item *item, const char *sha256, GError **error)
{
	if (strcmp(item->sha256, sha256) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY,
		"%s is not the file that was captured: its SHA-256 is %s, the ledger says %s", item->file,
		sha256, item->sha256);
	return false;
}

static bool fill(int fd, const recordings *all, const plan_item *item, GError **error)
{
	char sha256[HASH_HEX_SIZE];
	return capture_read_out(
		       all->folder, item->file, item->sealed ? item->key : NULL, fd, sha256, error) &&
		check_hash(item, sha256, error);
}

static bool write_one(const recordings *all, const plan_item *item, const char *path, GError **error)
{
	g_autoptr(target) to = target_file(path, error);
	bool good = to && fill(fileno(target_stream(to)), all, item, error) && target_finish(to, error);
	if (good)
		printf("%s\n", path);
	return good;
}

static bool is_file(const char *output)
{
	return g_str_has_suffix(output, EXTENSION);
}

/* Where an item goes: --output is the file, or its folder. */
static char *path_of(const plan *p, const plan_item *item)
{
	const char *output = p->args->values[OPTION_OUTPUT];
	g_autofree char *name = g_path_get_basename(item->file);
	char *end = strstr(name, EXTENSION);
	if (end)
		*end = '\0';
	return is_file(output) ? g_strdup(output) : g_strdup_printf("%s/%s" EXTENSION, output, name);
}

static bool are_free(const plan *p, GError **error)
{
	for (guint i = 0; i < p->items->len; i++) {
		g_autofree char *path = path_of(p, p->items->pdata[i]);
		if (!target_is_free(path, error))
			return false;
	}
	return true;
}

static bool make_folder(const char *output, GError **error)
{
	return is_file(output) || g_mkdir_with_parents(output, 0700) == 0 || fail_file(error, "make", output);
}

static bool write_all(const plan *p, const recordings *all, GError **error)
{
	for (guint i = 0; i < p->items->len; i++) {
		g_autofree char *path = path_of(p, p->items->pdata[i]);
		if (!write_one(all, p->items->pdata[i], path, error))
			return false;
	}
	return true;
}

static bool check_output(const arguments *args, const plan *p, GError **error)
{
	const char *output = args->values[OPTION_OUTPUT], *why = NULL;
	if (!output)
		why = "--output is needed: a folder, or a file that ends in .mjr";
	else if (is_file(output) && p->items->len > 1)
		why = "--output is one file, but there are several segments: give a folder";
	else if (!is_file(output) && g_file_test(output, G_FILE_TEST_IS_REGULAR))
		why = "--output is a file that exists: give a folder, or a new file that ends in .mjr";
	if (why)
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return !why;
}

/* The ledger is told when they can leave, and before they do. */
static bool carry_out(const plan *p, const recordings *all, GError **error)
{
	if (!check_output(p->args, p, error))
		return false;
	return p->items->len == 0 ||
		(are_free(p, error) && make_folder(p->args->values[OPTION_OUTPUT], error) &&
			tell_ledger(p, all, error) && write_all(p, all, error) && tool_flush(error));
}

static int run_decrypt(const arguments *args, GError **error)
{
	g_auto(recordings) all = {0};
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(item_free);
	plan p = {.args = args, .now_ms = clock_now_ms(), .items = items, .error = error, .good = true};
	records_filter filter;
	if (!tool_filter(args, &filter, error) || !check_output(args, &p, error) ||
		!recordings_open(args, &all, error) || !recordings_need_folder(&all, error) ||
		!recordings_list(&all, &filter, consider_each, &p, error) || !p.good ||
		!carry_out(&p, &all, error))
		return TOOL_STORE;
	if (items->len == 0 && p.refused == 0)
		tool_say("decrypt: no recording passes the filters");
	return p.refused || items->len == 0 ? TOOL_NO : TOOL_GOOD;
}

static const option_words decrypt_words[] = {
	{OPTION_PURPOSE, "only what was captured for this purpose, while it is granted"},
	{0},
};

const command command_decrypt = {
	.name = "decrypt",
	.needs = "--output PATH",
	.summary = "writes recordings as plain MJR files, while a grant stands",
	.help = "Writes what segments hold as plain MJR, for janus-pp-rec: those that pass the filters, "
		"whose\n"
		"keys are there, and one of whose purposes (that of --purpose, if given) the participant\n"
		"grants now. The ledger is told before. A file appears whole or not at all.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_ROOM) | OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PARTICIPANT) |
		OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		OPTION_BIT(OPTION_SEGMENT) | OPTION_BIT(OPTION_OUTPUT) | OPTION_BIT(OPTION_RECORDINGS) |
		OPTION_BIT(OPTION_KEY) | OPTION_BIT(OPTION_AUTHORISED),
	.words = decrypt_words,
	.run = run_decrypt,
};
