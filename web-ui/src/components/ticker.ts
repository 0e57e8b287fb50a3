// SPDX-License-Identifier: MIT
import type { ReactiveController, ReactiveControllerHost } from 'lit';

const SECOND = 1000;

/** Renders its host again at every full second that is left until `end`, and no more after that. */
export class Ticker implements ReactiveController {
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly host: ReactiveControllerHost,
		private readonly end: () => number | undefined,
	) {
		host.addController(this);
	}

	/** Full seconds until then, at least 0. */
	static seconds(end: number, now = Date.now()): number {
		return Math.max(0, Math.ceil((end - now) / SECOND));
	}

	hostUpdated(): void {
		clearTimeout(this.#timer);
		const left = (this.end() ?? 0) - Date.now();
		if (left > 0) this.#timer = setTimeout(() => this.host.requestUpdate(), left % SECOND || SECOND);
	}

	hostDisconnected(): void {
		clearTimeout(this.#timer);
	}
}
