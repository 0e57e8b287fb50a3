// SPDX-License-Identifier: MIT
import { ConsentClient } from './client/client.js';
import { janusTransport, type JanusHandle } from './client/janus.js';
import { defineConsentElements } from './components/define.js';
import type { ConsentElement } from './components/element.js';
import { ConsentStore } from './store/store.js';

/**
 * Connects a janus.js handle that joins a room as a publisher with the consent components of a page, and registers them if need be. Call
 * it at any time after the handle is attached: from the moment that the room is joined they show what the server says.
 */
export function connectConsent(handle: JanusHandle, root: ParentNode = document): ConsentStore {
	defineConsentElements();
	const store = new ConsentStore(new ConsentClient(janusTransport(handle)));
	void store.setLanguage(document.documentElement.lang || navigator.language);
	const elements = root.querySelectorAll<ConsentElement>('consent-notice, consent-indicator, consent-panel, consent-host');
	for (const element of elements) element.store = store;
	// It may have joined already; if not, the answer is an error and nothing is shown yet.
	store.refresh().catch(() => undefined);
	return store;
}
