// SPDX-License-Identifier: MIT
// How values stand in the tables. All of them as text: names come from strangers.
import { html, nothing, type TemplateResult } from 'lit';
import { mediumName, purposeName } from '../../shared/purposes.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import { listOf, localeOf, type Translate } from '../../strings/localize.js';
import type { Filters } from '../api.js';
import type { Column } from '../columns.js';
import type { Row } from '../row.js';

export interface CellContext {
	t: Translate<AdminStrings>;
	language: string;
	/** Shows only what has this value. */
	narrow(filters: Filters): void;
}

type Cell = string | TemplateResult | typeof nothing;

export function cell(column: Column, row: Row, context: CellContext): Cell {
	const value = row[column.field];
	if (column.field === 'ended' && !value) return html`<span class="chip live">${context.t('live')}</span>`;
	if (value === null || value === undefined || value === '') return nothing;
	return formats[column.format](value as never, column, context);
}

const formats: Record<Column['format'], (value: never, column: Column, context: CellContext) => Cell> = {
	text: (value: unknown) => String(value),
	time: (value: string, _column, { language }) => html`<time datetime=${value} title=${value}>${timeOf(value, language)}</time>`,
	id: (value: string, { field }, { narrow }) =>
		html`<button type="button" class="narrow" title=${value} @click=${() => narrow({ [field]: value })}>${value.slice(0, 8)}</button>`,
	hash: (value: string) => html`<code title=${value}>${value.slice(0, 8)}</code>`,
	decision: (value: string, _column, { t }) => html`<span class="chip ${value}">${decisionName(value, t)}</span>`,
	purpose: (value: string, _column, { language }) => named([value], purposeName, language),
	medium: (value: string, _column, { language }) => named([value], mediumName, language),
	purposes: (value: string[], _column, { language }) => named(value, purposeName, language),
	number: (value: number, _column, { language }) => new Intl.NumberFormat(localeOf(language)).format(value),
	bytes: (value: number, _column, { language }) => bytesOf(value, language),
	activities: (value: { purpose: string }[], _column, { language }) => named([...new Set(value.map((one) => one.purpose))], purposeName, language),
};

/** What people call it; the ids, which filters and files have, are a tip away. */
function named(ids: readonly string[], name: (id: string, language: string) => string, language: string): Cell {
	const names = ids.map((id) => name(id, language));
	return html`<span title=${ids.join(', ')}>${listOf(names, language)}</span>`;
}

function decisionName(value: string, t: CellContext['t']): string {
	const known = ['granted', 'refused', 'withdrawn', 'expired', 'undecided'];
	return known.includes(value) ? t(value as 'granted') : value;
}

function timeOf(value: string, language: string): string {
	const date = new Date(value);
	if (Number.isNaN(date.getTime())) return value;
	return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'medium' }).format(date);
}

export function bytesOf(value: number, language: string): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
	const power = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0);
	const options = { style: 'unit', unit: units[power]!, unitDisplay: 'short', maximumFractionDigits: power ? 1 : 0 } as const;
	return new Intl.NumberFormat(localeOf(language), options).format(value / 1000 ** power);
}
