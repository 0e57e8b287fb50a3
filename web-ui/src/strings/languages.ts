// SPDX-License-Identifier: MIT
// Which languages there are. A new one is a file like en.ts and a line in each of these tables.
import * as de from './de.js';
import * as en from './en.js';
import type { Translation } from './localize.js';

/** What each language calls itself. */
export const languageNames: Record<string, string> = { en: 'English', de: 'Deutsch' };

export type ComponentStrings = Translation<typeof en.components>;
export type MeetingStrings = Translation<typeof en.meeting>;
export type AdminStrings = Translation<typeof en.admin>;

// Three tables, so that a bundle holds only the part that it shows.
export const componentStrings: Record<string, ComponentStrings> = { en: en.components, de: de.components };
export const meetingStrings: Record<string, MeetingStrings> = { en: en.meeting, de: de.meeting };
export const adminStrings: Record<string, AdminStrings> = { en: en.admin, de: de.admin };
