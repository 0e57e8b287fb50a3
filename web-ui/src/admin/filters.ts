// SPDX-License-Identifier: MIT
import type { Filters, ListKind } from './api.js';

/** Which filters a list takes. */
export const filtersOf: Record<ListKind, (keyof Filters)[]> = {
	meetings: ['display', 'room', 'from', 'to'],
	records: ['display', 'room', 'meeting', 'participant', 'purpose', 'decision', 'from', 'to'],
	segments: ['display', 'room', 'meeting', 'participant', 'purpose', 'from', 'to'],
};

/** What a form holds as the gateway wants it: nothing empty, times in UTC. A date that is none filters nothing. */
export function toFilters(kind: ListKind, form: Iterable<[string, unknown]>): Filters {
	const filters: Filters = {};
	for (const [name, value] of form) {
		const key = name as keyof Filters;
		const text = String(value).trim();
		if (!text || !filtersOf[kind].includes(key)) continue;
		const wanted = key === 'from' || key === 'to' ? utc(text) : text;
		if (wanted) filters[key] = wanted;
	}
	return filters;
}

function utc(local: string): string | undefined {
	const time = new Date(local);
	return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** As the field of a form shows it: local time to the minute. */
export function toLocalField(time: string | undefined): string {
	if (!time) return '';
	const date = new Date(time);
	const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
	return local.toISOString().slice(0, 16);
}
