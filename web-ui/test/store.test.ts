// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsentClient } from '../src/client/client.js';
import { ConsentError } from '../src/client/errors.js';
import { capturedFor, myCapturedMedia, myDecision, participantByFeed, questions } from '../src/store/selectors.js';
import { ConsentStore } from '../src/store/store.js';
import { FakeGateway, purposes } from './fake-gateway.js';

const [record, summarize] = purposes as [(typeof purposes)[0], (typeof purposes)[0]];

/** Three people in the fake meeting; the store is Anna's. */
async function meeting() {
	const gateway = new FakeGateway(structuredClone(purposes));
	const store = new ConsentStore(new ConsentClient(gateway.join('Anna')));
	gateway.join('Ben');
	gateway.join('Cleo');
	await store.refresh();
	return { gateway, store };
}

function allow(purpose = record, media = purpose.media) {
	return { type: 'decide' as const, choices: [{ purpose: purpose.purpose, media, decision: 'granted' as const, notice: purpose.notice }] };
}

const asked = (store: ConsentStore) => questions(store.state).map((one) => [one.purpose.purpose, ...one.media]);

test('before the first answer nothing is known', () => {
	const store = new ConsentStore(new ConsentClient(new FakeGateway(purposes).join('Anna')));
	assert.equal(store.state.open, false);
	assert.deepEqual(questions(store.state), []);
});

test('an activity asks for each medium that is undecided', async () => {
	const { gateway, store } = await meeting();
	assert.deepEqual(asked(store), []);
	gateway.start('record', 'p2');
	assert.deepEqual(asked(store), [['record', 'audio', 'video']]);
	assert.equal(questions(store.state)[0]!.activity.by_display, 'Ben');
	gateway.start('summarize', 'p3');
	assert.deepEqual(asked(store), [['record', 'audio', 'video'], ['summarize', 'audio']]);
	gateway.stop('record');
	assert.deepEqual(asked(store), [['summarize', 'audio']]);
});

test('a late joiner is asked about what runs already', async () => {
	const gateway = new FakeGateway(purposes);
	gateway.start('record', 'p2');
	const store = new ConsentStore(new ConsentClient(gateway.join('Anna')));
	await store.refresh();
	assert.deepEqual(asked(store), [['record', 'audio', 'video']]);
});

test('nothing changes because something was asked for: only the answer counts', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	const before = store.state;
	const performing = store.perform(allow());
	assert.equal(store.state, before);
	await performing;
	assert.equal(myDecision(store.state, 'record', 'audio'), 'granted');
	assert.deepEqual(asked(store), []);
	assert.deepEqual(myCapturedMedia(store.state), ['audio', 'video']);
});

test('a refused decision leaves the state as it was', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	gateway.failures.set('consent_decide', { error_code: 708, error: 'ledger unavailable' });
	const before = store.state;
	await assert.rejects(store.perform(allow()), ConsentError);
	assert.equal(store.state, before);
});

test('one medium allowed: the other stays open', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	await store.perform(allow(record, ['audio']));
	assert.deepEqual(asked(store), [['record', 'video']]);
	assert.deepEqual(myCapturedMedia(store.state), ['audio']);
});

test('withdrawing ends capture and is an answer', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	await store.perform(allow());
	await store.perform({ type: 'withdraw', withdrawal: { purposes: ['record'], media: ['video'] } });
	assert.equal(myDecision(store.state, 'record', 'video'), 'withdrawn');
	assert.deepEqual(myCapturedMedia(store.state), ['audio']);
	assert.deepEqual(asked(store), []);
	await store.perform({ type: 'withdraw', withdrawal: {} });
	assert.deepEqual(myCapturedMedia(store.state), []);
	assert.deepEqual(capturedFor(store.state, 'record'), []);
});

test('an expired grant asks again', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	await store.perform(allow());
	gateway.push({ consent: 'event', event: 'decision', participant: 'p1', display: 'Anna', feed: 1001, purpose: 'record', decisions: { audio: 'expired' } });
	assert.deepEqual(asked(store), [['record', 'audio']]);
});

test('who is captured follows the others’ decisions', async () => {
	const { gateway, store } = await meeting();
	const names = () => capturedFor(store.state, 'record').map((one) => one.display);
	gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'granted' }]);
	assert.deepEqual(names(), [], 'a grant captures nobody while nothing runs');
	gateway.start('record', 'p2');
	assert.deepEqual(names(), ['Ben']);
	await store.perform(allow());
	assert.deepEqual(names(), ['Anna', 'Ben'], 'me first');
	gateway.decide('p2', [{ purpose: 'record', media: ['audio'], decision: 'refused' }]);
	assert.deepEqual(names(), ['Anna']);
	gateway.stop('record');
	assert.deepEqual(names(), []);
});

test('a decision of somebody unknown fetches who they are', async () => {
	const { gateway, store } = await meeting();
	gateway.join('Dora');
	gateway.decide('p4', [{ purpose: 'record', media: ['audio'], decision: 'refused' }]);
	await store.refresh();
	assert.equal(participantByFeed(store.state, '1004')?.display, 'Dora');
	assert.equal(participantByFeed(store.state, 1), undefined);
});

test('a decision under an old wording fetches the new one and fails', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	gateway.purposes[0]!.notice = 'e'.repeat(64);
	gateway.purposes[0]!.title = 'Another title';
	await assert.rejects(store.perform(allow()), { code: 705 });
	assert.equal(questions(store.state)[0]!.purpose.title, 'Another title');
});

test('a changed notice is shown from its event, and completed from info', async () => {
	const { gateway, store } = await meeting();
	gateway.purposes[1] = { ...summarize, notice: '9'.repeat(64), title: 'New title', details: 'New details' };
	gateway.start('summarize', 'p2');
	assert.equal(questions(store.state)[0]!.purpose.title, 'New title');
	await store.refresh();
	assert.equal(questions(store.state)[0]!.purpose.details, 'New details');
});

test('the language of notices is asked for once the room is joined', async () => {
	const gateway = new FakeGateway(purposes);
	const store = new ConsentStore(new ConsentClient(gateway.join('Anna')));
	await store.setLanguage('de');
	assert.equal(gateway.requests.length, 0);
	await store.refresh();
	await store.setLanguage('en');
	assert.deepEqual(gateway.requests.map((one) => one['lang']), ['de', 'en']);
	await store.perform(allow());
	assert.equal(gateway.requests.at(-1)!['lang'], 'en', 'a decision names the language that was shown');
});

test('many refreshes at once are two requests', async () => {
	const { gateway, store } = await meeting();
	gateway.requests.length = 0;
	await Promise.all(Array.from({ length: 20 }, () => store.refresh()));
	assert.equal(gateway.requests.length, 2);
});

test('after closing nothing is known, whatever still arrives', async () => {
	const { gateway, store } = await meeting();
	gateway.start('record', 'p2');
	const refreshing = store.refresh();
	store.close();
	await refreshing.catch(() => undefined);
	gateway.start('summarize', 'p2');
	assert.equal(store.state.open, false);
	assert.deepEqual(questions(store.state), []);
});

test('a blocked request is reported', async () => {
	const { gateway, store } = await meeting();
	let field: string | undefined;
	store.addEventListener('blocked', (event) => (field = (event as CustomEvent).detail.field));
	gateway.push({ consent: 'event', event: 'blocked', request: 'configure', field: 'record', hint: '' });
	assert.equal(field, 'record');
});

test('starting and stopping go to the room that was joined', async () => {
	const { gateway, store } = await meeting();
	await store.perform({ type: 'start', options: { purpose: 'record', secret: 'adminpwd' } });
	assert.equal(gateway.requests.at(-1)!['room'], 1234);
	await assert.rejects(store.perform({ type: 'stop', purpose: 'record', secret: 'wrong' }), { code: 707 });
	assert.equal(store.state.activities.length, 1);
	await store.perform({ type: 'stop', purpose: 'record', secret: 'adminpwd' });
	assert.equal(store.state.activities.length, 0);
});

test('telemetry counts by its grant: there is no capture to be told of', async () => {
	const { gateway, store } = await meeting();
	const telemetry = purposes[3]!;
	gateway.silent.add('telemetry');
	gateway.start('telemetry');
	assert.deepEqual(asked(store), [['telemetry', 'data']]);
	await store.perform(allow(telemetry));
	assert.deepEqual(myCapturedMedia(store.state), ['data']);
	assert.deepEqual(capturedFor(store.state, 'telemetry').map((one) => one.display), ['Anna']);
	await store.refresh();
	assert.deepEqual(myCapturedMedia(store.state), ['data']);
	gateway.stop('telemetry');
	assert.deepEqual(myCapturedMedia(store.state), []);
});
