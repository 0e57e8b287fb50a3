// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';
import type { AdminApi } from '../api.js';

const MOST = 5000;

/** Asks, in a dialog, before a participant's personal data is destroyed: what will be gone, and why. Emits `erased` with the number of recordings, and `failed`. */
export class AdminErase extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		api: { attribute: false },
		who: { state: true },
		recordings: { state: true },
		missing: { state: true },
		busy: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			dialog {
				background: var(--page-surface);
				border: 1px solid var(--page-line);
				border-radius: 20px;
				box-shadow: 0 16px 48px rgb(16 24 40 / 30%);
				color: var(--page-text);
				inline-size: min(30rem, calc(100vw - 2rem));
				padding: 1.5rem;
			}

			dialog::backdrop {
				background: rgb(16 20 25 / 50%);
			}

			h2 {
				font-size: 1.25rem;
				font-weight: 650;
				overflow-wrap: anywhere;
			}

			p {
				margin-block-start: 0.75rem;
			}

			.gone {
				background: var(--page-danger-tint);
				border-radius: 12px;
				color: var(--page-danger);
				padding: 0.75rem 1rem;
			}

			label {
				display: block;
				margin-block-start: 1.25rem;
			}

			input {
				margin-block-start: 0.375rem;
			}

			.hint {
				color: var(--page-muted);
				font-size: 0.8125rem;
				margin-block-start: 0.375rem;
			}

			.hint[role] {
				color: var(--page-danger);
			}

			.act {
				display: flex;
				flex-wrap: wrap;
				gap: 0.5rem;
				justify-content: end;
				margin-block-start: 1.5rem;
			}

			.now {
				background: #b3261e;
				border-color: transparent;
				color: #fff;
			}

			.now:hover {
				background: #9c1f18;
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare api: AdminApi;
	declare who: { participant: string; name: string } | undefined;
	/** How many recordings of them there are; undefined: not known yet. */
	declare recordings: number | undefined;
	declare missing: boolean;
	declare busy: boolean;

	async ask(participant: string, name: string): Promise<void> {
		this.who = { participant, name: name || participant.slice(0, 8) };
		this.recordings = undefined;
		this.missing = this.busy = false;
		await this.updateComplete;
		this.renderRoot.querySelector('dialog')!.showModal();
		const { rows } = await this.api.all('segments', { participant }, MOST).catch(() => ({ rows: [] }));
		this.recordings = rows.filter((one) => one['state'] !== 'erased').length;
	}

	protected override render(): TemplateResult | typeof nothing {
		const { t, who } = this;
		if (!who) return nothing;
		return html`<dialog aria-labelledby="title">
			<form method="dialog" @submit=${this.submit} novalidate>
				<h2 id="title">${t('eraseTitle', { name: who.name })}</h2>
				<p class="gone" role="status">${this.recordings === undefined ? t('loading') : t('eraseGone', { count: this.recordings })}</p>
				<p>${t('eraseKept')}</p>
				<label for="reason">${t('eraseReason')}</label>
				<input id="reason" autocomplete="off" maxlength="200" aria-describedby="hint" aria-invalid=${Boolean(this.missing)} />
				<p id="hint" class="hint" role=${this.missing ? 'alert' : nothing}>${t(this.missing ? 'eraseReasonMissing' : 'eraseReasonHint')}</p>
				<div class="act">
					<button type="button" @click=${this.close}>${t('keep')}</button>
					<button type="submit" class="now" aria-disabled=${this.busy || this.recordings === undefined}>${t('eraseNow')}</button>
				</div>
			</form>
		</dialog>`;
	}

	private close(): void {
		this.renderRoot.querySelector('dialog')?.close();
	}

	private async submit(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const input = this.renderRoot.querySelector('input')!;
		const reason = input.value.trim();
		this.missing = !reason;
		if (this.missing) return input.focus();
		if (this.busy || this.recordings === undefined) return;
		this.busy = true;
		try {
			this.dispatchEvent(new CustomEvent('erased', { detail: await this.api.erase(this.who!.participant, reason) }));
		} catch (error) {
			this.dispatchEvent(new CustomEvent('failed', { detail: error }));
		}
		this.busy = false;
		this.close();
	}
}
