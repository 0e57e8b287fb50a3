# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The suites of script/test, in the order in which they run: what is quick to fail comes first. A suite counts its
# tests with count_…; its words go to the terminal and to a log.

# shellcheck disable=SC2034 # script/test reads these two
SUITES=(rules unit clang web scripts interop sanitized-unit threads integration sanitized-integration browser)

CLANG=$ROOT/build-clang
STRICT=(--keep-going "CFLAGS=-g -O1 -Werror")
SANITIZED=$ROOT/build-sanitized
THREADED=$ROOT/build-threads

# shellcheck disable=SC2034
declare -A ABOUT=(
	[rules]="the project's rules: layout of the code, licences, scripts"
	[unit]='unit tests of the C modules'
	[clang]='everything builds with clang, and no warning'
	[web]='types and unit tests of the web components'
	[scripts]='setup and demo, as people use them'
	[interop]="logs, proofs and receipts before judges of others: Go's sumdb and npm's jose"
	[sanitized-unit]='unit tests of the C modules under AddressSanitizer and UndefinedBehaviorSanitizer'
	[threads]="unit tests of capture and of the ledger's queue under ThreadSanitizer"
	[integration]='the gateway in a real Janus'
	[sanitized-integration]='the gateway in a real Janus under AddressSanitizer and UndefinedBehaviorSanitizer'
	[browser]='people in a meeting: the gateway, a real Janus, a real Chromium'
)

# run_teed LOG COMMAND...: its status; what it says is shown and kept.
run_teed() {
	local log=$LOGS/$1.log status=0 tee
	shift
	exec 7> >(exec tee "$log" 8>&-)
	tee=$!
	interruptible "$@" >&7 2>&1 7>&- 8>&- || status=$?
	exec 7>&-
	wait "$tee" || true
	return "$status"
}

# remember_failures LOG: names the failed tests again at the end, in the words of node:test (spec, TAP) and Check.
failures=()
remember_failures() {
	mapfile -t -O ${#failures[@]} failures < <(grep -hE '^ *(✖ |not ok [0-9]+ - )|^[^ ]+:[0-9]+:[EF]:' "$LOGS/$1.log" |
		sed '/✖ failing tests:/d; s/^ *//' | cut -c 1-200 | awk '!seen[$0]++')
}

# check_once NAME COMMAND...: a command that is one test, with 77 for "cannot be done here".
check_once() {
	local name=$1 status=0
	shift
	run_teed "check-$name" "$@" || status=$?
	case $status in
	0) say "ok: $name" && count 1 0 ;;
	77) say "skipped: $name" && count 0 0 1 ;;
	*) say "FAILED: $name" && count 0 1 && failures+=("$name: see build/log/check-$name.log") ;;
	esac
}

# counting_check NAME COMMAND...: one whose last line is a count as this script's own.
counting_check() {
	local status=0
	run_teed "$@" || status=$?
	count_summary "$LOGS/$1.log" "$status"
	[ "$status" = 0 ] || failures+=("$1: see build/log/$1.log")
}

suite_rules() {
	local check
	for check in includes lengths licences format scripts lockfiles; do
		check_once "$check" "$ROOT/script/checks/$check"
	done
	for check in "$ROOT"/tests/check-*; do
		[ ! -x "$check" ] || counting_check "${check##*/}" "$check"
	done
	check_once exports "$ROOT/script/checks/exports" "$BUILD/.libs/libjanus_consent.so"
}

# unit_tests FOLDER
unit_tests() {
	local status=0
	run_teed "unit-${1##*/}" make -C "$1" --jobs="$(nproc)" "${MAKE_ARGUMENTS[@]}" check CK_VERBOSITY=normal VERBOSE=1 || status=$?
	count_check "$LOGS/unit-${1##*/}.log" "$status" "$1"
	[ "$status" = 0 ] || remember_failures "unit-${1##*/}"
}

suite_unit() { unit_tests "$BUILD"; }

# build_strictly NAME FOLDER [configure's arguments...]: every warning is an error; the tests' programs too. It runs
# in a shell of its own, which a signal has to end as well.
build_strictly() {
	local name=$1 folder=$2
	shift 2
	stop_on_signals
	local MAKE_ARGUMENTS=("${STRICT[@]}")
	build_c "$name" "$folder" "$@"
	interruptible make -C "$folder" --jobs="$(nproc)" "${MAKE_ARGUMENTS[@]}" check TESTS=
}

suite_clang() { check_once clang build_strictly clang "$CLANG" CC=clang; }

# build_sanitized: counts as a test only when it fails.
build_sanitized() {
	run_teed build-sanitized build_strictly sanitized "$SANITIZED" --enable-sanitizers=address,undefined && return
	count 0 1
	failures+=("the build with sanitizers: see build/log/build-sanitized.log")
	return 1
}

suite_sanitized_unit() {
	build_sanitized || return 0
	local MAKE_ARGUMENTS=("${STRICT[@]}")
	export LSAN_OPTIONS="suppressions=$ROOT/script/lib/leaks.suppressions:print_suppressions=0"
	unit_tests "$SANITIZED"
	unset LSAN_OPTIONS
}

# threaded_programs: tests that run more threads than one.
threaded_programs() {
	printf 'tests/unit/test_lookup '
	sed -nE 's/^(test_capture_[a-z]+|test_ledger_threads|test_ledger_turns|test_postgres_flights|test_postgres_kills)_SOURCES = .*/\1/p' "$ROOT"/tests/unit/{capture,ledger}.mk | tr '\n' ' '
}

# ThreadSanitizer takes its memory from places that a kernel may give to others, unless it puts everything where it was.
suite_threads() {
	local programs
	programs=$(threaded_programs)
	local MAKE_ARGUMENTS=(--keep-going 'CFLAGS=-g -O1' "check_PROGRAMS=$programs" "TESTS=$programs")
	! setarch --addr-no-randomize true 2>/dev/null || MAKE_ARGUMENTS+=('LOG_FLAGS=setarch --addr-no-randomize')
	if run_teed build-threads build_c threads "$THREADED" --enable-sanitizers=thread; then
		# GLib would hand memory from thread to thread unseen.
		export G_SLICE=always-malloc
		unit_tests "$THREADED"
		unset G_SLICE
	else
		count 0 1
		failures+=("the build with ThreadSanitizer: see build/log/build-threads.log")
	fi
}

# node_tests LOG COMMAND...
node_tests() {
	local log=$1 status=0
	shift
	run_teed "$log" "$@" || status=$?
	count_node "$LOGS/$log.log" "$status"
	[ "$status" = 0 ] || remember_failures "$log"
}

suite_web() {
	check_once types npm --prefix "$ROOT/web-ui" run check
	node_tests web npm --prefix "$ROOT/web-ui" test
}

suite_scripts() {
	node_tests scripts "$ROOT/tests/run-in-netns" node --test --test-concurrency=1 --test-reporter=spec \
		"$ROOT"/tests/scripts/*.test.mjs
}

suite_interop() {
	counting_check interop env ALL=1 BUILD_DIR="$BUILD" "$ROOT/tests/run-in-netns" "$ROOT/tests/interop/run"
}

suite_integration() {
	node_tests integration env BUILD_DIR="$BUILD" "$ROOT/tests/run-integration"
}

suite_sanitized_integration() {
	build_sanitized || return 0
	node_tests sanitized-integration env SANITIZE=1 BUILD_DIR="$SANITIZED" "$ROOT/tests/run-integration"
}

suite_browser() {
	node_tests browser env BUILD_DIR="$BUILD" "$ROOT/tests/run-browser"
}
