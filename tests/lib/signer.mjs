// SPDX-License-Identifier: GPL-3.0-or-later
// A person's key, and what they sign with it. `source` is whoever asks: a Source, or anything with request().

import crypto from 'node:crypto';
import * as consent from './consent.mjs';

const base64url = value => Buffer.from(value).toString('base64url');

export class Signer {
	constructor() {
		const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
		this.jwk = publicKey.export({ format: 'jwk' });
		this.privateKey = privateKey;
	}

	sign(claims) {
		const text = `${base64url('{"alg":"EdDSA"}')}.${base64url(JSON.stringify(claims))}`;
		return `${text}.${base64url(crypto.sign(null, Buffer.from(text), this.privateKey))}`;
	}

	/** A proof over `subject`, as who is asked on that handle right now. */
	async prove(source, subject, changes = {}) {
		const { meeting, participant, nonce } = await consent.info(source);
		return this.sign({ meeting, participant, nonce, iat: Math.floor(Date.now() / 1000), ...subject, ...changes });
	}

	async bind(source, changes) {
		return source.request({ request: 'consent_bind', key: this.jwk, proof: await this.prove(source, { bind: this.jwk }, changes) });
	}

	async decide(source, decision, purpose = 'record', media = consent.MEDIA) {
		const decisions = [{ purpose, media, decision, notice: await consent.noticeOf(source, purpose) }];
		return source.request({ request: 'consent_decide', decisions, proof: await this.prove(source, { decisions }) });
	}

	/** Of everything; `{ erase: true }`: with what was captured. */
	async withdraw(source, more = {}) {
		return source.request({ request: 'consent_withdraw', ...more, proof: await this.prove(source, { purposes: [], ...more }) });
	}
}
