// SPDX-License-Identifier: MIT
// CSV that a spreadsheet opens without taking a cell for a formula.

export type Row = Record<string, unknown>;

const FORMULA = /^[=+\-@\t\r\n]/;

/** One cell: always quoted, inner quotes doubled, and marked as text where a spreadsheet could take it for a formula. */
export function csvCell(value: unknown): string {
	const text = cellText(value);
	const safe = FORMULA.test(text) ? `'${text}` : text;
	return `"${safe.replaceAll('"', '""')}"`;
}

/** A line with its end, as RFC 4180 has it. */
export function csvLine(values: readonly unknown[]): string {
	return `${values.map(csvCell).join(',')}\r\n`;
}

/** One line a row. `columns` decides which fields and in which order. */
export function csvRows(columns: readonly string[], rows: Iterable<Row>): string[] {
	return Array.from(rows, (row) => csvLine(columns.map((column) => row[column])));
}

/** The known columns that occur first, then whatever else occurs, so that no field is lost. */
export function columnsOf(known: readonly string[], rows: Iterable<Row>): string[] {
	const present = new Set<string>();
	for (const row of rows) for (const name of Object.keys(row)) present.add(name);
	const others = [...present].filter((name) => !known.includes(name)).sort();
	return [...known.filter((name) => present.has(name)), ...others];
}

export function toJsonLines(rows: Iterable<Row>): string[] {
	return Array.from(rows, (row) => `${JSON.stringify(row)}\n`);
}

function cellText(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
