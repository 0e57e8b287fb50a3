// SPDX-License-Identifier: MIT
// The main job from end to end: people in real browsers, each with a tone and a colour of their own, answer as they please; what the
// operator's exports hold is then measured, not believed. Anna (440 Hz, red) allows everything, Ben (1000 Hz, blue) his sound alone and
// later, Cleo (2500 Hz, green) nothing.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { ffmpeg, samples, share, strength } from '../lib/content.mjs';
import { SECRET, startJanus } from '../lib/janus.mjs';
import { listed, records, tool } from '../lib/tool.mjs';
import { startBrowser } from './lib/browser.mjs';
import { closedSegments } from './lib/evidence.mjs';
import { person } from './lib/person.mjs';
import { startSite } from './lib/site.mjs';

const PEOPLE = {
	Anna: { tone: 440, colour: 'red', rgb: [254, 0, 0] },
	Ben: { tone: 1000, colour: 'blue', rgb: [0, 0, 254] },
	Cleo: { tone: 2500, colour: 'green', rgb: [0, 127, 0] },
};
/** Of a tone whose amplitude is a half. What is left of one that is not there comes from where others begin and end. */
const HEARD = 0.05;
const UNHEARD = 0.01;
/** Seconds around a change that nothing is said about: a click is answered, an entry committed, a picture begun. */
const MARGIN = 0.8;
/** Packets of sound, fifty a second, between two changes: leaves more than a second to look at. */
const A_WHILE = 160;

let janus;
let meeting;

before(async t => {
	janus = await startJanus(t);
	const people = await join(t);
	await act(people);
	await closedSegments(janus);
	[meeting] = await listed(janus, 'meetings');
});

/** A Chromium for each, with a microphone that hears their tone and a camera that sees their colour. */
async function join(t) {
	const site = await startSite(t, { janus });
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-film-'));
	t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
	const people = {};
	for (const [name, { tone, colour }] of Object.entries(PEOPLE)) {
		const [microphone, camera] = ['wav', 'y4m'].map(kind => path.join(folder, `${name}.${kind}`));
		ffmpeg('-f', 'lavfi', '-i', `sine=frequency=${tone}:duration=10:sample_rate=48000,volume=4`, microphone);
		ffmpeg('-f', 'lavfi', '-i', `color=c=${colour}:s=320x240:r=10:d=2`, '-pix_fmt', 'yuv420p', camera);
		const args = [`--use-file-for-fake-audio-capture=${microphone}`, `--use-file-for-fake-video-capture=${camera}`];
		people[name] = await person(t, await startBrowser(t, { args }), site, name, { before: untouched });
	}
	for (const one of Object.values(people))
		for (const name of Object.keys(people))
			await one.sees(name);
	return people;
}

/** Runs in the page: what a browser does for speech takes a steady tone for noise. */
function untouched() {
	const { mediaDevices } = navigator;
	const own = mediaDevices?.getUserMedia.bind(mediaDevices);
	const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
	if (own)
		mediaDevices.getUserMedia = ({ audio, ...rest }) => own({ ...rest, audio: audio && { ...(audio === true ? {} : audio), ...off } });
}

/** What happens in the meeting; a while passes between any two changes. */
async function act({ Anna, Ben, Cleo }) {
	await Anna.start('Recording', SECRET);
	await Cleo.answer('Decline');
	await Anna.sends('audio', A_WHILE);
	await Anna.answer('Allow');
	await Anna.says('You are captured: audio and video');
	await (await Anna.open('Activities')).getByRole('button', { name: 'Start: Training' }).click();
	await Anna.answer('Allow');
	await Anna.sends('audio', A_WHILE);
	const panel = await Ben.open('My consent');
	await panel.getByRole('group', { name: 'Recording: audio' }).getByRole('button', { name: 'Allow' }).click();
	await Ben.says('You are captured: audio');
	await Ben.sends('audio', A_WHILE);
	for (const activity of ['Recording', 'Training'])
		await Anna.stop(activity);
	await Ben.sends('audio', A_WHILE);
	await Promise.all([Anna, Ben, Cleo].map(one => one.button('Leave').click()));
}

async function exported(t, kind, ...args) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-film-'));
	t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
	const output = path.join(folder, kind);
	const { status, stderr } = await tool('export', kind, '--config', janus.in('config', 'janus.plugin.consent.jcfg'), '--output', output, ...args);
	assert.equal(status, 0, stderr);
	return output;
}

/** Seconds of the meeting at which somebody's first grant for recording was given, and at which recording was stopped. */
async function moments() {
	const second = time => (Date.parse(time) - Date.parse(meeting.began)) / 1000;
	const granted = (await records(janus)).filter(one => one.purpose === 'record' && one.decision === 'granted');
	const first = name => second(granted.find(one => one.display === name).time);
	return { anna: first('Anna'), ben: first('Ben'), stopped: second(meeting.activities.find(one => one.purpose === 'record').until) };
}

/** Whose tones are heard there; a tone is either clearly there or clearly not. */
function heard(file, from, length) {
	const sound = samples(file, from, length);
	return Object.entries(PEOPLE).filter(([name, { tone }]) => {
		const strong = strength(sound, tone);
		assert.ok(strong > HEARD || strong < UNHEARD, `${name} at ${from} s: ${strong}`);
		return strong > HEARD;
	}).map(([name]) => name);
}

/** Whose colours fill a good part of the picture; those of the others fill nothing. */
function seen(file, second) {
	return Object.entries(PEOPLE).filter(([name, { rgb }]) => {
		const part = share(file, second, rgb);
		assert.ok(part > 0.05 || part < 0.001, `${name} at ${second} s: ${part}`);
		return part > 0.05;
	}).map(([name]) => name);
}

test('the film sounds and shows those who agreed, from when they agreed until recording was stopped', async t => {
	const film = path.join(await exported(t, 'meeting', '--meeting', meeting.meeting), 'meeting.webm');
	const { anna, ben, stopped } = await moments();
	const expected = [
		['before anybody agreed', 0, anna, [], []],
		['after Anna’s yes', anna, ben, ['Anna'], ['Anna']],
		['after Ben’s yes to sound', ben, stopped, ['Anna', 'Ben'], ['Anna']],
	];
	for (const [when, from, to, voices, pictures] of expected) {
		const [begin, end] = [from + (from && MARGIN), to - MARGIN];
		assert.ok(end - begin > 0.5, `${when}: ${begin} to ${end} s`);
		assert.deepEqual(heard(film, begin, end - begin), voices, `heard ${when}`);
		assert.deepEqual(seen(film, (begin + end) / 2), pictures, `seen ${when}`);
	}
	const rest = samples(film, stopped + MARGIN);
	for (const [name, { tone }] of Object.entries(PEOPLE))
		assert.ok(!rest.length || strength(rest, tone) < UNHEARD, `${name} after the end`);
	const whole = samples(film);
	assert.ok(strength(whole, PEOPLE.Cleo.tone) < UNHEARD / 2, 'Cleo at no time');
});

test('the training set sounds of the one who agreed to that, and of nobody else', async t => {
	const folder = path.join(await exported(t, 'training'), 'audio');
	const pieces = fs.readdirSync(folder);
	assert.ok(pieces.length);
	for (const piece of pieces)
		assert.deepEqual(heard(path.join(folder, piece)), ['Anna'], piece);
});
