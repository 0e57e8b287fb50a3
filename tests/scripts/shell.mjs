// SPDX-License-Identifier: GPL-3.0-or-later
// The project's scripts under test: their functions one by one, and whole in a tree of their own with stubs for what
// they call.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { repository } from '../lib/paths.mjs';

/** A folder that goes away with the test. */
export function folder(t) {
	const name = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-scripts-'));
	t.after(() => fs.rmSync(name, { recursive: true, force: true }));
	return name;
}

/** Runs lines of bash with parts of script/lib/ read in; `input` comes on stdin. */
export function bash(parts, lines, { env = {}, input = '' } = {}) {
	const read = parts.map(part => `. "$ROOT/script/lib/${part}.sh"`);
	const script = ['set -euo pipefail', ...read, lines].join('\n');
	return finished(spawnSync('bash', ['-c', script], { encoding: 'utf8', input, env: { ...process.env, ROOT: repository, ...env } }));
}

export function finished({ status, signal, stdout, stderr }) {
	return { status, signal, stdout, stderr, lines: stdout.trimEnd().split('\n') };
}

/** A source tree with the real scripts, in which everything that they call is a stub that writes down its name. */
export class Tree {
	constructor(t) {
		this.folder = folder(t);
		this.calls = path.join(this.folder, 'calls');
		fs.writeFileSync(this.calls, '');
		fs.cpSync(path.join(repository, 'script'), this.in('script'), { recursive: true });
		this.#sources();
		this.#stubs();
	}

	in(...names) {
		return path.join(this.folder, 'tree', ...names);
	}

	write(name, text, mode = 0o644) {
		fs.mkdirSync(path.dirname(this.in(name)), { recursive: true });
		fs.writeFileSync(this.in(name), text, { mode });
	}

	#sources() {
		for (const name of ['configure.ac', 'Makefile.am', 'plugin/plugin.c', 'plugin/base/module.mk', 'tests/unit/one.c', 'web-ui/src/one.ts'])
			this.write(name, `${name}\n`);
		for (const name of ['web-ui', 'tests'])
			for (const list of ['package.json', 'package-lock.json'])
				this.write(`${name}/${list}`, '{}\n');
		this.write('autogen.sh', `#!/bin/sh\necho autogen >>"${this.calls}"\ncp configure.in configure 2>/dev/null || cp "$(dirname "$0")/configure.in" "$(dirname "$0")/configure"\n`, 0o755);
		this.write('configure.in', `#!/bin/sh\necho configure >>"${this.calls}"\ntouch Makefile\n`, 0o755);
	}

	#stubs() {
		this.stub('make', 'mkdir -p "$2/.libs"; : >"$2/.libs/libjanus_consent.so"; : >"$2/janus-consent"; chmod +x "$2/janus-consent"');
		this.stub('npm', 'case $* in *" ci "*) mkdir -p "$2/node_modules" ;; *build) mkdir -p "$2/dist"; : >"$2/dist/index.html" ;; esac');
		this.stub('apt-get', '');
		this.stub('update-rc.d', '');
		this.stub('dpkg', '');
		this.stub('sudo', '[ "$1" = -n ] || exec "$@"');
		this.stub('dpkg-query', `case $* in *Status*) shift 3; for name; do grep -qx "$name" "${this.folder}/missing" 2>/dev/null || echo "installed $name"; done ;; esac`);
	}

	/** Puts a command first on the path. */
	stub(name, body) {
		const file = path.join(this.folder, 'bin', name);
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(file, `#!/bin/bash\necho "${name} $*" >>"${this.calls}"\n${body}\n`, { mode: 0o755 });
	}

	missing(...packages) {
		fs.writeFileSync(path.join(this.folder, 'missing'), packages.map(name => `${name}\n`).join(''));
	}

	/** Runs script/setup; `called` is what it had done, a command a line. */
	setup(...args) {
		fs.writeFileSync(this.calls, '');
		const env = { ...process.env, PATH: `${path.join(this.folder, 'bin')}:${process.env.PATH}` };
		const result = finished(spawnSync(this.in('script/setup'), args, { encoding: 'utf8', env }));
		result.called = fs.readFileSync(this.calls, 'utf8').split('\n').filter(line => line && !line.startsWith('dpkg-query'));
		return result;
	}
}
