// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { capturedFor, myCapturedMedia, purposeOf, questions } from '../store/selectors.js';
import type { Activity } from '../client/protocol.js';
import { listOf, sentences } from '../strings/localize.js';
import { ConsentElement } from './element.js';
import { icon } from './icons.js';
import { shared } from './theme.js';

const NAMES_SHOWN = 2;
const ACTIVITIES_SHOWN = 4;

/**
 * What is running, for whom, and whether *I* am captured: there as long as an activity is. Pressing it unfolds the names. While a question is
 * open it offers to answer: that emits a `consent-ask` event.
 */
export class ConsentIndicator extends ConsentElement {
	static override properties: PropertyDeclarations = { unfolded: { state: true } };

	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
				max-inline-size: 100%;
				min-inline-size: 0;
				position: relative;
			}

			.bar {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.5rem;
			}

			.summary {
				border: 1px solid var(--_line);
				border-radius: 1.125rem; /* a pill while it has one line */
				background: var(--_surface);
				flex-wrap: wrap;
				font-size: 0.875rem;
				gap: 0.25rem 0.875rem;
				justify-content: flex-start;
				max-inline-size: 100%;
				min-block-size: 2.25rem;
				padding: 0.25rem 0.75rem;
				text-align: start;
			}

			.summary:hover {
				background: var(--_subtle);
			}

			.activity {
				align-items: center;
				display: inline-flex;
				gap: 0.375rem;
				max-inline-size: 100%;
			}

			.activity b {
				flex-shrink: 9; /* the title before the names */
				overflow: hidden;
				text-overflow: ellipsis;
				white-space: nowrap;
			}

			.activity > svg {
				color: var(--_muted);
			}

			.activity.on > svg {
				color: var(--_captured);
			}

			b {
				font-weight: 600;
			}

			.who {
				color: var(--_muted);
				max-inline-size: 18rem;
				overflow: hidden;
				text-overflow: ellipsis;
				white-space: nowrap;
			}

			.chevron {
				color: var(--_muted);
				display: inline-flex;
				margin-inline-start: auto;
				transition: transform 120ms;
			}

			[aria-expanded='true'] .chevron {
				transform: rotate(180deg);
			}

			.mine {
				align-items: center;
				background: var(--_clear-tint);
				border-radius: 999px;
				color: var(--_clear);
				display: inline-flex;
				font-size: 0.875rem;
				font-weight: 600;
				gap: 0.375rem;
				min-block-size: 2.25rem;
				padding: 0.25rem 0.875rem 0.25rem 0.625rem;
			}

			.mine.captured {
				background: var(--_captured-tint);
				color: var(--_captured);
			}

			.open {
				background: var(--_tint);
				border-radius: 999px;
				color: var(--_accent);
				font-size: 0.875rem;
				font-weight: 600;
				min-block-size: 2.25rem;
				padding-block: 0.25rem;
			}

			.details {
				background: var(--_surface);
				border: 1px solid var(--_line);
				border-radius: var(--_radius);
				box-shadow: var(--_shadow);
				inline-size: min(22rem, calc(100vw - 1.5rem));
				inset-block-start: calc(100% + 0.5rem);
				inset-inline-start: 0;
				max-block-size: 60vh;
				overflow: auto;
				padding: 1rem;
				position: absolute;
				z-index: calc(var(--consent-layer, 1000) - 1);
			}

			.details li + li {
				border-block-start: 1px solid var(--_line);
				margin-block-start: 0.75rem;
				padding-block-start: 0.75rem;
			}

			.details p {
				color: var(--_muted);
				font-size: 0.875rem;
				overflow-wrap: anywhere;
			}

			.idle::first-letter {
				text-transform: uppercase;
			}

			@media (max-width: 30rem) {
				.who {
					max-inline-size: calc(100vw - 12.5rem);
				}
			}

			@media (prefers-reduced-motion: reduce) {
				.chevron {
					transition: none;
				}
			}
		`,
	];

	declare unfolded: boolean;

	constructor() {
		super();
		this.unfolded = false;
	}

	protected override render(): TemplateResult {
		const { activities } = this.state;
		return html`
			<div class="unseen" role="status">${activities.length ? this.spoken() : ''}</div>
			${activities.length ? this.bar(activities) : nothing}
		`;
	}

	/** What a screen reader is told when something changes: short, and my own part first. */
	private spoken(): string {
		const name = (one: Activity) => this.purposeName(one.purpose, purposeOf(this.state, one.purpose));
		const idle = (one: Activity) => this.idleText(one);
		const running = this.state.activities.filter((one) => !idle(one)).map(name);
		const others = this.state.activities.filter(idle).map((one) => `${name(one)}: ${idle(one)}`);
		return sentences([this.mineText(), ...(running.length ? [`${this.t('runningNow')}: ${running.join(', ')}`] : []), ...others], this.tag);
	}

	private bar(activities: readonly Activity[]): TemplateResult {
		const more = activities.length - ACTIVITIES_SHOWN;
		return html`
			<div class="bar" part="bar" role="region" aria-label=${this.t('going')} @keydown=${this.keydown}>
				<button type="button" class="summary" part="summary" aria-expanded=${this.unfolded} aria-controls="details" @click=${this.toggle}>
					${this.foremost(activities).map((one) => this.activity(one))}${more > 0 ? html`<span class="who">+${more}</span>` : nothing}
					<span class="chevron">${icon('chevron')}</span>
				</button>
				${this.mine()} ${this.openQuestions()}
			</div>
			<div id="details" class="details" part="details" ?hidden=${!this.unfolded}>
				<ul>
					${this.unfolded ? activities.map((one) => this.details(one)) : nothing}
				</ul>
			</div>
		`;
	}

	/** Where many run: those that capture somebody. The others are counted, and unfolded with all. */
	private foremost(activities: readonly Activity[]): readonly Activity[] {
		if (activities.length <= ACTIVITIES_SHOWN) return activities;
		const idle = (one: Activity) => Number(!capturedFor(this.state, one.purpose).length);
		return [...activities].sort((one, other) => idle(one) - idle(other)).slice(0, ACTIVITIES_SHOWN);
	}

	private activity(activity: Activity): TemplateResult {
		const names = this.names(activity.purpose);
		const shown = names.slice(0, NAMES_SHOWN);
		const more = names.length - shown.length;
		const list = more > 0 ? this.t('andMore', { names: shown.join(', '), count: more }) : listOf(shown, this.tag);
		return html`<span class="activity ${names.length ? 'on' : ''}" part="activity">
			${icon(activity.purpose)}<b>${this.purposeName(activity.purpose, purposeOf(this.state, activity.purpose))}</b>
			<span class="who">${activity.state === 'paused' ? this.t('paused') : list || this.t('nobody')}</span>
		</span>`;
	}

	private names(purpose: string): string[] {
		const name = (display: string | null | undefined, id: string) => (id === this.state.me ? this.t('me') : display || this.t('unnamed'));
		return capturedFor(this.state, purpose).map((one) => name(one.display, one.id));
	}

	private mine(): TemplateResult {
		const captured = myCapturedMedia(this.state).length > 0;
		return html`<span class="mine ${captured ? 'captured' : ''}" part="mine ${captured ? 'captured' : 'clear'}">
			${icon(captured ? 'dot' : 'shield')}${this.mineText()}
		</span>`;
	}

	private mineText(): string {
		const media = myCapturedMedia(this.state);
		return media.length ? this.t('captured', { media: this.mediaList(media) }) : this.t('notCaptured');
	}

	private openQuestions(): TemplateResult | typeof nothing {
		const count = questions(this.state).length;
		if (!count) return nothing;
		const askAgain = () => this.dispatchEvent(new CustomEvent('consent-ask', { bubbles: true, composed: true }));
		return html`<button type="button" class="open" part="open" @click=${askAgain}>${this.t('answerNow', { count })}</button>`;
	}

	private details(activity: Activity): TemplateResult {
		const names = capturedFor(this.state, activity.purpose).map((one) => this.nameOf(one));
		const captured = sentences([names.length ? `${this.t('capturedNow')}: ${listOf(names, this.tag)}` : this.t('nobodyYet')], this.tag);
		const idle = this.idleText(activity);
		const others = names.length && names.length < this.state.participants.length ? this.t('othersNot') : '';
		return html`<li>
			<b>${this.purposeName(activity.purpose, purposeOf(this.state, activity.purpose))}</b>
			<p>${this.startedBy(activity)}</p>
			${idle ? html`<p class="idle">${idle}</p>` : nothing}
			<p>${captured} ${others}</p>
		</li>`;
	}

	/** Events do not tell the policy of what is paused, which is why nobody is captured: somebody wants to know that now. */
	private toggle(): void {
		this.unfolded = !this.unfolded;
		const unclear = this.state.activities.some((one) => one.state === 'paused' && !one.policy);
		if (this.unfolded && unclear) this.store?.refresh().catch(() => undefined);
	}

	private keydown(event: KeyboardEvent): void {
		if (event.key === 'Escape') this.unfolded = false;
	}
}
