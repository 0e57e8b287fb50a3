/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs/proof.h"

#include "base/error.h"
#include "proofs/jws.h"

#include <math.h>
#include <string.h>

#define MS_PER_SECOND 1000.0

static const struct {
	const char *name, *sentence;
} verdicts[] = {
	[PROOF_GOOD] = {"good", "is good"},
	[PROOF_FORM] = {"form", "is not a compact JWS with Ed25519 over a JSON object"},
	[PROOF_SIGNATURE] = {"signature", "is not signed with this participant's key"},
	[PROOF_CLAIMS] = {"claims",
		"must claim \"meeting\", \"participant\" and \"nonce\" (strings), \"iat\" (seconds since "
		"1970) and what is asked: "
		"\"decisions\", \"purposes\" ([] when the request names none) or \"bind\" (the key or its "
		"thumbprint); and "
		"nothing that the request does not have"},
	[PROOF_MEETING] = {"meeting", "is of another meeting"},
	[PROOF_PARTICIPANT] = {"participant", "is of another participant"},
	[PROOF_SUBJECT] = {"subject",
		"is over something else than what is asked here: its \"decisions\", \"purposes\" ([] when "
		"the request names none) "
		"or \"bind\" (the key or its thumbprint), and \"expires\", \"media\", \"erase\" and \"lang\" "
		"where it has them, "
		"must be those of the request"},
	[PROOF_TIME] = {"time", "was made too long ago or in the future: its \"iat\" must be now"},
	[PROOF_NONCE] = {"nonce",
		"has a nonce that was not given, has expired or has served already: ask for a new one with "
		"consent_info"},
};

static const char *const own_claims[] = {"meeting", "participant", "nonce", "iat"};

const char *proof_verdict_name(proof_verdict verdict)
{
	return verdicts[verdict].name;
}

/* The checks: each PROOF_GOOD or its own verdict */

static proof_verdict check_claims(const json_t *claims, const proof_wanted *wanted)
{
	size_t count = G_N_ELEMENTS(own_claims) + json_object_size(wanted->subject);
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)wanted->subject, name, value)
		if (!json_object_get(claims, name))
			return PROOF_CLAIMS;
	for (size_t i = 0; i < G_N_ELEMENTS(own_claims); i++) {
		const json_t *claim = json_object_get(claims, own_claims[i]);
		bool is_time = strcmp(own_claims[i], "iat") == 0;
		if (is_time ? !json_is_number(claim) : !json_is_string(claim))
			return PROOF_CLAIMS;
	}
	return json_object_size(claims) == count ? PROOF_GOOD : PROOF_CLAIMS;
}

static bool is_string(const json_t *claims, const char *name, const char *wanted)
{
	const json_t *claim = json_object_get(claims, name);
	return json_string_length(claim) == strlen(wanted) && strcmp(json_string_value(claim), wanted) == 0;
}

static proof_verdict check_who(const json_t *claims, const proof_wanted *wanted)
{
	if (!is_string(claims, "meeting", wanted->meeting))
		return PROOF_MEETING;
	return is_string(claims, "participant", wanted->participant) ? PROOF_GOOD : PROOF_PARTICIPANT;
}

static proof_verdict check_subject(const json_t *claims, const proof_wanted *wanted)
{
	const char *name;
	json_t *value;
	json_object_foreach ((json_t *)wanted->subject, name, value)
		if (!json_equal(json_object_get(claims, name), value))
			return PROOF_SUBJECT;
	return PROOF_GOOD;
}

static proof_verdict check_time(const json_t *claims, const proof_wanted *wanted)
{
	double at = json_number_value(json_object_get(claims, "iat"));
	double off = fabs(at - (double)wanted->at_ms / MS_PER_SECOND);
	return off <= (double)wanted->window_ms / MS_PER_SECOND ? PROOF_GOOD : PROOF_TIME;
}

static proof_verdict check_nonce(const json_t *claims, const proof_wanted *wanted)
{
	const json_t *claim = json_object_get(claims, "nonce");
	const char *nonce = json_string_value(claim);
	if (!wanted->issued)
		return PROOF_GOOD;
	bool whole = json_string_length(claim) == strlen(nonce);
	return whole && nonces_take(wanted->issued, nonce, wanted->at_ms) ? PROOF_GOOD : PROOF_NONCE;
}

static proof_verdict check(text_span bytes, const proof_wanted *wanted)
{
	/* In this order; the last one takes the nonce. */
	static proof_verdict (*const checks[])(const json_t *claims, const proof_wanted *wanted) = {
		check_claims, check_who, check_subject, check_time, check_nonce};
	g_auto(jws) j = {0};
	if (!jws_parse(bytes, &j, NULL) || !j.claims)
		return PROOF_FORM;
	if (!jws_verify(&j, wanted->public_key))
		return PROOF_SIGNATURE;

	proof_verdict verdict = PROOF_GOOD;
	for (size_t i = 0; i < G_N_ELEMENTS(checks) && verdict == PROOF_GOOD; i++)
		verdict = checks[i](j.claims, wanted);
	return verdict;
}

proof_verdict proof_check(text_span bytes, const proof_wanted *wanted, GError **error)
{
	proof_verdict verdict = check(bytes, wanted);
	if (verdict != PROOF_GOOD)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_PROOF, "the \"proof\" %s",
			verdicts[verdict].sentence);
	return verdict;
}
