// SPDX-License-Identifier: MIT
export * from './selectors.js';
export * from './state.js';
export * from './store.js';
