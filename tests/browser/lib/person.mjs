// SPDX-License-Identifier: MIT
// Somebody in front of the meeting page: what they see and what they press.

import { openPage } from './browser.mjs';

/** Opens the page as `name`, and joins unless `options.join` is false. */
export async function person(t, browser, site, name, { join = true, search = '', ...options } = {}) {
	const page = await openPage(t, browser, `${site.url}/${search}`, options);
	const one = new Person(page, name);
	if (join)
		await one.join();
	return one;
}

export class Person {
	constructor(page, name) {
		this.page = page;
		this.name = name;
	}

	async join() {
		await this.enter();
		await this.button('Leave').waitFor();
	}

	async enter() {
		await this.page.getByLabel('Your name').fill(this.name);
		await this.button('Join').click();
	}

	button(name, options = { exact: true }) {
		return this.page.getByRole('button', { name, ...options });
	}

	/** The popup that asks. */
	get notice() {
		return this.page.locator('consent-notice').getByRole('dialog');
	}

	async answer(name) {
		await this.notice.getByRole('button', { name, exact: true }).click();
		await this.notice.waitFor({ state: 'detached' });
	}

	/** The line that says whether I am captured. */
	says(text) {
		return this.page.locator('consent-indicator').getByText(text, { exact: true }).last().waitFor();
	}

	/** Somebody's tile; my own has "(you)" after the name. */
	tile(name) {
		const label = name === this.name ? `${name} (you)` : name;
		const whole = new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
		return this.page.locator('meeting-tile').filter({ has: this.page.locator('.name b', { hasText: whole }) });
	}

	/** What the tile says of capture. */
	mark(name, label) {
		return this.tile(name).getByRole('img', { name: label }).waitFor();
	}

	/** Resolves when that tile's picture moves: with the next two frames. */
	sees(name) {
		return this.tile(name).locator('video').evaluate(video => new Promise((resolve, reject) => {
			setTimeout(() => reject(new Error('the picture does not move')), 30000);
			video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(resolve));
		}));
	}

	/** Opens what is behind a button of the bar: 'Activities' or 'My consent'. */
	async open(sheet) {
		await this.button(sheet).click();
		const side = this.page.getByRole('complementary', { name: sheet });
		await side.waitFor();
		return side;
	}

	/** Starts an activity as a host does, with the room's secret. */
	async start(purpose, secret) {
		const side = await this.open('Activities');
		await side.getByRole('button', { name: `Start: ${purpose}` }).click();
		await side.getByLabel('Room secret').fill(secret);
		await this.page.keyboard.press('Enter');
		await side.waitFor({ state: 'hidden' });
		await this.notice.waitFor();
	}

	async stop(purpose) {
		const side = await this.open('Activities');
		await side.getByRole('button', { name: `Stop: ${purpose}` }).click();
		await side.getByRole('button', { name: `Start: ${purpose}` }).waitFor();
		await this.button('Close').click();
	}

	/** SSRCs of everything this browser sends, as WebRTC's own statistics have them, with the packets sent so far. */
	async sending() {
		const peers = await this.page.evaluate(async () => {
			const stats = await Promise.all(window.peers.map(peer => peer.getStats()));
			return stats.flatMap(report => [...report.values()])
				.filter(({ type }) => type === 'outbound-rtp')
				.map(({ ssrc, kind, packetsSent }) => ({ ssrc, kind, packetsSent }));
		});
		return peers;
	}

	/** Resolves when this browser has sent so many packets more of that kind. */
	async sends(kind, packets) {
		const count = async () => (await this.sending()).filter(one => one.kind === kind).reduce((total, { packetsSent }) => total + packetsSent, 0);
		const target = (await count()) + packets;
		while ((await count()) < target)
			await this.page.evaluate(() => new Promise(resolve => requestAnimationFrame(resolve)));
	}
}
