// SPDX-License-Identifier: MIT
// The components with a gateway in memory behind them, so that a test can put them into any state.
import { BrowserKeychain, ConsentClient, ConsentStore, defineConsentElements, type ConsentElement, type Jwks } from '../../../web-ui/src/index.js';
import { FakeGateway, purposes } from '../../../web-ui/test/fake-gateway.js';

defineConsentElements();

const gateway = new FakeGateway(structuredClone(purposes));
const me = gateway.join('Anna');
const keys = (await gateway.jwks().catch(() => ({ keys: [] }))) as Jwks;
const signed = new URLSearchParams(location.search).has('signed');
const store = new ConsentStore(new ConsentClient(me, 1000), { ...(signed ? { keychain: new BrowserKeychain() } : {}), keys });
for (const name of ['Ben', 'Cleo']) gateway.join(name);

for (const element of document.querySelectorAll<ConsentElement>('consent-notice, consent-indicator, consent-panel, consent-host, consent-roster')) element.store = store;
await store.refresh();

Object.assign(window, { gateway, store, me: me.id });
document.documentElement.dataset['ready'] = '';
