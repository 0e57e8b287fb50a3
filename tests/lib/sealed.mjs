// SPDX-License-Identifier: GPL-3.0-or-later
// A Janus whose recordings are encrypted, and what an operator makes of them.

import path from 'node:path';
import { readMjr } from './mjr.mjs';
import { tool } from './tool.mjs';

/** For startJanus. */
export const SEALED = { plain_files: false };

/** janus-consent `command` on a Janus's recordings: {status, stdout, stderr}. */
export function onRecordings(janus, command, ...args) {
	const key = command === 'decrypt' ? ['--key', path.join(path.dirname(janus.store), 'capture-key')] : [];
	return tool(command, '--store', janus.store, '--recordings', janus.recordings, ...key, ...args);
}

/** Runs decrypt into a folder of the Janus's; {status, stderr, files: read}. */
export async function decrypt(janus, name, ...args) {
	const result = await onRecordings(janus, 'decrypt', '--output', janus.in(name), ...args);
	return { ...result, files: result.stdout.split('\n').filter(Boolean).map(readMjr) };
}
