// SPDX-License-Identifier: MIT
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const shapes = {
	mic: svg`<rect x="9" y="3.5" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
	micOff: svg`<path d="M15 9.5v-3a3 3 0 0 0-5.8-1.100M9 9v2.500a3 3 0 0 0 4.7 2.500M5.5 11.500a6.5 6.5 0 0 0 10.4 5.200M18.5 11.500c0 .9-.2 1.7-.5 2.500M12 18v3M4 4l16 16"/>`,
	camera: svg`<rect x="3" y="6.5" width="12" height="11" rx="2.5"/><path d="m15 11 6-3.500v9L15 13z"/>`,
	cameraOff: svg`<path d="M9.5 6.500h3A2.5 2.5 0 0 1 15 9v2l6-3.500v9l-2-1.200M15 15.500A2.5 2.5 0 0 1 12.5 17.500h-7A2.5 2.5 0 0 1 3 15V9c0-1 .6-1.9 1.4-2.300M4 4l16 16"/>`,
	screen: svg`<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M9 20h6M12 13.500V8m0 0-2.500 2.500M12 8l2.500 2.500"/>`,
	chat: svg`<path d="M5 5.500h14a1.500 1.500 0 0 1 1.500 1.500v8a1.500 1.500 0 0 1-1.500 1.500h-7L8 20v-3.500H5A1.500 1.500 0 0 1 3.500 15V7A1.500 1.500 0 0 1 5 5.500z"/>`,
	people: svg`<circle cx="9" cy="8.500" r="3.500"/><path d="M2.500 19.500c.7-3.500 3.300-5.300 6.500-5.300s5.800 1.800 6.500 5.300M15.500 5.300a3.500 3.500 0 0 1 0 6.400M18 14.800c1.900.8 3.100 2.400 3.500 4.700"/>`,
	leave: svg`<path d="M3.5 14.800c-.6-1.3-.3-2.8.9-3.6 4.5-3.2 10.7-3.2 15.2 0 1.2.8 1.5 2.3.9 3.6-.3.7-1.1 1-1.8.8l-2.5-.8c-.7-.2-1.1-.8-1.1-1.500v-1.500a11.5 11.5 0 0 0-6.2 0v1.500c0 .7-.4 1.3-1.1 1.500l-2.5.8c-.7.2-1.5-.1-1.8-.8z"/>`,
	shield: svg`<path d="M12 3.5 4.5 6v5.500c0 4.3 3 7.6 7.5 9 4.5-1.4 7.5-4.7 7.5-9V6z"/><path d="m8.7 11.8 2.4 2.4 4.2-4.4"/>`,
	activities: svg`<circle cx="12" cy="12" r="8.25"/><circle cx="12" cy="12" r="3.5" fill="currentColor" stroke="none"/>`,
	cross: svg`<path d="m6.5 6.5 11 11M17.5 6.500l-11 11"/>`,
	alert: svg`<path d="M12 4 2.8 19.500h18.400zM12 10v4.500M12 17v.01"/>`,
	dot: svg`<circle cx="12" cy="12" r="5" fill="currentColor" stroke="none"/>`,
	globe: svg`<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.500c2.5 2.5 3.5 5.5 3.5 8.500s-1 6-3.5 8.500c-2.5-2.5-3.5-5.5-3.5-8.500s1-6 3.5-8.500z"/>`,
} satisfies Record<string, SVGTemplateResult>;

export function icon(name: keyof typeof shapes): TemplateResult {
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
		${shapes[name]}
	</svg>`;
}
