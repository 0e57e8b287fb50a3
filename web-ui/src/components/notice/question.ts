// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Choice, Medium } from '../../client/protocol.js';
import type { Question } from '../../store/selectors.js';
import { choice } from '../choice.js';
import { ConsentElement } from '../element.js';
import { icon } from '../icons.js';
import { shared } from '../theme.js';

/** One question of a notice: what it is about, and the answers. Used by <consent-notice>. */
export class ConsentQuestion extends ConsentElement {
	static override properties: PropertyDeclarations = {
		question: { attribute: false },
		compact: { type: Boolean, reflect: true },
		choosing: { state: true },
		picks: { state: true },
		incomplete: { state: true },
	};

	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
			}

			header {
				align-items: center;
				display: flex;
				gap: 0.75rem;
			}

			.sign {
				background: var(--_tint);
				border-radius: 12px;
				color: var(--_accent);
				display: grid;
				flex: none;
				block-size: 2.75rem;
				inline-size: 2.75rem;
				place-items: center;
			}

			.sign svg {
				block-size: 1.5rem;
				inline-size: 1.5rem;
			}

			.title {
				font-size: 1.125rem;
				font-weight: 650;
				letter-spacing: -0.01em;
				line-height: 1.3;
				text-wrap: balance;
			}

			.by {
				color: var(--_muted);
				font-size: 0.875rem;
				overflow-wrap: anywhere;
			}

			.summary {
				margin-block-start: 0.875rem;
				overflow-wrap: anywhere;
			}

			dl {
				border-block-start: 1px solid var(--_line);
				display: grid;
				font-size: 0.875rem;
				gap: 0.75rem;
				margin-block-start: 0.875rem;
				padding-block-start: 0.875rem;
			}

			dl > div {
				padding-inline-start: 2rem;
				position: relative;
			}

			dt {
				color: var(--_muted);
				font-size: 0.8125rem;
			}

			dt svg {
				inset-block-start: 0.125rem;
				inset-inline-start: 0;
				position: absolute;
			}

			dd {
				overflow-wrap: anywhere;
			}

			dd::first-letter {
				text-transform: uppercase;
			}

			/* Where height is short, label and text share their lines. */
			:host([compact]) dl > div {
				padding: 0;
			}

			:host([compact]) :is(dt, dd) {
				display: inline;
				font-size: 0.875rem;
			}

			:host([compact]) dt::after {
				content: ': ';
			}

			:host([compact]) dl {
				border: 0;
				gap: 0.25rem;
				margin-block-start: 0.5rem;
				padding-block-start: 0;
			}

			:host([compact]) dt svg {
				display: none;
			}

			details {
				margin-block-start: 0.5rem;
			}

			summary {
				border-radius: 8px;
				color: var(--_accent);
				cursor: pointer;
				font-size: 0.875rem;
				font-weight: 500;
				inline-size: fit-content;
				list-style: none;
				padding-block: 0.25rem;
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
				color: var(--_muted);
				font-size: 0.875rem;
				overflow-wrap: anywhere;
				padding-block: 0.25rem 0.5rem;
				white-space: pre-line;
			}

			/* The answers stay in sight while what is before them is read. */
			:host(:not([compact])) .act {
				background: var(--_surface);
				inset-block-end: calc(-1 * var(--_padding, 0px));
				margin-block-end: -0.5rem;
				padding-block-end: 0.5rem;
				position: sticky;
			}

			.answers {
				display: grid;
				gap: 0.625rem;
				grid-template-columns: 1fr 1fr;
				padding-block-start: 0.75rem;
			}

			.save {
				grid-template-columns: 1fr;
			}

			.lines {
				display: grid;
				gap: 0.5rem;
				margin-block-start: 1rem;
			}

			.lines > li {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.25rem 0.75rem;
				justify-content: space-between;
			}

			.medium {
				align-items: center;
				display: inline-flex;
				font-weight: 500;
				gap: 0.5rem;
			}

			.medium::first-letter,
			.cap::first-letter {
				text-transform: uppercase;
			}

			.cap {
				display: inline-block;
			}

			.medium svg {
				color: var(--_muted);
			}

			.other {
				display: flex;
				flex-wrap: wrap;
				justify-content: space-between;
				margin: 0.375rem -0.5rem -0.375rem;
			}

			.error {
				margin-block-start: 0.875rem;
			}
		`,
	];

	declare question: Question | undefined;
	/** One of several under a common heading. */
	declare compact: boolean;
	declare choosing: boolean;
	declare picks: Partial<Record<Medium, boolean>>;
	declare incomplete: boolean;

	constructor() {
		super();
		this.compact = this.choosing = this.incomplete = false;
		this.picks = {};
	}

	protected override willUpdate(changed: PropertyValues): void {
		super.willUpdate(changed);
		const before = changed.get('question') as Question | undefined;
		// Another wording is another question: nothing that was picked for the old one may be sent for it.
		if (before && before.purpose.notice !== this.question?.purpose.notice) this.picks = {};
	}

	protected override render(): TemplateResult | typeof nothing {
		if (!this.question) return nothing;
		const { purpose } = this.question;
		return html`
			<section aria-labelledby="title">
				<header part="header">
					<span class="sign" part="sign">${icon(purpose.purpose)}</span>
					<div>
						<div class="title" id="title" part="title" role="heading" aria-level=${this.compact ? 3 : 2}>${purpose.title}</div>
						<p class="by">${this.origin()}</p>
					</div>
				</header>
				<p class="summary" part="summary">${purpose.summary}</p>
				${this.facts()}
				<div class="act">
					${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`}
					${this.choosing ? this.chooser() : this.answers()}
					<div class="other">${this.chooserToggle()}${this.laterButton()}</div>
				</div>
				<div class="unseen" role="status">${this.busy ? this.t('saving') : ''}</div>
			</section>
		`;
	}

	private origin(): string {
		const { activity } = this.question!;
		const by = this.startedBy(activity);
		return activity.state === 'announced' ? `${by} · ${this.t('aboutToStart')}` : by;
	}

	private facts(): TemplateResult {
		const { purpose, media } = this.question!;
		return html`
			<dl part="facts">
				${this.fact(media[0] ?? 'audio', 'whatIsCaptured', this.mediaList(media, true))}
				${this.fact('people', 'recipients', purpose.recipients)} ${this.fact('clock', 'retention', purpose.retention)}
			</dl>
			<details part="details">
				<summary>${this.t('details')}${icon('chevron')}</summary>
				<p>${purpose.details}</p>
			</details>
		`;
	}

	private fact(sign: string, label: 'whatIsCaptured' | 'recipients' | 'retention', text: string): TemplateResult | typeof nothing {
		return text ? html`<div><dt>${icon(sign)}${this.t(label)}</dt><dd>${text}</dd></div>` : nothing;
	}

	private answers(): TemplateResult {
		const one = (granted: boolean) => html`
			<button
				type="button"
				class="answer"
				part="answer ${granted ? 'allow' : 'decline'}"
				aria-disabled=${this.busy}
				@click=${() => this.answer(this.question!.media, granted)}
			>
				${icon(granted ? 'check' : 'cross')}${this.t(granted ? 'allow' : 'decline')}
			</button>
		`;
		return html`<div class="answers" part="answers">${one(false)}${one(true)}</div>`;
	}

	private chooser(): TemplateResult {
		return html`
			<ul class="lines" part="choices">
				${this.question!.media.map((medium) => this.chooserLine(medium))}
			</ul>
			${this.incomplete ? html`<p class="error" role="alert">${this.t('chooseEach')}</p>` : nothing}
			<div class="answers save">
				<button type="button" class="answer" part="answer save" aria-disabled=${this.busy} @click=${this.savePicks}>${this.t('save')}</button>
			</div>
		`;
	}

	private chooserLine(medium: Medium): TemplateResult {
		const name = this.t(medium);
		const buttons = choice({
			label: name,
			allow: this.t('allow'),
			decline: this.t('decline'),
			granted: this.picks[medium],
			disabled: this.busy,
			choose: (granted) => (this.picks = { ...this.picks, [medium]: granted }),
		});
		return html`<li><span class="medium">${icon(medium)}<span class="cap">${name}</span></span>${buttons}</li>`;
	}

	private chooserToggle(): TemplateResult | typeof nothing {
		if (this.question!.media.length < 2) return nothing;
		const toggle = () => (this.choosing = !this.choosing);
		return html`<button type="button" class="quiet" part="choose" aria-expanded=${this.choosing} @click=${toggle}>
			${this.t(this.choosing ? 'chooseTogether' : 'chooseFor')}
		</button>`;
	}

	private laterButton(): TemplateResult {
		const later = () => this.dispatchEvent(new CustomEvent('consent-later', { detail: this.question!.activity.activity, bubbles: true, composed: true }));
		return html`<button type="button" class="quiet" part="later" @click=${later}>${this.t('later')}</button>`;
	}

	private savePicks(): void {
		const media = this.question!.media;
		this.incomplete = media.some((medium) => this.picks[medium] === undefined);
		if (this.incomplete) return;
		const choices = [true, false].flatMap((granted) => this.toChoice(media.filter((medium) => this.picks[medium] === granted), granted));
		void this.ask({ type: 'decide', choices });
	}

	private answer(media: Medium[], granted: boolean): void {
		void this.ask({ type: 'decide', choices: this.toChoice(media, granted) });
	}

	private toChoice(media: Medium[], granted: boolean): Choice[] {
		const { purpose, notice } = this.question!.purpose;
		return media.length ? [{ purpose, media, decision: granted ? 'granted' : 'refused', notice }] : [];
	}
}
