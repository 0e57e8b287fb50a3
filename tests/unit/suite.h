/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CONSENT_TESTS_SUITE_H
#define CONSENT_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* A new case of a suite, which owns it; `setup` and `teardown` run around each of its tests. */
static inline TCase *suite_case(Suite *suite, const char *name, SFun setup, SFun teardown)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, setup, teardown);
	suite_add_tcase(suite, tests);
	return tests;
}

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
