# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Debian packages: which are missing, and their installation. Lists are in script/packages/.

# as_root COMMAND...: with sudo where needed. ask_for_root puts the question for the password where it can be seen.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}
ask_for_root() {
	[ "$(id -u)" = 0 ] && return
	command -v sudo >/dev/null ||
		die "these packages are missing, and there is no sudo to install them with; as root: apt-get install $*"
	sudo -n true 2>/dev/null || sudo -v || die "without root's rights nothing can be installed; as root: apt-get install $*"
}

# A line of a list is a package, or a package and the command that makes it needless (whoever provides it).
listed() { sed 's/#.*//; /^[[:space:]]*$/d' "$ROOT/script/packages/$1"; }

# Debian names some packages per architecture; only a fully installed one counts.
installed_packages() {
	# shellcheck disable=SC2016 # the dollar is dpkg-query's
	dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}

# missing_packages LIST...: the names to install, one a line.
missing_packages() {
	local list package command wanted=()
	for list in "$@"; do
		while read -r package command; do
			[ -n "$command" ] && has_command "$command" && continue
			wanted+=("$package")
		done < <(listed "$list")
	done
	[ ${#wanted[@]} = 0 ] ||
		comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) <(installed_packages "${wanted[@]}" | sort -u)
}

# Daemons live in sbin, which is not on the path of an ordinary user.
has_command() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }

# install_packages LIST...: apt is not called when everything is there.
install_packages() {
	local missing
	command -v dpkg-query >/dev/null || die "this needs Debian 12 or something made of it; the packages are in script/packages/"
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} != 0 ] || return 0
	step "installing ${#missing[@]} packages: ${missing[*]}"
	ask_for_root "${missing[@]}"
	finish_interrupted_installation
	logged apt-update as_root apt-get --quiet update
	keep_services_down "${missing[@]}"
	without_stopping 'the installation of packages' logged apt-install apt_install "${missing[@]}"
	release_services "${missing[@]}"
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends \
		-o DPkg::Lock::Timeout=300 -o DPkg::Options::=--force-confold install "$@"
}

finish_interrupted_installation() {
	[ -n "$(dpkg --audit)" ] || return 0
	logged dpkg-configure as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure --pending
}
