// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Receipts } from '../../client/protocol.js';
import { canSign } from '../../proofs/keys.js';
import { readReceipt, verifyReceipt, type Receipt, type Verdict } from '../../proofs/receipt.js';
import type { ConsentStore } from '../../store/store.js';
import { listOf, localeOf } from '../../strings/localize.js';
import { ConsentElement } from '../element.js';
import { icon } from '../icons.js';
import { shared } from '../theme.js';

/** What a check came to; a word where there was none. */
type Check = Verdict | 'checking' | 'noKeys' | 'cannotCheck';

const flawText = {
	form: 'flawForm',
	key: 'flawKey',
	signature: 'flawSignature',
	owner: 'flawOwner',
	cnf: 'flawCnf',
	log: 'flawLog',
} as const;

/** My receipts: each can be kept, and checked here without asking the server. Used by <consent-panel>. */
export class ConsentReceipts extends ConsentElement {
	static override properties: PropertyDeclarations = { held: { state: true }, checks: { state: true } };

	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
			}

			.evidence {
				align-items: start;
				color: var(--_muted);
				display: flex;
				font-size: 0.875rem;
				gap: 0.5rem;
				margin-block-start: 0.5rem;
			}

			.evidence svg {
				margin-block-start: 0.125em;
			}

			summary {
				margin-block-start: 0.5rem;
			}

			.hint,
			.empty {
				color: var(--_muted);
				font-size: 0.8125rem;
				margin-block-start: 0.375rem;
			}

			li {
				border: 1px solid var(--_line);
				border-radius: 14px;
				margin-block-start: 0.625rem;
				padding: 0.75rem 0.875rem;
			}

			li time {
				color: var(--_muted);
				font-size: 0.8125rem;
			}

			li p {
				overflow-wrap: anywhere;
			}

			.act {
				display: flex;
				flex-wrap: wrap;
				gap: 0 0.5rem;
				margin-inline-start: -0.5rem;
			}

			.good,
			.bad {
				align-items: start;
				border-radius: 10px;
				display: flex;
				font-size: 0.875rem;
				gap: 0.5rem;
				padding: 0.5rem 0.75rem;
			}

			.good {
				background: var(--_clear-tint);
				color: var(--_clear);
			}

			.bad {
				background: var(--_captured-tint);
				color: var(--_captured);
			}
		`,
	];

	declare held: Receipts | undefined;
	declare checks: Readonly<Record<string, Check>>;

	#listened: ConsentStore | undefined;
	#more = () => void (this.held && this.fetchAll());

	constructor() {
		super();
		this.checks = {};
	}

	protected override willUpdate(changed: PropertyValues): void {
		super.willUpdate(changed);
		if (this.store === this.#listened) return;
		this.#listened?.removeEventListener('receipt', this.#more);
		this.#listened = this.store;
		this.store?.addEventListener('receipt', this.#more);
		this.held = undefined;
		this.checks = {};
	}

	protected override render(): TemplateResult {
		const signed = this.state.evidence === 'signed';
		const opened = (event: Event) => (event.target as HTMLDetailsElement).open && this.fetchAll();
		return html`
			<p class="evidence" part="evidence">${icon(signed ? 'shield' : 'info')}${this.t(signed ? 'evidenceSigned' : 'evidenceSession')}</p>
			<details part="receipts" @toggle=${opened}>
				<summary>${this.t('showReceipts')}${icon('chevron')}</summary>
				<p class="hint">${this.t('receiptsHint')}</p>
				${this.failure === undefined ? nothing : html`<p class="bad" role="alert">${this.failureText(this.failure)}</p>`}
				${this.list()}
			</details>
		`;
	}

	private async fetchAll(): Promise<void> {
		try {
			this.held = await this.store?.receipts();
			this.failure = undefined;
		} catch (error) {
			this.failure = error;
		}
	}

	/** The newest first. */
	private list(): TemplateResult | typeof nothing {
		if (!this.held) return nothing;
		const { receipts, proofs } = this.held;
		if (!receipts.length) return html`<p class="empty">${this.t('noReceipts')}</p>`;
		const items = receipts.map((text, i) => ({ text, receipt: readReceipt(text), proof: proofs?.[i] ?? undefined }));
		return html`<ul>
			${items.reverse().map(({ text, receipt, proof }) => (receipt ? this.item(text, receipt, proof) : nothing))}
		</ul>`;
	}

	private item(text: string, receipt: Receipt, proof: string | undefined): TemplateResult {
		const at = new Date(receipt.iat * 1000);
		const time = at.toLocaleString(localeOf(this.tag), { dateStyle: 'medium', timeStyle: 'short' });
		return html`<li part="receipt">
			<time datetime=${at.toISOString()}>${time}</time>
			<p>${this.allowed(receipt)}</p>
			<div class="act">
				<button type="button" class="quiet" aria-label=${`${this.t('check')}: ${time}`} @click=${() => this.check(text, receipt, proof)}>${this.t('check')}</button>
				<button type="button" class="quiet" aria-label=${`${this.t('download')}: ${time}`} @click=${() => save(text, receipt, proof)}>${this.t('download')}</button>
			</div>
			<div role="status">${this.verdict(this.checks[receipt.jti])}</div>
		</li>`;
	}

	/** What was allowed from then on, all purposes together: that is what a receipt is over. */
	private allowed({ decisions }: Receipt): string {
		const granted = decisions.filter((one) => one.decision === 'granted');
		const purposes = [...new Set(granted.map((one) => one.purpose))];
		const one = (purpose: string) => {
			const media = granted.filter((decision) => decision.purpose === purpose).map((decision) => decision.medium);
			const known = this.state.purposes.find((other) => other.purpose === purpose);
			return this.t('purposeMedia', { purpose: this.purposeName(purpose, known), media: this.mediaList(media) });
		};
		return purposes.length ? this.t('receiptAllowed', { what: listOf(purposes.map(one), this.tag) }) : this.t('receiptNothing');
	}

	private async check(text: string, receipt: Receipt, proof: string | undefined): Promise<void> {
		const tell = (check: Check) => (this.checks = { ...this.checks, [receipt.jti]: check });
		tell('checking');
		if (!(await canSign())) return void tell('cannotCheck');
		const { me: participant, meeting } = this.state;
		const keys = await this.store?.keys().catch(() => undefined);
		if (!keys) return void tell('noKeys');
		tell(await verifyReceipt(text, { keys, participant, meeting, key: this.store?.client.signer?.jwk, proof }));
	}

	private verdict(check: Check | undefined): TemplateResult | typeof nothing {
		if (!check) return nothing;
		if (typeof check === 'string') return html`<p class="hint">${this.t(check)}</p>`;
		if (check.flaw) return html`<p class="bad">${icon('cross')}${this.t(flawText[check.flaw])}</p>`;
		const named = check.receipt?.cnf ? ` ${this.t('namesMyKey')}` : '';
		return html`<p class="good">${icon('check')}<span>${this.t('genuine')}${named}${check.included ? ` ${this.t('isInLog')}` : ''}</span></p>`;
	}
}

/** The compact JWS, as every tool takes it; where there is a proof of inclusion, it comes along below. */
function save(text: string, receipt: Receipt, proof: string | undefined): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text, '\n', proof ? `\n${proof}` : ''], { type: 'application/jose' }));
	link.download = `consent-receipt-${receipt.jti}.jws`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href));
}
