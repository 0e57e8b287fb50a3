// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { questions, type Question } from '../../store/selectors.js';
import type { State } from '../../store/state.js';
import { ConsentElement } from '../element.js';
import { shared } from '../theme.js';

/**
 * The popup that asks. It is there while an activity's notice is unanswered, and it holds all questions that are open at once.
 *
 * It is not modal: the meeting goes on beneath it, because not answering is a valid choice too (nothing is captured). Neither
 * Escape nor a click beside it closes it; "decide later" does, until a `consent-ask` event on the document asks for it again.
 */
export class ConsentNotice extends ConsentElement {
	static override properties: PropertyDeclarations = { postponed: { state: true }, announcement: { state: true } };

	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
				inline-size: min(27rem, calc(100vw - 2rem));
				inset-block-end: var(--consent-notice-bottom, 1.5rem);
				inset-inline-end: var(--consent-notice-end, 1.5rem);
				position: fixed;
				z-index: var(--consent-layer, 1000);
			}

			.card {
				animation: rise 220ms cubic-bezier(0.2, 0.8, 0.2, 1);
				background: var(--_surface);
				border: 1px solid var(--_line);
				border-radius: var(--_radius);
				box-shadow: var(--_shadow);
				max-block-size: var(--consent-notice-height, calc(100vh - 3rem));
				max-block-size: var(--consent-notice-height, calc(100dvh - 3rem));
				outline: none;
				overflow: auto;
				overscroll-behavior: contain;
				padding: var(--_padding);
				--_padding: 1.25rem;
			}

			h2 {
				font-size: 1.125rem;
				font-weight: 650;
				letter-spacing: -0.01em;
				margin-block-end: 1rem;
			}

			consent-question + consent-question {
				border-block-start: 1px solid var(--_line);
				margin-block-start: 1.25rem;
				padding-block-start: 1.25rem;
			}

			.promise {
				color: var(--_muted);
				font-size: 0.8125rem;
				margin-block-start: 0.75rem;
			}

			@keyframes rise {
				from {
					opacity: 0;
					transform: translateY(12px);
				}
			}

			@media (max-width: 36rem) {
				:host {
					inline-size: auto;
					inset-inline: 0.5rem;
				}

				.card {
					--_padding: 1rem;
				}
			}

			@media (prefers-reduced-motion: reduce) {
				.card {
					animation: none;
				}
			}
		`,
	];

	/** Activities whose question was put off by "decide later". */
	declare postponed: ReadonlySet<string>;
	declare announcement: string;

	#asked = new Set<string>();
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

	/** What is being asked now; the attribute `open` is there as long as this is not empty. */
	get open(): Question[] {
		return questions(this.state).filter((one) => !this.postponed.has(one.activity.activity));
	}

	/** What is asked now can wait: it is hidden until `consent-ask`, and what comes later is asked as ever. */
	putOff(): void {
		this.postponed = new Set([...this.postponed, ...this.open.map((one) => one.activity.activity)]);
	}

	protected override stateChanged(state: State): void {
		const running = new Set(state.activities.map((one) => one.activity));
		if ([...this.postponed].some((one) => !running.has(one))) this.postponed = new Set([...this.postponed].filter((one) => running.has(one)));
	}

	protected override willUpdate(changed: PropertyValues): void {
		super.willUpdate(changed);
		this.#focused = this.matches(':focus-within');
		this.toggleAttribute('open', this.open.length > 0);
		const fresh = this.open.filter((one) => !this.#asked.has(key(one)));
		if (fresh.length) this.announcement = this.t('question', { title: fresh.map((one) => one.purpose.title).join(', ') });
	}

	protected override render(): TemplateResult {
		const open = this.open;
		return html`
			<div class="unseen" role="status">${open.length ? this.announcement : ''}</div>
			${open.length ? this.card(open) : nothing}
		`;
	}

	private card(open: Question[]): TemplateResult {
		const several = open.length > 1;
		const heading = several ? this.t('questions', { count: open.length }) : open[0]!.purpose.title;
		return html`
			<div class="card" part="card" role="dialog" aria-label=${heading} aria-describedby="promise" tabindex="-1" @consent-later=${this.later}>
				${several ? html`<h2 part="heading">${heading}</h2>` : nothing}
				${repeat(open, (question) => question.activity.activity, (question) => this.question(question, several))}
				<p id="promise" class="promise" part="promise">${this.t('untilAnswered')}</p>
			</div>
		`;
	}

	private question(question: Question, compact: boolean): TemplateResult {
		return html`<consent-question
			.store=${this.store}
			.language=${this.language}
			.question=${question}
			.compact=${compact}
			exportparts="header, sign, title, summary, facts, details, answers, answer, allow, decline, choose, choices, choice, save, later"
		></consent-question>`;
	}

	private later(event: CustomEvent<string>): void {
		this.postponed = new Set([...this.postponed, event.detail]);
	}

	protected override updated(): void {
		const open = this.open.map(key);
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
