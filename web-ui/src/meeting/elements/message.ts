// SPDX-License-Identifier: MIT
import { html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { cardStyles } from '../../shared/card.js';
import { pageStyles } from '../../shared/styles.js';
import { icon } from '../../shared/icons.js';

/** A page that says one thing, with one way on. Emits `proceed`. */
export class MeetingMessage extends LitElement {
	static override properties: PropertyDeclarations = {
		heading: { attribute: false },
		hint: { attribute: false },
		action: { attribute: false },
		alert: { type: Boolean },
	};

	static override styles: CSSResultGroup = [pageStyles, cardStyles];

	declare heading: string;
	declare hint: string;
	declare action: string;
	declare alert: boolean;

	protected override render(): TemplateResult {
		return html`
			<main class="card">
				<div class="sign ${this.alert ? 'alert' : ''}">${icon(this.alert ? 'alert' : 'shield')}</div>
				<div role=${this.alert ? 'alert' : 'status'}>
					<h1>${this.heading}</h1>
					${this.hint ? html`<p class="intro">${this.hint}</p>` : nothing}
				</div>
				<button class="primary" type="button" @click=${() => this.dispatchEvent(new CustomEvent('proceed'))}>${this.action}</button>
			</main>
		`;
	}

	protected override firstUpdated(): void {
		this.renderRoot.querySelector('button')!.focus();
	}
}
