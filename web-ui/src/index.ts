// SPDX-License-Identifier: MIT
export * from './client/index.js';
export * from './components/index.js';
export * from './proofs/index.js';
export * from './store/index.js';
export * from './connect.js';
