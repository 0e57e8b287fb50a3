// SPDX-License-Identifier: MIT
import { LitElement, type CSSResultGroup, type PropertyDeclarations, type PropertyValues } from 'lit';
import { ConsentError, TransportError } from '../client/errors.js';
import type { Activity, Medium, Participant, Purpose } from '../client/protocol.js';
import type { Answer, ConsentRequest, ConsentStore } from '../store/store.js';
import { closedState, type State } from '../store/state.js';
import { type ComponentStrings, componentWords } from '../strings/components/words.js';
import { directionOf } from '../strings/languages.js';
import { chooseLanguage, listOf, translator, type Translate, type Values } from '../strings/localize.js';
import { shared } from './theme.js';

/** What all components have: a store to show, a language to speak, and a way to ask for something. */
export abstract class ConsentElement extends LitElement {
	static override styles: CSSResultGroup = shared;
	static override properties: PropertyDeclarations = {
		store: { attribute: false },
		language: { type: String },
		busy: { state: true },
		failure: { state: true },
	};

	declare store: ConsentStore | undefined;
	/** A language tag; absent, that of the document or of the browser. */
	declare language: string | undefined;
	/** A request of this element is out. */
	protected declare busy: boolean;
	/** Why the last one failed. */
	protected declare failure: unknown;

	#tag: string | undefined;
	#watched: ConsentStore | undefined;
	#translate: { language: string; t: Translate<ComponentStrings> } | undefined;
	#changed = () => {
		this.stateChanged(this.state);
		this.requestUpdate();
	};

	constructor() {
		super();
		this.busy = false;
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.#watch(this.store);
		// What was said while the element was out of the page, it has not heard.
		this.requestUpdate();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#watch(undefined);
	}

	/** Nothing is shown in one language only to be shown in another a moment later. */
	protected override scheduleUpdate(): void | Promise<unknown> {
		this.#tag = undefined;
		const loading = componentWords.load(this.tag);
		return loading ? loading.then(() => super.scheduleUpdate()) : super.scheduleUpdate();
	}

	protected override willUpdate(changed: PropertyValues): void {
		const dir = directionOf(this.tag);
		// Writing it anew, be it the same, has the browser compute the style of everything inside again.
		if (this.dir !== dir) this.dir = dir;
		if (changed.has('store')) this.#watch(this.isConnected ? this.store : undefined);
	}

	protected get state(): State {
		return this.store?.state ?? closedState;
	}

	/** Called when the server said something new, before it is rendered. */
	protected stateChanged(_state: State): void {}

	/**
	 * Emits the request as a cancelable `consent-request` event; unless a listener prevents that, the store carries it out.
	 * Returns the answer, or undefined where it did not succeed. What is shown changes only with the store's state.
	 */
	protected async ask(request: ConsentRequest): Promise<Answer | undefined> {
		if (this.busy) return undefined;
		this.failure = undefined;
		const event = new CustomEvent<ConsentRequest>('consent-request', { detail: request, bubbles: true, composed: true, cancelable: true });
		if (!this.dispatchEvent(event) || !this.store) return undefined;
		this.busy = true;
		try {
			return await this.store.perform(request);
		} catch (error) {
			this.failure = error;
			return undefined;
		} finally {
			this.busy = false;
		}
	}

	/** The language that is spoken, found out once an update: hundreds of words ask for it. */
	protected get tag(): string {
		return (this.#tag ??= this.chooseTag());
	}

	private chooseTag(): string {
		const wanted = [this.language ?? '', document.documentElement.lang, ...navigator.languages];
		return chooseLanguage(wanted.filter(Boolean), componentWords.languages);
	}

	protected t(key: keyof ComponentStrings & string, values?: Values): string {
		const language = this.tag;
		if (this.#translate?.language !== language)
			this.#translate = { language, t: translator(componentWords.of(language), language) };
		return this.#translate.t(key, values);
	}

	/** A failure as a sentence for people. The gateway's own sentences are for developers. */
	protected failureText(failure: unknown): string {
		if (failure instanceof TransportError) return this.t('errorTransport');
		const key = `error${failure instanceof ConsentError ? failure.code : ''}`;
		return this.t(key in componentWords.english ? (key as keyof ComponentStrings) : 'errorOther');
	}

	/** A short name for a purpose: ours for those that are shipped, the notice's title for the operator's own. */
	protected purposeName(name: string, purpose?: Purpose): string {
		const known = ['record', 'summarize', 'train', 'telemetry'].includes(name);
		return known ? this.t(name as keyof ComponentStrings) : (purpose?.title ?? name);
	}

	protected mediaList(media: readonly Medium[], yours = false): string {
		const your = { audio: 'yourAudio', video: 'yourVideo', data: 'yourData' } as const;
		return listOf(media.map((medium) => this.t(yours ? your[medium] : medium)), this.tag);
	}

	protected startedBy({ by, by_display: display }: Activity): string {
		if (by === this.state.me) return this.t('startedByYou');
		if (display) return this.t('startedBy', { name: display });
		if (by === 'host') return this.t('startedByHost');
		return by && by !== 'admin' && by !== 'configuration' ? this.t('startedBy', { name: this.t('unnamed') }) : this.t('startedByOperator');
	}

	/** Why an activity captures nobody at the moment; undefined: it runs. */
	protected idleText({ state, policy }: Activity): string | undefined {
		if (state === 'announced') return this.t('aboutToStart');
		return state === 'paused' ? this.t(policy === 'unanimous' ? 'pausedUnanimous' : 'paused') : undefined;
	}

	protected nameOf(participant: Participant): string {
		const name = participant.display || this.t('unnamed');
		return participant.id === this.state.me ? this.t('meNamed', { name }) : name;
	}

	#watch(store: ConsentStore | undefined): void {
		if (store === this.#watched) return;
		this.#watched?.removeEventListener('change', this.#changed);
		this.#watched = store;
		store?.addEventListener('change', this.#changed);
		if (store) this.stateChanged(store.state);
	}
}
