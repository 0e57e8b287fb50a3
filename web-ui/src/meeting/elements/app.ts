// SPDX-License-Identifier: MIT
import { html, LitElement, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { ConsentError, ErrorCode } from '../../client/errors.js';
import { questions } from '../../store/selectors.js';
import { closedState, type State } from '../../store/state.js';
import type { Config } from '../../shared/config.js';
import { webSocketUrl } from '../../shared/config.js';
import { languagePicker } from '../../shared/language.js';
import { languageStyles, pageStyles } from '../../shared/styles.js';
import { componentWords } from '../../strings/components/words.js';
import { directionOf, languageNames } from '../../strings/languages.js';
import { type MeetingStrings, meetingWords } from '../../strings/meeting/words.js';
import { chooseLanguage, sentences, translator, type Translate } from '../../strings/localize.js';
import { Devices, troubleOf, type DeviceTrouble, type Kind } from '../room/devices.js';
import { forgetName, keepName, keptName } from '../name.js';
import { lookInto, type Preview } from '../room/preview.js';
import { Problem } from '../room/problem.js';
import { retried } from '../room/retry.js';
import { RoomSession, type ChatMessage } from '../room/session.js';
import { appStyles } from './app-styles.js';
import type { MeetingControls, Sheet } from './controls.js';
import { icon } from '../../shared/icons.js';
import { pageTitle } from '../title.js';

type Phase = 'prejoin' | 'joining' | 'joined' | 'reconnecting' | 'left' | 'problem';
type Key = keyof MeetingStrings & string;
type Banner = DeviceTrouble | 'mediaFailed' | 'noGateway' | 'blocked' | 'screenFailed';

const SERVER = '/janus';
/** As in the styles: a sheet and the notice beside it. */
const ROOM_FOR_BOTH = '(min-width: 70rem)';

/** The meeting page: from the name to the goodbye. */
export class MeetingApp extends LitElement {
	static override properties: PropertyDeclarations = {
		config: { attribute: false },
		room: { attribute: false },
		phase: { state: true },
		language: { state: true },
		banners: { state: true },
		sheet: { state: true },
		consent: { state: true },
		people: { state: true },
		ready: { state: true },
		preview: { state: true },
		chat: { state: true },
		unread: { state: true },
		chatMissing: { state: true },
	};

	static override styles: CSSResultGroup = [pageStyles, languageStyles, appStyles];

	declare config: Config;
	declare room: string | number;
	declare phase: Phase;
	declare language: string;
	declare banners: readonly Banner[];
	declare sheet: Sheet | undefined;
	declare consent: State;
	declare people: RoomSession['people'];
	/** Camera and microphone have been asked for. */
	declare ready: boolean;
	declare preview: Preview | Problem | undefined;
	/** What was written since this page was opened, connections that were lost meanwhile included. */
	declare chat: readonly ChatMessage[];
	declare unread: number;
	declare chatMissing: boolean;

	#session: RoomSession | undefined;
	#problem: Problem | undefined;
	#devices!: Devices;
	#opened: Promise<void> = Promise.resolve();
	#name = keptName();

	constructor() {
		super();
		this.phase = 'prejoin';
		this.banners = [];
		this.consent = closedState;
		this.people = [];
		this.chat = [];
		this.unread = 0;
		this.ready = this.chatMissing = false;
		this.language = chooseLanguage(navigator.languages, Object.keys(languageNames));
	}

	private get t(): Translate<MeetingStrings> {
		return translator(meetingWords.of(this.language), this.language);
	}

	protected override scheduleUpdate(): void | Promise<unknown> {
		const loading = [meetingWords.load(this.language), componentWords.load(this.language)].filter(Boolean);
		return loading.length ? Promise.all(loading).then(() => super.scheduleUpdate()) : super.scheduleUpdate();
	}

	override connectedCallback(): void {
		super.connectedCallback();
		this.prepare();
	}

	/** Camera and microphone are opened before joining, so that everybody sees themselves first; the room is looked into meanwhile. */
	private prepare(): void {
		this.phase = 'prejoin';
		this.openDevices();
		void lookInto(webSocketUrl(SERVER), this.config.package, this.room).then((preview) => (this.preview = preview));
	}

	private openDevices(): void {
		this.ready = false;
		this.#devices = new Devices(this.#devices?.choice);
		this.#opened = this.#devices.open().then(() => void (this.ready = true));
	}

	private async reopenDevices(): Promise<Devices> {
		this.openDevices();
		await this.#opened;
		return this.#devices;
	}

	protected override render(): TemplateResult {
		switch (this.phase) {
			case 'prejoin':
			case 'joining':
				return html`<header class="corner">${this.languages()}</header><meeting-join
						.t=${this.t}
						.language=${this.language}
						.room=${this.room}
						.name=${this.#name}
						.devices=${this.#devices}
						.ready=${this.ready}
						.preview=${this.preview instanceof Problem ? undefined : this.preview}
						.warning=${this.preview instanceof Problem ? this.explain(this.preview) : undefined}
						.joining=${this.phase === 'joining'}
						@join=${(event: CustomEvent<string>) => this.join(event.detail)}
					></meeting-join>`;
			case 'joined':
				return this.meeting(this.#session!);
			case 'reconnecting':
				return this.message('reconnecting', 'reconnectingHint', 'leave');
			case 'left':
				return this.message('left', 'leftHint', 'rejoin');
			case 'problem':
				return this.problem(this.#problem!);
		}
	}

	private meeting(session: RoomSession): TemplateResult {
		const { t, language } = this;
		return html`
			<div class="room">
				<header>
					<h1 tabindex="-1">${session.description || t('roomTitle', { room: this.room })}</h1>
					<consent-indicator .store=${session.store} .language=${language}></consent-indicator>
					${this.languages()}
				</header>
				${this.banners.map((one) => this.banner(one))}
				<main>
					<meeting-stage .t=${t} .language=${language} .people=${this.people} .consent=${this.consent}></meeting-stage>
				</main>
				${this.side(session)}
				<footer>${this.controls(session)}</footer>
				<consent-notice .store=${session.store} .language=${language}></consent-notice>
			</div>
		`;
	}

	private controls(session: RoomSession): TemplateResult {
		const me = this.people[0];
		return html`<meeting-controls
			.t=${this.t}
			.microphone=${Boolean(me?.microphone)}
			.camera=${Boolean(me?.camera)}
			.hasMicrophone=${session.can('audio')}
			.hasCamera=${session.can('video')}
			.sharing=${session.sharing}
			.unread=${this.unread}
			.sheet=${this.sheet}
			@share=${() => session.share().catch(() => this.warn('screenFailed'))}
			@turn=${(event: CustomEvent<Kind>) => this.turn(event.detail)}
			@sheet=${(event: CustomEvent<Sheet>) => this.show(this.sheet === event.detail ? undefined : event.detail)}
			@leave=${this.leave}
		></meeting-controls>`;
	}

	/** The components stay when the sheet is closed: the host's keeps the room's secret. */
	private side(session: RoomSession): TemplateResult {
		const heading = this.t(this.sheet === 'host' ? 'activities' : this.sheet === 'chat' ? 'chat' : 'myConsent');
		const { language } = this;
		const keydown = (event: KeyboardEvent) => event.key === 'Escape' && this.closeSheet();
		return html`<aside class=${this.sheet ?? ''} aria-label=${heading} ?hidden=${!this.sheet} @keydown=${keydown}>
			<div class="head">
				<h2 tabindex="-1">${heading}</h2>
				<button type="button" class="quiet close" aria-label=${this.t('close')} @click=${this.closeSheet}>${icon('cross')}</button>
			</div>
			<consent-host .store=${session.store} .language=${language} ?hidden=${this.sheet !== 'host'}></consent-host>
			<consent-roster .store=${session.store} .language=${language} ?hidden=${this.sheet !== 'host'}></consent-roster>
			<consent-panel .store=${session.store} .language=${language} ?hidden=${this.sheet !== 'panel'}></consent-panel>
			<meeting-chat
				.t=${this.t}
				.language=${language}
				.messages=${this.chat}
				.missing=${this.chatMissing}
				?hidden=${this.sheet !== 'chat'}
				@write=${(event: CustomEvent<string>) => this.write(session, event.detail)}
			></meeting-chat>
		</aside>`;
	}

	private banner(banner: Banner): TemplateResult {
		const dismiss = () => (this.banners = this.banners.filter((one) => one !== banner));
		return html`<div class="banner" role="status">
			${icon('alert')}
			<p>${this.t(banner)}</p>
			<button type="button" class="quiet" aria-label=${this.t('dismiss')} @click=${dismiss}>${icon('cross')}</button>
		</div>`;
	}

	private languages(): TemplateResult {
		return languagePicker(this.t('language'), this.language, (language) => (this.language = language));
	}

	private problem({ kind }: Problem): TemplateResult {
		switch (kind) {
			case 'noWebRtc':
				return this.message('joinFailed', 'noWebRtc', 'retry', true);
			case 'kicked':
			case 'joinFailed':
				return this.message(kind, undefined, 'retry', true);
			default:
				return this.message(kind, `${kind}Hint`, kind === 'connectionLost' ? 'rejoin' : 'retry', true);
		}
	}

	/** What cannot work is said before anybody tries it. */
	private explain({ kind }: Problem): string {
		const values = { room: this.room, package: this.config.package };
		if (kind === 'noWebRtc') return this.t(kind);
		return `${sentences([this.t(kind, values)], this.language)} ${this.t(`${kind}Hint` as Key, values)}`;
	}

	private message(heading: Key, hint: Key | undefined, action: 'rejoin' | 'retry' | 'leave', alert = false): TemplateResult {
		const values = { room: this.room, package: this.config.package };
		return html`<header class="corner">${this.languages()}</header><meeting-message
				.heading=${this.t(heading, values)}
				.hint=${hint ? this.t(hint, values) : ''}
				.action=${this.t(action)}
				.alert=${alert}
				@proceed=${() => (action === 'leave' ? this.leave() : this.prepare())}
			></meeting-message>`;
	}

	/** What had the focus is gone with the page before, or stays behind a sheet that was opened: whoever uses keys or listens is taken along. */
	private moveFocus(changed: Map<PropertyKey, unknown>): void {
		if (changed.has('phase') && this.phase === 'joined') this.renderRoot.querySelector('h1')?.focus();
		else if (changed.has('sheet') && this.sheet) this.renderRoot.querySelector<HTMLElement>('aside h2')?.focus();
	}

	protected override updated(changed: Map<PropertyKey, unknown>): void {
		this.moveFocus(changed);
		if (changed.has('language') || changed.has('consent')) document.title = pageTitle(this.room, questions(this.consent).length, this.language);
		if (!changed.has('language')) return;
		document.documentElement.lang = this.language;
		document.documentElement.dir = directionOf(this.language);
		void this.#session?.store.setLanguage(this.language).catch(() => undefined);
	}

	private async join(name: string): Promise<void> {
		this.#name = name;
		this.phase = 'joining';
		try {
			this.joined(await this.enter(() => this.#opened.then(() => this.#devices)));
		} catch (error) {
			this.#devices.stop();
			this.failed(error as Problem);
		}
	}

	private enter(open: () => Promise<Devices>): Promise<RoomSession> {
		const options = { server: webSocketUrl(SERVER), plugin: this.config.package, room: this.room, display: this.#name };
		return RoomSession.join(options, open);
	}

	/** Tries for a while to come back as whom I was: the key makes it so. Leaving meanwhile ends it. */
	private async reconnect(): Promise<void> {
		this.over();
		this.phase = 'reconnecting';
		const wanted = () => this.phase === 'reconnecting';
		try {
			const session = await retried(wanted, () => this.enter(() => this.reopenDevices()));
			if (wanted()) this.joined(session);
			else await session.leave();
		} catch (error) {
			if (wanted()) this.failed(error as Problem);
		}
	}

	private joined(session: RoomSession): void {
		this.#session = session;
		this.banners = session.trouble ? [session.trouble] : [];
		session.addEventListener('change', () => (this.people = session.people));
		session.addEventListener('problem', (event) => this.ended((event as CustomEvent<Problem>).detail));
		session.addEventListener('chat', (event) => this.heard((event as CustomEvent<ChatMessage>).detail));
		session.addEventListener('mediafailed', () => this.warn('mediaFailed'));
		session.store.addEventListener('change', () => this.learn(session.store.state));
		session.store.addEventListener('blocked', () => this.warn('blocked'));
		this.people = session.people;
		this.consent = session.store.state;
		this.phase = 'joined';
		keepName(this.#name);
		void this.learnConsent(session);
	}

	/** What I just started asks me, too: the sheet that I started it from makes way for that. */
	private learn(state: State): void {
		const known = new Set(this.consent.activities.map((one) => one.activity));
		const started = state.activities.some((one) => one.by === state.me && !known.has(one.activity));
		if (started && this.consent.open && this.sheet === 'host') this.show(undefined);
		this.consent = state;
	}

	/** An upstream without the gateway in front of it does not know the request. */
	private async learnConsent(session: RoomSession): Promise<void> {
		try {
			await session.store.setLanguage(this.language);
			await session.store.refresh();
		} catch (error) {
			if (error instanceof ConsentError && error.code < ErrorCode.unknownRequest) this.warn('noGateway');
		}
	}

	private ended(problem: Problem): void {
		if (problem.kind === 'connectionLost') void this.reconnect();
		else this.failed(problem);
	}

	private heard(message: ChatMessage): void {
		this.chat = [...this.chat, message];
		if (this.sheet !== 'chat' && !message.mine) this.unread++;
	}

	private async write(session: RoomSession, text: string): Promise<void> {
		this.chatMissing = await session.write(text).then(
			() => false,
			() => true,
		);
	}

	private failed(problem: Problem): void {
		this.#problem = problem;
		this.phase = 'problem';
		this.over();
	}

	private warn(banner: Banner): void {
		if (!this.banners.includes(banner)) this.banners = [...this.banners, banner];
	}

	private async turn(kind: Kind): Promise<void> {
		const session = this.#session;
		const on = session?.people[0]?.[kind === 'audio' ? 'microphone' : 'camera'];
		await session?.turn(kind, !on).catch((error: unknown) => this.warn(troubleOf(error)));
	}

	private closeSheet(): void {
		const controls = this.renderRoot.querySelector<MeetingControls>('meeting-controls');
		controls?.renderRoot.querySelector<HTMLElement>('[aria-expanded="true"]')?.focus();
		this.show(undefined);
	}

	/** The panel has the same questions in it, and on a narrow page the notice would lie on what somebody has just opened: it waits until that is closed. */
	private show(sheet: Sheet | undefined): void {
		const notice = this.renderRoot.querySelector('consent-notice');
		const covered = sheet && !matchMedia(ROOM_FOR_BOTH).matches;
		if (sheet === 'panel' || covered) notice?.putOff();
		else notice?.resume();
		this.sheet = sheet;
		if (sheet === 'chat') this.unread = 0;
	}

	private async leave(): Promise<void> {
		const session = this.#session;
		this.phase = 'left';
		forgetName();
		this.chat = [];
		this.over();
		await session?.leave();
	}

	private over(): void {
		this.#session = undefined;
		this.sheet = undefined;
		this.consent = closedState;
	}
}
