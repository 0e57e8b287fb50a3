/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendering/program.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

bool program_require(const char *name, const char *package, GError **error)
{
	g_autofree char *path = g_find_program_in_path(name);
	if (!path)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE,
			"%s is needed and not installed; Debian has it in the package %s", name, package);
	return path != NULL;
}

static void let_signals_through(gpointer unused)
{
	sigset_t none;
	(void)unused;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static const char *last_line(char *text)
{
	g_strchomp(text);
	const char *line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

static bool judge(const char *name, int status, const char *complaint, GError **error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s ended with %s %d%s%s", name,
		WIFEXITED(status) ? "status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), *complaint ? ": " : "",
		complaint);
	return false;
}

bool program_read(const char *const *argv, const char *folder, char **ret_out, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autofree char *complaint = NULL;
	int status;
	GSpawnFlags flags = G_SPAWN_SEARCH_PATH | (ret_out ? 0 : G_SPAWN_STDOUT_TO_DEV_NULL);
	if (g_spawn_sync(folder, (char **)argv, NULL, flags, let_signals_through, NULL, ret_out, &complaint,
		    &status, &why))
		return judge(argv[0], status, last_line(complaint), error);
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s", why->message);
	return false;
}

bool program_run(const char *const *argv, const char *folder, GError **error)
{
	return program_read(argv, folder, NULL, error);
}
