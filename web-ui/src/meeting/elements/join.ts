// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import type { Translate } from '../../strings/localize.js';
import { cardStyles } from '../../shared/card.js';
import { pageStyles } from '../../shared/styles.js';
import { icon } from '../../shared/icons.js';

/** Asks for a name. Emits `join` with it. */
export class MeetingJoin extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		room: { attribute: false },
		name: { attribute: false },
		joining: { type: Boolean },
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

			.hint,
			.missing {
				color: var(--page-muted);
				font-size: 0.8125rem;
				margin-block-start: 0.375rem;
			}

			.missing {
				color: var(--page-danger);
			}

			.room {
				color: var(--page-muted);
				font-size: 0.875rem;
				font-weight: 550;
				margin-block-end: 0.25rem;
				overflow-wrap: anywhere;
			}
		`,
	];

	declare t: Translate<MeetingStrings>;
	declare room: string | number;
	declare name: string;
	declare joining: boolean;
	declare missing: boolean;

	protected override render(): TemplateResult {
		const { t } = this;
		return html`
			<main class="card">
				<div class="sign">${icon('shield')}</div>
				<p class="room">${t('roomTitle', { room: this.room })}</p>
				<h1>${t('joinTitle')}</h1>
				<p class="intro">${t('joinIntro')}</p>
				<form @submit=${this.submit} novalidate>
					<label for="name">${t('yourName')}</label>
					<input
						id="name"
						name="name"
						autocomplete="name"
						maxlength="60"
						.value=${this.name}
						aria-describedby="hint"
						aria-invalid=${Boolean(this.missing)}
						@input=${() => (this.missing = false)}
					/>
					<p id="hint" class=${this.missing ? 'missing' : 'hint'} role=${this.missing ? 'alert' : nothing}>
						${t(this.missing ? 'nameMissing' : 'nameHint')}
					</p>
					<button class="primary" type="submit" aria-disabled=${Boolean(this.joining)}>${t(this.joining ? 'joining' : 'join')}</button>
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
		const name = this.input.value.trim();
		this.missing = !name;
		if (this.missing) this.input.focus();
		else if (!this.joining) this.dispatchEvent(new CustomEvent('join', { detail: name }));
	}
}
