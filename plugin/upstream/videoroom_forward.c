/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp_forward, where it says for what: it starts that purpose with a live feed, and so reaches nobody who has
 * not agreed. VideoRoom never sees it. */
#include "upstream/gateway.h"

#include <string.h>

/* The first port that the request names, as clients of several versions do; NULL: none. `ret_name`: how
 * errors call it. */
static json_t *port_of(json_t *message, const char **ret_name)
{
	json_t *audio = json_object_get(message, "audio_port"),
	       *video = json_object_get(message, "video_port");
	json_t *streams = json_object_get(message, "streams");

	if (!audio && streams) {
		*ret_name = "'streams[0].port'";
		return json_object_get(json_array_get(streams, 0), "port");
	}
	*ret_name = audio || !video ? "'audio_port'" : "'video_port'";
	return audio ? audio : video;
}

/* NULL: what it names is none. */
static const char *suite_of(json_t *message)
{
	json_t *suite = json_object_get(message, "srtp_suite");

	if (!suite)
		return "none";
	switch (json_integer_value(suite)) {
	case 32:
		return "AES_CM_128_HMAC_SHA1_32";
	case 80:
		return "AES_CM_128_HMAC_SHA1_80";
	default:
		return NULL;
	}
}

static json_t *start_request(json_t *message, const char *suite)
{
	json_t *to = json_pack("{s:s}", "suite", suite);
	json_t *start = json_pack("{s:s, s:o}", "request", "consent_start", "forward", to);
	static const char *const kept[] = {"room", "secret", "purpose"};
	const char *name;
	json_t *port = port_of(message, &name);

	for (unsigned i = 0; i < G_N_ELEMENTS(kept); i++)
		if (json_object_get(message, kept[i]))
			json_object_set(start, kept[i], json_object_get(message, kept[i]));
	if (json_object_get(message, "host"))
		json_object_set(to, "host", json_object_get(message, "host"));
	if (port)
		json_object_set(to, "port", port);
	return start;
}

/* Errors speak of the fields of consent_start: the client gets to know them by its own names. A new string.
 */
static char *in_own_words(json_t *message, const char *sentence)
{
	const char *port;
	(void)port_of(message, &port);
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

static json_t *refuse_suite(void)
{
	g_autoptr(GError) error = g_error_new_literal(CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"the field 'srtp_suite' must be 32 or 80: correct it, or leave it out for a feed to this "
		"machine that is not encrypted");

	return signalling_error(error);
}

json_t *videoroom_rtp_forward(gateway *g, shim *s, json_t *message)
{
	const char *suite = suite_of(message);
	if (!suite)
		return refuse_suite();
	caller who = {.attendance = s ? shim_attendance(s) : NULL, .admin = !s, .rate = s ? &s->rate : NULL};
	json_t *start = start_request(message, suite);
	json_t *answer = signalling_answer(&g->signalling, &who, start);
	const char *error = json_string_value(json_object_get(answer, "error"));

	if (error) {
		g_autofree char *own = in_own_words(message, error);

		json_object_set_new(answer, "error", json_string(own));
	}
	json_decref(start);
	return answer;
}
