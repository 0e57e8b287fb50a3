// SPDX-License-Identifier: MIT
// What a receipt says, and whether it holds: judged here, with the gateway's public keys and nothing else of its.
import type { Decision } from '../client/protocol.js';
import { fromHex } from './bytes.js';
import { isIncluded } from './inclusion.js';
import { readJws } from './jws.js';
import { findKey, publicJwk, type Jwks, type PublicJwk } from './keys.js';

/** The claims of a receipt. */
export interface Receipt {
	iss: string;
	/** Seconds since 1970. */
	iat: number;
	jti: string;
	sub: string;
	meeting: string;
	room: string | number;
	decisions: Decision[];
	log: { origin: string; index: number; leaf: string };
	/** The participant's key, where they have one. */
	cnf?: { jwk: PublicJwk };
}

/** Why a receipt does not hold; the first that was found. */
export type Flaw = 'form' | 'key' | 'signature' | 'owner' | 'cnf' | 'log';

export interface Verdict {
	flaw?: Flaw;
	receipt?: Receipt;
	/** Whether it was checked, too, that the log has the entry. */
	included: boolean;
}

/** What a receipt is expected to be. */
export interface Expected {
	/** The gateway's public keys. */
	keys: Jwks;
	participant?: string;
	meeting?: string;
	/** The participant's own key: the receipt must name it. */
	key?: PublicJwk | undefined;
	/** A tlog-proof of the entry. */
	proof?: string | undefined;
}

const TYPE = 'consent-receipt+jwt';

/** The claims of a receipt, unverified; undefined where the text is none. */
export function readReceipt(text: string): Receipt | undefined {
	try {
		const { header, claims } = readJws(text);
		return header['typ'] === TYPE && hasForm(claims) ? (claims as unknown as Receipt) : undefined;
	} catch {
		return undefined;
	}
}

function hasForm({ iss, iat, jti, sub, meeting, decisions, log }: Record<string, unknown>): boolean {
	const { origin, index, leaf } = (log ?? {}) as Record<string, unknown>;
	const texts = [iss, jti, sub, meeting, origin, leaf].every((one) => typeof one === 'string');
	return texts && typeof iat === 'number' && Number.isSafeInteger(index) && Array.isArray(decisions);
}

/** Judges a receipt. Rejects only where the browser cannot verify Ed25519. */
export async function verifyReceipt(text: string, expected: Expected): Promise<Verdict> {
	const receipt = readReceipt(text);
	if (!receipt) return { flaw: 'form', included: false };
	const flaw = (await signatureFlaw(text, expected.keys)) ?? contentFlaw(receipt, expected);
	if (flaw || !expected.proof) return { receipt, included: false, ...(flaw ? { flaw } : {}) };
	const included = await inLog(receipt, expected.proof, expected.keys);
	return { receipt, included, ...(included ? {} : { flaw: 'log' as const }) };
}

async function signatureFlaw(text: string, keys: Jwks): Promise<Flaw | undefined> {
	const jws = readJws(text);
	const key = await findKey(keys, String(jws.header['kid']));
	if (!key) return 'key';
	return (await jws.signedBy(key)) ? undefined : 'signature';
}

function contentFlaw(receipt: Receipt, { participant, meeting, key }: Expected): Flaw | undefined {
	if (receipt.log.origin !== receipt.iss) return 'form';
	if ((participant && receipt.sub !== participant) || (meeting && receipt.meeting !== meeting)) return 'owner';
	return key && publicJwk(receipt.cnf?.jwk)?.x !== key.x ? 'cnf' : undefined;
}

async function inLog({ log: { origin, index, leaf } }: Receipt, proof: string, keys: Jwks): Promise<boolean> {
	try {
		return await isIncluded({ origin, index, leaf: fromHex(leaf) }, proof, keys);
	} catch {
		return false;
	}
}
