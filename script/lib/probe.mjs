// SPDX-License-Identifier: GPL-3.0-or-later
// Waits until a demo answers: the pages, and Janus behind both WebSockets with the gateway in it.
//
//   node probe.mjs URL PACKAGE
//
// Exit status 0: all of it answers. 1: Janus answers, but without the gateway. It never gives up by itself.

import crypto from 'node:crypto';
import http from 'node:http';

const [, , address, wanted] = process.argv;

/** Asks until there is an answer; nothing tells when a server of somebody else's begins to listen. */
async function patiently(ask) {
	for (;;) {
		try {
			return await ask();
		} catch {
			await new Promise(resolve => setTimeout(resolve, 50));
		}
	}
}

function page(path) {
	return new Promise((resolve, reject) => {
		http.get(new URL(path, address), response => {
			response.resume();
			response.on('end', () => response.statusCode === 200 ? resolve() : reject(new Error(response.statusMessage)));
		}).on('error', reject);
	});
}

/** One request to Janus over a WebSocket, and its answer. */
function ask(path, protocol, body) {
	return new Promise((resolve, reject) => {
		const request = http.get(new URL(path, address), {
			headers: {
				Connection: 'Upgrade',
				Upgrade: 'websocket',
				'Sec-WebSocket-Version': '13',
				'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
				'Sec-WebSocket-Protocol': protocol,
			},
		});
		request.on('error', reject);
		request.on('response', response => reject(new Error(response.statusMessage)));
		request.on('upgrade', (response, socket, head) => {
			socket.on('error', reject);
			socket.on('close', () => reject(new Error('closed')));
			socket.write(textFrame(JSON.stringify(body)));
			read(socket, head, text => {
				socket.destroy();
				resolve(JSON.parse(text));
			});
		});
	});
}

/** A client's frame is masked (RFC 6455, 5.3); a mask of zeros leaves the text as it is. */
function textFrame(text) {
	return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** Puts together the fragments of the first text message. */
function read(socket, head, done) {
	let pending = head;
	const parts = [];
	const take = () => {
		for (let frame; (frame = parse(pending)); pending = pending.subarray(frame.end)) {
			parts.push(pending.subarray(frame.start, frame.end));
			if (frame.final)
				return done(Buffer.concat(parts).toString());
		}
	};
	socket.on('data', chunk => {
		pending = Buffer.concat([pending, chunk]);
		take();
	});
	take();
}

function parse(bytes) {
	if (bytes.length < 2)
		return null;
	const short = bytes[1] & 0x7f;
	const start = { 126: 4, 127: 10 }[short] ?? 2;
	if (bytes.length < start)
		return null;
	const length = { 126: () => bytes.readUInt16BE(2), 127: () => Number(bytes.readBigUInt64BE(2)) }[short]?.() ?? short;
	return bytes.length < start + length ? null : { start, end: start + length, final: (bytes[0] & 0x80) !== 0 };
}

await patiently(() => page('/'));
await patiently(() => page('/admin/'));
await patiently(() => ask('/janus-admin', 'janus-admin-protocol', { janus: 'ping', transaction: 'probe' }));
const info = await patiently(() => ask('/janus', 'janus-protocol', { janus: 'info', transaction: 'probe' }));
process.exit(info.plugins?.[wanted] ? 0 : 1);
