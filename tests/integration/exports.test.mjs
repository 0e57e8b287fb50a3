// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the house as records: JSON-LD for a real processor, CSV for a real spreadsheet.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import jsonld from 'jsonld';
import * as consent from '../lib/consent.mjs';
import { ROOM, startJanus } from '../lib/janus.mjs';
import { OPERATOR } from '../lib/operator.mjs';
import { Source } from '../lib/source.mjs';
import { run, tool } from '../lib/tool.mjs';

const CONFIGURED = { ...OPERATOR, rights: ['eu-gdpr:A7-3', 'eu-gdpr:A15', 'eu-gdpr:A17'], origin: 'meet.example.org/consent' };
const DPV = 'https://w3id.org/dpv#';
const DCT = 'http://purl.org/dc/terms/';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const SCHEMA = 'https://schema.org/';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Ann grants, with an end, and withdraws the sound; Bob, whose name is a formula, refuses. */
async function someDecisions(t, changes = {}) {
	const janus = await startJanus(t, { consent: { ...CONFIGURED, ...changes } });
	for (const [display, answer] of [['Ann', granting], ['=HYPERLINK("http://x","Bob")', consent.refuse]]) {
		const source = await Source.join(janus, { room: ROOM, display });
		t.after(() => source.close());
		await answer(source);
	}
	return janus;
}

async function granting(source) {
	await consent.grant(source, 'record', ['audio', 'video'], { lang: 'de', expires: '2999-01-01T00:00:00Z' });
	await consent.grant(source, 'summarize', ['audio']);
	await consent.withdraw(source, { purposes: ['record'], media: ['audio'] });
}

const config = janus => ['--config', janus.in('config', 'janus.plugin.consent.jcfg')];

/** The graph of an export, each record expanded by a processor that refuses to drop anything and to fetch anything. */
async function expanded(janus, ...filters) {
	const file = janus.in('records.jsonld');
	fs.rmSync(file, { force: true });
	const { status, stderr } = await tool('export', 'records', ...config(janus), '--format', 'jsonld', '--output', file, ...filters);
	assert.equal(status, 0, stderr);
	return jsonld.expand(JSON.parse(fs.readFileSync(file, 'utf8')), {
		safe: true,
		documentLoader: url => { throw new Error(`would fetch ${url}`); },
	});
}

const one = (node, property) => {
	assert.equal(node[property]?.length, 1, `${property} of ${JSON.stringify(node)}`);
	return node[property][0];
};
const ids = (node, property) => node[property]?.map(value => value['@id']);
const value = (node, property) => one(node, property)['@value'];

/** What TS 27560 requires of a record, by the tables of the guide. */
function checkRecord(record, profile) {
	assert.deepEqual(record['@type'], [`${DPV}ConsentRecord`]);
	assert.deepEqual(ids(record, `${DCT}conformsTo`), [`https://w3id.org/dpv/schema/dpv-27560#${profile}`]);
	assert.equal(value(record, `${DCT}identifier`), record['@id']);
	assert.equal(value(record, `${DPV}hasIdentifier`), record['@id']);
	assert.ok(new URL(record['@id']));
	const subject = one(record, `${DPV}hasDataSubject`);
	assert.deepEqual(subject['@type'], [`${DPV}DataSubject`]);
	checkNotice(one(record, `${DPV}hasNotice`));
	for (const process of record[`${DPV}hasProcess`])
		checkProcess(process, profile);
	for (const entity of record[`${DPV}hasEntity`])
		checkEntity(entity);
	for (const event of record[`${DPV}hasConsentStatus`])
		checkEvent(event, subject['@id'], record[`${DPV}hasEntity`][0]['@id']);
}

function checkNotice(notice) {
	assert.deepEqual(notice['@type'], [`${DPV}ConsentNotice`]);
	assert.match(value(notice, `${DCT}date`), TIME);
	assert.match(value(notice, `${DCT}language`), /^[a-z]{2}/);
	assert.ok(one(notice, `${DCT}coverage`));
}

function checkProcess(process, profile) {
	assert.deepEqual(process['@type'], [`${DPV}Process`]);
	for (const property of ['hasPurpose', 'hasPersonalData', 'hasDataController', 'hasRecipient', 'hasConsentControl',
		'hasJurisdiction', 'hasRight', 'hasProcessing', 'hasLegalBasis'])
		assert.ok(process[DPV + property]?.length > 0, property);
	const kinds = process[`${DPV}hasStorageCondition`].map(condition => condition['@type'][0]);
	assert.deepEqual(kinds, [`${DPV}StorageLocation`, `${DPV}StorageDuration`]);
	if (profile === 'record-eu-gdpr')
		assert.deepEqual(ids(process, `${DPV}hasLegalBasis`), ['https://w3id.org/dpv/legal/eu/gdpr#A6-1-a']);
}

function checkEntity(entity) {
	assert.deepEqual(entity['@type'], [`${DPV}DataController`]);
	for (const property of [`${DPV}hasName`, `${DPV}hasIdentifier`, `${SCHEMA}contactPoint`, `${SCHEMA}address`])
		assert.ok(one(entity, property), property);
}

const STATES = ['ConsentGiven', 'RenewedConsentGiven', 'ConsentUnknown', 'ConsentRequested', 'ConsentRequestDeferred',
	'ConsentRefused', 'ConsentWithdrawn', 'ConsentRevoked', 'ConsentExpired', 'ConsentInvalidated'].map(name => DPV + name);

function checkEvent(event, ...people) {
	assert.equal(event['@type'].filter(type => STATES.includes(type)).length, 1, `${event['@type']}`);
	assert.ok(event['@type'].includes(`${DPV}ExplicitlyExpressedConsent`));
	assert.match(value(event, `${DPV}isIndicatedAtTime`), TIME);
	assert.match(one(one(event, `${DPV}hasDuration`), `${RDF}value`)['@value'], /./);
	assert.ok(people.includes(one(event, `${DPV}isIndicatedBy`)['@id']));
	assert.match(value(event, `${DPV}hasIndicationMethod`), /^(decide|withdraw|expire), evidence: /);
}

const summary = record => [
	ids(record[`${DPV}hasProcess`][0], `${DPV}hasPurpose`)[0].slice(DPV.length),
	record[`${DPV}hasConsentStatus`][0]['@type'][0].slice(DPV.length)];

test('JSON-LD loses no term, and says what TS 27560 asks for', async t => {
	const janus = await someDecisions(t);
	const records = await expanded(janus);
	records.forEach(record => checkRecord(record, 'record-eu-gdpr'));
	assert.deepEqual(records.map(summary), [
		['RecordManagement', 'ConsentGiven'], ['RecordManagement', 'ConsentGiven'],
		['RequestedServiceProvision', 'ConsentGiven'], ['RecordManagement', 'ConsentWithdrawn'],
		['RecordManagement', 'ConsentRefused'], ['RecordManagement', 'ConsentRefused']]);

	const [sound, picture, , withdrawn] = records;
	assert.deepEqual(ids(sound, `${DCT}isReplacedBy`), [withdrawn['@id']]);
	assert.equal(picture[`${DCT}isReplacedBy`], undefined);
	assert.equal(new Set(records.map(record => record['@id'])).size, records.length);
	assert.equal(value(one(sound, `${DPV}hasNotice`), `${DCT}language`), 'de');
	assert.equal(one(one(sound, `${DPV}hasConsentStatus`), `${DPV}hasDuration`)['@type'][0], `${DPV}UntilTimeDuration`);
	assert.equal(value(one(sound, `${DPV}hasDataSubject`), `${DPV}hasName`), 'Ann');
	assert.match(sound['@id'], /^https:\/\/meet\.example\.org\/consent\/entries\/\d+#record-audio$/);
});

test('outside the European Economic Area the profile is the general one', async t => {
	const janus = await someDecisions(t, { jurisdiction: 'US-CA', controller_id: 'https://example.org/#us', rights: ['https://example.org/rights'] });
	const records = await expanded(janus, '--decision', 'refused');
	assert.equal(records.length, 2);
	records.forEach(record => checkRecord(record, 'record'));
	assert.equal(records[0][`${DPV}hasEntity`][0]['@id'], 'https://example.org/#us');
});

test('JSON-LD without an operator is refused, and what is missing is named', async t => {
	const janus = await someDecisions(t, { controller_contact: undefined, rights: [] });
	const refused = await tool('export', 'records', ...config(janus), '--format', 'jsonld', '--output', janus.in('x'));
	assert.equal(refused.status, 3);
	assert.match(refused.stderr, /controller_contact, rights missing/);
	assert.equal(fs.existsSync(janus.in('x')), false);
	const unknown = await tool('export', 'records', '--store', janus.store, '--format', 'jsonld');
	assert.equal(unknown.status, 2);
	assert.match(unknown.stderr, /--config is needed/);
});

test('a spreadsheet finds no formula in CSV', async t => {
	const janus = await someDecisions(t);
	const file = janus.in('records.csv');
	assert.equal((await tool('export', 'records', ...config(janus), '--format', 'csv', '--output', file)).status, 0);
	// A profile of its own: one that somebody works in would take the file, and convert nothing.
	const { status, stderr } = await run('soffice', [`-env:UserInstallation=file://${janus.in('office')}`, '--headless', '--convert-to', 'fods', '--outdir', path.dirname(file), file]);
	assert.equal(status, 0, stderr);
	const sheet = fs.readFileSync(file.replace(/csv$/, 'fods'), 'utf8');
	assert.doesNotMatch(sheet, /table:formula/);
	assert.match(sheet, /<text:p>&apos;=HYPERLINK/);
});
