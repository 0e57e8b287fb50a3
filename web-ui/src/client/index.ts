// SPDX-License-Identifier: MIT
export * from './client.js';
export * from './errors.js';
export * from './janus.js';
export * from './protocol.js';
export * from './transport.js';
