// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { closedState, type State } from '../../store/state.js';
import { capturedPurposes, participantByFeed, purposeOf } from '../../store/selectors.js';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import { sentences, type Translate } from '../../strings/localize.js';
import { purposeName } from '../../shared/purposes.js';
import { pageStyles } from '../../shared/styles.js';
import { bestLayout } from '../layout.js';
import type { Person } from '../room/people.js';
import type { Mark } from './tile.js';

const RATIO = 16 / 10;
const GAP = 12;
/** Room for the sentence to whoever is alone, in pixels. */
const ALONE = 64;

/** Everybody's tiles, as large as the space allows. */
export class MeetingStage extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		people: { attribute: false },
		consent: { attribute: false },
		copied: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				block-size: 100%;
				display: block;
				min-block-size: 0;
				overflow: auto;
				scrollbar-width: none; /* one that comes and goes would change what there is room for */
			}

			:host([split]) {
				display: grid;
				gap: 12px;
				grid-template-columns: 3fr 1fr;
			}

			:host([split][tall]) {
				grid-template: 3fr 2fr / none;
			}

			ul {
				align-content: center;
				min-block-size: 0;
				min-inline-size: 0;
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
	declare copied: boolean;

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
		const screens = this.people.filter((one) => one.screen);
		const persons = this.people.filter((one) => !one.screen);
		return html`
			${screens.length ? html`<ul class="screens">${this.tiles(screens)}</ul>` : nothing}
			<ul>
				${this.tiles(persons)}
				${this.people.length > 1 ? nothing : html`<li class="alone">${sentences([this.t('alone')], this.language)} ${this.t('aloneHint')} ${this.copier()}</li>`}
			</ul>
		`;
	}

	private tiles(people: readonly Person[]): unknown {
		const tile = (person: Person) => html`<li><meeting-tile .t=${this.t} .person=${person} .mark=${this.mark(person)}></meeting-tile></li>`;
		return repeat(people, (person) => person.feed, tile);
	}

	private copier(): TemplateResult | typeof nothing {
		if (!navigator.clipboard) return nothing;
		const copy = () => navigator.clipboard.writeText(location.href).then(() => (this.copied = true), () => undefined);
		return html`<button type="button" class="quiet" @click=${copy}>${this.t(this.copied ? 'addressCopied' : 'copyAddress')}</button>`;
	}

	private mark(person: Person): Mark {
		if (!this.consent.activities.length) return undefined;
		const participant = participantByFeed(this.consent, person.feed);
		return (participant ? capturedPurposes(this.consent, participant) : []).map((purpose) => purposeName(purpose, this.language, purposeOf(this.consent, purpose)?.title));
	}

	protected override updated(): void {
		this.arrange();
	}

	/** A shared screen gets the larger part; in each part the tiles are as large as they can be. */
	private arrange(): void {
		const { clientWidth, clientHeight } = this;
		this.toggleAttribute('split', this.people.some((one) => one.screen));
		this.toggleAttribute('tall', clientHeight > clientWidth);
		const alone = this.people.length === 1 ? ALONE : 0;
		for (const list of this.renderRoot.querySelectorAll('ul')) {
			const items = list.querySelectorAll<HTMLElement>('li:not(.alone)');
			const { width } = bestLayout(items.length, { width: list.clientWidth, height: list.clientHeight - alone }, RATIO, GAP);
			for (const item of items) item.style.setProperty('--tile', `${width}px`);
		}
	}
}
