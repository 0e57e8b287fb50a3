// SPDX-License-Identifier: GPL-3.0-or-later
// A stream of things that happened, to be awaited by what they are and not by the clock.

import { setTimeout } from 'node:timers/promises';

/** How long to wait for something that should happen before the test is given up. Not a measure of anything. */
export const PATIENCE = Number(process.env.TEST_PATIENCE ?? 20_000);

export class Stream {
	#waiting = [];
	#ended = null;

	/** Everything that was ever pushed, in order, also what next() has handed out. */
	all = [];
	#unread = [];

	constructor(name) {
		this.name = name;
	}

	push(item) {
		this.all.push(item);
		const index = this.#waiting.findIndex(waiter => waiter.accepts(item));
		if (index < 0)
			return void this.#unread.push(item);

		const [waiter] = this.#waiting.splice(index, 1);
		waiter.resolve(item);
	}

	/** Nothing more will come: whoever waits learns why. */
	end(reason) {
		this.#ended = reason;
		for (const waiter of this.#waiting.splice(0))
			waiter.reject(new Error(`${this.name}: ${reason}`));
	}

	/** The next unread item that `accepts` says yes to, now or later; others stay unread. */
	async next(accepts = () => true, what = 'anything', patience = PATIENCE) {
		const index = this.#unread.findIndex(accepts);
		if (index >= 0)
			return this.#unread.splice(index, 1)[0];
		if (this.#ended !== null)
			throw new Error(`${this.name}: ${this.#ended} while waiting for ${what}`);
		return this.#wait(accepts, what, patience);
	}

	/** The unread items that `accepts` says yes to, taken out. */
	take(accepts = () => true) {
		const taken = this.#unread.filter(accepts);
		this.#unread = this.#unread.filter(item => !taken.includes(item));
		return taken;
	}

	#wait(accepts, what, patience) {
		return new Promise((resolve, reject) => {
			const waiter = { accepts };
			const timer = globalThis.setTimeout(() => {
				this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
				reject(new Error(`${this.name}: gave up waiting for ${what}; unread: ${brief(this.#unread)}`));
			}, patience);
			waiter.resolve = item => (clearTimeout(timer), resolve(item));
			waiter.reject = error => (clearTimeout(timer), reject(error));
			this.#waiting.push(waiter);
		});
	}
}

function brief(items) {
	const text = items.map(item => (typeof item === 'string' ? item : JSON.stringify(item)) ?? String(item));
	return `[${text.slice(-8).join(' | ').slice(0, 2000)}]`;
}

/** Resolves with what `ask` resolves with once that is true: for what nobody announces. */
export async function eventually(ask, what) {
	const late = Date.now() + PATIENCE;
	for (;;) {
		const result = await ask();
		if (result)
			return result;
		if (Date.now() > late)
			throw new Error(`gave up waiting for ${what}`);
		await setTimeout(5);
	}
}
