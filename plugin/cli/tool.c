/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tool.h"

#include "base/error.h"
#include "cli/suggest.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_MEMORY (4 * 1024 * 1024)
#define CONFIGURATION "/etc/janus/janus.plugin.consent.jcfg"

const command *const commands[] = {
	&command_records,
	&command_segments,
	&command_meetings,
	&command_products,
	&command_verify,
	&command_decrypt,
	&command_export,
	&command_attach,
	&command_checkpoint,
	&command_proof,
	&command_erase,
	&command_rotate_key,
	&command_sweep,
	NULL,
};

void tool_say(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	fputs("janus-consent: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
}

bool tool_flush(GError **error)
{
	if (fflush(stdout) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno),
		"the output cannot be written: %s", g_strerror(errno));
	return false;
}

/* Which exit code an error is. */
static int code_of(const GError *error)
{
	if (g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_INVALID))
		return TOOL_USAGE;
	if (g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_VERIFY) ||
		g_error_matches(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND))
		return TOOL_NO;
	return TOOL_STORE;
}

static int finish(const command *one, int code, const GError *error)
{
	/* Whoever reads has seen enough: no failure of ours. */
	if (!error || g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_PIPE))
		return error ? TOOL_GOOD : code;
	code = code_of(error);
	tool_say("%s%s%s", one ? one->name : "", one ? ": " : "", error->message);
	if (code == TOOL_USAGE)
		tool_say("see janus-consent %s%s--help", one ? one->name : "", one ? " " : "");
	return code;
}

settings *tool_settings(const arguments *args, GError **error)
{
	const char *file = args->values[OPTION_CONFIG];
	if (!file && !g_file_test(CONFIGURATION, G_FILE_TEST_EXISTS))
		return NULL;
	return settings_load(file ? file : CONFIGURATION, error);
}

bool tool_gateway(const arguments *args, settings **ret, GError **error)
{
	g_autoptr(GError) why = NULL;
	bool other = args->values[OPTION_STORE] && !args->values[OPTION_CONFIG];
	settings *read = other ? NULL : tool_settings(args, &why);
	if (why) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	*ret = read;
	return true;
}

char *tool_store(const arguments *args, GError **error)
{
	if (args->values[OPTION_STORE])
		return g_strdup(args->values[OPTION_STORE]);
	g_autoptr(GError) why = NULL;
	g_autoptr(settings) read = tool_settings(args, &why);
	if (read)
		return g_strdup(read->store);
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	else
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--store is needed: there is no %s that could name the ledger", CONFIGURATION);
	return NULL;
}

ledger_reader *tool_open(const arguments *args, GError **error)
{
	g_autofree char *store = tool_store(args, error);
	return store ? ledger_reader_open_log(store, args->values[OPTION_ORIGIN], error) : NULL;
}

ledger_reader *tool_open_one(const arguments *args, GError **error)
{
	g_autofree char *store = tool_store(args, error);
	const char *origin = args->values[OPTION_ORIGIN];
	g_auto(GStrv) all = store && !origin ? ledger_logs(store, error) : NULL;
	if (!store || (!origin && !all))
		return NULL;
	if (all && all[0] && all[1]) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
			"--origin is needed: the store holds several logs, and this is about one");
		return NULL;
	}
	const char *only = origin ? origin : all[0];
	return ledger_reader_open_log(store, only && *only ? only : NULL, error);
}

bool tool_become_owner(const char *store, GError **error)
{
	struct stat owner;
	if (geteuid() != 0 || stat(store, &owner) != 0 || owner.st_uid == 0)
		return true;
	if (setegid(owner.st_gid) == 0 && seteuid(owner.st_uid) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno),
		"cannot become user %u, whose ledger %s is: %s", owner.st_uid, store, g_strerror(errno));
	return false;
}

void tool_keep_private(void)
{
	umask(077);
}

static int print_help(const command *one)
{
	g_autoptr(GError) error = NULL;
	help_print(one);
	tool_flush(&error);
	return finish(one, TOOL_GOOD, error);
}

static int print_version(void)
{
	g_autoptr(GError) error = NULL;
	printf("janus-consent %s\n", PACKAGE_VERSION);
	tool_flush(&error);
	return finish(NULL, TOOL_GOOD, error);
}

static int run_command(const command *one, char *const *args)
{
	g_autoptr(GError) error = NULL;
	arguments parsed;
	if (!options_parse(args, one->options, one->target, &parsed, &error))
		return finish(one, TOOL_USAGE, error);
	if (parsed.help)
		return print_help(one);
	int code = one->run(&parsed, &error);
	return finish(one, code, error);
}

const char *command_word(const command *one)
{
	const char *blank = strrchr(one->name, ' ');
	return blank ? blank + 1 : one->name;
}

/* An option where a command or a kind should stand. */
static int fail_early(const command *of, const char *given)
{
	g_autoptr(GError) error = NULL;
	const char *const own[] = {"help", of ? NULL : "version", NULL};
	g_autofree char *hint = suggest_text(given + strspn(given, "-"), own, "--");
	g_set_error(&error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "there is no option “%s” here%s", given,
		*hint ? hint : "; a command's options stand behind its name");
	return finish(of, TOOL_USAGE, error);
}

static int fail_command(const command *of, const command *const *among, const char *given)
{
	g_autoptr(GError) error = NULL;
	if (given[0] == '-')
		return fail_early(of, given);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (size_t i = 0; among[i]; i++)
		g_ptr_array_add(names, (char *)command_word(among[i]));
	g_ptr_array_add(names, NULL);
	g_autofree char *hint = suggest_text(given, (const char *const *)names->pdata, "");
	g_set_error(&error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "there is no %s “%s”%s",
		of ? "kind" : "command", given, hint);
	return finish(of, TOOL_USAGE, error);
}

static int fail_nothing(const command *of, const command *const *among)
{
	g_autoptr(GError) error = g_error_new(CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"a %s is needed, for example %s", of ? "kind" : "command", command_word(among[0]));
	return finish(of, TOOL_USAGE, error);
}

static const command *find(const command *const *among, const char *word)
{
	for (size_t i = 0; among[i]; i++)
		if (strcmp(command_word(among[i]), word) == 0)
			return among[i];
	return NULL;
}

/* `help`, `help COMMAND`, `help export KIND`. */
static int help_on(char *const *args)
{
	const command *one = NULL;
	for (const command *const *among = commands; among && *args; args++) {
		const command *next = find(among, *args);
		if (!next)
			return fail_command(one, among, *args);
		one = next;
		among = one->kinds;
	}
	return print_help(one);
}

/* `of` is NULL for the tool itself. */
static int choose(const command *of, const command *const *among, char *const *args)
{
	if (!args[0])
		return fail_nothing(of, among);
	if (strcmp(args[0], "--help") == 0 || strcmp(args[0], "-h") == 0)
		return print_help(of);
	if (!of && strcmp(args[0], "help") == 0)
		return help_on(args + 1);
	const command *one = find(among, args[0]);
	if (!one)
		return fail_command(of, among, args[0]);
	return one->kinds ? choose(one, one->kinds, args + 1) : run_command(one, args + 1);
}

int tool_run(char *const *args)
{
	/* What one page of a ledger took the next one takes: it is not given back to the kernel in between.
	 */
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	/* A closed pipe shall be an error that can be told from others. */
	signal(SIGPIPE, SIG_IGN);
	if (args[0] && strcmp(args[0], "--version") == 0)
		return print_version();
	return choose(NULL, commands, args);
}
