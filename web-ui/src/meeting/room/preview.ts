// SPDX-License-Identifier: MIT
import { attach, connect, initJanus, send } from './janus.js';
import type { Feed } from './people.js';

/** What can be known of a room before going in: how many are there, and which purposes are in use. */
export interface Preview {
	people: number;
	activities: { purpose: string; state: string; policy: string }[];
}

/** Looks into a room without joining it. Undefined where that cannot be had; joining will say why. */
export async function lookInto(server: string, plugin: string, room: Feed): Promise<Preview | undefined> {
	try {
		await initJanus();
		const session = await connect(server, () => undefined);
		try {
			const handle = await attach(session, { plugin });
			const answer = await send(handle, { request: 'consent_preview', room });
			return answer?.['consent'] === 'preview' ? (answer as unknown as Preview) : undefined;
		} finally {
			session.destroy({ notifyDestroyed: false });
		}
	} catch {
		return undefined;
	}
}
