# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The demo's two servers: start, wait until they answer, watch, stop.

JANUS=
NGINX=
PROBE=

# in_background LOG COMMAND...: a server in a session of its own, so that Ctrl-C reaches only this script; it is
# told to end when this script is gone, however that came. The process id is in $!.
in_background() {
	local log=$1
	shift
	setsid setpriv --pdeathsig TERM "$@" >"$log" 2>&1 </dev/null {MESSAGES}>&- &
}

start_servers() {
	in_background "$LOG/janus.log" /usr/bin/janus --configs-folder "$ETC/janus"
	JANUS=$!
	in_background "$LOG/nginx.log" "$(nginx_program)" -p "$RUN/" -e "$LOG/nginx.log" -c "$ETC/nginx.conf"
	NGINX=$!
}

# nginx lives in sbin, which is not on the path of an ordinary user.
nginx_program() { PATH=$PATH:/usr/sbin:/sbin command -v nginx; }

# first_to_end PID...: waits until a signal comes or one of the processes ends; then ENDED and STATUS say which and
# how. (bash itself would report a killed one in words of its own.)
first_to_end() {
	STATUS=0
	wait -n -p ENDED "$@" 2>/dev/null || STATUS=$?
}

# await_answers: until pages and WebSockets answer; fails when a server ends before, or the gateway is not in Janus.
await_answers() {
	node "$ROOT/script/lib/probe.mjs" "$URL" "$PACKAGE" 9>&- &
	PROBE=$!
	first_to_end "$JANUS" "$NGINX" "$PROBE"
	[ -z "$stopping" ] || return 0
	if [ "$ENDED" != "$PROBE" ]; then
		tell_who_ended
		return 1
	fi
	PROBE=
	[ "$STATUS" = 0 ] && return
	complain "Janus runs, but not with the gateway in it as $PACKAGE; from $LOG/janus.log:"
	grep -iE 'consent|\[(ERR|FATAL)\]' "$LOG/janus.log" | tail -n 20 >&2
	return 1
}

# publish_keys: what the meeting page checks receipts by.
publish_keys() {
	"$BUILD/janus-consent" export jwks "$ETC/web/consent-keys.json" --store "$STATE/ledger.sqlite" >"$LOG/keys.log" 2>&1 ||
		complain "the public keys could not be published: receipts cannot be checked in the page; see $LOG/keys.log"
}

# watch: until a signal comes (good) or a server ends (bad).
watch() {
	first_to_end "$JANUS" "$NGINX"
	[ -n "$stopping" ] && return
	tell_who_ended
	return 1
}

tell_who_ended() {
	local name=nginx how="status $STATUS"
	[ "$ENDED" != "$JANUS" ] || name=janus
	[ "$STATUS" -le 128 ] || how="signal $(kill -l "$STATUS")"
	case $name:$(grep -s 'bind() to' "$LOG/nginx.log" || true) in
	nginx:*'Address already in use'*) complain "port $PORT is taken by another program: choose another with --port" && return ;;
	nginx:*'Cannot assign requested address'*) complain "$LISTEN is no address of this machine: choose another with --listen" && return ;;
	esac
	complain "$name has ended by itself ($how); the end of $LOG/$name.log:"
	tail -n 20 "$LOG/$name.log" >&2
}

# stop_servers: by process id, and what they themselves started with them. A server that does not end within ten
# seconds is killed.
stop_servers() {
	local pid
	trap '' INT TERM HUP
	[ -z "$PROBE" ] || kill "$PROBE" 2>/dev/null || true
	for pid in $NGINX $JANUS; do
		kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
	done
	for pid in $NGINX $JANUS; do
		timeout 10 tail --pid="$pid" --sleep-interval=0.05 -f /dev/null || complain "process $pid does not end: killing it"
		kill -KILL -- "-$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}
