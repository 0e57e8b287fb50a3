// SPDX-License-Identifier: MIT
import type { Page } from './api.js';

/** Moves through pages of which each knows only the next: the way back is remembered. */
export class Pager {
	/** Cursors of the pages up to the one shown; null begins the first. */
	#cursors: (string | null)[] = [null];
	#next: string | null = null;

	/** 1 is the first. */
	get page(): number {
		return this.#cursors.length;
	}

	get hasPrevious(): boolean {
		return this.#cursors.length > 1;
	}

	get hasNext(): boolean {
		return this.#next !== null;
	}

	get cursor(): string | null {
		return this.#cursors.at(-1)!;
	}

	/** The page shown has come. */
	arrived({ cursor }: Pick<Page, 'cursor'>): void {
		this.#next = cursor;
	}

	forward(): void {
		if (this.#next === null) return;
		this.#cursors.push(this.#next);
		this.#next = null;
	}

	back(): void {
		if (this.#cursors.length > 1) this.#cursors.pop();
	}
}
