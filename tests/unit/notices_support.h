/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of notices share: a small notice, and changes to it. */
#ifndef CONSENT_TESTS_NOTICES_SUPPORT_H
#define CONSENT_TESTS_NOTICES_SUPPORT_H

#include "notices/notices.h"

#include "base_support.h"

/* A small notice that is good. */
#define WORDS(prefix)                                                                                        \
	"title = \"" prefix " title\"; summary = \"" prefix " summary\"; details = \"" prefix " details\";"  \
	" recipients = \"" prefix " recipients\"; retention = \"" prefix " retention\";"
#define LANGUAGES "languages = {\n en = { " WORDS("en") " };\n de = { " WORDS("de") " };\n};\n"
#define OPTIONS                                                                                              \
	"purpose = \"record\";\nversion = 3;\nmedia = [ \"audio\", \"video\" ];\ncaptures = true;\n"         \
	"retention_days = 30;\n"
#define GOOD OPTIONS LANGUAGES

/* The text with the first `what` replaced (g_free). */
char *changed(const char *text, const char *what, const char *by);

/* Fails the test unless `part` is in `text`. */
void assert_has(const char *text, const char *part);

/* Fail the test when the folder, or a folder with this one text, cannot be loaded. */
notices *load_folder(const char *folder, const char *language);
notices *load_text(const char *text);

#endif
