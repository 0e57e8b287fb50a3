// SPDX-License-Identifier: GPL-3.0-or-later
// Every parameter of every consent_ request, wrong in every way that came to mind: the named error, nothing changed,
// nothing leaked, and the gateway goes on.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { allMistakes, EXPORT, goodBody, LISTS, OLD_NOTICE, REQUESTS } from './bad-input.table.mjs';
import * as consent from '../lib/consent.mjs';
import { assertError } from '../lib/expect.mjs';
import { OTHER_ROOM, ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { Meeting } from '../lib/meeting.mjs';
import { LONG, mistakes, WIDE } from '../lib/mistakes.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { records, verify } from '../lib/tool.mjs';

after(closeAll);

/** A meeting of two with a decision and an activity, so that there is something to change and to leak. */
async function inhabited(t) {
	const janus = await startJanus(t);
	const meeting = await Meeting.of(janus, ['Ann', 'Bob Secretive']);
	const [ann, bob] = meeting.people;
	await consent.start(bob);
	await consent.grant(bob);
	const admin = await janus.admin();
	await eventually(async () => {
		const { segments } = await admin.request(janus.package, { request: 'consent_segments' });
		return segments.length === 2;
	}, 'Bob\'s segments in the ledger');
	const { participant } = await consent.info(bob);
	const secrets = [SECRET, 'otherpwd', bob.display, participant, String(bob.feed), janus.folder, 'sqlite'];
	return { janus, meeting, ann, bob, admin, secrets };
}

/** All that a request could have changed, from the outside. */
async function everything({ janus, admin }) {
	const ask = request => admin.request(janus.package, request);
	return {
		here: await ask({ request: 'consent_list', room: ROOM }),
		there: await ask({ request: 'consent_list', room: OTHER_ROOM }),
		records: await ask({ request: 'consent_records', limit: 1000 }),
		segments: await ask({ request: 'consent_segments', limit: 1000 }),
		meetings: await ask({ request: 'consent_meetings', limit: 1000 }),
		rooms: await ask({ request: 'list' }),
	};
}

function assertNothingLeaked(answer, secrets, body) {
	const said = JSON.stringify(answer);
	const known = JSON.stringify(body);
	for (const secret of secrets.filter(one => !known.includes(one)))
		assert.ok(!said.includes(secret), `leaked "${secret}": ${said.slice(0, 500)}`);
	assert.ok(said.length < 20_000, 'a short answer');
}

for (const request of REQUESTS)
	test(`${request}: every field wrong in every way`, async t => {
		const world = await inhabited(t);
		const notice = await consent.noticeOf(world.ann, 'record');
		let before = await everything(world);
		// The gateway counts requests of one handle: more than some hundred at once are too many, and fewer of what is written.
		let who = world.ann;
		let count = 0;

		for (const { what, body, code, names } of allMistakes(request, notice)) {
			if (++count % 300 === 0) {
				who = await world.meeting.add(world.janus, `Ann ${count}`);
				before = await everything(world);
			}
			await t.test(what, async () => {
				const answer = await consent.patiently(() => who.request({ request, ...body }));
				assertError(answer, code);
				assert.ok(answer.error.includes(names.slice(0, 12)), `names ${names}: ${answer.error}`);
				assertNothingLeaked(answer, world.secrets, body);
				assert.deepEqual(await everything(world), before);
			});
		}
		const good = await consent.patiently(() => who.request({ request, ...goodBody(request, notice) }));
		assert.equal(good.error_code, request === 'consent_stop' ? 712 : undefined, `the good request: ${JSON.stringify(good)}`);
		await alive(world);
	});

/** Everything works on, and the ledger is whole. */
async function alive({ janus, meeting, admin }) {
	await meeting.send(2);
	admin.close();
	await meeting.close();
	await janus.stop();
	const { status, stdout, stderr } = await verify(janus);
	assert.equal(status, 0, stdout + stderr);
}

test('an outdated notice is refused with the one in force in the answer', async t => {
	const world = await inhabited(t);
	const answer = await world.ann.request({ request: 'consent_decide', lang: 'de', ...goodBody('consent_decide', OLD_NOTICE) });
	assertError(answer, 705);
	assert.equal(answer.notice, await consent.noticeOf(world.ann, 'record'));
	assert.ok(answer.title.length > 0 && answer.summary.length > 0);
	assert.equal(answer.lang, 'de');
	await alive(world);
});

test('requests that do not exist, and requests without a name', async t => {
	const world = await inhabited(t);
	const before = await everything(world);
	const others = ['', 'grant', 'infos', 'INFO', 'Decide', 'receipt', 'unbind', WIDE, LONG];
	for (const request of ['Consent_info', ...others.map(name => `consent_${name}`)]) {
		const answer = await world.ann.request({ request });
		assertError(answer, 700);
		assertError(await world.admin.request(world.janus.package, { request }), 700);
		assertNothingLeaked(answer, world.secrets, {});
	}
	assertError(await world.ann.request({}), 701, /'request' is missing/);
	for (const request of [null, 17, ['consent_info'], {}])
		assertError(await world.ann.request({ request }), 702, /'request' must be a string/);
	for (const request of [WIDE, LONG, ''])
		assertError(await world.ann.request({ request }), 709);
	assert.deepEqual(await everything(world), before);
	await alive(world);
});

const RAW = {
	'a lone continuation byte': [0x80],
	'an overlong slash': [0xc0, 0xaf],
	'a cut sequence': [0xe2, 0x82],
	'Latin 1': [0xe4],
	'a surrogate': [0xed, 0xa0, 0x80],
	'beyond Unicode': [0xf5, 0x80, 0x80, 0x80],
	'an escaped lone surrogate': Buffer.from('\\ud800'),
	'an escaped NUL': Buffer.from('\\u0000'),
	'a control character': [0x07],
	'an open quote': Buffer.from('"'),
};

test('what is not JSON, not UTF-8 or no object goes no further than Janus', async t => {
	const world = await inhabited(t);
	const before = await everything(world);
	const { client, handle } = world.ann;
	const around = bytes => {
		const body = { request: 'consent_withdraw', purposes: ['HERE'] };
		const text = JSON.stringify({ janus: 'message', transaction: 'raw', session_id: client.session, handle_id: handle.id, body });
		const [head, tail] = text.split('HERE');
		return Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from(tail)]);
	};
	for (const [what, bytes] of Object.entries(RAW))
		await t.test(what, async () => {
			client.sendBytes(around(bytes));
			const answer = await client.messages.next(() => true, 'Janus\'s answer');
			assert.equal(answer.janus, 'error', JSON.stringify(answer));
			assert.equal(answer.error.code, 454, 'not JSON, says Janus');
			assert.deepEqual(await everything(world), before);
		});
	for (const body of [[], 'consent_info', 17, null])
		await assert.rejects(handle.request(body), ({ code }) => code >= 450 && code < 500);
	assert.deepEqual(await everything(world), before);
	await alive(world);
});

test('hostile names are kept as they are, up to 256 bytes, and harm nobody', async t => {
	const world = await inhabited(t);
	const names = [
		'<img src=x onerror=alert(1)>',
		'\'; DROP TABLE entries; --',
		'=HYPERLINK("http://x")',
		'Zoë \u202e\u0007 "\\ 😀',
		'n'.repeat(20_000),
	];
	const kept = names.map(name => name.slice(0, 256));
	for (const [i, display] of names.entries()) {
		const guest = await Source.join(world.janus, { room: ROOM, display });
		await consent.refuse(guest);
		assert.equal((await consent.info(guest)).participants.find(one => one.you).display, kept[i]);
		await guest.close();
	}
	const { records } = await world.admin.request(world.janus.package, { request: 'consent_records', decision: 'refused' });
	assert.deepEqual(records.filter(row => row.medium === 'audio').map(row => row.display), kept);
	await alive(world);
});

/** What a list's answer holds. */
const rowsOf = (request, answer) => request === 'consent_export' ? answer.text.split('\n').slice(0, -1) : answer[request.slice('consent_'.length)];

for (const [request, good, fields] of [
	['consent_records', {}, LISTS],
	['consent_segments', {}, LISTS],
	['consent_meetings', {}, LISTS],
	['consent_export', { what: 'records' }, EXPORT],
])
	test(`${request}: for the Admin API only, and strict`, async t => {
		const world = await inhabited(t);
		const ask = body => world.admin.request(world.janus.package, { request, ...body });
		assertError(await world.ann.request({ request }), 707);
		assertError(await world.ann.request({ request, room: ROOM, secret: SECRET }), 702);
		for (const { what, body, code, names } of mistakes(good, fields))
			await t.test(what, async () => {
				const answer = await ask(body);
				assertError(answer, code);
				assert.ok(answer.error.includes(names), `names ${names}: ${answer.error}`);
			});
		assert.deepEqual(rowsOf(request, await ask({ ...good, meeting: 'none of that name' })), []);
		await alive(world);
	});

test('the Admin API decides for nobody', async t => {
	const world = await inhabited(t);
	const before = await everything(world);
	const notice = await consent.noticeOf(world.ann, 'record');
	const { participant } = await consent.info(world.ann);
	const { decisions } = goodBody('consent_decide', notice);
	const ask = request => world.admin.request(world.janus.package, request);
	assertError(await ask({ request: 'consent_decide', decisions }), 703);
	assertError(await ask({ request: 'consent_decide', decisions, room: ROOM }), 703);
	assertError(await ask({ request: 'consent_decide', decisions, participant }), 702);
	assertError(await ask({ request: 'consent_withdraw' }), 703);
	assertError(await world.bob.request({ request: 'consent_decide', decisions, participant }), 702);
	assert.deepEqual(await everything(world), before);
	await alive(world);
});

test('too many decisions at once are refused and change nothing; the withdrawal is not, nor later ones', async t => {
	const world = await inhabited(t);
	const body = { request: 'consent_decide', ...goodBody('consent_decide', await consent.noticeOf(world.ann, 'record')) };
	const answers = await Promise.all(Array.from({ length: 1200 }, () => world.ann.request(body)));
	const refused = answers.filter(answer => answer.error_code);
	assert.ok(refused.length > 0 && refused.length < 1100, `${refused.length} of 1200`);
	refused.forEach(answer => assertError(answer, 710));
	assert.ok(refused.some(({ error }) => error.includes('of this kind')));
	const { participant } = await consent.patiently(() => consent.info(world.ann));
	const rows = (await records(world.janus)).filter(row => row.participant === participant && row.decision === 'granted');
	assert.equal(rows.length, (1200 - refused.length) * body.decisions.flatMap(one => one.media).length);
	assert.equal((await consent.patiently(() => consent.withdraw(world.ann))).consent, 'withdrawn');
	assert.equal((await consent.patiently(() => world.ann.request(body))).consent, 'decided');
	await alive(world);
});

test('too many requests at once are refused, and later ones are not', async t => {
	const world = await inhabited(t);
	const answers = await Promise.all(Array.from({ length: 3000 }, () => consent.info(world.ann)));
	const refused = answers.filter(answer => answer.error_code);
	assert.ok(refused.length > 0 && refused.length < 2900, `${refused.length} of 3000`);
	refused.forEach(answer => assertError(answer, 710));
	assert.equal((await consent.patiently(() => consent.info(world.ann))).consent, 'info');
	assert.equal((await consent.info(world.bob)).consent, 'info');
	await alive(world);
});
