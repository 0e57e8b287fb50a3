// SPDX-License-Identifier: MIT
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { ConsentError, ErrorCode } from '../../client/errors.js';
import type { DecisionState, Medium, Participant, Purpose, Withdrawal, Withdrawn } from '../../client/protocol.js';
import { activityFor, capturedPurposes, myDecision, purposeOf } from '../../store/selectors.js';
import { localeOf } from '../../strings/localize.js';
import { choice } from '../choice.js';
import { ConsentElement } from '../element.js';
import { icon } from '../icons.js';
import { shared } from '../theme.js';
import { panelStyles } from './styles.js';

/** My decisions by purpose and medium, each changed with one click; who is captured for what; my receipts. */
export class ConsentPanel extends ConsentElement {
	static override properties: PropertyDeclarations = { erasing: { state: true }, erased: { state: true }, cannotErase: { state: true }, inSets: { state: true } };

	static override styles: CSSResultGroup = [shared, panelStyles];

	/** Deleting is being confirmed. */
	declare erasing: boolean;
	/** How many segments were deleted; undefined: nothing was asked for. */
	declare erased: number | undefined;
	/** The server has said that it deletes nothing by itself. */
	declare cannotErase: boolean;
	/** How many training sets that were handed out hold something of what was withdrawn last. */
	declare inSets: number;

	constructor() {
		super();
		this.erasing = this.cannotErase = false;
		this.inSets = 0;
	}

	protected override render(): TemplateResult {
		if (!this.state.open) return html`<p class="empty">${this.t('joinFirst')}</p>`;
		return html`
			<section aria-labelledby="mine" part="decisions">
				<h2 id="mine" tabindex="-1">${this.t('myDecisions')}</h2>
				${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`}
				${this.group('runningNow', true)} ${this.group('notRunning', false)} ${this.withdrawAll()} ${this.erase()}
			</section>
			<section aria-labelledby="who" part="people">
				<h2 id="who">${this.t('whoIsCaptured')}</h2>
				${this.people()}
			</section>
			<section aria-labelledby="receipts">
				<h2 id="receipts">${this.t('myReceipts')}</h2>
				<consent-receipts .store=${this.store} .language=${this.language} exportparts="evidence, receipts, receipt"></consent-receipts>
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
			<p lang=${purpose.lang} dir="auto">${purpose.summary}</p>
			<p lang=${purpose.lang} dir="auto">${purpose.details}</p>
			<p><span class="term">${this.t('recipients')}:</span> <bdi lang=${purpose.lang}>${purpose.recipients}</bdi></p>
			<p><span class="term">${this.t('retention')}:</span> <bdi lang=${purpose.lang}>${purpose.retention}</bdi></p>
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
		if (withdraws) void this.withdraw({ purposes: [purpose.purpose], media: [medium] });
		else void this.ask({ type: 'decide', choices: [{ purpose: purpose.purpose, media: [medium], decision, notice: purpose.notice }] });
	}

	private async withdraw(withdrawal: Withdrawal): Promise<Withdrawn | undefined> {
		const answer = (await this.ask({ type: 'withdraw', withdrawal })) as Withdrawn | undefined;
		if (answer) this.inSets = answer.training_sets ?? 0;
		return answer;
	}

	private withdrawAll(): TemplateResult | typeof nothing {
		if (!this.hasDecided(['granted'])) return nothing;
		const withdraw = () => this.withdraw({}).then(() => this.keepFocus());
		return html`<button type="button" class="plain all" part="withdraw-all" aria-disabled=${this.busy} @click=${withdraw}>
			${this.t('withdrawAll')}
		</button>`;
	}

	private hasDecided(wanted: readonly DecisionState[]): boolean {
		return Object.values(this.state.decisions).some((media) => Object.values(media).some((one) => wanted.includes(one.decision)));
	}

	/** Deleting is for good: it is asked about once more, in its place. */
	private erase(): TemplateResult | typeof nothing {
		// What was withdrawn before it was deleted is gone: then only a new grant makes more to delete.
		const any = this.hasDecided(this.erased === undefined ? ['granted', 'withdrawn'] : ['granted']);
		const told = [this.eraseOutcome(), this.inSets ? this.t('inSets', { count: this.inSets }) : undefined].filter(Boolean);
		if (!any && !told.length) return nothing;
		const ask = () => this.turnErasing(true);
		return html`<div role="status">${told.map((text) => html`<p class="told">${text}</p>`)}</div>
			${this.cannotErase || !any ? nothing : this.erasing ? this.confirmErase() : html`<button type="button" class="quiet erase" part="erase" @click=${ask}>${this.t('erase')}</button>`}`;
	}

	private eraseOutcome(): string | undefined {
		if (this.cannotErase) return this.t('cannotErase');
		return this.erased === undefined ? undefined : this.t('erased', { count: this.erased });
	}

	private confirmErase(): TemplateResult {
		const keep = () => this.turnErasing(false);
		return html`<div class="confirm" part="confirm" role="group" aria-label=${this.t('erase')}>
			<p>${this.t('eraseHint')}</p>
			<div class="two">
				<button type="button" class="plain keep" @click=${keep}>${this.t('keep')}</button>
				<button type="button" class="plain" aria-disabled=${this.busy} @click=${this.eraseAll}>${this.t('eraseNow')}</button>
			</div>
		</div>`;
	}

	/** The buttons take each other's place: the focus goes along, first to the one that changes nothing. */
	private async turnErasing(erasing: boolean): Promise<void> {
		this.erasing = erasing;
		await this.updateComplete;
		this.renderRoot.querySelector<HTMLElement>(erasing ? '.keep' : '.erase')?.focus();
	}

	/** A server that cannot delete refuses the whole request: then at least what was allowed is withdrawn. */
	private async eraseAll(): Promise<void> {
		const answer = await this.withdraw({ erase: true });
		if (answer) this.erased = answer.erased ?? 0;
		else if (this.failure instanceof ConsentError && this.failure.code === ErrorCode.wrongValue)
			this.cannotErase = Boolean(await this.withdraw({}));
		this.erasing = false;
		await this.keepFocus();
	}

	/** A button that goes away once it has done its work must not take the focus out of the panel; whoever has moved on is left alone. */
	private async keepFocus(): Promise<void> {
		await this.updateComplete;
		const { activeElement } = this.getRootNode() as Document | ShadowRoot;
		if (!activeElement || activeElement === document.body) this.renderRoot.querySelector<HTMLElement>('#mine')?.focus({ preventScroll: true });
	}

	private people(): TemplateResult {
		const { activities, participants, me } = this.state;
		if (!activities.length) return html`<p class="empty">${this.t('nothingRunning')}</p>`;
		const ordered = [...participants].sort((a, b) => Number(b.id === me) - Number(a.id === me));
		const common = [this.tag, activities, this.state.purposes, me];
		const row = (one: Participant) => html`<li><span>${this.nameOf(one)}</span><span class="marks">${this.marks(one)}</span></li>`;
		return html`<ul class="people">
			${repeat(ordered, (one) => one.id, (one) => guard([one, ...common], () => row(one)))}
		</ul>`;
	}

	/** The media are named where somebody allowed only some of them. */
	private capturedFor({ decisions }: Participant, name: string): string {
		const purpose = purposeOf(this.state, name);
		const granted = purpose?.media.filter((medium) => decisions[name]?.[medium] === 'granted') ?? [];
		const shown = this.purposeName(name, purpose);
		return granted.length && granted.length < purpose!.media.length ? this.t('purposeMedia', { purpose: shown, media: this.mediaList(granted) }) : shown;
	}

	private marks(participant: Participant): TemplateResult | TemplateResult[] {
		const purposes = capturedPurposes(this.state, participant);
		if (!purposes.length) return html`<span class="mark">${icon('shield')}${this.t('isNotCaptured')}</span>`;
		return purposes.map((one) => html`<span class="mark on">${icon(one)}${this.capturedFor(participant, one)}</span>`);
	}
}
