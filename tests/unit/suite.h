/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CONSENT_TESTS_SUITE_H
#define CONSENT_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Runs a suite, which it takes. Returns what a program's main does. CK_VERBOSITY says how much is told. */
static inline int suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
