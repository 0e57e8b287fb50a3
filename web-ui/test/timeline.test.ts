// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place, timelineOf } from '../src/admin/timeline.js';

const at = (second: number) => `2026-01-02T10:00:${String(second).padStart(2, '0')}.000Z`;
const ms = (second: number) => Date.parse(at(second));

const meeting = {
	began: at(0),
	ended: at(40),
	activities: [
		{ purpose: 'record', since: at(5), until: at(10) },
		{ purpose: 'record', since: at(20), until: null },
	],
	people: [
		{ participant: 'p1', display: 'Anna', since: at(0), until: at(30) },
		{ participant: 'p1', display: 'Anna', since: at(35), until: null },
		{ participant: 'p2', display: null, since: at(1), until: at(59) },
	],
};
const records = [{ participant: 'p1', display: 'Anna', purpose: 'record', medium: 'audio', decision: 'granted', time: at(6) }];
const segments = [{ participant: 'p3', display: '<b>Cleo', medium: 'video', opened: at(6), closed: null }];

test('a meeting becomes lines: what ran, then who was there, each with its bars and marks', () => {
	const { lines, began, ended } = timelineOf(meeting, records, segments, 0);
	assert.deepEqual([began, ended], [ms(0), ms(40)]);
	assert.deepEqual(lines.map((one) => [one.kind, one.label, one.bars.length, one.marks.length]), [
		['activity', 'record', 2, 0],
		['person', 'Anna', 2, 1],
		['person', '', 1, 0],
		['person', '<b>Cleo', 1, 0],
	]);
	assert.deepEqual(lines[0]!.bars.map((one) => [one.from, one.to]), [[ms(5), ms(10)], [ms(20), ms(40)]]);
	assert.equal(lines[2]!.bars[0]!.to, ms(40), 'nothing lasts longer than the meeting');
	assert.deepEqual(lines[1]!.marks, [{ decision: 'granted', purpose: 'record', medium: 'audio', at: ms(6) }]);
});

test('what goes on ends now, and places are hundredths of the line', () => {
	const timeline = timelineOf({ began: at(0), ended: null }, [], [], ms(30));
	assert.equal(timeline.ended, ms(30));
	assert.deepEqual([0, 15, 30, 59].map((second) => place(ms(second), timeline)), [0, 50, 100, 100]);
	const instant = timelineOf({ began: at(0), ended: at(0) }, [], [], 0);
	assert.equal(place(ms(0), instant), 0, 'a meeting of no length divides by nothing');
});
