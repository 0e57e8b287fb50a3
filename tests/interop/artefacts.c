/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Usage: artefacts make FOLDER, artefacts ledger FOLDER COUNT, or artefacts check KIND < what others wrote */
#include "artefacts.h"

#include "proofs/text.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *kind;
	int (*check)(void);
} checks[] = {
	{"notes", check_notes},
	{"inclusion", check_inclusion},
	{"consistency", check_consistency},
	{"jws", check_jws},
};

static void die(const char *what)
{
	fprintf(stderr, "artefacts: %s\n", what);
	exit(EXIT_FAILURE);
}

void put(const char *folder, const char *name, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_build_filename(folder, name, NULL);
	if (g_mkdir_with_parents(folder, 0755) != 0 || !g_file_set_contents(path, text, -1, &error))
		die(error ? error->message : folder);
}

void add_base64(GString *out, const void *bytes, size_t length)
{
	g_autofree char *base64 = text_base64(bytes, length);
	g_string_append_printf(out, " %s", base64);
}

static int make(const char *folder)
{
	make_log(folder);
	make_jws(folder);
	return EXIT_SUCCESS;
}

static int check(const char *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		if (strcmp(checks[i].kind, kind) == 0)
			return checks[i].check();
	die("there is no such kind");
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		die("libsodium does not start");
	if (argc == 3 && strcmp(argv[1], "make") == 0)
		return make(argv[2]);
	if (argc == 4 && strcmp(argv[1], "ledger") == 0)
		return make_ledger(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	die("usage: artefacts make FOLDER | artefacts ledger FOLDER COUNT | artefacts check KIND");
}
