// SPDX-License-Identifier: MIT
import { ConsentHost } from './host.js';
import { ConsentIndicator } from './indicator.js';
import { ConsentNotice } from './notice/notice.js';
import { ConsentQuestion } from './notice/question.js';
import { ConsentPanel } from './panel/panel.js';
import { ConsentReceipts } from './panel/receipts.js';
import { ConsentRoster } from './roster.js';

const elements: Record<string, CustomElementConstructor> = {
	'consent-notice': ConsentNotice,
	'consent-question': ConsentQuestion,
	'consent-indicator': ConsentIndicator,
	'consent-panel': ConsentPanel,
	'consent-receipts': ConsentReceipts,
	'consent-host': ConsentHost,
	'consent-roster': ConsentRoster,
};

/** Registers the custom elements; those that the page has registered already are left alone. */
export function defineConsentElements(registry: CustomElementRegistry = customElements): void {
	for (const [name, element] of Object.entries(elements)) if (!registry.get(name)) registry.define(name, element);
}

declare global {
	interface HTMLElementTagNameMap {
		'consent-notice': ConsentNotice;
		'consent-question': ConsentQuestion;
		'consent-indicator': ConsentIndicator;
		'consent-panel': ConsentPanel;
		'consent-receipts': ConsentReceipts;
		'consent-host': ConsentHost;
		'consent-roster': ConsentRoster;
	}
}
