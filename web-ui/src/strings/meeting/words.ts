// SPDX-License-Identifier: MIT
import type { Translation } from '../localize.js';
import { Words } from '../words.js';
import en from './en.js';

export type MeetingStrings = Translation<typeof en>;

/** The words of the meeting page. */
export const meetingWords = new Words<MeetingStrings>(en, {
	de: () => import('./de.js'),
});
