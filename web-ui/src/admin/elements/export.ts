// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { Translate } from '../../strings/localize.js';
import type { AdminApi, ExportKind, ExportPage, Filters, ListKind } from '../api.js';
import { exportAll, fileName, type Format } from '../export.js';
import { filtersOf } from '../filters.js';
import { openSink } from '../saving.js';

type Label = 'exportCsv' | 'exportJsonl' | 'exportJsonld' | 'exportNotices';

/** What can be had of a list. Of records also the wordings that they name by hash. */
const offers: Record<ListKind, [Label, Format, ExportKind][]> = {
	meetings: [
		['exportCsv', 'csv', 'meetings'],
		['exportJsonl', 'jsonl', 'meetings'],
	],
	records: [
		['exportCsv', 'csv', 'records'],
		['exportJsonl', 'jsonl', 'records'],
		['exportJsonld', 'jsonld', 'records'],
		['exportNotices', 'jsonl', 'notices'],
	],
	segments: [
		['exportCsv', 'csv', 'segments'],
		['exportJsonl', 'jsonl', 'segments'],
	],
};

/** Entries of the ledger that are still to be read when somebody is asked where the file shall be. */
const LONG = 10_000;

const isLong = ({ cursor, progress }: ExportPage) => cursor !== null && (!progress || progress.of - progress.read >= LONG);

interface Running {
	label: Label;
	begun: number;
	rows: number;
	/** Of the ledger that it has come through; undefined: nobody knows. */
	share: number | undefined;
}

/** A list's exports: a button each, or how far the one under way has come. Emits `failed` (an error). */
export class AdminExport extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		api: { attribute: false },
		kind: { attribute: false },
		filters: { attribute: false },
		running: { state: true },
		outcome: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.5rem;
			}

			p {
				color: var(--page-muted);
				font-size: 0.875rem;
				font-variant-numeric: tabular-nums;
			}

			p:empty {
				display: none;
			}

			progress {
				accent-color: var(--page-accent);
				inline-size: 10rem;
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare api: AdminApi;
	declare kind: ListKind;
	declare filters: Filters;
	declare running: Running | undefined;
	/** How the last one ended: its rows, or that it was stopped. */
	declare outcome: number | 'stopped' | undefined;

	/** Of another list, or with other filters, an export is another one. */
	protected override willUpdate(changed: PropertyValues): void {
		if (changed.has('kind') || changed.has('filters')) this.running = this.outcome = undefined;
	}

	protected override render(): TemplateResult {
		return html`<p role="status">${this.status()}</p>
			${this.running ? this.progress(this.running) : offers[this.kind].map((offer) => this.button(...offer))}`;
	}

	private button(label: Label, format: Format, what: ExportKind): TemplateResult {
		return html`<button type="button" @click=${() => this.export(label, format, what)}>${this.t(label)}</button>`;
	}

	private progress({ label, share }: Running): TemplateResult {
		return html`<progress max="1" value=${share ?? nothing} aria-label=${this.t(label)}></progress>
			<button type="button" @click=${this.stop}>${this.t('cancel')}</button>`;
	}

	private status(): string {
		const { t, running, outcome } = this;
		if (running) return this.sofar(running);
		if (outcome === 'stopped') return t('exportStopped');
		return outcome === undefined ? '' : t('exported', { count: outcome });
	}

	private sofar({ rows, begun }: Running): string {
		const rate = Math.round((rows * 1000) / Math.max(1, performance.now() - begun));
		const text = this.t('exporting', { count: rows });
		return rows ? `${text} ${this.t('exportRate', { count: rate })}` : text;
	}

	private stop(): void {
		this.running = undefined;
		this.outcome = 'stopped';
	}

	private async export(label: Label, format: Format, what: ExportKind): Promise<void> {
		const mine: Running = { label, begun: performance.now(), rows: 0, share: undefined };
		this.running = mine;
		this.outcome = undefined;
		let current = mine;
		const progress = (page: ExportPage) => {
			if (this.running !== current) return false;
			this.running = current = { ...mine, rows: page.rows, share: page.progress ? page.progress.read / page.progress.of : undefined };
			return true;
		};
		try {
			const filters = what === 'notices' ? pick(this.filters, ['purpose', 'from', 'to']) : pick(this.filters, filtersOf[this.kind]);
			const open = (first: ExportPage) => openSink(fileName(what, format), first.type, isLong(first));
			const rows = await exportAll((cursor) => this.api.export(what, format, filters, cursor), open, progress);
			if (this.running === current) this.outcome = rows ?? 'stopped';
		} catch (error) {
			if (this.running === current) this.dispatchEvent(new CustomEvent('failed', { detail: error }));
		} finally {
			if (this.running === current) this.running = undefined;
		}
	}
}

function pick(filters: Filters, names: (keyof Filters)[]): Filters {
	return Object.fromEntries(Object.entries(filters).filter(([name]) => names.includes(name as keyof Filters)));
}
