// SPDX-License-Identifier: MIT
export { canSign, type Jwks, type PublicJwk } from './keys.js';
export * from './keychain.js';
export * from './receipt.js';
export { Signer } from './signer.js';
