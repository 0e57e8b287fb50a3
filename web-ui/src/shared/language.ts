// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { languageNames } from '../strings/languages.js';
import { icon } from './icons.js';

/** The choice of language, styled by `languageStyles`. */
export function languagePicker(label: string, current: string, change: (language: string) => void): TemplateResult {
	return html`<label class="languages">
		${icon('globe')}<span class="unseen">${label}</span>
		<select @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>
			${Object.entries(languageNames).map(([tag, name]) => html`<option value=${tag} lang=${tag} ?selected=${tag === current}>${name}</option>`)}
		</select>
	</label>`;
}
