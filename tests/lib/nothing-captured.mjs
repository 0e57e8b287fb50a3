// SPDX-License-Identifier: GPL-3.0-or-later
// A whole test: whatever was asked, nothing is on disk.

import { assertNothingCaptured } from './expect.mjs';
import { startJanus } from './janus.mjs';

/** A gateway, `dialogue` in it, media, and then: nothing on disk. */
export async function nothingCaptured(t, dialogue, options) {
	const janus = await startJanus(t, options);
	const meeting = await dialogue(janus);
	await meeting.send();
	await meeting.close();
	await janus.stop();
	assertNothingCaptured(janus);
}
