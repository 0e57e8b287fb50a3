// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { AdminApi, AdminError, type ExportPage } from '../src/admin/api.js';
import { exportAll, fileName } from '../src/admin/export.js';
import { toFilters, toLocalField } from '../src/admin/filters.js';
import { Pager } from '../src/admin/pager.js';

/** An Admin API that answers with `reply`; null: not at all. */
function fakeServer(t: TestContext, reply: (request: any) => object | null) {
	const sockets: FakeSocket[] = [];
	class FakeSocket {
		onopen: (() => void) | undefined;
		onclose: (() => void) | undefined;
		onmessage: ((event: { data: string }) => void) | undefined;
		readonly sent: any[] = [];

		constructor(
			readonly url: string,
			readonly protocol: string,
		) {
			sockets.push(this);
			setTimeout(() => this.onopen?.());
		}

		send(text: string): void {
			const request = JSON.parse(text);
			this.sent.push(request);
			const answer = reply(request);
			if (answer) setTimeout(() => this.onmessage?.({ data: JSON.stringify({ ...answer, transaction: request.transaction }) }));
		}

		close(): void {
			this.onclose?.();
		}
	}
	const before = globalThis.WebSocket;
	globalThis.WebSocket = FakeSocket as never;
	t.after(() => (globalThis.WebSocket = before));
	return sockets;
}

const success = (response: object) => ({ janus: 'success', response });

test('a list is asked for as Janus’s Admin API wants it', async (t) => {
	const sockets = fakeServer(t, () => success({ consent: 'records', records: [{ index: 1 }], cursor: 'c' }));
	const api = new AdminApi('ws://host/janus-admin', 'janus.plugin.consent', 'secret');
	const page = await api.list('records', { room: '1234' }, 50, 'b');
	assert.deepEqual(page, { rows: [{ index: 1 }], cursor: 'c' });
	const [socket] = sockets;
	assert.equal(socket!.protocol, 'janus-admin-protocol');
	const { transaction: _, ...sent } = socket!.sent[0];
	assert.deepEqual(sent, {
		janus: 'message_plugin',
		plugin: 'janus.plugin.consent',
		admin_secret: 'secret',
		request: { request: 'consent_records', room: '1234', order: 'newest', limit: 50, cursor: 'b' },
	});
});

const failures: [string, object, string][] = [
	['a wrong secret', { janus: 'error', error: { code: 403, reason: 'Unauthorized request' } }, 'secret'],
	['a missing plugin', { janus: 'error', error: { code: 460, reason: 'No such plugin' } }, 'plugin'],
	['another refusal of Janus', { janus: 'error', error: { code: 490, reason: 'x' } }, 'other'],
	['an unavailable ledger', success({ consent: 'event', error_code: 708, error: 'x' }), 'store'],
	['an operator that is not configured', success({ consent: 'event', error_code: 702, error: 'x', missing: ['rights'] }), 'operator'],
	['a refusal of the gateway', success({ consent: 'event', error_code: 702, error: 'cursor: …' }), 'other'],
];

for (const [what, reply, kind] of failures)
	test(`${what} is an error of its kind`, async (t) => {
		fakeServer(t, () => reply);
		const api = new AdminApi('ws://host/', 'p', 's');
		await assert.rejects(api.list('meetings', {}, 1), (error: AdminError) => error instanceof AdminError && error.kind === kind);
	});

test('a connection that is lost fails what was asked, and the next request makes another', async (t) => {
	let answering = false;
	const sockets = fakeServer(t, () => (answering ? success({ meetings: [], cursor: null }) : null));
	const api = new AdminApi('ws://host/', 'p', 's');
	const asked = api.list('meetings', {}, 1);
	setTimeout(() => sockets[0]!.close(), 5);
	await assert.rejects(asked, { kind: 'server' });
	answering = true;
	assert.deepEqual(await api.list('meetings', {}, 1), { rows: [], cursor: null });
	assert.equal(sockets.length, 2);
});

test('all rows of a list are read from the oldest on, since not more than so many are', async (t) => {
	const sockets = fakeServer(t, ({ request }) => success({ segments: [{}], cursor: request.cursor ? null : 'next' }));
	const api = new AdminApi('ws://host/', 'p', 's');
	assert.deepEqual(await api.all('segments', { meeting: 'm' }, 10), { rows: [{}, {}], whole: true });
	assert.deepEqual(sockets[0]!.sent.map(({ request }) => request.order), ['oldest', 'oldest']);
});

test('a connection on which nothing comes is given up, and its end harms no request on the next one', async (t) => {
	const sockets = fakeServer(t, () => {
		if (sockets.length < 2) return null;
		sockets[0]!.close();
		return success({ meetings: [], cursor: null });
	});
	const api = new AdminApi('ws://host/', 'p', 's', 5);
	await assert.rejects(api.list('meetings', {}, 1), { kind: 'server' });
	assert.deepEqual(await api.list('meetings', {}, 1), { rows: [], cursor: null });
	assert.equal(sockets.length, 2);
});

test('filters: nothing empty, nothing that the list does not take, times in UTC', () => {
	const form: [string, string][] = [['room', ' 1234 '], ['meeting', ''], ['decision', 'granted'], ['from', '2026-01-02T10:00'], ['to', 'no date']];
	const from = new Date('2026-01-02T10:00').toISOString();
	assert.deepEqual(toFilters('records', form), { room: '1234', decision: 'granted', from });
	assert.deepEqual(toFilters('segments', form), { room: '1234', from });
	assert.equal(toLocalField(from), '2026-01-02T10:00');
	assert.equal(toLocalField(undefined), '');
});

test('the pager goes forward by cursors and back the same way', () => {
	const pager = new Pager();
	assert.deepEqual([pager.page, pager.cursor, pager.hasPrevious, pager.hasNext], [1, null, false, false]);
	pager.arrived({ cursor: 'a' });
	pager.forward();
	assert.deepEqual([pager.page, pager.cursor, pager.hasPrevious, pager.hasNext], [2, 'a', true, false]);
	pager.arrived({ cursor: 'b' });
	pager.forward();
	pager.arrived({ cursor: null });
	pager.forward();
	assert.deepEqual([pager.page, pager.cursor, pager.hasNext], [3, 'b', false]);
	pager.back();
	assert.deepEqual([pager.page, pager.cursor], [2, 'a']);
	pager.back();
	pager.back();
	assert.deepEqual([pager.page, pager.cursor, pager.hasPrevious], [1, null, false]);
});

/** Three pages of a file. */
const page = (text: string, rows: number, cursor: string | null): ExportPage => ({ text, type: 'text/csv', rows, progress: null, cursor });
const pages: Record<string, ExportPage> = { first: page('a', 2, 'second'), second: page('', 2, 'third'), third: page('b', 5, null) };
const read = async (cursor: string | null) => pages[cursor ?? 'first']!;

/** What became of a file. */
function fakeSink(failing: string[] = []) {
	const log: string[] = [];
	const step = (name: string) => async (text = '') => {
		log.push(`${name} ${text}`.trim());
		if (failing.includes(name)) throw new Error(name);
	};
	return { log, write: step('write'), close: step('close'), abort: step('abort') };
}

test('an export is all pages, one behind the other', async () => {
	const sink = fakeSink();
	const counts: number[] = [];
	assert.equal(await exportAll(read, async () => sink, ({ rows }) => counts.push(rows) > 0), 5);
	assert.deepEqual(sink.log, ['write a', 'write', 'write b', 'close']);
	assert.deepEqual(counts, [2, 2, 5]);
});

test('an export that is stopped leaves nothing', async () => {
	const sink = fakeSink();
	assert.equal(await exportAll(read, async () => sink, () => false), undefined);
	assert.deepEqual(sink.log, ['write a', 'abort']);
	assert.equal(await exportAll(read, async () => undefined, () => true), undefined);
});

for (const what of ['read', 'write', 'close'])
	test(`an export whose ${what} fails leaves nothing`, async () => {
		const sink = fakeSink([what]);
		const broken = async (cursor: string | null) => {
			if (cursor === 'third' && what === 'read') throw new Error('read');
			return read(cursor);
		};
		await assert.rejects(exportAll(broken, async () => sink, () => true), new Error(what));
		assert.equal(sink.log.at(-1), 'abort');
	});

test('an export is asked for once, and its cursor says the rest', async (t) => {
	const sockets = fakeServer(t, ({ request }) =>
		success({ consent: 'export', text: 'x', media_type: 'text/csv', rows: 1, progress: { read: 1, of: 2 }, cursor: request.cursor ? null : 'c' }),
	);
	const api = new AdminApi('ws://host/', 'p', 's');
	const first = await api.export('records', 'csv', { room: '1' }, null);
	assert.deepEqual(first, { text: 'x', type: 'text/csv', rows: 1, progress: { read: 1, of: 2 }, cursor: 'c' });
	await api.export('records', 'csv', { room: '1' }, 'c');
	const asked = sockets[0]!.sent.map(({ request }) => request);
	assert.deepEqual(asked, [
		{ request: 'consent_export', what: 'records', format: 'csv', room: '1' },
		{ request: 'consent_export', cursor: 'c' },
	]);
});

test('file names sort by time', () => {
	assert.equal(fileName('records', 'csv', new Date('2026-01-02T10:03:04.567Z')), 'consent-records-20260102T100304Z.csv');
});
