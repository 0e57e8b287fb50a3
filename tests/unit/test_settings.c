/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gateway's configuration: defaults, every option, and what is said about a file that will not do. */
#include "base/error.h"
#include "base/settings.h"

#include "base_support.h"

#include <string.h>

typedef struct fixture {
	char *folder, *path;
} fixture;

static void write_config(fixture *f, const char *text, gssize length)
{
	f->folder = scratch_new();
	f->path = put_file(f->folder, "janus.plugin.consent.jcfg", text, length);
}

static void drop_config(fixture *f)
{
	g_free(f->path);
	scratch_remove(f->folder);
}

static settings *load(fixture *f)
{
	g_autoptr(GError) error = NULL;
	settings *s = settings_load(f->path, &error);
	ck_assert_msg(s != NULL, "%s", error ? error->message : "no error");
	ck_assert_ptr_null(error);
	return s;
}

static void assert_in_folder(const fixture *f, const char *path, const char *name)
{
	g_autofree char *wanted = g_canonicalize_filename(name, f->folder);
	ck_assert_str_eq(path, wanted);
}

static void assert_defaults(const fixture *f, const settings *s)
{
	ck_assert_str_eq(s->package, "janus.plugin.consent");
	ck_assert_str_eq(s->upstream, "libjanus_videoroom.so");
	ck_assert_str_eq(s->store, "/var/lib/janus-consent/ledger.sqlite");
	ck_assert_str_eq(s->recordings, "/var/lib/janus-consent/recordings");
	ck_assert_str_eq(s->signing_key, "/var/lib/janus-consent/signing-key");
	ck_assert_str_eq(s->capture_key, "/var/lib/janus-consent/capture-key");
	ck_assert(!s->plain_files);
	assert_in_folder(f, s->notices, "consent");
	ck_assert_str_eq(s->language, "en");
	ck_assert_ptr_nonnull(s->allowed_requests);
	ck_assert_ptr_null(s->allowed_requests[0]);
	ck_assert_uint_eq(s->ledger_timeout_ms, 5000);
	ck_assert_str_eq(s->feeds, "/var/lib/janus-consent/feeds");
	ck_assert_ptr_null(s->forward_to[0]);
}

/* Nothing is said of the operator. */
static void assert_nobody(const settings *s)
{
	ck_assert(!s->controller && !s->controller_id && !s->controller_contact && !s->controller_address);
	ck_assert(!s->jurisdiction && !s->storage_location);
	ck_assert_ptr_null(s->rights[0]);
}

static const char *const empty_files[] = {"", "# nothing\n", "general: { }\n", "\xef\xbb\xbfgeneral: { };"};

START_TEST(empty_means_defaults)
{
	fixture f;
	write_config(&f, empty_files[_i], -1);
	g_autoptr(settings) s = load(&f);
	assert_defaults(&f, s);
	assert_nobody(s);
	g_autofree char *origin = g_strconcat(g_get_host_name(), "/janus-consent", NULL);
	ck_assert_str_eq(s->origin, origin);
	drop_config(&f);
}
END_TEST

START_TEST(every_option)
{
	fixture f;
	write_config(&f,
		"general: {\n"
		"  package = \"janus.plugin.videoroom\";\n"
		"  upstream = \"/opt/janus/libjanus_videoroom.so\";\n"
		"  store = \"/srv/l.sqlite\";\n"
		"  recordings = \"/srv/r\";\n"
		"  notices = \"/srv/n\";\n"
		"  signing_key = \"/srv/s\";\n"
		"  capture_key = \"/srv/c\";\n"
		"  plain_files = true;\n"
		"  feeds = \"/srv/f\";\n"
		"  forward_to = [ \"127.0.0.1\", \"::1\" ];\n"
		"  language = \"pt-BR\";\n"
		"  origin = \"meet.example.org/consent\";\n"
		"  allowed_requests = [ \"foo\", \"bar_baz\" ];\n"
		"  ledger_timeout_ms = 250;\n"
		"};\n",
		-1);
	g_autoptr(settings) s = load(&f);
	ck_assert_str_eq(s->package, "janus.plugin.videoroom");
	ck_assert_str_eq(s->upstream, "/opt/janus/libjanus_videoroom.so");
	ck_assert_str_eq(s->store, "/srv/l.sqlite");
	ck_assert_str_eq(s->recordings, "/srv/r");
	ck_assert_str_eq(s->notices, "/srv/n");
	ck_assert_str_eq(s->signing_key, "/srv/s");
	ck_assert_str_eq(s->capture_key, "/srv/c");
	ck_assert(s->plain_files);
	ck_assert_str_eq(s->feeds, "/srv/f");
	ck_assert_uint_eq(g_strv_length(s->forward_to), 2);
	ck_assert_str_eq(s->language, "pt-BR");
	ck_assert_str_eq(s->origin, "meet.example.org/consent");
	ck_assert_uint_eq(g_strv_length(s->allowed_requests), 2);
	ck_assert_str_eq(s->allowed_requests[0], "foo");
	ck_assert_str_eq(s->allowed_requests[1], "bar_baz");
	ck_assert_uint_eq(s->ledger_timeout_ms, 250);
	drop_config(&f);
}
END_TEST

START_TEST(who_is_responsible)
{
	fixture f;
	write_config(&f,
		"general: { controller = \"Zoë & Co.\"; controller_id = \"https://example.org/#us\";\n"
		"controller_contact = \"mailto:p@example.org\"; controller_address = \"Weg 1, Ort\";\n"
		"jurisdiction = \"US-CA\"; storage_location = \"EU\";\n"
		"rights = [ \"eu-gdpr:A7-3\", \"https://example.org/r\" ]; }",
		-1);
	g_autoptr(settings) s = load(&f);
	ck_assert_str_eq(s->controller, "Zoë & Co.");
	ck_assert_str_eq(s->controller_id, "https://example.org/#us");
	ck_assert_str_eq(s->controller_contact, "mailto:p@example.org");
	ck_assert_str_eq(s->controller_address, "Weg 1, Ort");
	ck_assert_str_eq(s->jurisdiction, "US-CA");
	ck_assert_str_eq(s->storage_location, "EU");
	ck_assert_uint_eq(g_strv_length(s->rights), 2);
	ck_assert_str_eq(s->rights[1], "https://example.org/r");
	drop_config(&f);
}
END_TEST

START_TEST(addresses_of_databases_are_no_paths)
{
	static const char *const addresses[] = {
		"postgresql://u@h/d?host=/run", "postgres:///consent", "postgresql://a,b/d"};
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		fixture f;
		g_autofree char *text = g_strdup_printf("general: { store = \"%s\"; }", addresses[i]);
		write_config(&f, text, -1);
		g_autoptr(settings) s = load(&f);
		ck_assert_str_eq(s->store, addresses[i]);
		drop_config(&f);
	}
}
END_TEST

START_TEST(keys_of_a_gateway_on_a_database_are_beside_its_recordings)
{
	fixture f;
	write_config(&f, "general: { store = \"postgresql:///consent\"; recordings = \"/srv/meet/r\"; }", -1);
	g_autoptr(settings) s = load(&f);
	ck_assert_str_eq(s->signing_key, "/srv/meet/signing-key");
	ck_assert_str_eq(s->capture_key, "/srv/meet/capture-key");
	drop_config(&f);
}
END_TEST

START_TEST(relative_paths)
{
	fixture f;
	write_config(&f,
		"general: { upstream = \"../lib/up.so\"; store = \"state/l.sqlite\"; recordings = \"./r\";"
		" notices = \"n\"; }",
		-1);
	g_autoptr(settings) s = load(&f);
	assert_in_folder(&f, s->upstream, "../lib/up.so");
	assert_in_folder(&f, s->store, "state/l.sqlite");
	assert_in_folder(&f, s->recordings, "r");
	assert_in_folder(&f, s->notices, "n");
	ck_assert(g_path_is_absolute(s->store));
	drop_config(&f);
}
END_TEST

typedef struct bad_file {
	const char *text;
	const char *place; /* after the file's path: line and option */
	const char *mend;
} bad_file;

static const bad_file bad_files[] = {
	/* not understood */
	{"general: {\n\n\tpakage = \"x\";\n}", ":3: general.pakage: ", "did you mean \"package\"?"},
	{"general: {\n\tPackage = \"x\";\n}", ":2: general.Package: ", "did you mean \"package\"?"},
	{"general: {\n\tRECORDINGS = \"x\";\n}", ":2: general.RECORDINGS: ", "did you mean \"recordings\"?"},
	{"general: {\n\tledger_timeout = 5;\n}",
		":2: general.ledger_timeout: ", "did you mean \"ledger_timeout_ms\"?"},
	{"general: {\n\tverbose = true;\n}", ":2: general.verbose: ", "there are: package, upstream, "},
	{"genral: { }", ":1: genral: ", "did you mean \"general\"?"},
	{"\npackage = \"x\";", ":2: package: ", "belongs inside the group general: { … }"},
	{"general: { };\nsinks: { };", ":2: sinks: ", "there are: general"},
	{"general: {\n\tpackage = \"a\";\n\tpackage = \"b\";\n}", ":3: ", "duplicate"},
	{"general: {\n\tpackage = \"a\"\n\tstore \"b\";\n}",
		":3: ", "look for a missing quote, bracket or semicolon"},
	{"general: {\n\tpackage = \"a;\n}\n", ":", "syntax error"},
	{"general: {\n", ":", "syntax error"},
	{"@include \"/etc/passwd\"\n", ":1: ", "@include is not supported"},
	{"general: {\n \t@include \"x\"\n}", ":2: ", "@include is not supported"},
	{"general: {\n\tpackage = \"\xff\";\n}", ":2: ", "save the file in the encoding UTF-8"},
	{"general: {\n\tpackage = \"\\xff\";\n}", ":2: general.package: ", "no UTF-8"},
	/* wrong types */
	{"general = 3;", ":1: general: ", "must be a group, general: { … }, not a whole number"},
	{"general: {\n\tpackage = 1;\n}",
		":2: general.package: ", "must be a string in double quotes, not a whole number"},
	{"general: {\n\tstore = true;\n}", ":2: general.store: ", "not true or false"},
	{"general: {\n\tnotices = [ \"a\" ];\n}", ":2: general.notices: ", "not a list"},
	{"general: {\n\torigin = { };\n}", ":2: general.origin: ", "not a group"},
	{"general: {\n\tledger_timeout_ms = \"5\";\n}",
		":2: general.ledger_timeout_ms: ", "a whole number from 100 to 60000, not a string"},
	{"general: {\n\tledger_timeout_ms = 500.5;\n}",
		":2: general.ledger_timeout_ms: ", "not a number with a fraction"},
	{"general: {\n\tallowed_requests = \"foo\";\n}",
		":2: general.allowed_requests: ", "must be a list of strings"},
	{"general: {\n\tallowed_requests = ( \"foo\",\n\t\t3 );\n}",
		": general.allowed_requests.[1]: ", "must be a string"},
	/* wrong values */
	{"general: {\n\tpackage = \"\";\n}", ":2: general.package: ", "the string is empty"},
	{"general: {\n\tstore = \" \\t\\n\";\n}", ":2: general.store: ", "the string is empty"},
	{"general: {\n\tpackage = \"janus plugin\";\n}", ":2: general.package: ", "must be a plugin's name"},
	{"general: {\n\tpackage = \"janus.plugin.x\\n\";\n}",
		":2: general.package: ", "must be a plugin's name"},
	{"general: {\n\tstore = \"mysql://db/x\";\n}", ":2: general.store: ", "must be the path of a file"},
	{"general: {\n\tlanguage = \"de_AT\";\n}", ":2: general.language: ", "must be a language's tag"},
	{"general: {\n\tlanguage = \"english please\";\n}",
		":2: general.language: ", "must be a language's tag"},
	{"general: {\n\torigin = \"a b\";\n}", ":2: general.origin: ", "no blank"},
	{"general: {\n\torigin = \"a+b\";\n}", ":2: general.origin: ", "no \"+\""},
	{"general: {\n\torigin = \"m\xc3\xbc\";\n}", ":2: general.origin: ", "ASCII"},
	{"general: {\n\torigin = \"a\\nb\";\n}", ":2: general.origin: ", "no blank"},
	{"general: {\n\tledger_timeout_ms = 99;\n}", ":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	{"general: {\n\tledger_timeout_ms = 60001;\n}",
		":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	{"general: {\n\tledger_timeout_ms = -5000;\n}",
		":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	/* what libconfig would cut to 32 bits: 2^32 + 500 */
	{"general: {\n\tledger_timeout_ms = 4294967796;\n}",
		":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	{"general: {\n\tledger_timeout_ms: 0x1000001F4;\n}",
		":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	{"general: {\n\tledger_timeout_ms = 4294967796L;\n}",
		":2: general.ledger_timeout_ms: ", "from 100 to 60000"},
	{"general: {\n\tcontroller = \"a\\nb\";\n}", ":2: general.controller: ", "a line of text"},
	{"general: {\n\tcontroller_id = \"us\";\n}", ":2: general.controller_id: ", "must be a web address"},
	{"general: {\n\tcontroller_contact = \"p@example.org\";\n}",
		":2: general.controller_contact: ", "\"mailto:privacy@example.org\""},
	{"general: {\n\tjurisdiction = \"Germany\";\n}", ":2: general.jurisdiction: ", "such as \"DE\""},
	{"general: {\n\tstorage_location = \"de\";\n}", ":2: general.storage_location: ", "such as \"DE\""},
	{"general: {\n\trights = [ \"erasure\" ];\n}",
		": general.rights.[0]: ", "must be an article such as \"eu-gdpr:A15\""},
	{"general: {\n\tallowed_requests = [ \"a b\" ];\n}",
		": general.allowed_requests.[0]: ", "the name of one of the upstream's requests"},
	{"general: {\n\tallowed_requests = [ \"a\", \"consent_info\" ];\n}",
		": general.allowed_requests.[1]: ", "not consent_…"},
	{"general: {\n\tallowed_requests = [ \"\" ];\n}",
		": general.allowed_requests.[0]: ", "the string is empty"},
};

START_TEST(bad_files_are_refused)
{
	const bad_file *bad = &bad_files[_i];
	fixture f;
	write_config(&f, bad->text, -1);
	g_autoptr(GError) error = NULL;
	settings *s = settings_load(f.path, &error);
	ck_assert_msg(s == NULL, "taken:\n%s", bad->text);
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG));
	ck_assert_msg(g_str_has_prefix(error->message, f.path), "%s", error->message);
	ck_assert_msg(
		strstr(error->message, bad->place) != NULL, "no \"%s\" in: %s", bad->place, error->message);
	ck_assert_msg(
		strstr(error->message, bad->mend) != NULL, "no \"%s\" in: %s", bad->mend, error->message);
	drop_config(&f);
}
END_TEST

START_TEST(long_values_are_refused)
{
	const char *const names[] = {"package", "origin"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *value = g_strnfill(10000, 'x');
		g_autofree char *text = g_strdup_printf("general: { %s = \"%s\"; }", names[i], value);
		fixture f;
		write_config(&f, text, -1);
		g_autoptr(GError) error = NULL;
		ck_assert_ptr_null(settings_load(f.path, &error));
		ck_assert_ptr_nonnull(strstr(error->message, names[i]));
		ck_assert_uint_lt(strlen(error->message), 1000);
		drop_config(&f);
	}
}
END_TEST

START_TEST(nul_byte_is_refused)
{
	fixture f;
	write_config(&f, "general: { }\n\0nonsense", 22);
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(settings_load(f.path, &error));
	ck_assert_ptr_nonnull(strstr(error->message, ":2: "));
	drop_config(&f);
}
END_TEST

START_TEST(missing_file_and_folder)
{
	fixture f;
	write_config(&f, "", -1);
	g_autofree char *absent = g_build_filename(f.folder, "absent.jcfg", NULL);
	g_autoptr(GError) error = NULL;
	ck_assert_ptr_null(settings_load(absent, &error));
	ck_assert(g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG));
	ck_assert_ptr_nonnull(strstr(error->message, absent));

	g_autoptr(GError) other = NULL;
	ck_assert_ptr_null(settings_load(f.folder, &other));
	ck_assert_ptr_nonnull(strstr(other->message, f.folder));
	drop_config(&f);
}
END_TEST

START_TEST(free_takes_nothing)
{
	settings_free(NULL);
}
END_TEST

/* The shipped file is good as it is, and what it shows as defaults are the defaults. */
START_TEST(shipped_file)
{
	fixture f;
	g_autofree char *text = read_source("conf/janus.plugin.consent.jcfg");
	write_config(&f, text, -1);
	g_autoptr(settings) s = load(&f);
	assert_defaults(&f, s);
	drop_config(&f);
}
END_TEST

START_TEST(shipped_defaults)
{
	g_autofree char *text = read_source("conf/janus.plugin.consent.jcfg");
	g_autoptr(GRegex) commented = g_regex_new("^\t#([a-z_]+ = .*)$", G_REGEX_MULTILINE, 0, NULL);
	g_autofree char *shown = g_regex_replace(commented, text, -1, 0, "\\1", 0, NULL);
	const char *const names[] = {"package", "upstream", "store", "recordings", "notices", "language",
		"signing_key", "capture_key", "plain_files", "feeds", "forward_to", "origin",
		"allowed_requests", "ledger_timeout_ms", "controller", "controller_id", "controller_contact",
		"controller_address", "jurisdiction", "storage_location", "rights"};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *line = g_strdup_printf("\n%s = ", names[i]);
		ck_assert_msg(strstr(shown, line) != NULL, "%s is not explained", names[i]);
	}

	fixture f;
	write_config(&f, shown, -1);
	g_autoptr(settings) s = load(&f);
	assert_defaults(&f, s);
	ck_assert_str_eq(s->origin, "meet.example.org/consent");
	drop_config(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("settings");
	TCase *tests = tcase_create("settings");
	tcase_add_loop_test(tests, empty_means_defaults, 0, G_N_ELEMENTS(empty_files));
	tcase_add_test(tests, every_option);
	tcase_add_test(tests, who_is_responsible);
	tcase_add_test(tests, relative_paths);
	tcase_add_test(tests, addresses_of_databases_are_no_paths);
	tcase_add_test(tests, keys_of_a_gateway_on_a_database_are_beside_its_recordings);
	tcase_add_loop_test(tests, bad_files_are_refused, 0, G_N_ELEMENTS(bad_files));
	tcase_add_test(tests, long_values_are_refused);
	tcase_add_test(tests, nul_byte_is_refused);
	tcase_add_test(tests, missing_file_and_folder);
	tcase_add_test(tests, free_takes_nothing);
	tcase_add_test(tests, shipped_file);
	tcase_add_test(tests, shipped_defaults);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
