/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arbitrary bytes against what reads text from outside: canonical JSON, times, language lists. The first byte
 * chooses which. Built and run by ./run. */
#include "base/clock.h"
#include "base/jcs.h"
#include "notices/language.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is canonical is a fixed point: read and written again it is the same bytes. */
static void fuzz_jcs(const char *text, size_t length)
{
	json_t *value = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	size_t first_length = 0, again_length = 0;
	g_autofree char *first = value ? jcs_dump(value, &first_length) : NULL;
	json_decref(value);
	if (!first)
		return;
	g_assert(strlen(first) == first_length);
	g_assert(g_utf8_validate(first, -1, NULL));

	json_t *read = json_loadb(first, first_length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	/* jansson takes no integer of more than 64 bits: such reals are written without a point up to 1e21 */
	if (!read)
		return;
	g_autofree char *again = jcs_dump(read, &again_length);
	json_decref(read);
	g_assert(again && again_length == first_length && memcmp(first, again, first_length) == 0);
}

static void fuzz_clock(const char *text)
{
	gint64 ms = 0, again = 0;
	char formatted[CLOCK_TEXT_SIZE];
	if (!clock_parse(text, &ms))
		return;
	g_assert(clock_parse(clock_format(ms, formatted), &again));
	/* an offset can lead out of the years that have a text form */
	g_assert(again == ms || strncmp(text, "0000-01-01", 10) == 0 || strncmp(text, "9999-12-31", 10) == 0);
}

static void fuzz_format(const char *bytes, size_t length)
{
	gint64 ms = 0, again = 0;
	char text[CLOCK_TEXT_SIZE];
	memcpy(&ms, bytes, MIN(length, sizeof(ms)));
	g_assert(clock_parse(clock_format(ms, text), &again));
	g_assert(again == ms || text[0] == '0' || text[0] == '9');
}

static void fuzz_language(const char *text)
{
	static const char *const tags[] = {"en", "de", "de-AT", "zh-Hans-CN", NULL};
	const char *chosen = language_choose(text, tags);
	g_assert(!chosen || g_strv_contains(tags, chosen));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		fuzz_jcs((const char *)data + 1, size - 1);
		break;
	case 1:
		fuzz_clock(text);
		break;
	case 2:
		fuzz_format((const char *)data + 1, size - 1);
		break;
	default:
		fuzz_language(text);
	}
	return 0;
}
