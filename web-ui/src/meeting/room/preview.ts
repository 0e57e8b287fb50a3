// SPDX-License-Identifier: MIT
import { attach, connect, initJanus, send } from './janus.js';
import type { Feed } from './people.js';
import { Problem } from './problem.js';

/** What can be known of a room before going in: how many are there, and which purposes are in use. */
export interface Preview {
	people: number;
	activities: { purpose: string; state: string; policy: string }[];
}

/** The gateway's error code for a room that there is not. */
const NO_SUCH_ROOM = 712;

/** Looks into a room without joining it. A Problem where it is known already that joining will fail, and undefined where nothing is known. */
export async function lookInto(server: string, plugin: string, room: Feed): Promise<Preview | Problem | undefined> {
	try {
		await initJanus();
		const session = await connect(server, () => undefined);
		try {
			const handle = await attach(session, { plugin });
			const answer = await send(handle, { request: 'consent_preview', room });
			if (answer?.['error_code'] === NO_SUCH_ROOM) return new Problem('roomMissing');
			return answer?.['consent'] === 'preview' ? (answer as unknown as Preview) : undefined;
		} finally {
			session.destroy({ notifyDestroyed: false });
		}
	} catch (error) {
		return error instanceof Problem && error.kind !== 'joinFailed' ? error : undefined;
	}
}
