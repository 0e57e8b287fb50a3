// SPDX-License-Identifier: GPL-3.0-or-later
// What may be wrong with each field of each consent_ request, and the code that says so.

import { OTHER_ROOM, ROOM, SECRET } from '../lib/janus.mjs';
import { codes, LONG, mistakes, WIDE, wrong } from '../lib/mistakes.mjs';

/** A hash as of a notice that was in force once. */
export const OLD_NOTICE = '0123456789abcdef'.repeat(4);

const OWN_ROOM = {
	...wrong(['number', 'text'], { zero: 0 }),
	...codes(703, { 'someone else\'s': OTHER_ROOM, 'as text': String(ROOM), text: 'text' }),
};

const LANG = wrong(['text']);

const MEDIA = {
	...wrong([], { numbers: [1, 2], lists: [['audio']], 'too many': Array(50).fill('audio') }),
	...codes(704, { unknown: ['smell'], 'half unknown': ['audio', 'smell'], 'another case': ['Audio'], wide: [WIDE], long: [LONG] }),
};

const PURPOSE = {
	...wrong(['text']),
	...codes(704, { unknown: 'world domination', 'another case': 'Record', 'and a blank': 'record ' }),
};

const PROOF = {
	...wrong(['text']),
	...codes(706, { text: 'e30.e30.e30', json: '{}' }),
};

/** One decision of consent_decide. */
const DECISION = {
	purpose: { required: 701, ...PURPOSE },
	media: { required: 701, ...MEDIA, ...codes(704, { 'a medium that the purpose does not use': ['data'] }) },
	decision: { required: 701, ...wrong([], { unknown: 'maybe', withdrawn: 'withdrawn', 'another case': 'Granted' }) },
	notice: {
		required: 701,
		...wrong(['text']),
		...codes(705, { outdated: OLD_NOTICE, short: 'ab', 'upper case': notice => notice.toUpperCase() }),
	},
};

const HOST = {
	room: {
		required: 701,
		...wrong(['number'], { zero: 0 }),
		...codes(712, { unknown: 4711 }),
		...codes(707, { 'someone else\'s': OTHER_ROOM }),
	},
	secret: {
		required: 707,
		...wrong(['text']),
		...codes(707, { guessed: 'guess', 'another room\'s': 'otherpwd', 'another case': SECRET.toUpperCase(), 'and a blank': `${SECRET} ` }),
	},
};

const PURPOSES = {
	...wrong([], { numbers: [1], lists: [[]], 'too many': Array(100).fill('record') }),
	...codes(704, { unknown: ['record', 'world domination'], wide: [WIDE], long: [LONG] }),
};

const TIME = { 'no time': '2099-13-45T99:00:00Z', 'no zone': '2099-01-01T00:00:00', 'Unix time': 4_070_908_800 };

const hostBody = () => ({ room: ROOM, purpose: 'summarize', secret: SECRET });

/** The requests, good as they stand in `body`, and what may be wrong with each field. */
const TABLE = {
	consent_info: {
		body: () => ({}),
		fields: { room: OWN_ROOM, lang: LANG },
	},
	consent_decide: {
		body: notice => ({ decisions: [{ purpose: 'record', media: ['audio'], decision: 'granted', notice }] }),
		fields: {
			decisions: { required: 701, ...wrong([], { numbers: [1], lists: [[]], 'too many': Array(100).fill({}) }) },
			expires: wrong([], { past: '2001-01-01T00:00:00.000Z', ...TIME }),
			room: OWN_ROOM,
			lang: LANG,
			proof: PROOF,
		},
	},
	consent_withdraw: {
		body: () => ({}),
		fields: { purposes: PURPOSES, media: MEDIA, erase: wrong(['true']), room: OWN_ROOM, lang: LANG, proof: PROOF },
	},
	consent_start: {
		body: hostBody,
		fields: {
			...HOST,
			purpose: { required: 701, ...PURPOSE },
			policy: wrong([], { unknown: 'everybody' }),
			countdown: wrong(['number'], { 'too long': 1e9 }),
		},
	},
	consent_stop: {
		body: hostBody,
		fields: { ...HOST, purpose: { required: 701, ...PURPOSE } },
	},
	consent_list: {
		body: () => ({ room: ROOM, secret: SECRET }),
		fields: HOST,
	},
};

export const REQUESTS = Object.keys(TABLE);

/** The fields of a request that is answered well. */
export const goodBody = (request, notice) => TABLE[request].body(notice);

export function* allMistakes(request, notice) {
	const good = goodBody(request, notice);
	yield* mistakes(good, TABLE[request].fields);
	if (request === 'consent_decide')
		yield* mistakesInDecisions(good.decisions[0]);
}

function* mistakesInDecisions(good) {
	for (const mistake of mistakes(good, DECISION, 'decisions[0].'))
		yield { ...mistake, body: { decisions: [mistake.body] } };

	const again = { ...good, decision: 'refused' };
	yield { what: 'twice on the same medium', body: { decisions: [good, again] }, code: 702, names: 'decisions' };
	const other = { ...good, media: ['video'] };
	yield { what: 'the second wrong', body: { decisions: [other, { ...good, notice: OLD_NOTICE }] }, code: 705, names: '' };
}

/** Filters of the Admin API's lists. */
export const FILTERS = {
	room: wrong(['number', 'text'], { zero: 0 }),
	meeting: wrong(['text']),
	participant: wrong(['text']),
	purpose: wrong(['text']),
	decision: wrong([], { undecided: 'undecided', 'another case': 'Granted' }),
	from: wrong([], TIME),
	to: wrong([], TIME),
	limit: wrong(['number'], { 'too many': 1001 }),
	cursor: wrong(['text', 'null'], { foreign: 'not a cursor' }),
};

/** Of those that can be looked through. */
export const LISTS = {
	...FILTERS,
	display: wrong(['text']),
	order: wrong([], { another: 'random', 'another case': 'Newest' }),
	cursor: wrong(['text', 'null'], { foreign: 'not a cursor', 'of the other order': 'D0.0' }),
};

/** Of consent_export. */
export const EXPORT = {
	...FILTERS,
	what: { required: 701, ...wrong(['text'], { unknown: 'everything', 'another case': 'Records' }) },
	format: wrong(['text'], { unknown: 'xlsx', 'of the terminal': 'table', 'not configured': 'jsonld' }),
	limit: wrong(['number'], { 'too many': 10_001 }),
	cursor: wrong(['text', 'null'], { foreign: 'not a cursor', 'of an entry that is no export': '0-0-d0.0' }),
};
