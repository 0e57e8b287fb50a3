/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tool.h"

int main(int argc, char **argv)
{
	return tool_run(argc > 0 ? argv + 1 : argv);
}
