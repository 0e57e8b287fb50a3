// SPDX-License-Identifier: MIT
import { html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';
import { AdminError, type AdminApi, type Filters, type ListKind, type Page } from '../api.js';
import { columns, type Column } from '../columns.js';
import { filtersOf } from '../filters.js';
import { Pager } from '../pager.js';
import type { Row } from '../row.js';
import { cell, type CellContext } from './cells.js';
import type { AdminErase } from './erase.js';
import { listStyles } from './list-styles.js';

const PAGE_ROWS = 100;
/** After which a server that could not be reached is asked again. */
const RETRY_MS = 3000;

/**
 * One of the three lists, the newest first: filters, a page of rows, and its export. Emits `show` ({kind, filters}), `timeline` (a meeting's id),
 * `failed` (an error), and of itself `unread` (an error; where the server cannot be reached it is asked again) and `read`.
 */
export class AdminList extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		api: { attribute: false },
		kind: { attribute: false },
		filters: { attribute: false },
		rows: { state: true },
		loading: { state: true },
		erased: { state: true },
	};

	static override styles: CSSResultGroup = [pageStyles, listStyles];

	declare t: Translate<AdminStrings>;
	declare language: string;
	declare api: AdminApi;
	declare kind: ListKind;
	declare filters: Filters;
	declare rows: readonly Row[];
	declare loading: boolean;
	/** Recordings that went with what was just erased. */
	declare erased: number | undefined;

	#pager = new Pager();
	#turn = 0;
	#retry: ReturnType<typeof setTimeout> | undefined;

	constructor() {
		super();
		this.rows = [];
		this.loading = false;
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		clearTimeout(this.#retry);
	}

	protected override willUpdate(changed: PropertyValues): void {
		if (!changed.has('kind') && !changed.has('filters')) return;
		this.#pager = new Pager();
		if (changed.has('kind')) this.rows = [];
		this.erased = undefined;
		void this.load();
	}

	/** Reads the page that the pager stands at. An answer that is no longer wanted is dropped. */
	async load(): Promise<void> {
		const turn = ++this.#turn;
		clearTimeout(this.#retry);
		this.loading = true;
		try {
			const page = await this.find(() => turn === this.#turn);
			if (turn === this.#turn) this.arrived(page);
		} catch (error) {
			if (turn === this.#turn) this.unread(error);
		} finally {
			if (turn === this.#turn) this.loading = false;
		}
	}

	/** A page; a search goes on until it has found something, the end, or nobody waits any more. */
	private async find(wanted: () => boolean): Promise<Page> {
		let page = await this.api.list(this.kind, this.filters, PAGE_ROWS, this.#pager.cursor);
		while (!page.rows.length && page.cursor !== null && wanted()) page = await this.api.list(this.kind, this.filters, PAGE_ROWS, page.cursor);
		return page;
	}

	private unread(error: unknown): void {
		this.dispatchEvent(new CustomEvent('unread', { detail: error }));
		if (this.isConnected && error instanceof AdminError && error.kind === 'server') this.#retry = setTimeout(() => void this.load(), RETRY_MS);
	}

	private arrived(page: Page): void {
		this.dispatchEvent(new CustomEvent('read'));
		this.#pager.arrived(page);
		this.rows = page.rows;
		this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
	}

	protected override render(): TemplateResult {
		return html`
			<admin-filter-form
				.t=${this.t}
				.language=${this.language}
				.kind=${this.kind}
				.filters=${this.filters}
				@filters=${(event: CustomEvent<Filters>) => this.show(this.kind, event.detail)}
			></admin-filter-form>
			${this.toolbar()} ${this.table()} ${this.pages()}
			<admin-erase
				.t=${this.t}
				.api=${this.api}
				@erased=${this.wasErased}
				@failed=${this.pass}
			></admin-erase>
		`;
	}

	private pass(event: CustomEvent): void {
		this.dispatchEvent(new CustomEvent('failed', { detail: event.detail }));
	}

	private toolbar(): TemplateResult {
		const { t } = this;
		return html`<div class="toolbar">
			<p role="status">${this.status()}</p>
			${this.filters.display ? html`<p class="hint">${t('exportByName')}</p>` : nothing}
			<button type="button" @click=${() => this.load()}>${t('refresh')}</button>
			${this.filters.display ? nothing : this.exporter()}
		</div>`;
	}

	/** What is exported is noted with its filters, for good: a name does not belong there. */
	private exporter(): TemplateResult {
		return html`<admin-export
			.t=${this.t}
			.api=${this.api}
			.kind=${this.kind}
			.filters=${this.filters}
			@failed=${this.pass}
		></admin-export>`;
	}

	private status(): string {
		const { t } = this;
		if (this.erased !== undefined) return t('erased', { count: this.erased });
		if (this.loading) return t('loading');
		const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
		return `${t('rows', { count: this.rows.length })} · ${t('localTimes', { zone })}`;
	}

	private table(): TemplateResult {
		if (!this.rows.length && !this.loading) return html`<p class="empty">${this.t(Object.keys(this.filters).length ? 'noneMatch' : emptyText[this.kind])}</p>`;
		const shown = columns[this.kind];
		const context: CellContext = { t: this.t, language: this.language, narrow: (filters) => this.show(this.narrowTo(filters), { ...filters }) };
		return html`<div class="scroll" role="region" aria-label=${this.t(this.kind)} tabindex="0">
			<table aria-busy=${this.loading}>
				<thead>
					<tr>
						${shown.map((one) => html`<th scope="col" class=${one.format}>${this.t(one.label)}</th>`)}
						${this.kind === 'segments' ? nothing : html`<td></td>`}
					</tr>
				</thead>
				<tbody>
					${this.rows.map((row) => this.row(shown, row, context))}
				</tbody>
			</table>
		</div>`;
	}

	private row(shown: Column[], row: Row, context: CellContext): TemplateResult {
		return html`<tr>
			${shown.map((one) => html`<td class=${one.format} dir=${one.format === 'text' ? 'auto' : nothing}>${cell(one, row, context)}</td>`)}
			${this.kind === 'segments' ? nothing : html`<td class="links">${this.kind === 'meetings' ? this.meetingLinks(row) : this.eraser(row)}</td>`}
		</tr>`;
	}

	private meetingLinks(row: Row): TemplateResult {
		const draw = () => this.dispatchEvent(new CustomEvent('timeline', { detail: String(row['meeting']) }));
		return html`<button type="button" class="quiet" @click=${draw}>${this.t('timeline')}</button> ${this.link(row, 'records')} ${this.link(row, 'segments')}`;
	}

	/** Only where there is still something personal. */
	private eraser(row: Row): TemplateResult | typeof nothing {
		const name = row['display'];
		if (typeof name !== 'string') return nothing;
		const erase = () => this.renderRoot.querySelector<AdminErase>('admin-erase')!.ask(String(row['participant']), name);
		return html`<button type="button" class="quiet" aria-label=${`${this.t('erase')}: ${name}`} @click=${erase}>${this.t('erase')}</button>`;
	}

	private async wasErased(event: CustomEvent<number>): Promise<void> {
		await this.load();
		this.erased = event.detail;
	}

	private link(row: Row, kind: 'records' | 'segments'): TemplateResult {
		const show = () => this.show(kind, { meeting: String(row['meeting']) });
		return html`<button type="button" class="quiet" @click=${show}>${this.t(kind)}</button>`;
	}

	/** A meeting's or a participant's id leads to the records where this list cannot be narrowed to it. */
	private narrowTo(filters: Filters): ListKind {
		const possible = Object.keys(filters).every((name) => filtersOf[this.kind].includes(name as keyof Filters));
		return possible ? this.kind : 'records';
	}

	private pages(): TemplateResult | typeof nothing {
		const pager = this.#pager;
		if (!pager.hasPrevious && !pager.hasNext) return nothing;
		const turn = (can: boolean, move: () => void) => () => {
			if (!can || this.loading) return;
			move();
			void this.load();
		};
		return html`<nav class="pages" aria-label=${this.t('page', { page: pager.page })}>
			<button type="button" aria-disabled=${!pager.hasPrevious} @click=${turn(pager.hasPrevious, () => pager.back())}>${this.t('previous')}</button>
			<span>${this.t('page', { page: pager.page })}</span>
			<button type="button" aria-disabled=${!pager.hasNext} @click=${turn(pager.hasNext, () => pager.forward())}>${this.t('next')}</button>
		</nav>`;
	}

	private show(kind: ListKind, filters: Filters): void {
		this.dispatchEvent(new CustomEvent('show', { detail: { kind, filters } }));
	}
}

const emptyText: Record<ListKind, 'noMeetings' | 'noRecords' | 'noSegments'> = {
	meetings: 'noMeetings',
	records: 'noRecords',
	segments: 'noSegments',
};
