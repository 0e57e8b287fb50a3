# SPDX-License-Identifier: GPL-3.0-or-later
# By hand: make fuzz, or make fuzz FUZZ_SECONDS=600. Needs clang; builds what it needs by itself.
FUZZ_SECONDS = 60
.PHONY: fuzz
fuzz:
	$(top_srcdir)/tests/fuzz/run $(FUZZ_SECONDS)
