// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsentClient } from '../src/client/client.js';
import { readJws } from '../src/proofs/jws.js';
import type { Keychain } from '../src/proofs/keychain.js';
import { Signer } from '../src/proofs/signer.js';
import { myDecision, participantByFeed, questions } from '../src/store/selectors.js';
import { ConsentStore } from '../src/store/store.js';
import { FakeGateway, purposes } from './fake-gateway.js';

const [record] = purposes as [(typeof purposes)[0]];
const allow = { type: 'decide' as const, choices: [{ purpose: 'record', media: record.media, decision: 'granted' as const, notice: record.notice }] };

/** Keys that outlive a page, as a browser's do. */
class Kept implements Keychain {
	readonly made = new Map<string, Promise<Signer>>();

	signer(holder: object): Promise<Signer> {
		const id = JSON.stringify(holder);
		if (!this.made.has(id)) this.made.set(id, Signer.make());
		return this.made.get(id)!;
	}
}

async function join(gateway: FakeGateway, display: string, keychain?: Keychain) {
	const store = new ConsentStore(new ConsentClient(gateway.join(display)), keychain ? { keychain } : {});
	await store.refresh();
	return store;
}

const sent = (gateway: FakeGateway, request: string) => gateway.requests.filter((one) => one.request === request);

test('whoever joins binds a key of their own, and everything they decide is signed by it', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const store = await join(gateway, 'Anna', new Kept());
	assert.equal(store.state.evidence, 'signed');
	await store.perform(allow);
	await store.perform({ type: 'withdraw', withdrawal: { purposes: ['record'], media: ['video'] } });
	await store.perform({ type: 'withdraw', withdrawal: {} });
	assert.equal(myDecision(store.state, 'record', 'audio'), 'withdrawn');

	const claims = gateway.requests.filter((one) => one['proof']).map((one) => readJws(one['proof']).claims);
	const [bind, decide, some, all] = claims;
	assert.deepEqual(Object.keys(bind!).sort(), ['bind', 'iat', 'meeting', 'nonce', 'participant']);
	assert.deepEqual(Object.keys(bind!['bind'] as object).sort(), ['crv', 'kty', 'x'], 'the public key alone');
	assert.deepEqual(decide!['decisions'], allow.choices);
	assert.deepEqual([some!['purposes'], some!['media']], [['record'], ['video']]);
	assert.deepEqual([all!['purposes'], 'media' in all!], [[], false], 'everything is an empty list');
	assert.equal(new Set(claims.map((one) => one['nonce'])).size, 4, 'a nonce serves once');
});

test('whoever comes back with the same key is not asked again', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const keychain = new Kept();
	gateway.start('record');
	const first = await join(gateway, 'Anna', keychain);
	await first.perform(allow);
	const again = await join(gateway, 'Anna', keychain);
	assert.equal(again.state.me, first.state.me);
	assert.deepEqual(questions(again.state), []);
	await again.perform({ type: 'withdraw', withdrawal: {} });
	assert.equal(myDecision(first.state, 'record', 'audio'), 'withdrawn', 'the other tab knows at once');
});

test('a question is not shown before it is known who asks', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const keychain = new Kept();
	gateway.start('record');
	await (await join(gateway, 'Anna', keychain)).perform(allow);
	const store = new ConsentStore(new ConsentClient(gateway.join('Anna')), { keychain });
	let asked = 0;
	store.addEventListener('change', () => (asked += questions(store.state).length));
	await store.refresh();
	assert.equal(asked, 0);
});

test('another name, or another meeting, is another key', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const keychain = new Kept();
	gateway.start('record');
	const anna = await join(gateway, 'Anna', keychain);
	await anna.perform(allow);
	const ben = await join(gateway, 'Ben', keychain);
	assert.notEqual(ben.state.me, anna.state.me);
	assert.equal(questions(ben.state).length, 1);
	gateway.meeting = 'm2';
	await join(gateway, 'Anna', keychain);
	const keys = sent(gateway, 'consent_bind').map((one) => one['key'].x);
	assert.equal(new Set(keys).size, 3);
});

test('a second handle with the same key is the same participant', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const camera = await join(gateway, 'Anna', new Kept());
	const screen = await join(gateway, 'Anna’s screen', { signer: async () => camera.client.signer });
	assert.equal(screen.state.me, camera.state.me);
	assert.equal(screen.state.participants.length, 1);
});

test('tiles are found by any of a participant’s feeds', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const { state } = await join(gateway, 'Anna');
	const [anna] = state.participants;
	const both = { ...state, participants: [{ ...anna!, feeds: [1001, 'screen'] }] };
	assert.equal(participantByFeed(both, '1001')?.id, anna!.id);
	assert.equal(participantByFeed(both, 'screen')?.id, anna!.id);
	assert.equal(participantByFeed(both, 'x'), undefined);
});

const without: [string, (gateway: FakeGateway) => Keychain | undefined][] = [
	['no key in this browser', () => ({ signer: async () => undefined })],
	['a keychain that fails', () => ({ signer: () => Promise.reject(new Error('x')) })],
	['no keychain', () => undefined],
	['a gateway that binds none', (gateway) => ((gateway.binds = false), new Kept())],
	['a key that is refused', (gateway) => (gateway.failures.set('consent_bind', { error_code: 706, error: 'x' }), new Kept())],
];

for (const [what, prepare] of without)
	test(`${what}: it works without a signature, and says so`, async () => {
		const gateway = new FakeGateway(structuredClone(purposes));
		const store = await join(gateway, 'Anna', prepare(gateway));
		assert.equal(store.state.evidence, 'session');
		await store.perform(allow);
		await store.refresh();
		assert.equal(myDecision(store.state, 'record', 'audio'), 'granted');
		assert.equal(sent(gateway, 'consent_decide')[0]!['proof'], undefined);
		assert.ok(sent(gateway, 'consent_bind').length <= 1, 'and tries no second time');
	});

test('a nonce that another tab used up is replaced, once', async () => {
	const gateway = new FakeGateway(structuredClone(purposes));
	const store = await join(gateway, 'Anna', new Kept());
	const member = [...gateway.members.values()][0]!;
	let taken = 0;
	const clear = member.nonces.delete.bind(member.nonces);
	member.nonces.delete = (nonce) => (taken++ ? clear(nonce) : false);
	await store.perform(allow);
	assert.equal(taken, 2);
	member.nonces.delete = () => (taken++, false);
	await assert.rejects(store.perform({ type: 'withdraw', withdrawal: {} }), { code: 706 });
	assert.equal(taken, 4);
});
