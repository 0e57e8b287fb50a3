// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Participant, Purpose } from '../client/protocol.js';
import { answerOf, capturedPurposes, countAnswers, purposeOf, type PurposeAnswer } from '../store/selectors.js';
import { ConsentElement } from './element.js';
import { hasSign, icon } from './icons.js';
import { shared } from './theme.js';

const answerText = { allowed: 'markAllowed', partly: 'markPartly', declined: 'markDeclined', open: 'markOpen' } as const;

/** For hosts: everybody who is here, what they answered to what is running, and who is captured. It shows; it cannot answer for anybody. */
export class ConsentRoster extends ConsentElement {
	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
				max-inline-size: 40rem;
			}

			h2 {
				font-size: 1rem;
				font-weight: 650;
			}

			.empty,
			.counts {
				color: var(--_muted);
				font-size: 0.875rem;
				margin-block-start: 0.25rem;
			}

			.counts {
				display: flex;
				gap: 0.5rem;
				overflow-wrap: anywhere;
			}

			.counts svg {
				margin-block-start: 0.125em;
			}

			ul {
				margin-block-start: 0.5rem;
			}

			/* Long lists cost what is seen of them. */
			li {
				align-items: center;
				border-block-end: 1px solid var(--_line);
				contain-intrinsic-size: auto 2.5rem;
				content-visibility: auto;
				display: flex;
				flex-wrap: wrap;
				gap: 0.25rem 0.75rem;
				justify-content: space-between;
				padding-block: 0.5rem;
			}

			li:last-child {
				border: 0;
			}

			.name {
				min-inline-size: 0;
				overflow-wrap: anywhere;
			}

			.marks {
				display: inline-flex;
				flex-wrap: wrap;
				font-size: 0.8125rem;
				gap: 0.375rem;
				justify-content: flex-end;
			}

			.mark {
				align-items: center;
				background: var(--_subtle);
				border-radius: 999px;
				color: var(--_muted);
				display: inline-flex;
				gap: 0.25rem;
				padding: 0.125rem 0.625rem 0.125rem 0.5rem;
			}

			.mark.allowed,
			.mark.partly {
				color: var(--_text);
			}

			.mark.on {
				background: var(--_captured-tint);
				color: var(--_captured);
			}

			/* Operators' own purposes have one sign for all of them, so these are told apart by name. */
			.whose {
				max-inline-size: 9rem;
				overflow: hidden;
				text-overflow: ellipsis;
				white-space: nowrap;
			}

			.mark svg {
				flex: none;
				block-size: 1.1em;
				inline-size: 1.1em;
			}
		`,
	];

	protected override render(): TemplateResult | typeof nothing {
		const { open, activities, participants, me } = this.state;
		if (!open) return nothing;
		const running = activities.flatMap(({ purpose }) => purposeOf(this.state, purpose) ?? []);
		const ordered = [...participants].sort((a, b) => Number(b.id === me) - Number(a.id === me));
		const common = [this.tag, activities, this.state.purposes, me];
		return html`
			<section aria-labelledby="heading" part="roster">
				<h2 id="heading">${this.t('answers')}</h2>
				${running.length ? running.map((purpose) => this.counts(purpose)) : html`<p class="empty">${this.t('noAnswersYet')}</p>`}
				<ul>
					${repeat(ordered, (one) => one.id, (one) => guard([one, ...common], () => this.row(one, running)))}
				</ul>
			</section>
		`;
	}

	private counts(purpose: Purpose): TemplateResult {
		const counts = countAnswers(this.state, purpose);
		const parts = [
			this.t('countAllowed', { count: counts.allowed + counts.partly }),
			this.t('countDeclined', { count: counts.declined }),
			this.t('countOpen', { count: counts.open }),
		];
		const name = this.purposeName(purpose.purpose, purpose);
		return html`<p class="counts" part="counts">${icon(purpose.purpose)}<span>${name}: ${parts.join(' · ')}</span></p>`;
	}

	private row(participant: Participant, running: readonly Purpose[]): TemplateResult {
		const captured = capturedPurposes(this.state, participant);
		return html`<li part="person">
			<span class="name">${this.nameOf(participant)}</span>
			<span class="marks">${running.map((purpose) => this.mark(purpose, answerOf(participant, purpose), captured.includes(purpose.purpose)))}</span>
		</li>`;
	}

	private mark(purpose: Purpose, answer: PurposeAnswer, captured: boolean): TemplateResult {
		const text = this.t(captured ? 'markCaptured' : answerText[answer]);
		const name = this.purposeName(purpose.purpose, purpose);
		return html`<span class="mark ${answer} ${captured ? 'on' : ''}" part="mark ${captured ? 'captured' : answer}" title=${name}>
			${icon(purpose.purpose)}<span class=${hasSign(purpose.purpose) ? 'unseen' : 'whose'}>${name}: </span>${text}
		</span>`;
	}
}
