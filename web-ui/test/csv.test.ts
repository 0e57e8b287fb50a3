// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, csvCell, csvRows, toJsonLines } from '../src/admin/csv.js';

const cells: [unknown, string][] = [
	['plain', '"plain"'],
	['', '""'],
	[null, '""'],
	[undefined, '""'],
	[0, '"0"'],
	[true, '"true"'],
	['a,b', '"a,b"'],
	['say "hi"', '"say ""hi"""'],
	['two\nlines', '"two\nlines"'],
	['=1+1', `"'=1+1"`],
	['+1', `"'+1"`],
	['-1', `"'-1"`],
	[-1, `"'-1"`],
	['@SUM(A1)', `"'@SUM(A1)"`],
	['\t=1', `"'\t=1"`],
	['\r=1', `"'\r=1"`],
	['\n=1', `"'\n=1"`],
	['x","=1+1', '"x"",""=1+1"'],
	['"=1', '"""=1"'],
	[['record', 'train'], '"[""record"",""train""]"'],
];

for (const [value, expected] of cells)
	test(`cell ${JSON.stringify(value)}`, () => assert.equal(csvCell(value), expected));

test('rows follow the columns, whatever a row lacks', () => {
	assert.deepEqual(csvRows(['a', 'b'], [{ b: 2, a: 1, c: 3 }, { a: '=x' }]), ['"1","2"\r\n', `"'=x",""\r\n`]);
});

test('columns: the known ones that occur in their order, then all others', () => {
	assert.deepEqual(columnsOf(['time', 'room', 'medium'], [{ room: 1, z: 1 }, { time: 't', b: 2 }]), ['time', 'room', 'b', 'z']);
});

test('JSON Lines keep every value as it is', () => {
	assert.deepEqual(toJsonLines([{ display: '=x\n', n: null }]), ['{"display":"=x\\n","n":null}\n']);
});
