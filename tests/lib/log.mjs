// SPDX-License-Identifier: GPL-3.0-or-later
// A child process's output, line by line, to be awaited and searched.

import readline from 'node:readline';
import { Stream } from './stream.mjs';

export class Log {
	#lines;

	constructor(name, streams) {
		this.#lines = new Stream(`log of ${name}`);
		let open = streams.length;
		for (const stream of streams) {
			const reader = readline.createInterface({ input: stream, crlfDelay: Infinity });
			reader.on('line', line => this.#lines.push(line));
			reader.on('close', () => --open || this.#lines.end('the log ended'));
		}
	}

	get lines() {
		return this.#lines.all;
	}

	get text() {
		return this.lines.join('\n');
	}

	/** The next line that matches and was not handed out before. */
	next(pattern) {
		return this.#lines.next(line => pattern.test(line), `a line like ${pattern}`);
	}

	has(pattern) {
		return this.lines.some(line => pattern.test(line));
	}
}
