// SPDX-License-Identifier: MIT
// A meeting as a picture: what to draw where, made from what the Admin API says of it. Pure.
import type { Row } from './row.js';

export interface Bar {
	kind: 'present' | 'running' | 'captured';
	/** What it is of: a purpose, or a medium. */
	what: string;
	from: number;
	to: number;
}

export interface Mark {
	decision: string;
	purpose: string;
	medium: string;
	at: number;
}

export interface Line {
	kind: 'activity' | 'person';
	/** A purpose, or a display name; empty: without one. */
	label: string;
	/** Of persons: their id. */
	id?: string;
	bars: Bar[];
	marks: Mark[];
}

export interface Timeline {
	/** In milliseconds since 1970. */
	began: number;
	ended: number;
	lines: Line[];
}

interface Stretch {
	since: string;
	until: string | null;
}

const time = (text: unknown): number => Date.parse(String(text));

/** `now` is where what still goes on ends. */
export function timelineOf(meeting: Row, records: readonly Row[], segments: readonly Row[], now: number): Timeline {
	const began = time(meeting['began']);
	const ended = Math.max(meeting['ended'] ? time(meeting['ended']) : now, began + 1);
	const end = (until: unknown) => (until ? Math.min(time(until), ended) : ended);
	const activities = (meeting['activities'] ?? []) as ({ purpose: string } & Stretch)[];
	return { began, ended, lines: [...activityLines(activities, end), ...people(meeting, records, segments, end)] };
}

/** A purpose that ran several times has one line. */
function activityLines(activities: readonly ({ purpose: string } & Stretch)[], end: (until: unknown) => number): Line[] {
	const lines = new Map<string, Line>();
	for (const { purpose, since, until } of activities) {
		const line = lines.get(purpose) ?? { kind: 'activity', label: purpose, bars: [], marks: [] };
		line.bars.push({ kind: 'running', what: purpose, from: time(since), to: end(until) });
		lines.set(purpose, line);
	}
	return [...lines.values()];
}

/** In the order of coming; whoever only shows in records comes after them. */
function people(meeting: Row, records: readonly Row[], segments: readonly Row[], end: (until: unknown) => number): Line[] {
	const lines = new Map<string, Line>();
	const lineOf = (row: Row): Line => {
		const id = String(row['participant']);
		const line = lines.get(id) ?? { kind: 'person', label: '', id, bars: [], marks: [] };
		line.label ||= String(row['display'] ?? '');
		lines.set(id, line);
		return line;
	};
	for (const row of (meeting['people'] ?? []) as Row[])
		lineOf(row).bars.push({ kind: 'present', what: '', from: time(row['since']), to: end(row['until']) });
	for (const row of segments) lineOf(row).bars.push({ kind: 'captured', what: String(row['medium']), from: time(row['opened']), to: end(row['closed']) });
	for (const row of records)
		lineOf(row).marks.push({ decision: String(row['decision']), purpose: String(row['purpose']), medium: String(row['medium']), at: time(row['time']) });
	return [...lines.values()];
}

/** Where on a line of 100 that is, two digits after the point. */
export function place(at: number, { began, ended }: Timeline): number {
	return Math.round(Math.min(1, Math.max(0, (at - began) / (ended - began))) * 10_000) / 100;
}
