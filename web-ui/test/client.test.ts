// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsentClient } from '../src/client/client.js';
import { ConsentError, ErrorCode, TransportError } from '../src/client/errors.js';
import { janusTransport, type JanusHandle } from '../src/client/janus.js';
import type { Transport } from '../src/client/transport.js';
import { FakeGateway, purposes } from './fake-gateway.js';

function silentTransport(): Transport {
	return { send: () => new Promise(() => undefined), subscribe: () => () => undefined };
}

for (const answers of ['synchronous', 'event'] as const) {
	test(`answers are taken from the response or from a message (${answers})`, async () => {
		const gateway = new FakeGateway(purposes);
		gateway.answers = answers;
		const client = new ConsentClient(gateway.join('Anna'));
		const info = await client.info('en');
		assert.equal(info.consent, 'info');
		assert.equal(info.participant, 'p1');
		const { decisions } = await client.decide([{ purpose: 'record', media: ['audio'], decision: 'granted', notice: purposes[0]!.notice }]);
		assert.deepEqual(decisions.map((one) => [one.purpose, one.medium, one.decision]), [['record', 'audio', 'granted']]);
	});

	test(`an error answer rejects with its code and the whole answer (${answers})`, async () => {
		const gateway = new FakeGateway(purposes);
		gateway.answers = answers;
		const client = new ConsentClient(gateway.join('Anna'));
		const stale = client.decide([{ purpose: 'record', media: ['audio'], decision: 'granted', notice: 'f'.repeat(64) }]);
		await assert.rejects(stale, (error: ConsentError) => {
			assert.ok(error instanceof ConsentError);
			assert.equal(error.code, ErrorCode.noticeChanged);
			assert.equal((error.answer as { notice: string }).notice, purposes[0]!.notice);
			return true;
		});
		assert.equal((await client.info()).consent, 'info', 'a failure does not stop the requests after it');
	});
}

test('requests go out one at a time, in order, without undefined fields', async () => {
	const gateway = new FakeGateway(purposes);
	gateway.answers = 'event';
	const client = new ConsentClient(gateway.join('Anna'));
	const order: string[] = [];
	const note = (name: string) => () => order.push(name);
	await Promise.all([
		client.info().then(note('info')),
		client.withdraw().then(note('withdraw')),
		client.info('de').then(note('info de')),
	]);
	assert.deepEqual(order, ['info', 'withdraw', 'info de']);
	assert.deepEqual(gateway.requests, [{ request: 'consent_info' }, { request: 'consent_withdraw' }, { request: 'consent_info', lang: 'de' }]);
});

test('a message that answers something else is not taken for the answer', async () => {
	let deliver: (message: unknown) => void = () => undefined;
	const transport: Transport = {
		send: async () => undefined,
		subscribe: (listener) => {
			deliver = listener;
			return () => undefined;
		},
	};
	const client = new ConsentClient(transport);
	const info = client.info();
	setTimeout(() => {
		deliver({ consent: 'decided', decisions: [] });
		deliver({ consent: 'info', meeting: 'm2' });
	});
	assert.equal((await info).meeting, 'm2');
});

test('events reach listeners and are never taken for answers', async () => {
	const gateway = new FakeGateway(purposes);
	const client = new ConsentClient(gateway.join('Anna'));
	const seen: string[] = [];
	const end = client.onEvent((event) => seen.push(event.event));
	gateway.start('record');
	assert.deepEqual(seen, ['notice', 'activity']);
	end();
	gateway.stop('record');
	assert.deepEqual(seen, ['notice', 'activity']);
});

test('no answer in time is a transport error', async () => {
	const client = new ConsentClient(silentTransport(), 5);
	await assert.rejects(client.info(), TransportError);
});

test('a transport that cannot deliver rejects with its own error', async () => {
	const client = new ConsentClient({ ...silentTransport(), send: () => Promise.reject(new TransportError('down')) });
	await assert.rejects(client.info(), { name: 'TransportError', message: 'down' });
});

class FakeHandle implements JanusHandle {
	readonly others: unknown[] = [];
	answer: unknown;
	failure: string | undefined;
	onmessage: ((message: any, jsep?: any) => void) | undefined = (message) => this.others.push(message);

	send({ success, error }: Parameters<JanusHandle['send']>[0]): void {
		if (this.failure) error?.(this.failure);
		else success?.(this.answer);
	}
}

test('over janus.js the gateway’s messages are taken out and all others pass on', async () => {
	const handle = new FakeHandle();
	const transport = janusTransport(handle);
	const own: unknown[] = [];
	let roomChanges = 0;
	transport.subscribe((message) => own.push(message));
	transport.onRoomChange!(() => roomChanges++);
	const notice = { consent: 'event', event: 'notice' };
	for (const message of [{ videoroom: 'joined' }, notice, { videoroom: 'event', configured: 'ok' }, { videoroom: 'event', leaving: 7 }])
		handle.onmessage!(message);
	assert.deepEqual(own, [notice]);
	assert.deepEqual(handle.others, [{ videoroom: 'joined' }, { videoroom: 'event', configured: 'ok' }, { videoroom: 'event', leaving: 7 }]);
	assert.equal(roomChanges, 2, 'joining and leaving change the room, configuring does not');
});

test('over janus.js a failed delivery is a transport error', async () => {
	const handle = new FakeHandle();
	handle.failure = 'Is the server down?';
	await assert.rejects(janusTransport(handle).send({}), TransportError);
	handle.failure = undefined;
	handle.answer = { consent: 'info' };
	assert.deepEqual(await janusTransport(handle).send({}), { consent: 'info' });
});
