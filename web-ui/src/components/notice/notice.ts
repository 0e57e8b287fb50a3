// SPDX-License-Identifier: MIT
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { questions, type Question } from '../../store/selectors.js';
import type { State } from '../../store/state.js';
import { ConsentElement } from '../element.js';
import { icon } from '../icons.js';
import { shared } from '../theme.js';
import { batchOf } from './batch.js';
import { noticeStyles } from './styles.js';

/**
 * The popup that asks. It is there while an activity's notice is unanswered. Questions of activities that started together stand in it
 * together; those that come while it is being read wait until it has been answered.
 *
 * It is not modal: the meeting goes on beneath it, because not answering is a valid choice too (nothing is captured). Neither
 * Escape nor a click beside it closes it; "decide later" does, until a `consent-ask` event on the document asks for it again.
 */
export class ConsentNotice extends ConsentElement {
	static override properties: PropertyDeclarations = {
		variant: { type: String, reflect: true },
		postponed: { state: true },
		announcement: { state: true },
	};

	static override styles: CSSResultGroup = [shared, noticeStyles];

	/** `banner`: along the lower edge; absent: a card in the corner. */
	declare variant: string | undefined;
	/** Activities whose question was put off by "decide later". */
	declare postponed: ReadonlySet<string>;
	declare announcement: string;

	#batch: readonly Question[] = [];
	#asked = new Set<string>();
	#putOff: ReadonlySet<string> = new Set();
	#before: HTMLElement | undefined;
	#focused = false;
	#again = () => (this.postponed = new Set());

	constructor() {
		super();
		this.postponed = new Set();
		this.announcement = '';
	}

	override connectedCallback(): void {
		super.connectedCallback();
		document.addEventListener('consent-ask', this.#again);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		document.removeEventListener('consent-ask', this.#again);
	}

	/** What is not answered and not put off; the attribute `open` is there as long as this is not empty. */
	get open(): Question[] {
		return questions(this.state).filter((one) => !this.postponed.has(one.activity.activity));
	}

	/** What is asked now can wait: it is hidden until `resume` or `consent-ask`, and what comes later is asked as ever. */
	putOff(): void {
		const now = this.open.map((one) => one.activity.activity);
		this.#putOff = new Set([...this.#putOff, ...now]);
		this.postponed = new Set([...this.postponed, ...now]);
	}

	/** Asks again for what `putOff` has hidden; what somebody wants to decide later stays later. */
	resume(): void {
		if (this.#putOff.size) this.postponed = new Set([...this.postponed].filter((one) => !this.#putOff.has(one)));
		this.#putOff = new Set();
	}

	protected override stateChanged(state: State): void {
		const running = new Set(state.activities.map((one) => one.activity));
		if ([...this.postponed].some((one) => !running.has(one))) this.postponed = new Set([...this.postponed].filter((one) => running.has(one)));
	}

	protected override willUpdate(changed: PropertyValues): void {
		super.willUpdate(changed);
		this.#focused = this.matches(':focus-within');
		this.#batch = batchOf(this.open, this.#batch);
		this.toggleAttribute('open', this.#batch.length > 0);
		const fresh = this.#batch.filter((one) => !this.#asked.has(key(one)));
		if (fresh.length) this.announcement = this.t('question', { title: inOneLine(fresh.map((one) => one.purpose.title)) });
	}

	protected override render(): TemplateResult {
		const asked = this.#batch;
		return html`
			<div class="unseen" role="status">${asked.length ? this.announcement : ''}</div>
			${asked.length ? this.card(asked, this.open.length - asked.length) : nothing}
		`;
	}

	private card(asked: readonly Question[], waiting: number): TemplateResult {
		const several = asked.length > 1;
		const heading = several ? this.t('questions', { count: asked.length }) : asked[0]!.purpose.title;
		return html`
			<div class="card ${several ? 'several' : ''}" part="card" role="dialog" aria-label=${heading} aria-describedby="promise" tabindex="-1" @consent-later=${this.later}>
				<div class="inner">
					${several ? html`<h2 part="heading">${heading}</h2>` : nothing}
					${repeat(asked, (question) => question.activity.activity, (question) => this.question(question, several))}
					${waiting ? html`<p class="more" part="more" role="status">${icon('clock')}${this.t('waiting', { count: waiting })}</p>` : nothing}
					<p id="promise" class="promise" part="promise">${this.t('untilAnswered')}</p>
				</div>
			</div>
		`;
	}

	private question(question: Question, several: boolean): TemplateResult {
		const banner = this.variant === 'banner';
		return html`<consent-question
			.store=${this.store}
			.language=${this.language}
			.question=${question}
			.compact=${several || banner}
			.banner=${banner}
			.level=${several ? 3 : 2}
			exportparts="header, sign, title, countdown, summary, facts, details, answers, answer, allow, decline, choose, choices, choice, save, later"
		></consent-question>`;
	}

	private later(event: CustomEvent<string>): void {
		this.postponed = new Set([...this.postponed, event.detail]);
	}

	protected override updated(): void {
		const open = this.#batch.map(key);
		const fresh = open.some((one) => !this.#asked.has(one));
		const answered = [...this.#asked].some((one) => !open.includes(one));
		this.#asked = new Set(open);
		if (!open.length) this.giveFocusBack();
		else if (this.#focused ? answered : fresh && !isEditable(deepActiveElement())) this.focusCard();
	}

	/** The card, not a button: a key that was meant for something else must not answer. Focus never leaves what is being typed in. */
	private focusCard(): void {
		if (!this.#focused) this.#before = deepActiveElement();
		this.renderRoot.querySelector<HTMLElement>('.card')?.focus({ preventScroll: true });
	}

	/** Only when the focus went away with the card: somebody who has moved on meanwhile is left where they are. */
	private giveFocusBack(): void {
		if (this.#focused && this.#before?.isConnected) this.#before.focus({ preventScroll: true });
		this.#before = undefined;
	}
}

/** Titles one after the other: most are questions, and have a mark of their own at the end. */
function inOneLine(titles: readonly string[]): string {
	return titles.map((one, i) => (i + 1 < titles.length && !/\p{Po}$/u.test(one) ? `${one},` : one)).join(' ');
}

/** Another wording is asked anew, in the same place. */
function key(question: Question): string {
	return `${question.activity.activity} ${question.purpose.notice}`;
}

function deepActiveElement(): HTMLElement | undefined {
	let active = document.activeElement;
	while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
	return active instanceof HTMLElement ? active : undefined;
}

function isEditable(element: HTMLElement | undefined): boolean {
	if (!element) return false;
	const input = element instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'reset'].includes(element.type);
	return input || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element.isContentEditable;
}
