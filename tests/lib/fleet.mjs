// SPDX-License-Identifier: GPL-3.0-or-later
// Several Janus, each with a gateway of its own, on one database.

import assert from 'node:assert/strict';
import * as consent from './consent.mjs';
import { ROOM, startJanus } from './janus.mjs';
import { Source } from './source.mjs';
import { listed, tool } from './tool.mjs';

export const ORIGINS = ['a.example/consent', 'b.example/consent'];

/** A Janus whose gateway keeps its log in the database at `url`, by that name. */
export function startGateway(t, url, origin, options = {}) {
	const { consent: more = {}, ...rest } = options;
	return startJanus(t, { ...rest, consent: { store: url, origin, ...more } });
}

/** One a name in ORIGINS. */
export async function startFleet(t, url, options) {
	const gateways = [];
	for (const origin of ORIGINS)
		gateways.push(await startGateway(t, url, origin, options));
	return gateways;
}

/** Somebody who publishes at that gateway and has proved `key`; leaves with the test. */
export async function publish(t, janus, display, key, options = {}) {
	const source = await Source.publish(janus, { room: ROOM, display, ...options });
	t.after(() => source.close());
	source.bound = await key?.bind(source);
	return source;
}

/** Resolves when capture of both tracks of `who` is told to have begun, or ended; with the reasons. */
export async function captured(who, capturing) {
	const reasons = [];
	for (const medium of consent.MEDIA)
		reasons.push((await who.handle.consent('capture', { medium, capturing })).reason);
	return reasons;
}

/** Every log in the store verifies. */
export async function assertVerifies(url) {
	const { status, stdout, stderr } = await tool('verify', '--store', url);
	assert.equal(status, 0, stdout + stderr);
}

/** All decisions in the store. */
export const recordsAt = (url, ...filters) => listed({ store: url }, 'records', ...filters);
