// SPDX-License-Identifier: GPL-3.0-or-later
// What Janus's event handlers learn from the plugin about somebody who has not agreed to telemetry: that something
// happened in a room, not who it was.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { WebSocketServer } from 'ws';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { closeAll } from '../lib/peer.mjs';
import { Source } from '../lib/source.mjs';
import { Stream } from '../lib/stream.mjs';

after(closeAll);

const PORT = 18290;

/** What Janus's WebSocket event handler sends, one by one. */
async function listen(t) {
	const server = new WebSocketServer({ port: PORT, host: '127.0.0.1' });
	const events = new Stream('events for handlers');
	server.on('connection', socket => socket.on('message', text => [JSON.parse(text)].flat().forEach(event => events.push(event))));
	t.after(() => server.close());
	return events;
}

/** Events of plugins have this type; what they say is in event.data. */
const ofPlugin = ({ type }) => type === 64;
const named = (event, name) => ofPlugin(event) && event.event.data.event === name;

test('event handlers get no identity without a grant for telemetry, and all with one', async t => {
	const events = await listen(t);
	const janus = await startJanus(t, { handler: `ws://127.0.0.1:${PORT}` });
	const ann = await Source.join(janus, { room: ROOM, display: 'Ann Unwilling', join: { id: 777_777_777_777 } });
	await ann.publish();
	const published = await events.next(event => named(event, 'published'), 'published');
	assert.equal(published.event.plugin, janus.package);
	assert.equal(published.event.data.room, ROOM);

	const said = JSON.stringify(events.all.filter(ofPlugin));
	for (const identity of ['Ann', '777777777777', String(ann.handle.id)])
		assert.ok(!said.includes(identity), `${identity} in ${said}`);
	assert.ok(!events.all.filter(ofPlugin).some(event => event.session_id || event.handle_id));

	await consent.grant(ann, 'telemetry', ['data']);
	await ann.request({ request: 'configure', bitrate: 64_000 });
	const configured = await events.next(event => named(event, 'configured') && event.event.data.id, 'configured, by whom');
	assert.equal(configured.event.data.id, 777_777_777_777);
	assert.equal(configured.handle_id, ann.handle.id);
	await ann.request({ request: 'unpublish' });
	const unpublished = await events.next(event => named(event, 'unpublished'), 'unpublished');
	assert.deepEqual(unpublished.event.data, { event: 'unpublished', room: ROOM }, 'VideoRoom does not say whose handle it is');
	await ann.close();
});
