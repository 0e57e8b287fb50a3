// SPDX-License-Identifier: MIT
import { ConsentClient } from './client/client.js';
import { janusTransport, type JanusHandle } from './client/janus.js';
import { defineConsentElements } from './components/define.js';
import type { ConsentElement } from './components/element.js';
import { BrowserKeychain } from './proofs/keychain.js';
import { ConsentStore, type StoreOptions } from './store/store.js';

const ELEMENTS = 'consent-notice, consent-indicator, consent-panel, consent-host, consent-roster';

/**
 * Connects a janus.js handle that joins a room as a publisher with the consent components of a page, and registers them if need be. Call
 * it at any time after the handle is attached: from the moment that the room is joined they show what the server says.
 *
 * Decisions are signed with a key that this browser keeps (`keychain`); receipts are checked against `keys`, by
 * default the file consent-keys.json beside the page.
 */
export function connectConsent(handle: JanusHandle, root: ParentNode = document, options: StoreOptions = {}): ConsentStore {
	defineConsentElements();
	const store = new ConsentStore(new ConsentClient(janusTransport(handle)), { keychain: new BrowserKeychain(), keys: 'consent-keys.json', ...options });
	void store.setLanguage(document.documentElement.lang || navigator.language);
	for (const element of root.querySelectorAll<ConsentElement>(ELEMENTS)) element.store = store;
	// It may have joined already; if not, the answer is an error and nothing is shown yet.
	store.refresh().catch(() => undefined);
	return store;
}
