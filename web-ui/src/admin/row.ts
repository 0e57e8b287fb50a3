// SPDX-License-Identifier: MIT

/** One of a list, as the gateway gives it. */
export type Row = Record<string, unknown>;
