// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { pageStyles } from '../../shared/styles.js';
import { localeOf, type Translate } from '../../strings/localize.js';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import type { ChatMessage } from '../room/session.js';

/** What was written since I joined, and a line to write. Emits `write` with the text. */
export class MeetingChat extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		messages: { attribute: false },
		missing: { type: Boolean },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: grid;
				gap: 0.75rem;
				grid-template-rows: minmax(0, 1fr) auto;
				min-block-size: 0;
			}

			.log {
				overflow: auto;
				overscroll-behavior: contain;
			}

			.empty,
			.missing {
				color: var(--page-muted);
				font-size: 0.9375rem;
			}

			.missing {
				color: var(--page-danger);
			}

			li {
				margin-block-end: 0.875rem;
			}

			b {
				font-size: 0.875rem;
				font-weight: 600;
				overflow-wrap: anywhere;
			}

			time {
				color: var(--page-muted);
				font-size: 0.75rem;
				margin-inline-start: 0.375rem;
			}

			li p {
				background: var(--page-subtle);
				border-radius: 4px 14px 14px;
				inline-size: fit-content;
				margin-block-start: 0.25rem;
				overflow-wrap: anywhere;
				padding: 0.375rem 0.75rem;
				white-space: pre-wrap;
			}

			li.mine p {
				background: var(--page-tint);
			}

			form {
				display: flex;
				gap: 0.5rem;
			}

			input {
				flex: 1;
			}
		`,
	];

	declare t: Translate<MeetingStrings>;
	declare language: string;
	declare messages: readonly ChatMessage[];
	/** The last message could not be sent. */
	declare missing: boolean;

	protected override render(): TemplateResult {
		const { t } = this;
		return html`
			<div class="log" role="log" aria-label=${t('chat')} tabindex="0">
				${this.messages.length ? html`<ul>${this.messages.map((one) => this.message(one))}</ul>` : html`<p class="empty">${t('chatEmpty')}</p>`}
			</div>
			<div>
				${this.missing ? html`<p class="missing" role="alert">${t('chatMissing')}</p>` : nothing}
				<form @submit=${this.submit}>
					<input aria-label=${t('chatMessage')} placeholder=${t('chatMessage')} maxlength="2000" autocomplete="off" />
					<button type="submit" class="primary">${t('chatSend')}</button>
				</form>
			</div>
		`;
	}

	private message({ display, mine, text, at }: ChatMessage): TemplateResult {
		const time = at.toLocaleTimeString(localeOf(this.language), { hour: '2-digit', minute: '2-digit' });
		return html`<li class=${mine ? 'mine' : ''}>
			<b>${mine ? this.t('you', { name: display }) : display}</b><time datetime=${at.toISOString()}>${time}</time>
			<p>${text}</p>
		</li>`;
	}

	/** New messages come into sight, unless somebody is reading older ones. */
	protected override willUpdate(): void {
		const log = this.renderRoot.querySelector?.('.log');
		this.#atEnd = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
	}

	#atEnd = true;

	protected override updated(changed: PropertyValues): void {
		const log = this.renderRoot.querySelector('.log')!;
		if (changed.has('messages') && this.#atEnd) log.scrollTop = log.scrollHeight;
	}

	override focus(): void {
		this.renderRoot.querySelector('input')?.focus();
	}

	private submit(event: SubmitEvent): void {
		event.preventDefault();
		const input = this.renderRoot.querySelector('input')!;
		const text = input.value.trim();
		if (!text) return;
		this.dispatchEvent(new CustomEvent('write', { detail: text }));
		input.value = '';
	}
}
