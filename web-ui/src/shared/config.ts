// SPDX-License-Identifier: MIT

export interface Config {
	/** The package under which Janus knows the gateway. */
	package: string;
}

const DEFAULT: Config = { package: 'janus.plugin.consent' };

/** config.json beside the meeting page; what is missing or unreadable is as shipped. */
export async function loadConfig(url: string): Promise<Config> {
	try {
		const config = await (await fetch(url, { cache: 'no-cache' })).json();
		return typeof config?.package === 'string' && config.package ? { package: config.package } : DEFAULT;
	} catch {
		return DEFAULT;
	}
}

/** The WebSocket at `path` of the server that this page came from. */
export function webSocketUrl(path: string, base: Pick<Location, 'protocol' | 'host'> = location): string {
	return `${base.protocol === 'https:' ? 'wss' : 'ws'}://${base.host}${path}`;
}
