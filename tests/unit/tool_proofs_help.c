/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tool_proofs_help.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

char *receipt;

char *file_in(const char *name)
{
	return g_build_filename(place.folder, name, NULL);
}

void put(const char *name, const char *text)
{
	g_autofree char *path = file_in(name);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

char *get(const char *name)
{
	g_autofree char *path = file_in(name);
	char *text = NULL;
	ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
	return text;
}

/* As the gateway's, with two entries: a refusal before. */
static char *make_receipt(ledger *l, const ledger_place *first, const ledger_place *last)
{
	json_auto_t *claims = json_pack("{s:s, s:i, s:s, s:s, s:s, s:[{s:s, s:s, s:s}], s:{s:s, s:I, s:s},"
					" s:[{s:I, s:s}, {s:I, s:s}]}",
		"iss", HELP_ORIGIN, "iat", 1767323045, "jti", "r1", "sub", "ann", "meeting", "m1",
		"decisions", "purpose", "record", "medium", "audio", "decision", "granted", "log", "origin",
		HELP_ORIGIN, "index", (json_int_t)last->index, "leaf", last->leaf, "entries", "index",
		(json_int_t)first->index, "leaf", first->leaf, "index", (json_int_t)last->index, "leaf",
		last->leaf);
	return ledger_sign(l, claims, "consent-receipt+jwt");
}

void proofs_setup(void)
{
	person ann;
	ck_assert(sodium_init() >= 0);
	place = help_place_new();
	g_autoptr(ledger) l = signed_log(&place);
	help_append(l, "meeting", "{s:s, s:i, s:s}", "meeting", "m1", "room", 1234, "event", "began");
	person_init(&ann, "ann", "m1");
	person_join(&ann, l, NAME);
	person_bind(&ann, l);
	ledger_place refused = person_decide(&ann, l, "train", "refused");
	ledger_place decided = person_decide(&ann, l, "record", "granted");
	receipt = make_receipt(l, &refused, &decided);
	put("receipt.jws", receipt);
}

void proofs_teardown(void)
{
	g_free(receipt);
	help_place_remove(&place);
}

run run_in_place(const char *arguments)
{
	g_autoptr(GString) line = g_string_new(arguments);
	g_string_replace(line, "@", place.folder, 0);
	return call(line->str);
}

void expect_run(const char *arguments, int code, const char *out, const char *err)
{
	g_auto(run) r = run_in_place(arguments);
	ck_assert_msg(r.code == code, "%s: exit %d\n%s%s", arguments, r.code, r.out, r.err);
	ck_assert_msg(out ? strstr(r.out, out) != NULL : !*r.out, "%s: “%s” on stdout", arguments, r.out);
	ck_assert_msg(err ? strstr(r.err, err) != NULL : !*r.err, "%s: “%s” on stderr", arguments, r.err);
}

void save(const char *arguments, const char *name)
{
	g_auto(run) r = call(arguments);
	ck_assert_msg(r.code == 0, "%s: %s", arguments, r.err);
	put(name, r.out);
}

void grow(unsigned count)
{
	g_autoptr(ledger) l = signed_log(&place);
	while (count--)
		help_append(l, "test", "{}");
}

void flip(const char *name, size_t at)
{
	g_autofree char *path = file_in(name), *bytes = NULL;
	gsize size;
	ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
	ck_assert_uint_lt(at, size);
	bytes[at] ^= 1;
	ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

void save_key(void)
{
	g_autofree char *vkey = help_select(&place, "SELECT value FROM meta WHERE name = 'vkey'");
	put("vkey", vkey);
}
