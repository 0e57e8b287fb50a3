// SPDX-License-Identifier: MIT
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { Choice, Medium } from '../../client/protocol.js';
import type { Question } from '../../store/selectors.js';
import { choice } from '../choice.js';
import { ConsentElement } from '../element.js';
import { icon } from '../icons.js';
import { shared } from '../theme.js';
import { Ticker } from '../ticker.js';
import { questionStyles } from './question-styles.js';

/** One question of a notice: what it is about, and the answers. Used by <consent-notice>. */
export class ConsentQuestion extends ConsentElement {
	static override properties: PropertyDeclarations = {
		question: { attribute: false },
		compact: { type: Boolean, reflect: true },
		banner: { type: Boolean, reflect: true },
		level: { type: Number },
		choosing: { state: true },
		picks: { state: true },
		incomplete: { state: true },
	};

	static override styles: CSSResultGroup = [shared, questionStyles];

	declare question: Question | undefined;
	/** One of several under a common heading. */
	declare compact: boolean;
	/** The answers stand beside the words where there is room. */
	declare banner: boolean;
	/** Of the heading. */
	declare level: number;
	declare choosing: boolean;
	declare picks: Partial<Record<Medium, boolean>>;
	declare incomplete: boolean;

	protected readonly ticker = new Ticker(this, () => this.question?.activity.starts);

	constructor() {
		super();
		this.compact = this.banner = this.choosing = this.incomplete = false;
		this.level = 2;
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
						<div class="title" id="title" part="title" role="heading" aria-level=${this.level} lang=${purpose.lang} dir="auto">${purpose.title}</div>
						<p class="by">${this.origin()}</p>
					</div>
				</header>
				<p class="summary" part="summary" lang=${purpose.lang} dir="auto">${purpose.summary}</p>
				${this.facts()}
				<div class="act ${this.choosing ? '' : 'stays'}">
					${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`}
					${this.choosing ? this.chooser() : this.answers()}
					<div class="other">${this.chooserToggle()}${this.laterButton()}</div>
				</div>
				<div class="unseen" role="status">${this.busy ? this.t('saving') : ''}</div>
			</section>
		`;
	}

	private origin(): TemplateResult {
		const { activity } = this.question!;
		return html`${this.startedBy(activity)}${activity.state === 'announced' ? html` · ${this.start(activity.starts)}` : nothing}`;
	}

	/** Read out when somebody goes there, not every second. */
	private start(starts: number | undefined): TemplateResult {
		const count = starts === undefined ? 0 : Ticker.seconds(starts);
		return html`<span role="timer" part="countdown">${count ? this.t('startsIn', { count }) : this.t('aboutToStart')}</span>`;
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
				<p lang=${purpose.lang} dir="auto">${purpose.details}</p>
			</details>
		`;
	}

	private fact(sign: string, label: 'whatIsCaptured' | 'recipients' | 'retention', text: string): TemplateResult | typeof nothing {
		return text ? html`<div><dt>${icon(sign)}${this.t(label)}</dt><dd dir="auto">${text}</dd></div>` : nothing;
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
			choose: (granted) => this.pick(medium, granted),
		});
		return html`<li><span class="medium">${icon(medium)}<span class="cap">${name}</span></span>${buttons}</li>`;
	}

	private pick(medium: Medium, granted: boolean): void {
		this.picks = { ...this.picks, [medium]: granted };
		this.incomplete &&= this.isIncomplete;
	}

	private get isIncomplete(): boolean {
		return this.question!.media.some((medium) => this.picks[medium] === undefined);
	}

	private chooserToggle(): TemplateResult | typeof nothing {
		if (this.question!.media.length < 2) return nothing;
		const toggle = () => {
			this.choosing = !this.choosing;
			this.incomplete = false;
			if (this.choosing) void this.showChoices();
		};
		return html`<button type="button" class="quiet" part="choose" aria-expanded=${this.choosing} @click=${toggle}>
			${this.t(this.choosing ? 'chooseTogether' : 'chooseFor')}
		</button>`;
	}

	/** The lines do not stay in sight by themselves, as the two answers do: on a low screen they would be below what is seen. */
	private async showChoices(): Promise<void> {
		await this.updateComplete;
		this.renderRoot.querySelector('.act')?.scrollIntoView({ block: 'nearest' });
	}

	private laterButton(): TemplateResult {
		const later = () => this.dispatchEvent(new CustomEvent('consent-later', { detail: this.question!.activity.activity, bubbles: true, composed: true }));
		return html`<button type="button" class="quiet" part="later" @click=${later}>${this.t('later')}</button>`;
	}

	private savePicks(): void {
		const media = this.question!.media;
		this.incomplete = this.isIncomplete;
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
