// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { closedState, type State } from '../../store/state.js';
import { capturedPurposes, participantByFeed, purposeOf } from '../../store/selectors.js';
import { type ComponentStrings, componentWords } from '../../strings/components/words.js';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import type { Translate } from '../../strings/localize.js';
import { pageStyles } from '../../shared/styles.js';
import { bestLayout } from '../layout.js';
import type { Person } from '../room/people.js';
import type { Mark } from './tile.js';

const RATIO = 16 / 10;
const GAP = 12;

/** Everybody's tiles, as large as the space allows. */
export class MeetingStage extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		people: { attribute: false },
		consent: { attribute: false },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				block-size: 100%;
				display: block;
				min-block-size: 0;
				overflow: auto;
			}

			ul {
				align-content: center;
				block-size: 100%;
				display: flex;
				flex-wrap: wrap;
				gap: 12px;
				justify-content: center;
			}

			li {
				inline-size: var(--tile, 100%);
			}

			.alone {
				color: var(--page-muted);
				font-size: 0.9375rem;
				inline-size: 100%;
				text-align: center;
			}
		`,
	];

	declare t: Translate<MeetingStrings>;
	declare language: string;
	declare people: readonly Person[];
	declare consent: State;

	#observer = new ResizeObserver(() => this.arrange());

	constructor() {
		super();
		this.people = [];
		this.consent = closedState;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.#observer.observe(this);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#observer.disconnect();
	}

	protected override render(): TemplateResult {
		return html`<ul>
			${repeat(
				this.people,
				(person) => person.feed,
				(person) => html`<li><meeting-tile .t=${this.t} .person=${person} .mark=${this.mark(person)}></meeting-tile></li>`,
			)}
			${this.people.length > 1 ? nothing : html`<li class="alone">${this.t('alone')}. ${this.t('aloneHint')}</li>`}
		</ul>`;
	}

	private mark(person: Person): Mark {
		if (!this.consent.activities.length) return undefined;
		const participant = participantByFeed(this.consent, person.feed);
		return (participant ? capturedPurposes(this.consent, participant) : []).map((purpose) => this.purposeName(purpose));
	}

	private purposeName(purpose: string): string {
		const names = componentWords.of(this.language) as unknown as Record<string, string>;
		const shipped: (keyof ComponentStrings)[] = ['record', 'summarize', 'train', 'telemetry'];
		return shipped.includes(purpose as keyof ComponentStrings) ? names[purpose]! : (purposeOf(this.consent, purpose)?.title ?? purpose);
	}

	protected override updated(): void {
		this.arrange();
	}

	private arrange(): void {
		const { clientWidth: width, clientHeight: height } = this;
		const alone = this.people.length === 1;
		const layout = bestLayout(this.people.length, { width, height: height - (alone ? 48 : 0) }, RATIO, GAP);
		for (const item of this.renderRoot.querySelectorAll<HTMLElement>('li:not(.alone)')) item.style.setProperty('--tile', `${layout.width}px`);
	}
}
