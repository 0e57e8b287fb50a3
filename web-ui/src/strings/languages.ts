// SPDX-License-Identifier: MIT
// Which languages there are. A new one is a line here, and in each of the folders a file like en.ts with a line in words.ts.

/** What each language calls itself. */
export const languageNames: Record<string, string> = {
	en: 'English',
	de: 'Deutsch',
	fr: 'Français',
	es: 'Español',
	pt: 'Português',
	it: 'Italiano',
	pl: 'Polski',
	ja: '日本語',
	ar: 'العربية',
	zh: '中文',
};

const RIGHT_TO_LEFT = ['ar'];

export function directionOf(language: string): 'ltr' | 'rtl' {
	return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}
