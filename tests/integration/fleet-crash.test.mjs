// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL is stopped, killed and started again while people at two gateways decide without a pause: no decision that
// was answered is lost, none is there twice, and nothing that was refused with 708 is in the log.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { assertVerifies, publish, recordsAt, startFleet } from '../lib/fleet.mjs';
import { closeAll } from '../lib/peer.mjs';
import { missing, Postgres } from '../lib/postgres.mjs';
import { Random } from '../lib/random.mjs';
import { Signer } from '../lib/signer.mjs';
import { Source } from '../lib/source.mjs';
import { eventually } from '../lib/stream.mjs';
import { ROOM } from '../lib/janus.mjs';

after(closeAll);

const skip = await missing();
const ROUNDS = Number(process.env.ROUNDS ?? 24);
const SEED = Number(process.env.SEED ?? 20231109);
const PEOPLE = 3;

/** Agrees and declines as fast as a gateway lets anybody, each time with a time of its own in `expires`, by which the entry is known. */
class Decider {
	/** What was answered, and what was refused with 708: the times. */
	answered = [];
	refused = [];
	#number = 0;
	#going = true;

	constructor(who, index) {
		this.who = who;
		this.base = Date.UTC(2100 + index, 0, 1);
	}

	async run() {
		const { participant, purposes } = await consent.info(this.who);
		const { notice } = purposes.find(one => one.purpose === 'record');
		this.participant = participant;
		while (this.#going)
			await this.#say(notice);
	}

	stop() {
		this.#going = false;
	}

	async #say(notice) {
		const expires = new Date(this.base + 1000 * this.#number++).toISOString();
		const decisions = [{ purpose: 'record', media: ['audio'], decision: 'granted', notice }];
		const answer = await this.who.request({ request: 'consent_decide', decisions, expires });
		(answer.error_code === 708 ? this.refused : this.answered).push(expires);
		assert.ok(answer.error_code === 708 || answer.consent === 'decided', JSON.stringify(answer));
		// A gateway takes fifty decisions a second of one client, and refusals come at once.
		await setTimeout(25);
	}
}

/** Exactly what was answered, in that order. */
function assertKept(rows, decider) {
	const kept = rows.filter(row => row.participant === decider.participant).map(row => row.expires);
	assert.deepEqual(kept, decider.answered);
}

const SIGNALS = ['SIGKILL', 'SIGKILL', 'SIGQUIT', 'SIGINT'];

test(`PostgreSQL is stopped or killed ${ROUNDS} times under load (SEED=${SEED})`, { skip }, async t => {
	const random = new Random(SEED);
	const database = await Postgres.start(t);
	const gateways = await startFleet(t, database.url, { consent: { ledger_timeout_ms: 4000 } });
	const deciders = [];
	for (const [index, janus] of gateways.entries())
		for (let i = 0; i < PEOPLE; i++) {
			const who = await Source.join(janus, { room: ROOM, display: `Person ${i}` });
			t.after(() => who.close());
			deciders.push(new Decider(who, 10 * index + i));
		}
	const talks = deciders.map(decider => decider.run());
	talks.forEach(talk => talk.catch(() => {}));

	for (let round = 0; round < ROUNDS; round++) {
		const before = deciders.map(decider => decider.answered.length);
		await eventually(() => deciders.every((decider, i) => decider.answered.length > before[i]), 'a decision of everybody');
		await setTimeout(random.between(0, 60));
		await database.stop(random.pick(SIGNALS));
		await database.start();
	}
	const before = deciders.map(decider => decider.answered.length);
	await eventually(() => deciders.every((decider, i) => decider.answered.length > before[i]), 'a decision of everybody');
	deciders.forEach(decider => decider.stop());
	await Promise.all(talks);
	for (const janus of gateways)
		await janus.stop();

	const rows = await recordsAt(database.url);
	for (const decider of deciders)
		assertKept(rows, decider);
	assert.equal(rows.length, deciders.reduce((sum, { answered }) => sum + answered.length, 0));
	await assertVerifies(database.url);
	const count = name => deciders.reduce((sum, decider) => sum + decider[name].length, 0);
	t.diagnostic(`${count('answered')} decisions answered, ${count('refused')} refused`);
	assert.ok(count('refused') > 0, 'no round came between');
});

test('a withdrawal is in force at both gateways whatever becomes of the database', { skip }, async t => {
	const random = new Random(SEED);
	const database = await Postgres.start(t);
	const [a, b] = await startFleet(t, database.url);
	const key = new Signer();
	const camera = await publish(t, a, 'Ann', key), screen = await publish(t, b, 'Ann’s screen', key);
	const hears = decision => screen.handle.next(
		data => data.event === 'decision' && data.decisions.audio === decision, `${decision} at the other gateway`);

	for (let round = 0; round < 4; round++) {
		while ((await key.decide(camera, 'granted')).consent !== 'decided')
			await setTimeout(50);
		await hears('granted');
		const withdrawn = key.withdraw(camera);
		await setTimeout(random.between(0, 10));
		await database.stop('SIGKILL');
		await withdrawn;
		assert.equal((await consent.decisionsOf(camera, camera.feed)).record.audio, 'withdrawn');
		await database.start();
		await hears('withdrawn');
	}
	await a.stop();
	await b.stop();
	await assertVerifies(database.url);
});
