// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { icon } from './icons.js';

export interface Choice {
	label: string;
	allow: string;
	decline: string;
	/** Which of the two is in force; undefined: neither. */
	granted: boolean | undefined;
	disabled?: boolean;
	choose: (granted: boolean) => void;
}

/** Two answers side by side, of the same size, at most one of them pressed. */
export function choice({ label, allow, decline, granted, disabled = false, choose }: Choice): TemplateResult {
	const one = (text: string, value: boolean) => html`
		<button
			type="button"
			aria-pressed=${granted === value}
			aria-disabled=${disabled}
			@click=${() => disabled || granted === value || choose(value)}
		>
			${icon(value ? 'check' : 'cross')}${text}
		</button>
	`;
	return html`<div class="choice" part="choice" role="group" aria-label=${label}>${one(decline, false)}${one(allow, true)}</div>`;
}
