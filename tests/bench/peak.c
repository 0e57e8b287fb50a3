/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a command and writes the most memory that it had resident, in KiB, to a file: what /usr/bin/time does,
 * which not every machine has.
 *   ./bench_peak FILE COMMAND [ARGUMENT…] */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage used;
	int status = 0;
	pid_t child = argc > 2 ? fork() : -1;
	if (child < 0)
		return EXIT_FAILURE;
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	wait4(child, &status, 0, &used);
	FILE *file = fopen(argv[1], "we");
	if (!file)
		return EXIT_FAILURE;
	fprintf(file, "%ld\n", used.ru_maxrss);
	fclose(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
