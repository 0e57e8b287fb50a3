// SPDX-License-Identifier: MIT

type Loaders<T> = Record<string, () => Promise<{ default: T }>>;

/** The tables of words by language, of which only English is there from the start. */
export class Words<T extends object> {
	#tables = new Map<string, T>();

	constructor(
		readonly english: T,
		private readonly loaders: Loaders<T>,
	) {
		this.#tables.set('en', english);
	}

	get languages(): string[] {
		return ['en', ...Object.keys(this.loaders)];
	}

	/** That language's words; until they are here, and where they cannot be had, the English ones. */
	of(language: string): T {
		return this.#tables.get(language) ?? this.english;
	}

	/** Fetches a language; undefined: it is here. Never rejects. */
	load(language: string): Promise<void> | undefined {
		const loader = this.loaders[language];
		if (!loader || this.#tables.has(language)) return undefined;
		return loader().then(
			({ default: table }) => void this.#tables.set(language, table),
			() => void this.#tables.set(language, this.english),
		);
	}
}
