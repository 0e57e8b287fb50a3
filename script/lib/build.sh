# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The C part: autogen.sh, configure and make, each only when what it reads has changed.

c_sources() {
	printf '%s\n' configure.ac Makefile.am autogen.sh
	files_in plugin -name '*.[ch]'
	files_in tests/unit -name '*.[ch]'
	build_rules
}
build_rules() {
	files_in plugin -name '*.mk'
	files_in tests/unit -name '*.mk'
}

# The versions of what is compiled against: a new Janus wants a new build.
library_versions() {
	local packages
	mapfile -t packages < <(listed build | cut -f 1 | grep -E '^(gcc|check|janus-dev|lib.*-dev)$')
	# shellcheck disable=SC2016 # the dollars are dpkg-query's
	dpkg-query --show --showformat '${Package} ${Version}\n' "${packages[@]}" 2>/dev/null || true
}

make_configure() {
	local now
	now=$({ printf '%s\n' configure.ac Makefile.am autogen.sh && build_rules; } | content_of)
	[ -x "$ROOT/configure" ] && stamped autogen "$now" && return
	step "making configure"
	logged autogen "$ROOT/autogen.sh" || die "autogen.sh failed"
	stamp autogen "$now"
}

# What make gets besides; a variant of the build sets it.
MAKE_ARGUMENTS=()

# build_c NAME FOLDER [configure's arguments...]: builds into FOLDER (the stamp of it has the NAME).
build_c() {
	local name=$1 folder=$2 now
	shift 2
	now=$({ printf '%s\n' "$*" && c_sources | content_of && library_versions; } | sha256sum)
	[ -e "$folder/.libs/libjanus_consent.so" ] && [ -x "$folder/janus-consent" ] && stamped "$name" "$now" && return
	make_configure
	step "building the gateway into ${folder#"$ROOT"/}"
	mkdir -p "$folder"
	configure_c "$name" "$folder" "$@"
	logged "make-$name" make -C "$folder" --jobs="$(nproc)" "${MAKE_ARGUMENTS[@]}" all || die "the gateway does not build"
	stamp "$name" "$now"
}

configure_c() {
	local name=$1 folder=$2 now
	shift 2
	now=$({ printf '%s\n' "$*" && cat "$STAMPS/autogen" && library_versions; } | sha256sum)
	[ -e "$folder/Makefile" ] && stamped "$name-configure" "$now" && return
	logged "configure-$name" env --chdir="$folder" "$ROOT/configure" --quiet "$@" || die "configure failed"
	stamp "$name-configure" "$now"
}
