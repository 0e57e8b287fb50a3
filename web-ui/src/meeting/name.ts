// SPDX-License-Identifier: MIT
// The name of whoever is in a meeting, kept by this tab from joining to leaving: who reloads the page is the same person under the same name, and need not
// type it again, letter by letter. Whoever leaves is forgotten: the next one at this computer may be somebody else.

const KEY = 'consent-meeting-name';

export function keptName(): string {
	return quietly(() => sessionStorage.getItem(KEY)) ?? '';
}

export function keepName(name: string): void {
	quietly(() => sessionStorage.setItem(KEY, name));
}

export function forgetName(): void {
	quietly(() => sessionStorage.removeItem(KEY));
}

/** A browser may refuse pages to keep anything. Then the name is asked for again. */
function quietly<T>(action: () => T): T | undefined {
	try {
		return action();
	} catch {
		return undefined;
	}
}
