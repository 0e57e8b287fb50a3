// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.js';
import { cardStyles } from '../../shared/card.js';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';

/** Asks for the admin secret. Emits `secret` with it. */
export class AdminSignIn extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		busy: { type: Boolean },
		failure: { attribute: false },
		missing: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		cardStyles,
		css`
			form {
				margin-block-start: 1.5rem;
			}

			input {
				margin-block-start: 0.375rem;
				min-block-size: 3rem;
			}

			.error {
				background: var(--page-danger-tint);
				border-radius: 10px;
				color: var(--page-danger);
				font-size: 0.875rem;
				margin-block-start: 0.75rem;
				padding: 0.5rem 0.75rem;
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare busy: boolean;
	declare failure: string | undefined;
	declare missing: boolean;

	protected override render(): TemplateResult {
		const { t } = this;
		const error = this.missing ? t('secretMissing') : this.failure;
		return html`
			<main class="card">
				<div class="sign">${icon('shield')}</div>
				<h1>${t('title')}</h1>
				<p class="intro">${t('signInIntro')}</p>
				<form @submit=${this.submit} novalidate>
					<label for="secret">${t('secret')}</label>
					<input id="secret" type="password" autocomplete="off" aria-invalid=${Boolean(error)} @input=${() => (this.missing = false)} />
					${error ? html`<p class="error" role="alert">${error}</p>` : nothing}
					<button class="primary" type="submit" aria-disabled=${Boolean(this.busy)}>${t(this.busy ? 'opening' : 'open')}</button>
				</form>
			</main>
		`;
	}

	protected override firstUpdated(): void {
		this.input.focus();
	}

	private get input(): HTMLInputElement {
		return this.renderRoot.querySelector('input')!;
	}

	private submit(event: SubmitEvent): void {
		event.preventDefault();
		this.missing = !this.input.value;
		if (this.missing) this.input.focus();
		else if (!this.busy) this.dispatchEvent(new CustomEvent('secret', { detail: this.input.value }));
	}
}
