// SPDX-License-Identifier: MIT
// A list as a file: the gateway gives it in pages, which are written one behind the other.
import type { ExportKind, ExportPage } from './api.js';
import type { Sink } from './saving.js';

export type Format = 'csv' | 'jsonl' | 'jsonld';

/**
 * Reads all pages into what `open` gives for the first of them. `progress` is told each page; returning false from it stops the export. Returns the
 * number of rows; undefined: it was stopped, or there was nowhere to write to. What is not whole is not saved.
 */
export async function exportAll(
	read: (cursor: string | null) => Promise<ExportPage>,
	open: (first: ExportPage) => Promise<Sink | undefined>,
	progress: (page: ExportPage) => boolean,
): Promise<number | undefined> {
	let page = await read(null);
	const sink = await open(page);
	if (!sink) return undefined;
	try {
		for (;;) {
			await sink.write(page.text);
			if (!progress(page)) {
				await sink.abort();
				return undefined;
			}
			if (page.cursor === null) break;
			page = await read(page.cursor);
		}
		await sink.close();
		return page.rows;
	} catch (error) {
		await sink.abort();
		throw error;
	}
}

/** "consent-records-20260102T100300Z.csv": names that sort by time and suit every file system. */
export function fileName(kind: ExportKind, format: Format, now = new Date()): string {
	const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
	return `consent-${kind}-${time}.${format}`;
}
