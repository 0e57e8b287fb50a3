# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The demo's own folder: who holds it, and the configuration that is made in it.
#
# STATE is the folder; ETC (configuration), RUN (sockets, process ids) and LOG are in it and are made anew.

# A Unix socket's name may have 107 characters, and the longest here is RUN/janus.sock.
STATE_LENGTH=90

choose_state() {
	(umask 077 && mkdir -p "$1" 2>/dev/null) || die "cannot make the folder $1"
	STATE=$(cd "$1" && pwd)
	[ -w "$STATE" ] || die "$(id -un) cannot write to $STATE: give another folder with --state"
	[ ${#STATE} -le $STATE_LENGTH ] || die "the name of $STATE is longer than $STATE_LENGTH characters: give a shorter one with --state"
	[[ $STATE != *[\"\\\$\&]* ]] || die "the name of $STATE has a character that configuration files cannot hold: give another with --state"
	ETC=$STATE/etc RUN=$STATE/run LOG=$STATE/log
}

# hold_state: one demo at a time. Janus and nginx inherit the lock, so that what a killed demo left over shows.
hold_state() {
	(umask 077 && : >>"$STATE/lock")
	exec 9<>"$STATE/lock"
	flock --nonblock 9 || replace_leftovers
	printf '%s\n' $$ >"$STATE/lock"
}

# find_holders: HELD becomes the processes that have the lock open, this one left out.
find_holders() {
	local descriptor pid
	HELD=()
	for descriptor in /proc/[0-9]*/fd/*; do
		[ "$descriptor" -ef "$STATE/lock" ] || continue
		pid=${descriptor#/proc/}
		pid=${pid%%/*}
		[ "$pid" = $$ ] || HELD+=("$pid")
	done
}

# replace_leftovers: a demo that was killed may have left servers behind, one that runs is not touched.
replace_leftovers() {
	local owner
	owner=$(cat "$STATE/lock")
	find_holders
	if [ ${#HELD[@]} = 0 ] || [[ " ${HELD[*]} " == *" $owner "* ]]; then
		die "a demo with this state is already running (process ${owner:-unknown}); stop it, or give another folder with --state"
	fi
	step "ending what an earlier demo left over: ${HELD[*]}"
	kill -TERM "${HELD[@]}" 2>/dev/null || true
	flock --timeout 10 9 && return
	find_holders
	kill -KILL "${HELD[@]}" 2>/dev/null || true
	flock --timeout 10 9 || die "cannot end the processes ${HELD[*]}, which an earlier demo left over"
}

# The admin secret is made once; everything else follows from the arguments and is made at each start.
configure_demo() {
	umask 077
	rm -rf "$ETC" "$RUN"
	mkdir -p "$ETC/janus" "$ETC/web" "$RUN/plugins" "$RUN/transports" "$RUN/none" "$LOG"
	[ -s "$STATE/admin-secret" ] || od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n' >"$STATE/admin-secret"
	# shellcheck disable=SC2034 # used by fill
	SECRET=$(cat "$STATE/admin-secret")
	configure_plugins
	configure_janus
	configure_nginx
	printf '{\n\t"package": "%s"\n}\n' "$PACKAGE" >"$ETC/web/config.json"
}

# Janus gets folders with only the gateway and only WebSockets in them. The gateway is a copy: a build that goes
# on beside a running demo does not change it.
configure_plugins() {
	local libraries
	libraries=$(janus_libraries)
	cp "$BUILD/.libs/libjanus_consent.so" "$RUN/plugins/"
	ln -s "$libraries/transports/libjanus_websockets.so" "$RUN/transports/"
	UPSTREAM=$libraries/plugins/libjanus_videoroom.so
}

# Debian keeps Janus's parts in a folder of the machine's architecture.
janus_libraries() {
	local folder
	for folder in /usr/lib/*/janus /usr/lib/janus; do
		[ -e "$folder/plugins/libjanus_videoroom.so" ] && printf '%s\n' "$folder" && return
	done
	die "Janus's VideoRoom is missing: apt-get install janus"
}

configure_janus() {
	local conf=$ROOT/conf
	fill "$conf/demo/janus.jcfg.in" >"$ETC/janus/janus.jcfg"
	fill "$conf/demo/janus.transport.websockets.jcfg.in" >"$ETC/janus/janus.transport.websockets.jcfg"
	cp "$conf/demo/janus.plugin.videoroom.jcfg" "$ETC/janus/"
	# Plain files, for whoever tries the demo shall play what it captures at once. The shipped default encrypts them.
	with_options "$conf/janus.plugin.consent.jcfg" >"$ETC/janus/janus.plugin.consent.jcfg" \
		plain_files true package "$PACKAGE" upstream "$UPSTREAM" store "$STATE/ledger.sqlite" \
		recordings "$STATE/recordings" notices "$conf/consent" origin localhost/janus-consent
}

# shellcheck disable=SC2034 # these are used by fill
configure_nginx() {
	local NGINX_USER='' WEB_ROOT=$ROOT/web-ui/dist CONF=$ROOT/conf HOSTS ADDRESS
	[ "$(id -u)" != 0 ] || NGINX_USER='user root;'
	HOSTS=$(allowed_hosts)
	ADDRESS=$LISTEN:$PORT
	fill "$ROOT/conf/demo/nginx.conf.in" >"$ETC/nginx.conf"
}

# allowed_hosts: the names under which the demo may be asked for, a regular expression.
allowed_hosts() {
	case $LISTEN in
	127.* | localhost | '[::1]') printf '%s' '^(localhost|127\.[0-9.]+|\[::1\])$' ;;
	*) printf '.' ;;
	esac
}

# fill FILE: the file with each @NAME@ replaced by the variable of that name.
fill() {
	local text name
	text=$(<"$1")
	for name in $(grep -o '@[A-Z_]*@' "$1" | tr -d @ | sort -u); do
		text=${text//"@$name@"/"${!name}"}
	done
	printf '%s\n' "$text"
}

# with_options FILE [NAME VALUE]...: a .jcfg with these options set, each of which must be in it, if only in a comment.
with_options() {
	local file=$1 text option value
	text=$(<"$file")
	shift
	while [ $# -gt 0 ]; do
		option="^([[:space:]]*)#?$1[[:space:]]*=.*"
		[ "$(grep -cE "$option" <<<"$text")" = 1 ] || die "$file has no option '$1', or two"
		value=\"${2//|/\\|}\"
		case $2 in true | false) value=$2 ;; esac
		text=$(sed -E "s|$option|\\1$1 = $value|" <<<"$text")
		shift 2
	done
	printf '%s\n' "$text"
}
