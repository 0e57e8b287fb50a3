// SPDX-License-Identifier: GPL-3.0-or-later
// What a vCon of ours must be: a JSON schema of draft-ietf-vcon-vcon-core with the extensions lawful_basis and analysis_parties, by its tables, and stricter:
// no member that the tables do not have. What a schema cannot say (that an index is one of something) is said below it.

import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';

const string = { type: 'string', minLength: 1 };
const index = { type: 'integer', minimum: 0 };
const indices = { type: 'array', items: index, uniqueItems: true };
/** RFC 3339; ours are in UTC. */
const time = { type: 'string', pattern: '^\\d{4}-(0\\d|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?Z$' };
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const mediatype = { type: 'string', pattern: '^[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$' };
const base64url = { type: 'string', pattern: '^[A-Za-z0-9_-]*$' };

const object = (required, optional = {}, more = {}) => ({
	type: 'object',
	properties: { ...required, ...optional },
	additionalProperties: false,
	...more,
	required: [...Object.keys(required), ...(more.required ?? [])],
});

/** In it, with how it is encoded, or elsewhere, with a hash; what is in it may have one, too. */
const content = {
	mediatype,
	filename: string,
	body: true,
	encoding: { enum: ['base64url', 'json', 'none'] },
	url: { type: 'string', pattern: '^https://[^\\s]+$' },
	content_hash: { type: 'string', pattern: '^sha512-[A-Za-z0-9_-]{86}$' },
};
const bodyOf = (encoding, body) => ({
	if: { properties: { encoding: { const: encoding } }, required: ['encoding'] },
	then: { properties: { body } },
});
const hasContent = {
	required: ['mediatype'],
	oneOf: [{ required: ['body', 'encoding'] }, { required: ['url', 'content_hash'] }],
	allOf: [bodyOf('base64url', base64url), bodyOf('none', { type: 'string' })],
};
const withContent = (required, optional = {}) => object(required, { ...optional, ...content }, hasContent);

const party = object({}, {
	tel: string, sip: string, stir: string, mailto: string, name: string, did: string, validation: string, gmlpos: string,
	uuid: string, type: string, role: string, org: string, dept: string,
});

const partyHistory = object({ party: index, time, event: { enum: ['join', 'drop', 'hold', 'unhold', 'mute', 'unmute'] } });

/** Of what a dialog may be, what this project's are. */
const dialogCommon = { start: time, duration: { type: 'number', minimum: 0 }, parties: indices };
const recordingSet = object(
	{ type: { const: 'recording-set' }, ...dialogCommon, recordings: indices, party_history: { type: 'array', items: partyHistory } },
	{ originator: index },
);
const recording = withContent({ type: { const: 'recording' }, ...dialogCommon, originator: index, recording_set: index });

const analysis = withContent(
	{ type: { enum: ['report', 'sentiment', 'summary', 'transcript', 'translation', 'tts'] }, vendor: string, dialog: index, parties: indices },
	{ product: string, schema: string },
);

const lawfulBasis = object({
	lawful_basis: { enum: ['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests'] },
	expiration: { anyOf: [time, { type: 'null' }] },
	purpose_grants: {
		type: 'array',
		minItems: 1,
		items: object({ purpose: string, granted: { type: 'boolean' }, granted_at: time }, { conditions: { type: 'array', items: string } }),
	},
	content_hash: object({ algorithm: { const: 'sha256' }, canonicalization: { const: 'jcs' }, value: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
	proof_mechanisms: {
		type: 'array',
		items: object({ proof_type: string, timestamp: time, proof_data: { type: 'object', minProperties: 1 } }),
	},
});

const basisAttachment = object({
	purpose: { const: 'lawful_basis' }, start: time, party: index, dialog: index,
	mediatype: { const: 'application/json' }, encoding: { const: 'json' }, body: lawfulBasis,
});

export const VCON = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'A vCon, unsigned',
	...object(
		{ uuid, created_at: time, parties: { type: 'array', items: party }, dialog: { type: 'array', items: { oneOf: [recordingSet, recording] } } },
		{
			vcon: { const: '0.4.0' },
			updated_at: time,
			subject: string,
			extensions: { type: 'array', items: string, uniqueItems: true },
			critical: { type: 'array', items: string, uniqueItems: true },
			analysis: { type: 'array', minItems: 1, items: analysis },
			attachments: { type: 'array', items: basisAttachment },
		},
		{ dependentSchemas: { attachments: { properties: { extensions: { contains: { const: 'lawful_basis' } } }, required: ['extensions'] } } },
	),
};

export const SIGNED = {
	$schema: VCON.$schema,
	title: 'A vCon, signed: JWS in general JSON serialization',
	...object({
		payload: base64url,
		signatures: { type: 'array', minItems: 1, items: object({ protected: base64url, signature: { ...base64url, minLength: 1 } }) },
	}),
};

const ajv = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
const isVcon = ajv.compile(VCON);
const isSigned = ajv.compile(SIGNED);

function assertValid(validate, value) {
	assert.ok(validate(value), `${validate.schema.title}: ${ajv.errorsText(validate.errors)}`);
}

/** The indices in it are of what they say. */
function assertIndices(vcon) {
	const party = at => assert.ok(at < vcon.parties.length, `party ${at}`);
	const dialog = at => assert.ok(at < vcon.dialog.length, `dialog ${at}`);
	for (const [i, one] of vcon.dialog.entries()) {
		one.parties.forEach(party);
		one.party_history?.forEach(event => party(event.party));
		one.recordings?.forEach(at => assert.equal(vcon.dialog[at]?.recording_set, i, `recording ${at} of ${i}`));
		if ('recording_set' in one)
			assert.ok(vcon.dialog[one.recording_set]?.recordings?.includes(i), `${i} in its set`);
		if ('originator' in one)
			assert.ok(one.parties.includes(one.originator), `originator of ${i}`);
	}
	for (const one of vcon.analysis ?? []) {
		dialog(one.dialog);
		one.parties.forEach(party);
	}
	for (const one of vcon.attachments ?? []) {
		dialog(one.dialog);
		party(one.party);
	}
}

/** A vCon as the tool writes it, unsigned. */
export function assertVcon(vcon) {
	assertValid(isVcon, vcon);
	assertIndices(vcon);
	return vcon;
}

/** A signed one; returns what was signed. The signature is for another judge. */
export function assertSignedVcon(jws) {
	assertValid(isSigned, jws);
	return assertVcon(JSON.parse(Buffer.from(jws.payload, 'base64url').toString()));
}
