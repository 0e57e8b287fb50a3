// SPDX-License-Identifier: MIT
// Signs on a 24 by 24 grid, drawn in the colour of the text. They accompany words and are hidden from screen readers.
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const shapes: Record<string, SVGTemplateResult> = {
	record: svg`<circle cx="12" cy="12" r="8.25"/><circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>`,
	summarize: svg`<path d="M5 6h9M5 11h6M5 16h5M16.5 9.5l1.2 3.3 3.3 1.2-3.3 1.2-1.2 3.3-1.2-3.3-3.3-1.2 3.3-1.2z"/>`,
	train: svg`<path d="M12 4 3 8.5l9 4.5 9-4.5zM6.5 10.5V15c0 1.5 2.5 3 5.5 3s5.5-1.5 5.5-3v-4.5M21 8.5V14"/>`,
	telemetry: svg`<path d="M4 20V11M9.33 20V4M14.66 20v-6M20 20V8"/>`,
	purpose: svg`<path d="M12 3.5 4.5 6v5.5c0 4.3 3 7.6 7.5 9 4.5-1.4 7.5-4.7 7.5-9V6z"/>`,
	audio: svg`<rect x="9" y="3.5" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
	video: svg`<rect x="3" y="6.5" width="12" height="11" rx="2.5"/><path d="m15 11 6-3.5v9L15 13z"/>`,
	data: svg`<path d="M4 20V11M9.33 20V4M14.66 20v-6M20 20V8"/>`,
	person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>`,
	people: svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.500c.7-3.5 3.3-5.3 6.5-5.300s5.8 1.8 6.5 5.300M15.5 5.300a3.5 3.5 0 0 1 0 6.400M18 14.800c1.9.8 3.1 2.4 3.5 4.7"/>`,
	clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.200l3.4 2"/>`,
	info: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.500M12 7.500v.01"/>`,
	check: svg`<path d="m5 12.5 4.5 4.500L19 7.5"/>`,
	cross: svg`<path d="m6.5 6.5 11 11M17.5 6.500l-11 11"/>`,
	shield: svg`<path d="M12 3.5 4.5 6v5.500c0 4.3 3 7.6 7.5 9 4.5-1.4 7.5-4.7 7.5-9V6z"/><path d="m8.7 11.8 2.4 2.4 4.2-4.4"/>`,
	chevron: svg`<path d="m7 10 5 5 5-5"/>`,
	dot: svg`<circle cx="12" cy="12" r="5" fill="currentColor" stroke="none"/>`,
};

/** Whether that purpose has a sign of its own. */
export const hasSign = (purpose: string): boolean => purpose in shapes;

/** The sign of that name; operators' own purposes have a common one. */
export function icon(name: string): TemplateResult {
	return html`<svg
		viewBox="0 0 24 24"
		fill="none"
		stroke="currentColor"
		stroke-width="1.75"
		stroke-linecap="round"
		stroke-linejoin="round"
		aria-hidden="true"
		focusable="false"
	>
		${shapes[name] ?? shapes['purpose']}
	</svg>`;
}
