// SPDX-License-Identifier: MIT
import { componentWords, type ComponentStrings } from '../strings/components/words.js';

/** Those that a gateway comes with. */
export const SHIPPED = ['record', 'summarize', 'train', 'telemetry'] as const;

const MEDIA = ['audio', 'video', 'data'] as const;

/** A short name for a purpose: ours for those that are shipped, else what it is called otherwise. */
export function purposeName(purpose: string, language: string, otherwise = purpose): string {
	return nameOf(SHIPPED, purpose, language) ?? otherwise;
}

export function mediumName(medium: string, language: string): string {
	return nameOf(MEDIA, medium, language) ?? medium;
}

/** What a decision is on. */
export function purposeAndMedium(purpose: string, medium: string, language: string): string {
	return `${purposeName(purpose, language)} · ${mediumName(medium, language)}`;
}

/** The id of a purpose that somebody calls by its short name; what is no such name is an id already. */
export function purposeCalled(text: string, language: string): string {
	const plain = (name: string) => name.toLocaleLowerCase(language);
	return SHIPPED.find((one) => plain(purposeName(one, language)) === plain(text)) ?? text;
}

function nameOf(known: readonly (typeof SHIPPED | typeof MEDIA)[number][], id: string, language: string): string | undefined {
	const words: ComponentStrings = componentWords.of(language);
	const key = known.find((one) => one === id);
	return key && words[key];
}
