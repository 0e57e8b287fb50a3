// SPDX-License-Identifier: MIT
import { componentWords, type ComponentStrings } from '../strings/components/words.js';

const SHIPPED = ['record', 'summarize', 'train', 'telemetry'] as const;

/** A short name for a purpose: ours for those that are shipped, else what it is called otherwise. */
export function purposeName(purpose: string, language: string, otherwise = purpose): string {
	const known = SHIPPED.find((one) => one === purpose);
	const words: ComponentStrings = componentWords.of(language);
	return known ? words[known] : otherwise;
}
