// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import type { Medium, Participant, Purpose } from '../client/protocol.js';
import { activityFor, capturedPurposes, myDecision, purposeOf } from '../store/selectors.js';
import { localeOf } from '../strings/localize.js';
import { choice } from './choice.js';
import { ConsentElement } from './element.js';
import { icon } from './icons.js';
import { shared } from './theme.js';

/** My decisions by purpose and medium, each changed with one click, and who is captured for what. */
export class ConsentPanel extends ConsentElement {
	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
				max-inline-size: 40rem;
			}

			section + section {
				margin-block-start: 2rem;
			}

			h2 {
				font-size: 1rem;
				font-weight: 650;
			}

			h3 {
				color: var(--_muted);
				font-size: 0.8125rem;
				font-weight: 600;
				margin-block: 1.25rem 0.5rem;
			}

			.card {
				border: 1px solid var(--_line);
				border-radius: 14px;
				padding: 0.875rem;
			}

			.card + .card {
				margin-block-start: 0.625rem;
			}

			.name {
				align-items: center;
				display: flex;
				font-weight: 600;
				gap: 0.625rem;
			}

			.name svg {
				color: var(--_accent);
			}

			.line {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.25rem 0.75rem;
				justify-content: space-between;
				margin-block-start: 0.625rem;
			}

			.line small {
				color: var(--_muted);
				font-size: 0.8125rem;
				inline-size: 100%;
			}

			.cap {
				display: inline-block;
				font-weight: 500;
			}

			.cap::first-letter {
				text-transform: uppercase;
			}

			details {
				margin-block-start: 0.625rem;
			}

			summary {
				border-radius: 8px;
				color: var(--_accent);
				cursor: pointer;
				font-size: 0.875rem;
				font-weight: 500;
				inline-size: fit-content;
				list-style: none;
			}

			summary::-webkit-details-marker {
				display: none;
			}

			summary svg {
				margin-inline-start: 0.25rem;
				vertical-align: -0.25em;
			}

			[open] summary svg {
				rotate: 180deg;
			}

			details p {
				font-size: 0.875rem;
				margin-block-start: 0.375rem;
				overflow-wrap: anywhere;
				white-space: pre-line;
			}

			.term {
				color: var(--_muted);
			}

			.all {
				inline-size: 100%;
				margin-block-start: 0.875rem;
			}

			.empty {
				color: var(--_muted);
				font-size: 0.875rem;
				margin-block-start: 0.5rem;
			}

			.error {
				margin-block-start: 0.75rem;
			}

			.people {
				margin-block-start: 0.5rem;
			}

			.people li {
				align-items: center;
				border-block-end: 1px solid var(--_line);
				display: flex;
				gap: 0.75rem;
				justify-content: space-between;
				padding-block: 0.5rem;
			}

			.people li:last-child {
				border: 0;
			}

			.people span:first-child {
				min-inline-size: 0;
				overflow-wrap: anywhere;
			}

			.marks {
				display: inline-flex;
				flex: none;
				flex-wrap: wrap;
				font-size: 0.8125rem;
				gap: 0.375rem;
				justify-content: flex-end;
				max-inline-size: 65%;
			}

			.mark {
				align-items: center;
				background: var(--_clear-tint);
				border-radius: 999px;
				color: var(--_clear);
				display: inline-flex;
				gap: 0.25rem;
				padding: 0.125rem 0.625rem 0.125rem 0.5rem;
			}

			.mark.on {
				background: var(--_captured-tint);
				color: var(--_captured);
			}

			.mark svg {
				block-size: 1.1em;
				inline-size: 1.1em;
			}
		`,
	];

	protected override render(): TemplateResult {
		if (!this.state.open) return html`<p class="empty">${this.t('joinFirst')}</p>`;
		return html`
			<section aria-labelledby="mine" part="decisions">
				<h2 id="mine">${this.t('myDecisions')}</h2>
				${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`}
				${this.group('runningNow', true)} ${this.group('notRunning', false)} ${this.withdrawAll()}
			</section>
			<section aria-labelledby="who" part="people">
				<h2 id="who">${this.t('whoIsCaptured')}</h2>
				${this.people()}
			</section>
		`;
	}

	private group(heading: 'runningNow' | 'notRunning', running: boolean): TemplateResult | typeof nothing {
		const purposes = this.state.purposes.filter((one) => Boolean(activityFor(this.state, one.purpose)) === running);
		if (!purposes.length) return nothing;
		return html`<h3>${this.t(heading)}</h3>
			${purposes.map((purpose) => this.purpose(purpose))}`;
	}

	private purpose(purpose: Purpose): TemplateResult {
		const name = this.purposeName(purpose.purpose, purpose);
		return html`<div class="card" part="purpose">
			<div class="name">${icon(purpose.purpose)}${name}</div>
			${purpose.media.map((medium) => this.line(purpose, name, medium))}
			<details>
				<summary>${this.t('details')}${icon('chevron')}</summary>
				${this.wording(purpose)}
			</details>
		</div>`;
	}

	private wording(purpose: Purpose): TemplateResult {
		return html`
			<p>${purpose.summary}</p>
			<p>${purpose.details}</p>
			<p><span class="term">${this.t('recipients')}:</span> ${purpose.recipients}</p>
			<p><span class="term">${this.t('retention')}:</span> ${purpose.retention}</p>
		`;
	}

	private line(purpose: Purpose, name: string, medium: Medium): TemplateResult {
		const decision = myDecision(this.state, purpose.purpose, medium);
		const buttons = choice({
			label: this.t('decisionFor', { purpose: name, medium: this.t(medium) }),
			allow: this.t('allow'),
			decline: this.t('decline'),
			granted: decision === 'granted' ? true : decision === 'refused' || decision === 'withdrawn' ? false : undefined,
			disabled: this.busy,
			choose: (granted) => this.change(purpose, medium, granted),
		});
		return html`<div class="line">
			<span class="cap">${this.t(medium)}</span>${buttons}
			<small>${this.status(purpose.purpose, medium)}</small>
		</div>`;
	}

	private status(purpose: string, medium: Medium): string {
		const mine = this.state.decisions[purpose]?.[medium];
		switch (mine?.decision) {
			case 'granted':
				return mine.since ? this.t('statusGranted', { time: this.timeOf(mine.since) }) : this.t('allowed');
			case 'refused':
				return this.t('statusRefused');
			case 'withdrawn':
				return this.t('statusWithdrawn');
			case 'expired':
				return this.t('statusExpired');
			default:
				return this.t('undecided');
		}
	}

	private timeOf(since: string): string {
		return new Date(since).toLocaleTimeString(localeOf(this.tag), { hour: '2-digit', minute: '2-digit' });
	}

	/** Taking a grant back is a withdrawal; saying no where nothing was granted is a refusal. */
	private change(purpose: Purpose, medium: Medium, granted: boolean): void {
		const withdraws = !granted && myDecision(this.state, purpose.purpose, medium) === 'granted';
		const decision = granted ? ('granted' as const) : ('refused' as const);
		if (withdraws) void this.ask({ type: 'withdraw', withdrawal: { purposes: [purpose.purpose], media: [medium] } });
		else void this.ask({ type: 'decide', choices: [{ purpose: purpose.purpose, media: [medium], decision, notice: purpose.notice }] });
	}

	private withdrawAll(): TemplateResult | typeof nothing {
		const granted = Object.values(this.state.decisions).some((media) => Object.values(media).some((one) => one.decision === 'granted'));
		if (!granted) return nothing;
		const withdraw = () => void this.ask({ type: 'withdraw', withdrawal: {} });
		return html`<button type="button" class="plain all" part="withdraw-all" aria-disabled=${this.busy} @click=${withdraw}>
			${this.t('withdrawAll')}
		</button>`;
	}

	private people(): TemplateResult {
		const { activities, participants, me } = this.state;
		if (!activities.length) return html`<p class="empty">${this.t('nothingRunning')}</p>`;
		const ordered = [...participants].sort((a, b) => Number(b.id === me) - Number(a.id === me));
		return html`<ul class="people">
			${ordered.map((one) => html`<li><span>${this.nameOf(one)}</span><span class="marks">${this.marks(one)}</span></li>`)}
		</ul>`;
	}

	private marks(participant: Participant): TemplateResult | TemplateResult[] {
		const purposes = capturedPurposes(this.state, participant);
		if (!purposes.length) return html`<span class="mark">${icon('shield')}${this.t('isNotCaptured')}</span>`;
		return purposes.map((one) => html`<span class="mark on">${icon(one)}${this.purposeName(one, purposeOf(this.state, one))}</span>`);
	}
}
