// SPDX-License-Identifier: MIT
import type { Translation } from '../localize.js';
import { Words } from '../words.js';
import en from './en.js';

export type AdminStrings = Translation<typeof en>;

/** The words of the admin console. */
export const adminWords = new Words<AdminStrings>(en, {
	de: () => import('./de.js'),
});
