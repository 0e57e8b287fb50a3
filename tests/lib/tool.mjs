// SPDX-License-Identifier: GPL-3.0-or-later
// janus-consent, run as an operator runs it.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import * as paths from './paths.mjs';

/** {status, stdout, stderr}; any status. */
export function tool(...args) {
	return run(paths.tool, args);
}

export function run(command, args, options = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
		const output = { stdout: '', stderr: '' };
		for (const name of ['stdout', 'stderr'])
			child[name].setEncoding('utf8').on('data', text => { output[name] += text; });
		child.once('error', reject);
		child.once('close', (status, signal) => resolve({ status: status ?? signal, ...output }));
	});
}

/** The objects of `janus-consent <command> --format jsonl`; none where the tool found none. */
export async function listed(janus, command, ...filters) {
	const { status, stdout, stderr } = await tool(command, '--store', janus.store, '--format', 'jsonl', ...filters);
	if (status !== 0 && status !== 1)
		throw new Error(`janus-consent ${command} ended with ${status}: ${stderr}`);
	return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line));
}

export const records = (janus, ...filters) => listed(janus, 'records', ...filters);
export const segments = (janus, ...filters) => listed(janus, 'segments', ...filters);

/** All segments, once there are so many and none is open. */
export async function closedSegments(janus, count = 1) {
	for (const begun = Date.now(); ;) {
		const all = await segments(janus);
		if (all.length >= count && all.every(one => one.state !== 'open'))
			return all;
		if (Date.now() - begun > 60_000)
			throw new Error(`${count} segments were to be closed, there are: ${JSON.stringify(all)}`);
	}
}

/** The ledger, with what the gateway keeps beside it, and the recordings, if there ever were any. */
export function verify(janus) {
	const recordings = fs.existsSync(janus.recordings) ? ['--recordings', janus.recordings] : [];
	return tool('verify', '--store', janus.store, '--config', janus.in('config', 'janus.plugin.consent.jcfg'), ...recordings);
}
