// SPDX-License-Identifier: MIT
import type { Translation } from '../localize.js';
import { Words } from '../words.js';
import en from './en.js';

export type AdminStrings = Translation<typeof en>;

/** The words of the admin console. */
export const adminWords = new Words<AdminStrings>(en, {
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
