// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts under test are. BUILD_DIR, JANUS and JANUS_LIBDIR override what is found.

import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = path.resolve(process.env.BUILD_DIR ?? path.join(repository, 'build'));

export const gateway = path.join(build, '.libs', 'libjanus_consent.so');
export const tool = path.join(build, 'janus-consent');
export const notices = path.join(repository, 'conf', 'consent');

export const janus = process.env.JANUS ?? 'janus';
export const videoroom = () => path.join(janusFolder(), 'plugins', 'libjanus_videoroom.so');
export const websockets = () => path.join(janusFolder(), 'transports', 'libjanus_websockets.so');
export const eventHandler = () => path.join(janusFolder(), 'events', 'libjanus_wsevh.so');

export function assertBuilt() {
	for (const file of [gateway, tool])
		if (!fs.existsSync(file))
			throw new Error(`${file} is missing: build the gateway, or say where it is by BUILD_DIR`);
}

/** Debian keeps Janus's plugins in a folder of the machine's architecture. */
function janusFolder() {
	if (process.env.JANUS_LIBDIR)
		return process.env.JANUS_LIBDIR;

	const folders = fs.readdirSync('/usr/lib').map(name => `/usr/lib/${name}/janus`);
	const found = ['/usr/lib/janus', ...folders].find(folder => fs.existsSync(`${folder}/plugins`));
	if (!found)
		throw new Error('Janus is missing: apt-get install janus');
	return found;
}

/** The sanitizers' runtime has to be in the process before Janus opens a plugin that needs it. */
export function sanitizerRuntime() {
	const find = name => execFileSync('gcc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
	return [find('libasan.so'), find('libubsan.so')].join(':');
}
