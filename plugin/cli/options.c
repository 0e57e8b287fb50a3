/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/suggest.h"
#include "ledger/store.h"

#include <string.h>

static bool refuse(GError **error, const char *why)
{
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, why);
	return false;
}

static bool check_time(const char *value, GError **error)
{
	gint64 ms;
	return clock_parse_moment(value, &ms) ||
		refuse(error, "must be a time such as 2026-01-31T09:00:00Z, or a date such as 2026-01-31");
}

static bool check_limit(const char *value, GError **error)
{
	return g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT32, NULL, NULL) ||
		refuse(error, "must be a whole number from 1 on");
}

static bool check_index(const char *value, GError **error)
{
	return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, NULL, NULL) ||
		refuse(error, "must be a whole number from 0 on");
}

static bool check_store(const char *value, GError **error)
{
	return !strstr(value, "://") || store_is_url(value) ||
		refuse(error,
			"must be the path of a file, or an address such as postgresql://janus@host/consent");
}

/* Of folders, and of files that must be whole or absent. */
static bool check_place(const char *value, GError **error)
{
	return strcmp(value, "-") != 0 ||
		refuse(error,
			"must be a path: what is written there cannot go to standard output (what is really "
			"called - is ./-)");
}

static bool check_ids(const char *value, GError **error)
{
	g_auto(GStrv) ids = g_strsplit(value, ",", -1);
	for (size_t i = 0; ids[i]; i++)
		if (!*g_strstrip(ids[i]))
			return refuse(error, "must be ids with commas between, none of them empty");
	return true;
}

static bool check_url(const char *value, GError **error)
{
	return (g_str_has_prefix(value, "https://") && g_uri_is_valid(value, G_URI_FLAGS_NONE, NULL)) ||
		refuse(error, "must be an address such as https://media.example.org/m1");
}

static bool check_mediatype(const char *value, GError **error)
{
	return g_regex_match_simple("^[a-z]+/[a-z0-9][a-z0-9.+-]{0,62}$", value, G_REGEX_DOLLAR_ENDONLY, 0) ||
		refuse(error, "must be a media type such as text/plain or application/json");
}

static bool check_head(const char *value, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(value, ":", 2);
	bool good = g_strv_length(parts) == 2 &&
		g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, NULL, NULL) &&
		strlen(parts[1]) == 64 && strspn(parts[1], "0123456789abcdef") == 64;
	return good ||
		refuse(error,
			"must be a number of entries, a colon and the 64 digits of a link, as verify prints "
			"them");
}

const option options[OPTIONS] = {
	[OPTION_STORE] = {"store", "PATH",
		"the ledger, or the address of a database (postgresql://…);\n"
		"default: the store of the configuration",
		NULL, check_store},
	[OPTION_CONFIG] = {"config", "FILE",
		"the gateway's configuration, for its store;\ndefault: /etc/janus/janus.plugin.consent.jcfg",
		NULL, NULL},
	[OPTION_ORIGIN] = {"origin", "NAME",
		"only the log of the gateway of this origin, where a\ndatabase holds several", NULL, NULL},
	[OPTION_FORMAT] = {"format", "NAME", "table (default), csv or jsonl", "table csv jsonl", NULL},
	[OPTION_ROOM] = {"room", "ROOM", "only of this room", NULL, NULL},
	[OPTION_MEETING] = {"meeting", "ID", "only of this meeting", NULL, NULL},
	[OPTION_PARTICIPANT] = {"participant", "ID", "only of this participant", NULL, NULL},
	[OPTION_PURPOSE] = {"purpose", "NAME",
		"only of this purpose: record, summarize, train, telemetry\nor one of the operator's own",
		NULL, NULL},
	[OPTION_DECISION] = {"decision", "NAME", "only granted, refused, withdrawn or expired",
		"granted refused withdrawn expired", NULL},
	[OPTION_FROM] = {"from", "TIME", "only from this time on", NULL, check_time},
	[OPTION_TO] = {"to", "TIME", "only before this time", NULL, check_time},
	[OPTION_LIMIT] = {"limit", "NUMBER", "at most this many", NULL, check_limit},
	[OPTION_DISPLAY] = {"display", "TEXT", "only of people whose name holds this, whatever the case",
		NULL, NULL},
	[OPTION_ORDER] = {"order", "NAME", "oldest first (default) or newest first: oldest or newest",
		"oldest newest", NULL},
	[OPTION_HEAD] = {"head", "COUNT:LINK",
		"an earlier answer of verify: fails also when the ledger\ndoes not continue from there", NULL,
		check_head},
	[OPTION_SEGMENT] = {"segment", "ID", "only this segment", NULL, NULL},
	[OPTION_OUTPUT] = {"output", "PATH",
		"required: the folder to write files to, made where needed;\nor the file (.mjr), where there "
		"is but one segment; none\nis replaced",
		NULL, check_place},
	[OPTION_RECORDINGS] = {"recordings", "PATH",
		"the folder of the recordings; default: that of the\nconfiguration", NULL, NULL},
	[OPTION_KEY] = {"key", "FILE",
		"the key of the recordings; default: the capture_key of the\nconfiguration", NULL, NULL},
	[OPTION_AUTHORISED] = {"authorised", "WHY",
		"also what no grant stands for any more; the reason is kept\nin the ledger", NULL, NULL},
	[OPTION_RECORDS_FORMAT] = {"format", "NAME", "jsonl (default), csv or jsonld", "jsonl csv jsonld",
		NULL},
	[OPTION_NOTICES_FORMAT] = {"format", "NAME", "jsonl (default) or csv", "jsonl csv", NULL},
	[OPTION_OUTPUT_FILE] = {"output", "FILE",
		"the file to write, which must not exist; default: -,\nwhich is standard output", NULL, NULL},
	[OPTION_CHECKPOINT] = {"checkpoint", "FILE",
		"a checkpoint that was kept: fails also when the log\nis not, or never was, what it says",
		NULL, NULL},
	[OPTION_LOG_KEY] = {"key", "KEY",
		"the log's public keys, by your own copy: a JWKS file, a\nfile of verifier keys, or one such "
		"key",
		NULL, NULL},
	[OPTION_TILES] = {"tiles", "DIR", "an exported tile tree instead of a store", NULL, NULL},
	[OPTION_RECEIPT] = {"receipt", "FILE", "a participant's receipt instead of a store", NULL, NULL},
	[OPTION_PROOF] = {"proof", "FILE", "the proof that the receipt's entry is in the log", NULL, NULL},
	[OPTION_COMPARED] = {"recordings", "PATH",
		"also whether the files in this folder are those that the\nledger has, all of them and "
		"nothing "
		"else",
		NULL, NULL},
	[OPTION_INDEX] = {"index", "NUMBER", "required: of the entry, as in a receipt", NULL, check_index},
	[OPTION_REASON] = {"reason", "TEXT", "required: why; kept in the ledger, no personal data here", NULL,
		NULL},
	[OPTION_OUTPUT_FOLDER] = {"output", "DIR", "the folder to make, which must not exist", NULL,
		check_place},
	[OPTION_FILM] = {"film", "NAME", "yes (default) or no: whether to make a film of it", "yes no", NULL},
	[OPTION_URL] = {"url", "ADDRESS",
		"where the folder will be published, https://…: the vCon\nrefers to the recordings there; "
		"default: they are in it",
		NULL, check_url},
	[OPTION_REFRESH] = {"refresh", "DIR", "a set made earlier: take out what has been withdrawn since",
		NULL, NULL},
	[OPTION_TRAINING_FORMAT] = {"format", "NAME", "flac (default) or opus", "flac opus", NULL},
	[OPTION_RATE] = {"rate", "HZ", "samples a second: 8000, 12000, 16000 (default), 24000 or\n48000",
		"8000 12000 16000 24000 48000", NULL},
	[OPTION_CUT] = {"cut", "NAME", "pauses (default): pieces end where nobody speaks; or fixed",
		"pauses fixed", NULL},
	[OPTION_SECONDS] = {"seconds", "NUMBER", "the longest piece, in seconds; default 20", NULL,
		check_limit},
	[OPTION_LAYOUT] = {"layout", "NAME",
		"hf (default): metadata.jsonl, as Hugging Face reads it; or\nnemo: manifest.json, as NeMo "
		"does",
		"hf nemo", NULL},
	[OPTION_KIND] = {"kind", "NAME", "required: transcript or summary", "transcript summary", NULL},
	[OPTION_INPUT] = {"input", "FILE",
		"required: the file to store, which stays where it is; - is\nstandard input", NULL, NULL},
	[OPTION_VENDOR] = {"vendor", "TEXT", "required: who or what made it; no personal data here", NULL,
		NULL},
	[OPTION_MEDIATYPE] = {"mediatype", "TYPE",
		"what it is, such as text/markdown; default: by the name\nof the file", NULL,
		check_mediatype},
	[OPTION_PARTICIPANTS] = {"participants", "IDS",
		"on whom it rests, with commas between; default: all of whom\nsomething was captured for the "
		"purpose in the meeting",
		NULL, check_ids},
	[OPTION_PRODUCT] = {"product", "ID", "or one transcript or summary, as `products` lists it", NULL,
		NULL},
	[OPTION_SIGN_KEY] = {"signkey", "FILE",
		"sign the vCon with this private key (PEM: RSA, or P-256);\nneeds --certificate", NULL, NULL},
	[OPTION_CERTIFICATE] = {"certificate", "FILE", "its certificate, and those above it (PEM)", NULL,
		NULL},
};

/* The names of the allowed options, NULL-terminated. */
static void names_of(guint64 allowed, const char *names[OPTIONS + 2])
{
	size_t count = 0;
	for (int id = 0; id < OPTIONS; id++)
		if (allowed & OPTION_BIT(id))
			names[count++] = options[id].name;
	names[count++] = "help";
	names[count] = NULL;
}

static bool fail_unknown(const char *given, guint64 allowed, GError **error)
{
	const char *names[OPTIONS + 2];
	const char *bare = given + strspn(given, "-");
	g_autofree char *word = g_strndup(bare, strcspn(bare, "="));
	names_of(allowed, names);
	g_autofree char *hint = suggest_text(word, names, "--");
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "there is no %s “%s” here%s",
		given[0] == '-' ? "option" : "argument", given, hint);
	return false;
}

/* The option that the argument names, and what stands behind a "=". */
static int find_option(const char *given, guint64 allowed, const char **ret_value)
{
	if (!g_str_has_prefix(given, "--"))
		return OPTIONS;
	size_t length = strcspn(given + 2, "=");
	for (int id = 0; id < OPTIONS; id++) {
		const char *name = options[id].name;
		if (!(allowed & OPTION_BIT(id)) || strlen(name) != length ||
			strncmp(given + 2, name, length) != 0)
			continue;
		*ret_value = given[2 + length] == '=' ? given + 2 + length + 1 : NULL;
		return id;
	}
	return OPTIONS;
}

static bool check_choice(const option *o, const char *value, GError **error)
{
	g_auto(GStrv) choices = g_strsplit(o->complete, " ", -1);
	if (g_strv_contains((const char *const *)choices, value))
		return true;
	/* Numbers are not alike because their digits are. */
	g_autofree char *hint = g_ascii_isdigit(*value)
		? g_strdup("")
		: suggest_text(value, (const char *const *)choices, "");
	g_autofree char *all = g_strjoinv(", ", choices);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "must be one of %s, not “%s”%s", all, value,
		hint);
	return false;
}

static bool check_value(const option *o, const char *value, GError **error)
{
	bool good = true;
	if (!*value || !g_utf8_validate(value, -1, NULL))
		good = refuse(error, *value ? "must be UTF-8" : "needs a value");
	else if (o->complete)
		good = check_choice(o, value, error);
	else if (o->check)
		good = o->check(value, error);
	if (!good)
		g_prefix_error(error, "--%s ", o->name);
	return good;
}

static bool take_value(int id, const char *value, arguments *ret, GError **error)
{
	if (ret->values[id]) {
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s is given twice; give it once",
			options[id].name);
		return false;
	}
	ret->values[id] = value;
	return check_value(&options[id], value, error);
}

static bool is_help(const char *given)
{
	return strcmp(given, "--help") == 0 || strcmp(given, "-h") == 0;
}

static bool fail_no_value(int id, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s needs a value: --%s %s",
		options[id].name, options[id].name, options[id].value);
	return false;
}

static bool fail_no_target(const char *target, GError **error)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "%s is needed: where to write", target);
	return false;
}

static bool take_target(const char *given, arguments *ret, GError **error)
{
	if (!*given || !g_utf8_validate(given, -1, NULL))
		return refuse(error, "what stands without a name must be UTF-8, and not empty");
	ret->target = given;
	return true;
}

/* One option with its value, which may be the next argument: *at is moved on then. */
static bool take_option(char *const **at, int id, const char *value, arguments *ret, GError **error)
{
	/* A value that begins with dashes is more likely the next option; --name=VALUE takes any. */
	if (!value && (!(*at)[1] || g_str_has_prefix((*at)[1], "--")))
		return fail_no_value(id, error);
	return take_value(id, value ? value : *++*at, ret, error);
}

/* The next argument. */
static bool take_argument(
	char *const **at, guint64 allowed, const char *target, arguments *ret, GError **error)
{
	const char *value = NULL;
	if (target && !ret->target && (***at != '-' || strcmp(**at, "-") == 0))
		return take_target(**at, ret, error);
	int id = find_option(**at, allowed, &value);
	return id == OPTIONS ? fail_unknown(**at, allowed, error) : take_option(at, id, value, ret, error);
}

bool options_parse(char *const *args, guint64 allowed, const char *target, arguments *ret, GError **error)
{
	*ret = (arguments){0};
	for (; *args; args++) {
		if (is_help(*args)) {
			ret->help = true;
			return true;
		}
		if (!take_argument(&args, allowed, target, ret, error))
			return false;
	}
	return !target || ret->target || fail_no_target(target, error);
}

bool options_alone(const arguments *args, option_id one, guint64 others, const char *why, GError **error)
{
	for (int id = 0; args->values[one] && id < OPTIONS; id++)
		if ((others & OPTION_BIT(id)) && args->values[id]) {
			g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "--%s and --%s %s",
				options[one].name, options[id].name, why);
			return false;
		}
	return true;
}
