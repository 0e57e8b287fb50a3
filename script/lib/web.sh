# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The JavaScript part: what npm installs, and the web pages that are built with it.

NODE_AT_LEAST=18

check_node() {
	local version
	version=$(node --version) || die "node does not run"
	version=${version#v}
	[ "${version%%.*}" -ge "$NODE_AT_LEAST" ] ||
		die "$(command -v node) is version $version, $NODE_AT_LEAST or newer is needed (Debian's own will do: remove the other, and run this again)"
}

# install_modules FOLDER: only when the list of modules or Node.js itself has changed.
install_modules() {
	local folder=$1 now
	now=$(printf '%s\n' "$folder/package.json" "$folder/package-lock.json" | content_of)-$(node --version)
	[ -d "$ROOT/$folder/node_modules" ] && stamped "npm-${folder//\//-}" "$now" && return
	step "fetching the JavaScript modules of $folder"
	logged "npm-${folder//\//-}" npm --prefix "$ROOT/$folder" ci --no-audit --no-fund || die "npm failed in $folder"
	stamp "npm-${folder//\//-}" "$now"
}

build_web() {
	local now
	now=$(files_in web-ui | content_of)
	[ -f "$ROOT/web-ui/dist/index.html" ] && stamped web "$now" && return
	step "building the web pages"
	logged web npm --prefix "$ROOT/web-ui" run build || die "the web pages do not build"
	stamp web "$now"
}
