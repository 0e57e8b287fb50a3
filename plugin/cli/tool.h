/* SPDX-License-Identifier: GPL-3.0-or-later */
/* janus-consent, the operator's tool: a table of commands over the ledger. docs/tool.md describes it. */
#ifndef CONSENT_CLI_TOOL_H
#define CONSENT_CLI_TOOL_H

#include "base/settings.h"
#include "cli/options.h"
#include "ledger/reader.h"
#include "ledger/records.h"

/* Exit codes. */
enum {
	TOOL_GOOD = 0,
	TOOL_NO = 1,    /* the answer is no: does not verify, nothing found */
	TOOL_USAGE = 2, /* called the wrong way */
	TOOL_STORE = 3, /* the store or a file cannot be used */
};

/* What an option means to a command that does not take it as the table of options says. */
typedef struct option_words {
	option_id id;
	const char *help; /* as in the table; NULL: the end */
} option_words;

typedef struct command {
	const char *name;    /* a kind's has its command's before it: "export records" */
	const char *target;  /* what the one argument without a name stands for, or NULL: there is none */
	const char *needs;   /* the options that it cannot do without, as they are written, or NULL */
	const char *summary; /* one line */
	const char *help;    /* a paragraph or more */
	/* NULL, or NULL-terminated: the next word of the command line chooses one of these, and the command
	 * itself has neither options nor run. */
	const struct command *const *kinds;
	guint64 options;           /* OPTION_BITs */
	const option_words *words; /* NULL: all as in the table */
	/* Writes its answer to stdout and messages to stderr. Returns an exit code; on error also sets it. */
	int (*run)(const arguments *args, GError **error);
} command;

extern const command command_records, command_segments, command_meetings, command_verify, command_decrypt,
	command_export, command_checkpoint, command_proof, command_erase, command_rotate_key, command_sweep,
	command_attach, command_products;

/* NULL-terminated. */
extern const command *const commands[];

/* The last word of its name: how it is called on the command line. */
const char *command_word(const command *one);

/* The whole tool. Returns the exit code. */
int tool_run(char *const *args);

/* Help on stdout; of one command, or with NULL of the tool. */
void help_print(const command *one);

/* The ledger that the arguments name, open for reading. NULL with CONSENT_ERROR_INVALID when they name none.
 */
ledger_reader *tool_open(const arguments *args, GError **error);

/* Of one log: refused with CONSENT_ERROR_INVALID where there are several and --origin names none. */
ledger_reader *tool_open_one(const arguments *args, GError **error);

/* Its path (g_free). */
char *tool_store(const arguments *args, GError **error);

/* The gateway's configuration: of --config, else of where it is installed. NULL and no error when neither is
 * there. */
settings *tool_settings(const arguments *args, GError **error);

/* A filter of the arguments; CONSENT_ERROR_INVALID when they contradict one another. */
bool tool_filter(const arguments *args, records_filter *ret, GError **error);
/* Whether any of them is given, and what they are as an object. */
bool tool_filters_any(const records_filter *f);
json_t *tool_filters_json(const arguments *args);

/* The configuration of the gateway whose ledger it is: none (*ret becomes NULL) where --store names another
 * one.
 */
bool tool_gateway(const arguments *args, settings **ret, GError **error);

/* root writes to a ledger as its owner, so that files which come into being are the gateway's, too. */
bool tool_become_owner(const char *store, GError **error);

/* What is written from now on is readable by its owner only, whoever writes it: other programs' files, too.
 */
void tool_keep_private(void);

/* Whether all that was printed to stdout is out. Errors are of G_FILE_ERROR's domain. */
bool tool_flush(GError **error);

/* One line on stderr, with the tool's name before it. */
void tool_say(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
