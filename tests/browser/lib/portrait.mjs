// SPDX-License-Identifier: MIT
// Cameras with somebody in front of them: drawn pictures that move a little, as files that Chromium's fake camera plays.

import fs from 'node:fs';
import path from 'node:path';
import { run } from '../../lib/tool.mjs';

/** Colours by person; `wall` fills most of the picture, and no two are alike. */
export const PEOPLE = {
	Anna: { wall: '#e9c46a', shade: '#d9ae4c', shirt: '#2a4d69', skin: '#e8b48c', hair: '#5b3420', long: true },
	Ben: { wall: '#8fb8a8', shade: '#77a593', shirt: '#c8553d', skin: '#8d5a3b', hair: '#1d1613', long: false },
	Cleo: { wall: '#b9a7d6', shade: '#a48fc6', shirt: '#f1ece4', skin: '#f0c9a8', hair: '#c9873a', long: true },
	Dora: { wall: '#9cc4e4', shade: '#82b0d4', shirt: '#3b6e4f', skin: '#c98f66', hair: '#8b8b8f', long: false },
};

const WIDTH = 640;
const HEIGHT = 400;
/** Room for the picture to sway in. */
const MARGIN = 24;

/** Draws the person with `page` and makes a camera file of it in `folder`; returns its name. */
export async function camera(page, folder, name) {
	const drawing = path.join(folder, `${name}.png`);
	await page.setViewportSize({ width: WIDTH + 2 * MARGIN, height: HEIGHT + 2 * MARGIN });
	await page.setContent(svg(PEOPLE[name]));
	await page.screenshot({ path: drawing });

	const file = path.join(folder, `${name}.mjpeg`);
	const sway = `crop=${WIDTH}:${HEIGHT}:${MARGIN}+${MARGIN / 3}*sin(2*PI*t/4):${MARGIN}+${MARGIN / 6}*sin(2*PI*t/2)`;
	const input = ['-loop', '1', '-framerate', '20', '-t', '4', '-i', drawing];
	const output = ['-vf', sway, '-q:v', '3', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', file];
	const { status, stderr } = await run('ffmpeg', ['-v', 'error', '-y', ...input, ...output]);
	if (status !== 0 || !fs.existsSync(file))
		throw new Error(`ffmpeg made no camera of ${name}: ${stderr}`);
	return file;
}

function svg({ wall, shade, shirt, skin, hair, long }) {
	const locks = long ? `<path d="M258 150c-18 90-18 170-4 208h180c14-38 14-118-4-208z" fill="${hair}"/>` : '';
	return `<style>body{margin:0}svg{display:block}</style>
	<svg width="100%" height="100%" viewBox="0 0 688 448" preserveAspectRatio="xMidYMid slice">
		<rect width="688" height="448" fill="${wall}"/>
		<rect x="44" y="46" width="150" height="190" rx="6" fill="${shade}"/>
		<rect x="60" y="62" width="118" height="158" rx="3" fill="${wall}"/>
		<path d="M60 220l44-62 30 34 18-22 26 50z" fill="${shade}"/>
		<path d="M528 448V250h104v198z" fill="${shade}"/>
		<path d="M580 250c-46-30-50-86-34-118 30 22 42 66 34 118zm0 0c-4-52 22-90 58-102 4 46-16 88-58 102z" fill="${shade}"/>
		${locks}
		<path d="M148 448c8-84 78-116 150-122h92c72 6 142 38 150 122z" fill="${shirt}"/>
		<path d="M308 270h72v62c-12 26-60 26-72 0z" fill="${skin}"/>
		<path d="M308 290c20 20 52 20 72 0v14c-20 18-52 18-72 0z" fill="#000" opacity=".12"/>
		<path d="M268 190c0-62 34-96 76-96s76 34 76 96c0 66-36 108-76 108s-76-42-76-108z" fill="${skin}"/>
		<path d="M260 206c-10-82 34-136 84-136s94 54 84 136c-14-20-18-44-24-62-34 8-80 2-104-14-8 30-22 46-40 76z" fill="${hair}"/>
		<path d="M300 186c8-8 20-8 28 0M360 186c8-8 20-8 28 0" fill="none" stroke="${hair}" stroke-width="5" stroke-linecap="round"/>
		<circle cx="314" cy="204" r="6" fill="#2a211c"/><circle cx="374" cy="204" r="6" fill="#2a211c"/>
		<path d="M344 210c-4 14-8 22-6 28 2 4 10 4 14 2" fill="none" stroke="#000" stroke-opacity=".22" stroke-width="4" stroke-linecap="round"/>
		<path d="M320 254c14 14 36 14 50 0" fill="none" stroke="#8c3b35" stroke-width="6" stroke-linecap="round"/>
	</svg>`;
}
