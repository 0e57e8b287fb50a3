// SPDX-License-Identifier: GPL-3.0-or-later
// Media of known content: a tone and a colour for each participant, made by FFmpeg, and how to find them again.

import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { OPUS, VP8 } from './media.mjs';

const FRAMES_A_SECOND = 10;
const RATE = 48_000;
/** Seconds of a tone before it begins anew: Opus does not like to be cut. */
const LONGEST = 30;

function ffmpeg(...args) {
	return execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...args], { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Packets of an Ogg file without its two of header. */
function oggPackets(bytes) {
	const packets = [];
	let rest = [];
	for (let page = 0; page < bytes.length;) {
		const sizes = bytes.subarray(page + 27, page + 27 + bytes[page + 26]);
		let at = page + 27 + sizes.length;
		for (const size of sizes) {
			rest.push(bytes.subarray(at, at + size));
			at += size;
			if (size < 255)
				packets.push(Buffer.concat(rest.splice(0)));
		}
		page = at;
	}
	return packets.slice(2);
}

function ivfFrames(bytes) {
	const frames = [];
	for (let at = 32; at < bytes.length; at += 12 + bytes.readUInt32LE(at))
		frames.push(bytes.subarray(at + 12, at + 12 + bytes.readUInt32LE(at)));
	return frames;
}

const encode = {
	sound: filter => oggPackets(ffmpeg('-f', 'lavfi', '-i', filter, '-c:a', 'libopus', '-b:a', '48k', '-frame_duration', '20', '-f', 'ogg', '-')),
	picture: filter => ivfFrames(ffmpeg('-f', 'lavfi', '-i', filter, '-c:v', 'libvpx', '-g', '1', '-f', 'ivf', '-')),
};

/** VP8 in one packet, behind a descriptor with a picture id of 15 bits (RFC 7741). */
const vp8 = (frame, picture) => Buffer.concat([Buffer.from([0x90, 0x80, 0x80 | ((frame >> 8) & 0x7f), frame & 0xff]), picture]);

/** Makes the source send a tone and a colour. `sound` and `picture` take the number of a frame where they are functions. */
export function dress(source, { frequency, colour }) {
	const tone = encode.sound(`sine=frequency=${frequency}:duration=${LONGEST}:sample_rate=${RATE},volume=4`);
	const picture = encode.picture(`color=c=${colour}:s=160x120:r=10:d=0.2`)[0];
	wear(source, frame => tone[frame % tone.length], () => picture);
}

/** Dark and silent but for a flash and a beep in that span of its frames' seconds. */
export function signal(source, from, to) {
	const beep = encode.sound(`sine=frequency=1000:duration=1:sample_rate=${RATE},volume=4`);
	const silence = encode.sound(`anullsrc=r=${RATE}:cl=mono:d=1`);
	const [light, dark] = ['white', 'black'].map(colour => encode.picture(`color=c=${colour}:s=160x120:r=10:d=0.2`)[0]);
	const is = second => second >= from && second < to;
	wear(source, frame => (is(frame / 50) ? beep : silence)[10 + frame % 30],
		frame => is(frame / FRAMES_A_SECOND) ? light : dark);
}

function wear(source, sound, picture) {
	source.audio.format = { ...OPUS, unmarked: true, payload: frame => sound(frame) };
	source.video.format = { ...VP8, unmarked: true, packets: 1, step: VP8.clock / FRAMES_A_SECOND, payload: frame => vp8(frame, picture(frame)) };
}

/** Sends for so many seconds, at the pace of the clock, all of them together. */
export async function play(seconds, ...sources) {
	const begun = performance.now();
	const due = rate => Math.min(performance.now() - begun, seconds * 1000) * rate / 1000;
	const sent = { audio: 0, video: 0 };
	while (performance.now() - begun < seconds * 1000) {
		for (; sent.audio < due(50); sent.audio++)
			sources.forEach(source => source.audio.open && source.audio.sendNext());
		for (; sent.video < due(FRAMES_A_SECOND); sent.video++)
			sources.forEach(source => source.video.open && source.video.sendNext());
		await setTimeout(4);
	}
}

/** One channel of sound as samples from −1 to 1. */
export function samples(file, from = 0, length = 1e6) {
	const bytes = ffmpeg('-ss', String(from), '-t', String(length), '-i', file, '-ac', '1', '-ar', String(RATE), '-f', 'f32le', '-');
	return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** How strong a tone is, 0 to 1 (Goertzel). */
export function strength(sound, frequency) {
	const turn = 2 * Math.cos(2 * Math.PI * frequency / RATE);
	let [one, two] = [0, 0];
	for (const sample of sound)
		[one, two] = [sample + turn * one - two, one];
	return 2 * Math.sqrt(Math.max(0, one * one + two * two - turn * one * two)) / sound.length;
}

/** Which part of the picture at that second is about that colour, [red, green, blue]. */
export function share(file, second, colour) {
	const pixels = ffmpeg('-ss', String(second), '-i', file, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-');
	let near = 0;
	for (let i = 0; i < pixels.length; i += 3)
		near += colour.every((value, c) => Math.abs(pixels[i + c] - value) < 48);
	return near / (pixels.length / 3);
}

/** Seconds at which the picture is first bright, and at which the sound is first loud. */
export function onsets(file) {
	const bright = ffmpeg('-i', file, '-vf', 'scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-');
	const sound = samples(file);
	const dark = Math.min(...bright);
	const most = Math.max(...bright);
	return {
		picture: bright.findIndex(level => level > (dark + most) / 2) / 25,
		sound: sound.findIndex(sample => Math.abs(sample) > 0.05) / RATE,
	};
}

export { ffmpeg };
