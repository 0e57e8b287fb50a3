/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attach: stores a transcript or a summary of a meeting with those it rests on. First the file, then the
 * ledger, then those it rests on are asked once more: whoever withdrew meanwhile has it taken away again. */
#include "cli/product_file.h"
#include "cli/resting.h"

#include "base/clock.h"
#include "base/error.h"
#include "capture/capture.h"
#include "ledger/products.h"

#include <stdio.h>
#include <string.h>

typedef struct attaching {
	const arguments *args;
	const recordings *all;
	const char *purpose, *mediatype;
	char *content;
	gsize length;
	resting on;
	char *id, *file;
	bool sealed;
	uint8_t key[SEALING_KEY_SIZE];
	char sha256[HASH_HEX_SIZE];
	json_t *values; /* what keeps its key; NULL for a plain file */
} attaching;

static void attaching_clear(attaching *a)
{
	sodium_memzero(a->key, sizeof a->key);
	g_free(a->content);
	g_free(a->id);
	g_free(a->file);
	json_decref(a->values);
	resting_clear(&a->on);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(attaching, attaching_clear)

static bool refuse(GError **error, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return false;
}

static bool check_arguments(const arguments *args, GError **error)
{
	const char *const *given = args->values;
	const char *missing = !given[OPTION_MEETING] ? "--meeting is needed: of which meeting it is"
		: !given[OPTION_KIND]                ? "--kind is needed: transcript or summary"
		: !given[OPTION_INPUT]               ? "--input is needed: the file to store"
		: !given[OPTION_VENDOR]              ? "--vendor is needed: who or what made it"
						     : NULL;
	return !missing || refuse(error, missing);
}

/* The input */

static const char *mediatype_of(const char *file)
{
	static const char *const types[][2] = {{".txt", "text/plain"}, {".md", "text/markdown"},
		{".vtt", "text/vtt"}, {".srt", "application/x-subrip"}, {".json", "application/json"}};
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(file, types[i][0]))
			return types[i][1];
	return NULL;
}

static bool check_content(const attaching *a, GError **error)
{
	if (a->length == 0)
		return refuse(error, "--input is an empty file");
	if (a->length > PRODUCT_MAX)
		return refuse(error, "--input has more than 64 MiB");
	if (g_str_has_prefix(a->mediatype, "text/") && !g_utf8_validate_len(a->content, a->length, NULL))
		return refuse(error, "--input is said to be text, and is not UTF-8");
	if (strcmp(a->mediatype, "application/json") != 0)
		return true;
	json_auto_t *parsed = json_loadb(a->content, a->length, JSON_DECODE_ANY, NULL);
	return parsed || refuse(error, "--input is said to be JSON, and is not");
}

/* No more than shows that it is too much. */
static bool read_stdin(attaching *a, GError **error)
{
	a->content = g_malloc(PRODUCT_MAX + 1);
	a->length = fread(a->content, 1, PRODUCT_MAX + 1, stdin);
	if (!ferror(stdin))
		return true;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "standard input cannot be read");
	return false;
}

static bool read_content(attaching *a, const char *input, GError **error)
{
	return strcmp(input, "-") == 0 ? read_stdin(a, error)
				       : g_file_get_contents(input, &a->content, &a->length, error);
}

static bool read_input(attaching *a, GError **error)
{
	const char *input = a->args->values[OPTION_INPUT], *given = a->args->values[OPTION_MEDIATYPE];
	a->mediatype = given ? given : mediatype_of(input);
	if (!a->mediatype)
		return refuse(error,
			"--mediatype is needed: the file's name does not tell, as .txt, .md, .vtt, .srt and "
			".json do");
	return read_content(a, input, error) && check_content(a, error);
}

/* The file */

static ledger_reader *open_log(const attaching *a, GError **error)
{
	return ledger_reader_open_log(a->all->store, *a->on.origin ? a->on.origin : NULL, error);
}

static bool make_key(attaching *a, GError **error)
{
	operatorkey with;
	g_autoptr(ledger_reader) r = open_log(a, error);
	if (!r || !recordings_operator(a->all, r, &with, &a->sealed, error))
		return false;
	if (a->sealed) {
		randombytes_buf(a->key, sizeof a->key);
		a->values = product_keep(&with, a->id, a->key);
		sodium_memzero(&with, sizeof with);
	}
	return true;
}

static bool write_file(attaching *a, GError **error)
{
	a->id = g_uuid_string_random();
	if (!make_key(a, error))
		return false;
	a->file = product_file_name(a->id, a->sealed);
	return product_file_write(
		a->all->folder, a->file, a->sealed ? a->key : NULL, a->content, a->length, a->sha256, error);
}

/* The ledger */

static json_t *entry_of(const attaching *a)
{
	char until[CLOCK_TEXT_SIZE];
	json_t *ends = a->on.until_ms ? json_string(clock_format(a->on.until_ms, until)) : json_null();
	return json_pack("{s:s, s:s, s:s, s:O, s:s, s:s, s:s, s:s, s:O, s:o, s:I, s:s, s:s}", "product",
		a->id, "state", "attached", "meeting", a->args->values[OPTION_MEETING], "room", a->on.room,
		"purpose", a->purpose, "kind", a->args->values[OPTION_KIND], "mediatype", a->mediatype,
		"vendor", a->args->values[OPTION_VENDOR], "rests_on", a->on.on, "until", ends, "bytes",
		(json_int_t)a->length, "sha256", a->sha256, "file", a->file);
}

static bool append(const attaching *a, json_t *body, json_t *values, GError **error)
{
	return ledger_append_beside_with(
		a->all->store, *a->on.origin ? a->on.origin : NULL, "product", body, NULL, values, error);
}

static bool ask(const attaching *a, GError **error)
{
	g_autoptr(ledger_reader) r = open_log(a, error);
	g_autofree char *why = NULL;
	if (!r || !resting_agree(r, a->on.on, a->purpose, clock_now_ms(), &why, error))
		return false;
	if (why)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"%s, and it rests on them; --participants names those it rests on", why);
	return !why;
}

static bool ask_retention(const attaching *a, GError **error)
{
	bool over = a->on.until_ms && a->on.until_ms <= clock_now_ms();
	if (over)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"the notices promised to keep what was captured for %s no longer than until now",
			a->purpose);
	return !over;
}

/* What the gateway may not have seen, as it came between question and entry. */
static bool take_away(const attaching *a, GError **error)
{
	json_auto_t *body = entry_of(a);
	return capture_remove(a->all->folder, a->file, error) &&
		append(a, product_erased_body(body, "withdrawn meanwhile", "tool"), product_forget(body),
			error);
}

static bool tell_ledger(attaching *a, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!append(a, entry_of(a), g_steal_pointer(&a->values), error)) {
		capture_remove(a->all->folder, a->file, NULL);
		return false;
	}
	if (ask(a, &why))
		return true;
	if (take_away(a, error))
		g_propagate_error(error, g_steal_pointer(&why));
	return false;
}

static int run_attach(const arguments *args, GError **error)
{
	g_auto(recordings) all = {0};
	const char *purpose = args->values[OPTION_PURPOSE];
	g_auto(attaching) a = {.args = args, .all = &all, .purpose = purpose ? purpose : "summarize"};
	if (!check_arguments(args, error) || !read_input(&a, error) || !recordings_open(args, &all, error) ||
		!recordings_need_folder(&all, error) || !tool_become_owner(all.store, error) ||
		!resting_find(&all, args->values[OPTION_MEETING], a.purpose,
			args->values[OPTION_PARTICIPANTS], &a.on, error) ||
		!ask(&a, error) || !ask_retention(&a, error) || !write_file(&a, error) ||
		!tell_ledger(&a, error))
		return TOOL_STORE;
	printf("%s\n", a.id);
	return tool_flush(error) ? TOOL_GOOD : TOOL_STORE;
}

static const option_words attach_words[] = {
	{OPTION_MEETING, "required: of which meeting, as `meetings` lists it"},
	{OPTION_PURPOSE, "what it was made of was captured for this; default:\nsummarize"},
	{0},
};

const command command_attach = {
	.name = "attach",
	.needs = "--meeting ID --kind NAME --input FILE --vendor TEXT",
	.summary = "(writes) a transcript or summary of a meeting, with those it rests on",
	.help = "Stores a file that was made of what was captured for a purpose, encrypted as recordings "
		"are, "
		"and\n"
		"says in the ledger on whom it rests: all of them must grant the purpose now. Prints its id. "
		"It "
		"leaves\n"
		"by `export vcon`, and goes when one of them has it erased or when its retention ends.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_KIND) |
		OPTION_BIT(OPTION_INPUT) | OPTION_BIT(OPTION_VENDOR) | OPTION_BIT(OPTION_MEDIATYPE) |
		OPTION_BIT(OPTION_PARTICIPANTS) | OPTION_BIT(OPTION_RECORDINGS) | OPTION_BIT(OPTION_KEY),
	.words = attach_words,
	.run = run_attach,
};
