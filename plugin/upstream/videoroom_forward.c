/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp_forward, where it says for what: it starts that purpose with a live feed, and so reaches nobody who has
 * not agreed. VideoRoom never sees it. */
#include "upstream/gateway.h"

#include <string.h>

/* The first port that the request names, as clients of several versions do. */
static json_t *port_of(json_t *message)
{
	json_t *stream = json_array_get(json_object_get(message, "streams"), 0);
	json_t *port = json_object_get(message, "audio_port");

	return port ? port : json_object_get(stream, "port");
}

static const char *suite_of(json_t *message)
{
	json_t *suite = json_object_get(message, "srtp_suite");

	if (!suite)
		return "none";
	return json_integer_value(suite) == 32 ? "AES_CM_128_HMAC_SHA1_32" : "AES_CM_128_HMAC_SHA1_80";
}

static json_t *start_request(json_t *message)
{
	json_t *to = json_object(),
	       *start = json_pack("{s:s, s:o}", "request", "consent_start", "forward", to);
	static const char *const kept[] = {"room", "secret", "purpose"};

	for (unsigned i = 0; i < G_N_ELEMENTS(kept); i++)
		if (json_object_get(message, kept[i]))
			json_object_set(start, kept[i], json_object_get(message, kept[i]));
	json_object_set_new(to, "suite", json_string(suite_of(message)));
	if (json_object_get(message, "host"))
		json_object_set(to, "host", json_object_get(message, "host"));
	if (port_of(message))
		json_object_set(to, "port", port_of(message));
	return start;
}

/* Errors speak of the fields of consent_start: the client gets to know them by its own names. A new string.
 */
static char *in_own_words(json_t *message, const char *sentence)
{
	const char *port = json_object_get(message, "streams") && !json_object_get(message, "audio_port")
		? "'streams[0].port'"
		: "'audio_port'";
	const char *const names[][2] = {
		{"'forward.host'", "'host'"}, {"'forward.port'", port}, {"'forward.suite'", "'srtp_suite'"}};

	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *at = strstr(sentence, names[i][0]);

		if (at)
			return g_strdup_printf("%.*s%s%s", (int)(at - sentence), sentence, names[i][1],
				at + strlen(names[i][0]));
	}
	return g_strdup(sentence);
}

bool videoroom_is_consented_forward(const char *name, json_t *message)
{
	return g_ascii_strcasecmp(name, "rtp_forward") == 0 && json_object_get(message, "purpose");
}

json_t *videoroom_rtp_forward(gateway *g, shim *s, json_t *message)
{
	caller who = {.attendance = s ? shim_attendance(s) : NULL, .admin = !s, .rate = s ? &s->rate : NULL};
	json_t *start = start_request(message);
	json_t *answer = signalling_answer(&g->signalling, &who, start);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (error) {
		g_autofree char *own = in_own_words(message, error);

		json_object_set_new(answer, "error", json_string(own));
	}
	json_decref(start);
	return answer;
}
