# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# What every script here shares: words to the user, steps with a log, stamps by content.
#
# Expects ROOT, the top of the source tree. BUILD is where everything that is made goes; STAMPS and LOGS are in it.

BUILD=${BUILD:-$ROOT/build}
STAMPS=$BUILD/.stamps
LOGS=$BUILD/log
PROGRAM=${0##*/}

say() { printf '%s\n' "$*"; }
step() { printf -- '-- %s\n' "$*"; }
complain() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }
die() {
	complain "$*"
	exit 1
}
usage_error() {
	complain "$* (try --help)"
	exit 2
}

# The text between the first line of a script and the first line that is no comment, without the hash signs.
print_help() { sed -n '3,${/^#/!q;s/^# \{0,1\}//;p}' "$1"; }

# A script waits for the command that it runs in a way that a signal can interrupt: bash would otherwise
# look at a signal only when that command has ended, minutes later. `stopping` holds the signal's exit status;
# `finish_first` names what must not be left half done.
CHILD=
stopping=
finish_first=
stop_on_signals() {
	# A signal comes while the output goes to a log.
	exec {MESSAGES}>&2
	trap 'on_signal 130' INT
	trap 'on_signal 143' TERM
	trap 'on_signal 129' HUP
}
on_signal() {
	stopping=$1
	if [ -n "$finish_first" ]; then
		complain "stopping after $finish_first" 2>&"$MESSAGES"
	elif [ -n "$CHILD" ]; then
		# shellcheck disable=SC2046 # these are process ids
		kill -TERM "$CHILD" $(descendants "$CHILD") 2>/dev/null || true
	fi
}

# descendants PID: what it has started, and they in turn: tools such as autoreconf do not pass a signal on. Except for
# a setup, which knows what of its own must not be left half done.
descendants() {
	local child
	[ "$(cat "/proc/$1/comm" 2>/dev/null)" != setup ] || return 0
	for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
		printf '%s ' "$child"
		descendants "$child"
	done
}

# without_stopping WHAT COMMAND...: a signal waits until the command has ended; the user is told for WHAT.
without_stopping() {
	finish_first=$1
	"${@:2}"
	finish_first=
}

# interruptible COMMAND...: its status; a signal to the script is passed on to it and then ends the script.
interruptible() {
	local status=0
	"$@" &
	CHILD=$!
	while :; do
		wait "$CHILD" && status=0 || status=$?
		kill -0 "$CHILD" 2>/dev/null || break
	done
	CHILD=
	[ -z "$stopping" ] || exit "$stopping"
	return "$status"
}

# logged NAME COMMAND...: the command's words go to a log; the end of it is shown when the command fails.
logged() {
	local log=$LOGS/$1.log
	shift
	if [ -n "${VERBOSE:-}" ]; then
		interruptible "$@"
		return
	fi
	interruptible "$@" >"$log" 2>&1 </dev/null 8>&- && return
	complain "'$*' failed; the end of $log:"
	tail -n 40 "$log" >&2
	return 1
}

# content_of: a hash over names and contents of the files whose names it reads, one a line, from the top of the
# tree. Times do not count: a clone or a copy has new ones.
content_of() (
	cd "$ROOT" || exit
	LC_ALL=C sort | xargs --delimiter='\n' --no-run-if-empty sha256sum -- | sha256sum | cut -d ' ' -f 1
)

# files_in FOLDER [find's tests...]: its files, one a line, without what npm and builds leave there.
files_in() (
	local folder=$1
	shift
	cd "$ROOT" || exit
	find "$folder" \( -name node_modules -o -name dist \) -prune -o -type f "$@" -print
)

# A stamp remembers from what a thing was made.
stamped() { [ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$STAMPS/$1"; }

# prepare_build_folder: makes BUILD, and keeps a second setup in the same tree waiting until this one is done.
prepare_build_folder() {
	mkdir -p "$STAMPS" "$LOGS" 2>/dev/null || true
	if [ ! -w "$STAMPS" ] || [ ! -w "$LOGS" ]; then
		die "$(id -un) cannot write to $BUILD: remove it, or change its owner"
	fi
	exec 8>"$BUILD/.lock"
	flock --nonblock 8 && return
	step "waiting for another setup of this tree to finish"
	interruptible flock 8
}
