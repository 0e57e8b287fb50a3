// SPDX-License-Identifier: MIT
import { componentWords } from '../strings/components/words.js';
import { translator } from '../strings/localize.js';
import { meetingWords } from '../strings/meeting/words.js';

/** What the tab says. Questions that wait come first: whoever looks at another tab sees little more than the first words. */
export function pageTitle(room: string | number, waiting: number, language: string): string {
	const t = translator(meetingWords.of(language), language);
	const ask = translator(componentWords.of(language), language);
	return [...(waiting ? [ask('answerNow', { count: waiting })] : []), t('roomTitle', { room }), t('title')].join(' – ');
}
