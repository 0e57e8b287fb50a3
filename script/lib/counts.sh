# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Counting tests: every kind of runner has words of its own for how many there were.

passed=0
failed=0
skipped=0

count() {
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + ${3:-0}))
}

# reported LOG WORD...: the sum of what node:test says of these, in lines such as "# pass 12" (TAP) or "ℹ pass 12".
reported() {
	local log=$1
	shift
	awk -v words=" $* " 'NF == 3 && ($1 == "#" || $1 == "ℹ") && index(words, " " $2 " ") { sum += $3 } END { print sum + 0 }' "$log"
}

# count_summary LOG STATUS: the last line says "N passed, N failed".
count_summary() {
	if [[ $(tail -n 1 "$1") =~ ^([0-9]+)' passed, '([0-9]+)' failed' ]]; then
		count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
	fi
	[ "$2" = 0 ] || [ "${BASH_REMATCH[2]:-0}" != 0 ] || count 0 1
}

# count_node LOG STATUS: node:test ends with a line each for pass, fail, cancelled, skipped, todo. A run that ended
# badly without naming a failure counts as one.
count_node() {
	local good bad odd
	good=$(reported "$1" pass)
	bad=$(reported "$1" fail cancelled)
	odd=$(reported "$1" skipped todo)
	if [ "$bad" = 0 ] && { [ "$2" != 0 ] || [ "$good" = 0 ]; }; then
		bad=1
	fi
	count "$good" "$bad" "$odd"
}

# count_check LOG STATUS FOLDER: automake names the programs; in the log of each, Check's line says how many tests it
# had. A program that died before that line counts as one.
count_check() {
	local result program numbers any='' before=$failed
	while read -r result program; do
		any=1
		numbers=$(sed -nE 's/^[0-9]+%: Checks: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+)$/\1 \2 \3/p' "$3/$program.log" |
			awk '{ bad = $2 + $3; good += $1 - bad; all += bad } END { if (NR) print good, all }')
		case $result in
		PASS | FAIL) [ "$result" = PASS ] || [[ -n $numbers && $numbers != *' 0' ]] || numbers="${numbers:+${numbers% *} }1" ;;
		SKIP) numbers='0 0 1' ;;
		*) numbers='0 1' ;;
		esac
		[[ $numbers == *' '* ]] || numbers="0 ${numbers:-1}"
		# shellcheck disable=SC2086 # these are two or three numbers
		count $numbers
	done < <(sed -nE 's/^(PASS|FAIL|SKIP|XPASS|ERROR): ([^ ]+)$/\1 \2/p' "$1" | sort -u)
	if [ -z "$any" ] || { [ "$2" != 0 ] && [ "$failed" = "$before" ]; }; then
		count 0 1
	fi
}
