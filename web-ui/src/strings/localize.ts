// SPDX-License-Identifier: MIT

/** The forms that Intl.PluralRules selects from; `{count}` decides. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

type Entry = string | Plural;

/** A table in another language: the same keys with the same kinds of entries. */
export type Translation<T> = { [K in keyof T]: T[K] extends string ? string : Plural };

export type Values = Record<string, string | number>;
export type Translate<T> = (key: keyof T & string, values?: Values) => string;

/** The first wanted language there is a table for ("de" serves "de-AT"), else English. */
export function chooseLanguage(wanted: readonly string[], available: readonly string[]): string {
	for (const tag of wanted) {
		const parts = tag.toLowerCase().split('-');
		for (let n = parts.length; n > 0; n--) {
			const found = available.find((one) => one.toLowerCase() === parts.slice(0, n).join('-'));
			if (found) return found;
		}
	}
	return 'en';
}

export function translator<T extends Record<keyof T, Entry>>(table: T, language: string): Translate<T> {
	const plurals = new Intl.PluralRules(language);
	return (key, values = {}) => {
		const entry: Entry = table[key];
		const text = typeof entry === 'string' ? entry : (entry[plurals.select(Number(values['count']))] ?? entry.other);
		return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
	};
}

/** "a, b and c" as the language has it. */
export function listOf(items: readonly string[], language: string): string {
	return items.length > 1 ? new Intl.ListFormat(language, { type: 'conjunction' }).format(items) : (items[0] ?? '');
}

/** Sentences without their full stops, one after the other, with those that the language has. */
export function sentences(texts: readonly string[], language: string): string {
	const [stop, gap] = ['ja', 'zh'].includes(language) ? ['。', ''] : ['.', ' '];
	return texts.map((text) => text + stop).join(gap);
}

/** The reader's own variant of a language ("en-GB" for "en"), for dates and numbers. */
export function localeOf(language: string, wanted: readonly string[] = navigator.languages): string {
	return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language.toLowerCase().split('-')[0]) ?? language;
}
