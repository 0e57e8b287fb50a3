// SPDX-License-Identifier: GPL-3.0-or-later
// Lots that can be drawn again: the same seed gives the same.

/** The generator is Marsaglia's xorshift of 32 bits. */
export class Random {
	#state;

	constructor(seed) {
		this.#state = (seed >>> 0) || 1;
	}

	next() {
		this.#state ^= this.#state << 13;
		this.#state ^= this.#state >>> 17;
		this.#state ^= this.#state << 5;
		return (this.#state >>> 0) / 2 ** 32;
	}

	between(low, high) {
		return low + Math.floor(this.next() * (high - low + 1));
	}

	pick(list) {
		return list[this.between(0, list.length - 1)];
	}
}
