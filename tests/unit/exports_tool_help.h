/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of the tool. TOOL in the environment is the program, ./janus-consent by default. */
#ifndef EXPORTS_TOOL_HELP_H
#define EXPORTS_TOOL_HELP_H

#include "ledger_help.h"

/* The test's ledger. */
extern help_place place;

typedef struct run {
	char *out, *err;
	int code;
} run;

void run_clear(run *r);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(run, run_clear)

/* Arguments with blanks between; %s is the ledger. */
run call(const char *format);

/* A line of bash; %s is the ledger, TOOL the tool. */
run shell(const char *format);

#endif
