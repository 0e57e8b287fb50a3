// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { canSign } from '../../proofs/keys.js';
import { readReceipt, verifyReceipt, type Verdict } from '../../proofs/receipt.js';
import { icon } from '../../shared/icons.js';
import { purposeAndMedium } from '../../shared/purposes.js';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';
import type { AdminApi } from '../api.js';

type Outcome = Verdict | 'cannotCheck';

const flawText = { form: 'flawForm', key: 'flawKey', signature: 'flawSignature', log: 'flawLog', owner: 'flawOther', cnf: 'flawOther' } as const;

/** Checks a receipt that somebody brings: in this page, with the log's public keys and its proof of the entry. Emits `failed`. */
export class AdminCheck extends LitElement {
	static override properties: PropertyDeclarations = { t: { attribute: false }, language: { attribute: false }, api: { attribute: false }, outcome: { state: true } };

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: block;
				max-inline-size: 44rem;
			}

			p {
				color: var(--page-muted);
			}

			label {
				display: block;
				margin-block: 1rem 0.375rem;
			}

			textarea {
				background: var(--page-surface);
				border: 1px solid var(--page-field);
				border-radius: 10px;
				box-sizing: border-box;
				color: var(--page-text);
				font: 0.8125rem/1.5 ui-monospace, monospace;
				inline-size: 100%;
				min-block-size: 9rem;
				overflow-wrap: anywhere;
				padding: 0.625rem 0.75rem;
				resize: vertical;
			}

			button {
				margin-block-start: 0.75rem;
			}

			.good,
			.bad {
				align-items: start;
				border-radius: 12px;
				display: flex;
				gap: 0.625rem;
				margin-block-start: 1rem;
				padding: 0.75rem 1rem;
			}

			.good {
				background: var(--page-clear-tint);
				color: var(--page-clear);
			}

			.bad {
				background: var(--page-danger-tint);
				color: var(--page-danger);
			}

			table {
				border-collapse: collapse;
				font-size: 0.875rem;
				margin-block-start: 1rem;
			}

			td {
				border-block-end: 1px solid var(--page-line);
				overflow-wrap: anywhere;
				padding: 0.375rem 1.25rem 0.375rem 0;
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare language: string;
	declare api: AdminApi;
	declare outcome: Outcome | undefined;

	protected override render(): TemplateResult {
		const { t } = this;
		return html`
			<form @submit=${this.submit}>
				<p>${t('checkIntro')}</p>
				<label for="receipt">${t('receipt')}</label>
				<textarea id="receipt" spellcheck="false" autocomplete="off"></textarea>
				<button type="submit" class="primary">${t('checkReceipt')}</button>
			</form>
			<div role="status">${this.outcome ? this.verdict(this.outcome) : nothing}</div>
		`;
	}

	private verdict(outcome: Outcome): TemplateResult {
		const { t } = this;
		if (outcome === 'cannotCheck') return html`<p class="bad">${t('cannotCheck')}</p>`;
		if (outcome.flaw) return html`<p class="bad">${icon('cross')}${t(flawText[outcome.flaw])}</p>`;
		const { log, decisions, sub } = outcome.receipt!;
		const text = outcome.included ? t('receiptGood', { index: log.index }) : t('receiptSigned');
		return html`<p class="good">${icon('shield')}${text}</p>
			<table aria-label=${t('records')}>
				<tr><td>${t('participant')}</td><td>${sub}</td></tr>
				${decisions
					.filter((one) => one.decision !== 'undecided')
					.map((one) => html`<tr><td>${purposeAndMedium(one.purpose, one.medium, this.language)}</td><td>${t(one.decision)}</td></tr>`)}
			</table>`;
	}

	/** Below the receipt a file may have its proof; the log's own, of now, is asked for anyway. */
	private async submit(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		const [text = ''] = this.renderRoot.querySelector('textarea')!.value.trim().split(/\s/);
		this.outcome = undefined;
		try {
			this.outcome = (await canSign()) ? await this.check(text) : 'cannotCheck';
		} catch (error) {
			this.dispatchEvent(new CustomEvent('failed', { detail: error }));
		}
	}

	private async check(text: string): Promise<Verdict> {
		const receipt = readReceipt(text);
		const [keys, proof] = await Promise.all([this.api.keys(), receipt ? this.api.proof(receipt.log.index) : undefined]);
		return verifyReceipt(text, { keys, proof });
	}
}
