// SPDX-License-Identifier: MIT
import type { Translation } from '../localize.js';
import { Words } from '../words.js';
import en from './en.js';

export type MeetingStrings = Translation<typeof en>;

/** The words of the meeting page. */
export const meetingWords = new Words<MeetingStrings>(en, {
	de: () => import('./de.js'),
	fr: () => import('./fr.js'),
	es: () => import('./es.js'),
	pt: () => import('./pt.js'),
	it: () => import('./it.js'),
	pl: () => import('./pl.js'),
	ja: () => import('./ja.js'),
	ar: () => import('./ar.js'),
	zh: () => import('./zh.js'),
});
