// SPDX-License-Identifier: MIT
import type { Page } from './api.js';
import { columnsOf, csvLine, csvRows, toJsonLines, type Row } from './csv.js';

export type Format = 'csv' | 'jsonl';

export const mediaTypes: Record<Format, string> = { csv: 'text/csv;charset=utf-8', jsonl: 'application/jsonl;charset=utf-8' };

/**
 * Reads all pages and returns the file's parts. Rows are turned into text page by page, so that only text is kept. `progress` is told the number of
 * rows so far; returning false from it stops the export, which then returns undefined.
 */
export async function exportAll(
	format: Format,
	known: readonly string[],
	read: (cursor: string | null) => Promise<Page>,
	progress: (rows: number) => boolean,
): Promise<string[] | undefined> {
	const parts: string[] = [];
	let columns: string[] | undefined;
	let count = 0;
	for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
		const page = await read(cursor);
		if (format === 'csv') columns ??= begin(parts, known, page.rows);
		parts.push(...(columns ? csvRows(columns, page.rows) : toJsonLines(page.rows)));
		count += page.rows.length;
		if (!progress(count)) return undefined;
		cursor = page.cursor;
	}
	return parts;
}

/** All rows of a list have the same members: the first page tells them. */
function begin(parts: string[], known: readonly string[], rows: readonly Row[]): string[] {
	const columns = rows.length ? columnsOf(known, rows) : [...known];
	parts.push(csvLine(columns));
	return columns;
}

/** "consent-records-20260102T100300Z.csv": names that sort by time and suit every file system. */
export function fileName(kind: string, format: Format, now = new Date()): string {
	const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
	return `consent-${kind}-${time}.${format}`;
}

export function saveFile(name: string, type: string, parts: readonly string[]): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([...parts], { type }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href));
}
