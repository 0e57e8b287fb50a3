#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A PostgreSQL server of a test's own, in a folder of its own, reached by a socket in that folder only.
#
#   postgres.sh make FOLDER              makes FOLDER, which must not exist, with a cluster in it
#   postgres.sh serve FOLDER [-c X=Y]…   becomes the server; a signal to it is one to this process: INT stops it, QUIT at
#                                        once, KILL kills it. It stops by itself when who started it is gone.
#   postgres.sh url FOLDER               prints the address of the database that it makes
#   postgres.sh remove FOLDER            when the server is gone
#
# Exit status 77 and the reason on stderr where there is no server to run. Root runs it as the user postgres, or nobody;
# who is root only in a namespace of their own, as tests/run-in-netns makes them, runs it as nobody in one more.
set -euo pipefail

command=${1:?}
folder=${2:?}
shift 2

# Debian keeps the server's programs off the path, a folder for each version.
find_programs() {
	local newest
	newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1)
	if [ -x "$newest" ]; then
		dirname "$newest"
	elif command -v postgres >/dev/null && command -v initdb >/dev/null; then
		dirname "$(command -v postgres)"
	else
		echo "there is no PostgreSQL server here: apt-get install postgresql" >&2
		exit 77
	fi
}

# The server refuses to run as root. Sets `as_user`, a command that runs another as who may.
find_user() {
	local name
	as_user=() user=
	[ "$(id -u)" = 0 ] || return 0
	for name in postgres nobody; do
		if id -u "$name" >/dev/null 2>&1 && setpriv --reuid "$name" --clear-groups true 2>/dev/null; then
			user=$name
			as_user=(setpriv --reuid "$name" --regid "$(id -g "$name")" --clear-groups)
			return
		fi
	done
	as_user=(unshare --user --map-user=65534 --map-group=65534)
	"${as_user[@]}" true 2>/dev/null && return
	echo "there is no user postgres nor nobody to run a PostgreSQL server as" >&2
	exit 77
}

programs=$(find_programs)
find_user
# Last: whoever becomes another user is forgotten to be ended.
as_user+=(setpriv --pdeathsig QUIT)

case $command in
make)
	mkdir -m 700 "$folder"
	[ -z "$user" ] || chown "$user" "$folder"
	cd "$folder"
	"${as_user[@]}" "$programs/initdb" --pgdata="$folder/data" --username=consent --auth=trust --encoding=UTF8 \
		--locale=C --no-sync --no-instructions >"$folder/initdb.log" 2>&1 || {
		cat "$folder/initdb.log" >&2
		exit 1
	}
	;;
serve)
	cd "$folder"
	exec "${as_user[@]}" "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c port=5432 \
		-c fsync=on -c max_connections=40 -c shared_buffers=32MB "$@" >>"$folder/server.log" 2>&1
	;;
url)
	printf 'postgresql://consent@/postgres?host=%s\n' "$folder"
	;;
remove)
	rm -rf "$folder"
	;;
*)
	echo "unknown command '$command'" >&2
	exit 2
	;;
esac
