// SPDX-License-Identifier: GPL-3.0-or-later
// Does a segment play? Asked of janus-pp-rec and FFmpeg, as an operator would.

import path from 'node:path';
import { run } from './tool.mjs';

/** Converts an .mjr and decodes the result: {codec, frames, seconds}. Throws when a tool finds anything wrong. */
export async function play(mjr, folder) {
	const { header, file } = mjr;
	const target = path.join(folder, `${path.basename(file, '.mjr')}.${header.t === 'a' ? 'opus' : 'webm'}`);
	await good('janus-pp-rec', [file, target]);

	const probe = await good('ffprobe', ['-v', 'error', '-count_frames', '-of', 'json',
		'-show_entries', 'format=duration:stream=codec_name,nb_read_frames', target]);
	const { streams: [stream], format } = JSON.parse(probe.stdout);
	return { codec: stream.codec_name, frames: Number(stream.nb_read_frames), seconds: Number(format.duration) };
}

async function good(command, args) {
	const result = await run(command, args);
	if (result.status !== 0 || (command === 'ffprobe' && result.stderr !== ''))
		throw new Error(`${command} ${args.join(' ')} ended with ${result.status}:\n${result.stdout}${result.stderr}`.slice(0, 4000));
	return result;
}
