// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway's requests as a person makes them. `who` is a Handle, or anything with request(); answers are the gateway's, errors too.

import { setTimeout } from 'node:timers/promises';
import { ROOM, SECRET } from './janus.mjs';

export const MEDIA = ['audio', 'video'];

/** The answer once there are not too many requests any more. */
export async function patiently(ask) {
	for (;;) {
		const answer = await ask();
		if (answer.error_code !== 710)
			return answer;
		await setTimeout(50); // slower than the gateway's patience grows
	}
}

export const info = (who, fields = {}) => who.request({ request: 'consent_info', ...fields });

/** The hash of the notice in force. */
export async function noticeOf(who, purpose) {
	const { purposes } = await info(who);
	return purposes.find(one => one.purpose === purpose).notice;
}

export async function decide(who, purpose, decision, media = MEDIA, fields = {}) {
	const notice = await noticeOf(who, purpose);
	return who.request({ request: 'consent_decide', decisions: [{ purpose, media, decision, notice }], ...fields });
}

export const grant = (who, purpose = 'record', media = MEDIA, fields = {}) => decide(who, purpose, 'granted', media, fields);
export const refuse = (who, purpose = 'record', media = MEDIA, fields = {}) => decide(who, purpose, 'refused', media, fields);
export const withdraw = (who, fields = {}) => who.request({ request: 'consent_withdraw', ...fields });

export function start(who, purpose = 'record', fields = {}) {
	return who.request({ request: 'consent_start', room: ROOM, purpose, secret: SECRET, ...fields });
}

export function stop(who, purpose = 'record', fields = {}) {
	return who.request({ request: 'consent_stop', room: ROOM, purpose, secret: SECRET, ...fields });
}

export function list(who, fields = {}) {
	return who.request({ request: 'consent_list', room: ROOM, secret: SECRET, ...fields });
}

/** {purpose: {medium: decision}} of the one whose id, or feed, it is, as anybody in the meeting sees it. */
export async function decisionsOf(who, id) {
	const { participants } = await info(who);
	return participants.find(one => one.id === id || one.feed === id)?.decisions;
}
