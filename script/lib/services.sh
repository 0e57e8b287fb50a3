# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Debian's janus, nginx and postgresql packages start a service when they are installed and at every boot. Here they are
# wanted for their programs only. Where this installs them, the services neither start nor come up at the next
# boot; where they were there before, nothing is changed.

declare -A SERVICE_OF=([janus]=janus [nginx-light]=nginx [postgresql]=postgresql)
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK='janus-consent: for the time of an installation'

# services_of PACKAGE...: the services that these packages would start.
services_of() {
	local package
	for package in "$@"; do
		[ -z "${SERVICE_OF[$package]:-}" ] || printf '%s\n' "${SERVICE_OF[$package]}"
	done
}

# keep_services_down PACKAGE...: Debian's own switch for it, a policy that maintainer scripts ask. A policy that
# is already there goes on to decide about all other services.
keep_services_down() {
	[ -n "$(services_of "$@")" ] || return 0
	release_policy
	trap release_policy EXIT
	[ ! -e "$POLICY" ] || as_root mv "$POLICY" "$POLICY.kept"
	as_root tee "$POLICY" >/dev/null <<-END
		#!/bin/sh
		# $POLICY_MARK
		case "\${1%.service}" in $(services_of "$@" | paste -sd "|")) exit 101;; esac
		[ ! -x $POLICY.kept ] || exec $POLICY.kept "\$@"
		exit 0
	END
	as_root chmod 755 "$POLICY"
}

# release_policy: everything as it was; also after an installation that was killed.
release_policy() {
	if grep -qsF "$POLICY_MARK" "$POLICY"; then
		as_root rm -f "$POLICY"
	fi
	if [ -e "$POLICY.kept" ] && [ ! -e "$POLICY" ]; then
		as_root mv "$POLICY.kept" "$POLICY"
	fi
	trap - EXIT
}

# release_services PACKAGE...: what this just installed does not start at boot either.
release_services() {
	local service
	release_policy
	for service in $(services_of "$@"); do
		[ -e "/etc/init.d/$service" ] || continue
		logged "disable-$service" as_root update-rc.d "$service" disable
		step "the service '$service' is installed but switched off; to have it: systemctl enable --now $service"
	done
}
