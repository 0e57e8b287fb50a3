// SPDX-License-Identifier: GPL-3.0-or-later
// Answers of two servers made comparable: what is drawn by lot gets a name by the order in which it appears.

/** Replaces ids, addresses and keys by names, consistently over one dialogue. */
export class Anonymous {
	#names = new Map();

	of(value) {
		if (Array.isArray(value))
			return value.map(item => this.of(item));
		if (typeof value === 'object' && value !== null)
			return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#member(key, item)]));
		if (typeof value === 'number' && value > 0xffff)
			return this.#name('id', value);
		return value;
	}

	#member(key, value) {
		if (key === 'private_id')
			return this.#name('private', value);
		if (key === 'sdp')
			return sdp(value);
		return this.of(value);
	}

	#name(kind, value) {
		if (!this.#names.has(value))
			this.#names.set(value, `${kind} ${this.#names.size + 1}`);
		return this.#names.get(value);
	}
}

/** What of an SDP does not change from call to call. */
function sdp(text) {
	return text.split(/\r?\n/)
		.filter(line => /^(m=|b=|a=(mid|rtpmap|fmtp|extmap|rtcp-fb|setup|sendonly|recvonly|sendrecv|inactive))/.test(line))
		.map(line => line.replace(/^(m=\w+) \d+/, '$1 port'));
}
