#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes `configure` from configure.ac; needs Debian's autoconf, automake, libtool and pkg-config.
set -e
cd "$(dirname "$0")"
for tool in autoreconf automake libtoolize pkg-config; do
	command -v "$tool" >/dev/null && continue
	echo "autogen.sh: $tool is missing: apt-get install autoconf automake libtool pkg-config" >&2
	exit 1
done
mkdir -p m4
autoreconf --install --force
