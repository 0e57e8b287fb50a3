/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/settings.h"

#include "base/jcfg.h"

#include <string.h>

#define LEDGER_TIMEOUT_MS 5000
#define STATE_FOLDER "/var/lib/janus-consent"

typedef enum {
	KIND_TEXT,
	KIND_PATH,   /* made absolute */
	KIND_STORE,  /* a path, or the address of a database, left as it is */
	KIND_OBJECT, /* a path when there is a slash in it, else a file name to look for */
} string_kind;

/* The options that are one string each. */
typedef struct string_option {
	const char *name;
	size_t offset; /* in settings */
	string_kind kind;
	const char *pattern; /* what it must match */
	const char *mend;    /* said when it does not */
} string_option;

#define PACKAGE_MEND "must be a plugin's name of letters, digits, \".\", \"-\" and \"_\", at most 100"
#define STORE_MEND                                                                                           \
	"must be the path of a file, or the address of a PostgreSQL database, for example "                  \
	"\"postgresql://janus@db.example.org/consent\""
#define DATABASE_PATTERN "^postgres(ql)?://"
#define LANGUAGE_MEND "must be a language's tag, for example \"en\" or \"pt-BR\""
#define ORIGIN_MEND                                                                                          \
	"must be a name such as \"meet.example.org/consent\": ASCII, at most 200, no blank, no \"+\""
#define REQUEST_MEND                                                                                         \
	"must be the name of one of the upstream's requests: letters, digits, \"_\", not consent_…"

#define TEXT_MEND "must be a line of text"
#define IRI_PATTERN "https?://[^\\s<>\"{}|\\\\^`]+"
#define ID_MEND "must be a web address that stands for the controller, such as \"https://example.org/#us\""
#define CONTACT_MEND                                                                                         \
	"must be where to write to: \"mailto:privacy@example.org\", or a web address with https://"
#define PLACE_PATTERN "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
#define PLACE_MEND "must be \"EU\", a country's two letters such as \"DE\", or a region such as \"US-CA\""
#define RIGHT_PATTERN "^(eu-gdpr:A[0-9]{1,2}(-[0-9a-z]{1,2})*|" IRI_PATTERN ")$"
#define RIGHT_MEND "must be an article such as \"eu-gdpr:A15\", or a web address"

#define REQUEST_PATTERN "^(?!consent_)[A-Za-z0-9._-]+$"

static const string_option string_options[] = {
	{"package", offsetof(settings, package), KIND_TEXT, "^[A-Za-z0-9._-]{1,100}$", PACKAGE_MEND},
	{"upstream", offsetof(settings, upstream), KIND_OBJECT, "", ""},
	{"store", offsetof(settings, store), KIND_STORE, "^(postgres(ql)?://|(?!.*://))", STORE_MEND},
	{"recordings", offsetof(settings, recordings), KIND_PATH, "", ""},
	{"notices", offsetof(settings, notices), KIND_PATH, "", ""},
	{"signing_key", offsetof(settings, signing_key), KIND_PATH, "", ""},
	{"feeds", offsetof(settings, feeds), KIND_PATH, "", ""},
	{"capture_key", offsetof(settings, capture_key), KIND_PATH, "", ""},
	{"language", offsetof(settings, language), KIND_TEXT, "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
		LANGUAGE_MEND},
	/* It becomes a line of its own in a checkpoint, and the key's name in a signed note. */
	{"origin", offsetof(settings, origin), KIND_TEXT, "^[!-*,-~]{1,200}$", ORIGIN_MEND},
	{"controller", offsetof(settings, controller), KIND_TEXT, "^[^\\p{Cc}]+$", TEXT_MEND},
	{"controller_id", offsetof(settings, controller_id), KIND_TEXT, "^" IRI_PATTERN "$", ID_MEND},
	{"controller_contact", offsetof(settings, controller_contact), KIND_TEXT,
		"^(mailto:[^\\s@]+@[^\\s@]+|" IRI_PATTERN ")$", CONTACT_MEND},
	{"controller_address", offsetof(settings, controller_address), KIND_TEXT, "^[^\\p{Cc}]+$", TEXT_MEND},
	{"jurisdiction", offsetof(settings, jurisdiction), KIND_TEXT, PLACE_PATTERN, PLACE_MEND},
	{"storage_location", offsetof(settings, storage_location), KIND_TEXT, PLACE_PATTERN, PLACE_MEND},
};

static const char *const top_names[] = {"general", NULL};
static const char *const general_names[] = {"package", "upstream", "store", "recordings", "notices",
	"signing_key", "capture_key", "plain_files", "language", "origin", "allowed_requests", "feeds",
	"forward_to", "ledger_timeout_ms", "controller", "controller_id", "controller_contact",
	"controller_address", "jurisdiction", "storage_location", "rights", NULL};

static char **string_field(settings *s, const string_option *option)
{
	return (char **)((char *)s + option->offset);
}

static settings *new_defaults(const char *folder)
{
	settings *s = g_new0(settings, 1);
	s->package = g_strdup("janus.plugin.consent");
	s->upstream = g_strdup("libjanus_videoroom.so");
	s->store = g_strdup(STATE_FOLDER "/ledger.sqlite");
	s->recordings = g_strdup(STATE_FOLDER "/recordings");
	s->notices = g_build_filename(folder, "consent", NULL);
	s->language = g_strdup("en");
	s->origin = g_strconcat(g_get_host_name(), "/janus-consent", NULL);
	s->allowed_requests = g_new0(char *, 1);
	s->forward_to = g_new0(char *, 1);
	s->rights = g_new0(char *, 1);
	s->ledger_timeout_ms = LEDGER_TIMEOUT_MS;
	return s;
}

static bool matches(const char *pattern, const char *value)
{
	return g_regex_match_simple(pattern, value, G_REGEX_DOLLAR_ENDONLY, 0);
}

static bool is_path(string_kind kind, const char *value)
{
	return kind == KIND_PATH || (kind == KIND_OBJECT && strchr(value, '/')) ||
		(kind == KIND_STORE && !matches(DATABASE_PATTERN, value));
}

static bool take_string(settings *s, const string_option *option, const jcfg *file,
	const config_setting_t *group, const char *folder, GError **error)
{
	const char *value = NULL;
	if (!jcfg_string(file, group, option->name, &value, error))
		return false;
	if (!value)
		return true;
	if (!matches(option->pattern, value))
		return jcfg_fail(file, config_setting_get_member((config_setting_t *)group, option->name),
			error, "%s", option->mend);
	bool path = is_path(option->kind, value);
	char **field = string_field(s, option);
	g_free(*field);
	*field = path ? g_canonicalize_filename(value, folder) : g_strdup(value);
	return true;
}

/* The options that are a list of strings each. */
typedef struct list_option {
	const char *name, *pattern, *mend;
} list_option;

#define ADDRESS_PATTERN "^[0-9a-fA-F:.]{2,45}$"
#define ADDRESS_MEND "must be an IP address, for example \"192.0.2.7\" or \"2001:db8::7\""

static const list_option requests_option = {"allowed_requests", REQUEST_PATTERN, REQUEST_MEND};
static const list_option forward_option = {"forward_to", ADDRESS_PATTERN, ADDRESS_MEND};
static const list_option rights_option = {"rights", RIGHT_PATTERN, RIGHT_MEND};

static bool take_list(const list_option *option, const jcfg *file, const config_setting_t *group, char ***ret,
	GError **error)
{
	const config_setting_t *list = NULL;
	if (!jcfg_strings(file, group, option->name, &list, error))
		return false;
	int count = list ? config_setting_length(list) : 0;
	g_auto(GStrv) taken = g_new0(char *, (size_t)count + 1);
	for (int i = 0; i < count; i++) {
		const char *one = config_setting_get_string_elem(list, i);
		if (!matches(option->pattern, one))
			return jcfg_fail(
				file, config_setting_get_elem(list, (unsigned)i), error, "%s", option->mend);
		taken[i] = g_strdup(one);
	}
	g_strfreev(*ret);
	*ret = g_steal_pointer(&taken);
	return true;
}

static bool take_general(
	settings *s, const jcfg *file, const config_setting_t *group, const char *folder, GError **error)
{
	if (!jcfg_only(file, group, general_names, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(string_options); i++)
		if (!take_string(s, &string_options[i], file, group, folder, error))
			return false;
	s->origin_set = config_setting_get_member((config_setting_t *)group, "origin") != NULL;
	int timeout = LEDGER_TIMEOUT_MS;
	if (!jcfg_integer(file, group, "ledger_timeout_ms", 100, 60000, &timeout, error))
		return false;
	s->ledger_timeout_ms = (unsigned)timeout;
	if (!jcfg_bool(file, group, "plain_files", &s->plain_files, error))
		return false;
	return take_list(&requests_option, file, group, &s->allowed_requests, error) &&
		take_list(&forward_option, file, group, &s->forward_to, error) &&
		take_list(&rights_option, file, group, &s->rights, error);
}

/* An option at the top of the file is a likely slip: say where it belongs. */
static bool check_top(const jcfg *file, GError **error)
{
	const config_setting_t *root = jcfg_root(file);
	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *member = config_setting_get_elem(root, (unsigned)i);
		if (g_strv_contains(general_names, config_setting_name(member)))
			return jcfg_fail(file, member, error, "belongs inside the group general: { … }");
	}
	return jcfg_only(file, root, top_names, error);
}

/* Beside a store that is a file, else beside the recordings: there the same user may write, and several
 * gateways on one machine do not get in one another's way. */
static void fill_keys(settings *s)
{
	g_autofree char *folder = g_path_get_dirname(g_path_is_absolute(s->store) ? s->store : s->recordings);
	if (!s->signing_key)
		s->signing_key = g_build_filename(folder, "signing-key", NULL);
	if (!s->feeds)
		s->feeds = g_build_filename(folder, "feeds", NULL);
	if (!s->capture_key)
		s->capture_key = g_build_filename(folder, "capture-key", NULL);
}

settings *settings_load(const char *path, GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);
	g_autoptr(jcfg) file = jcfg_read(absolute, error);
	if (!file || !check_top(file, error))
		return NULL;
	g_autoptr(settings) s = new_defaults(folder);
	const config_setting_t *general = NULL;
	if (!jcfg_group(file, jcfg_root(file), "general", &general, error))
		return NULL;
	if (general && !take_general(s, file, general, folder, error))
		return NULL;
	fill_keys(s);
	return g_steal_pointer(&s);
}

void settings_free(settings *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(string_options); i++)
		g_free(*string_field(s, &string_options[i]));
	g_strfreev(s->allowed_requests);
	g_strfreev(s->forward_to);
	g_strfreev(s->rights);
	g_free(s);
}
