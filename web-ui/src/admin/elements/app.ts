// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { webSocketUrl, type Config } from '../../shared/config.js';
import { icon } from '../../shared/icons.js';
import { languagePicker } from '../../shared/language.js';
import { languageStyles, pageStyles } from '../../shared/styles.js';
import { type AdminStrings, adminWords } from '../../strings/admin/words.js';
import { componentWords } from '../../strings/components/words.js';
import { directionOf, languageNames } from '../../strings/languages.js';
import { chooseLanguage, translator, type Translate } from '../../strings/localize.js';
import { AdminApi, AdminError, type Filters, type ListKind } from '../api.js';

type View = ListKind | 'check' | 'statistics' | 'timeline';

const TABS = ['meetings', 'records', 'segments', 'check', 'statistics'] as const;
const PATH = '/janus-admin';

const isUnreachable = (failure: unknown): boolean => failure instanceof AdminError && failure.kind === 'server';

/** The admin console: first the secret, then the lists. */
export class AdminApp extends LitElement {
	static override properties: PropertyDeclarations = {
		config: { attribute: false },
		language: { state: true },
		api: { state: true },
		view: { state: true },
		meeting: { state: true },
		filters: { state: true },
		failure: { state: true },
		unreadable: { state: true },
		opening: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		languageStyles,
		css`
			:host {
				block-size: 100vh;
				block-size: 100dvh;
				display: block;
				overflow: auto;
			}

			admin-sign-in {
				min-block-size: 100%;
			}

			.console {
				block-size: 100%;
				display: grid;
				gap: 1.25rem;
				grid-template-rows: auto minmax(0, 1fr);
				margin-inline: auto;
				max-inline-size: 100rem;
				padding: 0.75rem 1.25rem 1.25rem;
			}

			.console > header {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.5rem 1.5rem;
			}

			h1 {
				align-items: center;
				display: flex;
				font-size: 1.0625rem;
				font-weight: 650;
				gap: 0.625rem;
				letter-spacing: -0.01em;
			}

			h1 svg {
				color: var(--page-accent);
			}

			nav {
				display: flex;
				flex-wrap: wrap;
				gap: 0.25rem;
			}

			nav button {
				background: none;
				border-color: transparent;
				color: var(--page-muted);
			}

			nav button[aria-current] {
				background: var(--page-surface);
				border-color: var(--page-line);
				color: var(--page-text);
			}

			.end {
				align-items: center;
				display: flex;
				gap: 0.5rem;
				margin-inline-start: auto;
			}

			main {
				display: flex;
				flex-direction: column;
				gap: 1rem;
				min-block-size: 0;
			}

			main:focus {
				outline: none;
			}

			admin-list {
				flex: 1;
			}

			.error {
				background: var(--page-danger-tint);
				border-radius: 12px;
				color: var(--page-danger);
				padding: 0.625rem 1rem;
			}

			/* On a small or low screen the page scrolls as a whole. */
			@media (max-width: 48rem), (max-height: 40rem) {
				.console {
					block-size: auto;
					grid-template-rows: auto auto;
					padding: 0.5rem 0.75rem 1rem;
				}
			}

			/* On paper: all rows of what is shown, and nothing to press. */
			@media print {
				:host,
				.console {
					block-size: auto;
					display: block;
					overflow: visible;
				}

				nav,
				.end {
					display: none;
				}
			}
		`,
	];

	declare config: Config;
	declare language: string;
	declare api: AdminApi | undefined;
	declare view: View;
	/** Whose time line is shown. */
	declare meeting: string;
	declare filters: Filters;
	declare failure: unknown;
	/** It is that what is shown could not be read. */
	declare unreadable: boolean;
	declare opening: boolean;

	constructor() {
		super();
		this.view = 'meetings';
		this.meeting = '';
		this.filters = {};
		this.opening = this.unreadable = false;
		this.language = chooseLanguage(navigator.languages, Object.keys(languageNames));
	}

	private get t(): Translate<AdminStrings> {
		return translator(adminWords.of(this.language), this.language);
	}

	protected override scheduleUpdate(): void | Promise<unknown> {
		const loading = [adminWords.load(this.language), componentWords.load(this.language)].filter(Boolean);
		return loading.length ? Promise.all(loading).then(() => super.scheduleUpdate()) : super.scheduleUpdate();
	}

	protected override render(): TemplateResult {
		if (this.api) return this.console(this.api);
		return html`<header class="corner">${this.languages()}</header><admin-sign-in
				.t=${this.t}
				.busy=${this.opening}
				.failure=${this.failure === undefined ? undefined : this.explain(this.failure)}
				@secret=${(event: CustomEvent<string>) => this.signIn(event.detail)}
			></admin-sign-in>`;
	}

	private console(api: AdminApi): TemplateResult {
		const { t } = this;
		return html`<div class="console">
			<header>
				<h1>${icon('shield')}${t('title')}</h1>
				<nav aria-label=${t('title')}>${TABS.map((view) => this.tab(view))}</nav>
				<div class="end">
					${this.languages()}
					<button type="button" @click=${this.signOut}>${t('signOut')}</button>
				</div>
			</header>
			<main tabindex="-1">
				${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.explain(this.failure)} ${this.unreadable && isUnreachable(this.failure) ? t('tryingAgain') : ''}</p>`}
				${this.body(api)}
			</main>
		</div>`;
	}

	private failed(error: unknown): void {
		this.failure = error;
		this.unreadable = false;
	}

	/** What is shown could not be read; where the server cannot be reached it is asked again. */
	private unread(event: CustomEvent<unknown>): void {
		this.failure = event.detail;
		this.unreadable = true;
	}

	/** What went wrong otherwise stays said. */
	private read(): void {
		if (this.unreadable) this.failure = undefined;
		this.unreadable = false;
	}

	private body(api: AdminApi): TemplateResult {
		const { t, language, view } = this;
		const failed = (event: CustomEvent<unknown>) => this.failed(event.detail);
		switch (view) {
			case 'check':
				return html`<admin-check .t=${t} .language=${language} .api=${api} @failed=${failed}></admin-check>`;
			case 'statistics':
				return html`<admin-statistics .t=${t} .language=${language} .api=${api} @unread=${this.unread} @read=${this.read}></admin-statistics>`;
			case 'timeline':
				return html`<admin-timeline
					.t=${t}
					.language=${language}
					.api=${api}
					.meeting=${this.meeting}
					@back=${() => this.show('meetings', {})}
					@failed=${failed}
				></admin-timeline>`;
			default:
				return this.list(view, api, failed);
		}
	}

	private list(kind: ListKind, api: AdminApi, failed: (event: CustomEvent<unknown>) => void): TemplateResult {
		return html`<admin-list
			.t=${this.t}
			.language=${this.language}
			.api=${api}
			.kind=${kind}
			.filters=${this.filters}
			@show=${(event: CustomEvent<{ kind: ListKind; filters: Filters }>) => this.show(event.detail.kind, event.detail.filters)}
			@timeline=${(event: CustomEvent<string>) => this.draw(event.detail)}
			@failed=${failed}
			@unread=${this.unread}
			@read=${this.read}
		></admin-list>`;
	}

	private tab(view: (typeof TABS)[number]): TemplateResult {
		const current = this.view === view || (view === 'meetings' && this.view === 'timeline');
		return html`<button type="button" aria-current=${current ? 'page' : nothing} @click=${() => this.show(view, {})}>${this.t(view)}</button>`;
	}

	private languages(): TemplateResult {
		return languagePicker(this.t('language'), this.language, (language) => (this.language = language));
	}

	private explain(failure: unknown): string {
		const { t } = this;
		if (!(failure instanceof AdminError)) return t('errorOther', { reason: String(failure) });
		switch (failure.kind) {
			case 'secret':
				return t('errorSecret');
			case 'server':
				return t('errorServer', { url: webSocketUrl(PATH) });
			case 'plugin':
				return t('errorPlugin', { package: this.config.package });
			case 'store':
				return t('errorStore', { reason: failure.reason });
			case 'operator':
				return t('errorOperator', { options: failure.reason });
			case 'save':
				return t('errorSave', { reason: failure.reason });
			default:
				return t('errorOther', { reason: failure.reason });
		}
	}

	/** What had the focus went with the page before. */
	private moveFocus(changed: Map<PropertyKey, unknown>): void {
		const replaced = changed.has('api') || (changed.has('view') && [changed.get('view'), this.view].includes('timeline'));
		if (replaced) this.renderRoot.querySelector<HTMLElement>('.console main')?.focus();
	}

	protected override updated(changed: Map<PropertyKey, unknown>): void {
		this.moveFocus(changed);
		if (!changed.has('language')) return;
		document.documentElement.lang = this.language;
		document.documentElement.dir = directionOf(this.language);
		document.title = this.t('title');
	}

	/** The secret is right when a request with it is answered. */
	private async signIn(secret: string): Promise<void> {
		const api = new AdminApi(webSocketUrl(PATH), this.config.package, secret);
		this.opening = true;
		this.failure = undefined;
		try {
			await api.list('meetings', {}, 1);
			this.api = api;
		} catch (error) {
			api.close();
			this.failure = error;
		} finally {
			this.opening = false;
		}
	}

	private signOut(): void {
		this.api?.close();
		this.api = undefined;
		this.failure = undefined;
		this.show('meetings', {});
	}

	private show(view: View, filters: Filters): void {
		this.failed(undefined);
		this.view = view;
		this.filters = filters;
	}

	private draw(meeting: string): void {
		this.meeting = meeting;
		this.show('timeline', {});
	}
}
