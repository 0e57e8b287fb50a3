// SPDX-License-Identifier: GPL-3.0-or-later
// A small Janus client over WebSocket: sessions, handles, requests and the events that come back.

import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { Stream, PATIENCE } from './stream.mjs';

/** An error of Janus's core, such as 460 "no such plugin". Errors of a plugin are ordinary answers. */
export class JanusError extends Error {
	constructor({ code, reason }) {
		super(`Janus ${code}: ${reason}`);
		this.code = code;
	}
}

/** One WebSocket with Janus's framing of requests and answers. `secrets` go with every request. */
class Connection {
	#socket;
	#open = new Map();

	/** What answers no request: raw frames, events. */
	messages = new Stream('messages without a request');

	constructor(socket, name, secrets) {
		this.#socket = socket;
		this.secrets = secrets;
		socket.on('message', data => this.#receive(JSON.parse(data)));
		socket.on('close', () => this.#closed(`${name} was closed`));
		socket.on('error', error => this.#closed(`${name}: ${error.message}`));
	}

	static async connect(Class, url, protocol, ...rest) {
		const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
		await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
		return new Class(socket, url, ...rest);
	}

	/** Sends `request`; resolves with the answer that `final` accepts. */
	ask(request, final = () => true) {
		const transaction = request.transaction ?? randomUUID();
		this.send({ ...this.secrets, ...request, transaction });
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => this.#settle(transaction, open => open.reject(
				new Error(`no answer to ${JSON.stringify(request).slice(0, 500)}`))), PATIENCE);
			this.#open.set(transaction, { final, resolve, reject, timer });
		});
	}

	send(message) {
		this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
	}

	/** Bytes as they are, in a text frame, which is where Janus expects its JSON. */
	sendBytes(buffer) {
		this.#socket.send(buffer, { binary: false });
	}

	/** Ends at once, as a browser that went away. */
	close() {
		this.#socket.removeAllListeners('close');
		this.#socket.terminate();
		this.#closed('closed by the test');
	}

	#receive(message) {
		const open = this.#open.get(message.transaction);
		if (open && message.janus === 'error')
			this.#settle(message.transaction, () => open.reject(new JanusError(message.error)));
		else if (open && open.final(message))
			this.#settle(message.transaction, () => open.resolve(message));
		else if (!open && message.janus !== 'ack') // the event may overtake its "ack"
			this.unasked(message);
	}

	unasked(message) {
		this.messages.push(message);
	}

	#settle(transaction, how) {
		const open = this.#open.get(transaction);
		this.#open.delete(transaction);
		clearTimeout(open.timer);
		how(open);
	}

	#closed(reason) {
		for (const transaction of [...this.#open.keys()])
			this.#settle(transaction, open => open.reject(new Error(reason)));
		this.messages.end(reason);
	}
}

/** A session: the unit in which Janus keeps handles, and loses them with their socket. */
export class Client extends Connection {
	#handles = new Map();

	static async connect(port, host = '127.0.0.1') {
		const client = await Connection.connect(Client, `ws://${host}:${port}/`, 'janus-protocol', {});
		client.session = (await client.ask({ janus: 'create' })).data.id;
		return client;
	}

	async attach(plugin, options = {}) {
		const answer = await this.ask({ janus: 'attach', session_id: this.session, plugin, ...options });
		const handle = new Handle(this, answer.data.id);
		this.#handles.set(handle.id, handle);
		return handle;
	}

	async destroy() {
		await this.ask({ janus: 'destroy', session_id: this.session });
		this.close();
	}

	close() {
		super.close();
		for (const handle of this.#handles.values())
			handle.end('the client was closed');
	}

	unasked(message) {
		const handle = this.#handles.get(message.sender);
		if (handle)
			handle.receive(message);
		else
			super.unasked(message);
	}
}

/** A handle: a conversation with one plugin. */
export class Handle {
	constructor(client, id) {
		this.client = client;
		this.id = id;
		/** Events of the plugin: {sender, plugin, data, jsep}. */
		this.events = new Stream(`events of handle ${id}`);
		/** Events of Janus's core: webrtcup, media, hangup, slowlink, detached. */
		this.core = new Stream(`core events of handle ${id}`);
	}

	receive(message) {
		if (message.janus !== 'event')
			return this.core.push(message);
		this.events.push(unwrap(message));
	}

	end(reason) {
		this.events.end(reason);
		this.core.end(reason);
	}

	/** A verb of Janus's core on this handle: trickle, hangup, detach. */
	verb(janus, fields = {}) {
		return this.client.ask({ janus, session_id: this.client.session, handle_id: this.id, ...fields });
	}

	/** A request of the plugin, answered at once or, after an "ack", by an event. Resolves with {plugin, data, jsep}. */
	async ask(body, jsep) {
		const message = { janus: 'message', session_id: this.client.session, handle_id: this.id, body };
		const answer = await this.client.ask(jsep ? { ...message, jsep } : message, ({ janus }) => janus !== 'ack');
		return unwrap(answer);
	}

	/** As ask(), only the data. */
	async request(body, jsep) {
		return (await this.ask(body, jsep)).data;
	}

	/** The next unread event whose data `accepts` says yes to. */
	async next(accepts, what) {
		return (await this.events.next(event => accepts(event.data), what)).data;
	}

	/** The next unread consent event of that name, and with these fields. */
	consent(event, fields = {}) {
		const wanted = Object.entries(fields);
		return this.next(data => data.consent === 'event' && data.event === event
			&& wanted.every(([key, value]) => data[key] === value), `${event} ${JSON.stringify(fields)}`);
	}

	/** Every consent event of that name so far, read or unread. Ask something first: what was pushed before an answer is here by then. */
	consented(event) {
		return this.events.all.map(({ data }) => data)
			.filter(data => data.consent === 'event' && data.event === event);
	}

	detach() {
		return this.verb('detach');
	}
}

function unwrap({ transaction, plugindata, jsep }) {
	return { transaction, plugin: plugindata?.plugin, data: plugindata?.data ?? {}, jsep };
}

/** Janus's Admin API. */
export class Admin extends Connection {
	static connect(port, secret, host = '127.0.0.1') {
		return Connection.connect(Admin, `ws://${host}:${port}/`, 'janus-admin-protocol', { admin_secret: secret });
	}

	/** A request to a plugin's own admin handler; resolves with what it said. */
	async request(plugin, request) {
		return (await this.ask({ janus: 'message_plugin', plugin, request })).response;
	}

	async handles(session) {
		return (await this.ask({ janus: 'list_handles', session_id: session })).handles;
	}
}
