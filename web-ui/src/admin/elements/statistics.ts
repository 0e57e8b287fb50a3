// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { pageStyles } from '../../shared/styles.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import { localeOf, type Translate } from '../../strings/localize.js';
import type { AdminApi, Stats } from '../api.js';
import { bytesOf } from './cells.js';

/** How the gateway does, asked every few seconds while it is shown. Emits `unread` (an error) and `read`. */
export class AdminStatistics extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		api: { attribute: false },
		stats: { state: true },
		entries: { state: true },
		sets: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: block;
			}

			ul {
				display: grid;
				gap: 0.75rem;
				grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr));
			}

			li {
				background: var(--page-surface);
				border: 1px solid var(--page-line);
				border-radius: 16px;
				padding: 1rem 1.25rem;
			}

			h2 {
				color: var(--page-muted);
				font-size: 0.875rem;
				font-weight: 550;
			}

			.value {
				font-size: 1.375rem;
				font-variant-numeric: tabular-nums;
				font-weight: 650;
				letter-spacing: -0.01em;
				margin-block-start: 0.25rem;
				overflow-wrap: anywhere;
			}

			.more {
				color: var(--page-muted);
				font-size: 0.875rem;
				overflow-wrap: anywhere;
			}

			.bad .value {
				color: var(--page-danger);
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare language: string;
	declare api: AdminApi;
	declare stats: Stats | undefined;
	/** Of the newest checkpoint: the log's name and how many entries it has. */
	declare entries: { origin: string; count: number } | undefined;

	/** Handed out for training; undefined: not known. */
	declare sets: number | undefined;

	#timer: ReturnType<typeof setInterval> | undefined;
	#loading = false;

	override connectedCallback(): void {
		super.connectedCallback();
		this.#timer = setInterval(() => void this.load(), 3000);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		clearInterval(this.#timer);
	}

	protected override firstUpdated(): void {
		void this.load();
	}

	private async load(): Promise<void> {
		if (this.#loading) return;
		this.#loading = true;
		try {
			const [stats, checkpoint, sets] = await Promise.all([this.api.stats(), this.api.checkpoint(), this.api.trainingSets()]);
			const [origin = '', count = '0'] = checkpoint.split('\n');
			this.stats = stats;
			this.sets = sets;
			this.entries = { origin, count: Number(count) };
			this.dispatchEvent(new CustomEvent('read'));
		} catch (error) {
			if (this.isConnected) this.dispatchEvent(new CustomEvent('unread', { detail: error }));
		} finally {
			this.#loading = false;
		}
	}

	protected override render(): TemplateResult | typeof nothing {
		const { t, stats, entries } = this;
		if (!stats || !entries) return nothing;
		const { ledger, capture } = stats;
		const number = (value: number) => new Intl.NumberFormat(localeOf(this.language)).format(value);
		const delay = new Intl.NumberFormat(localeOf(this.language), { style: 'unit', unit: 'millisecond' }).format(capture.lag_ms);
		return html`<ul>
			${this.card(t('meetings'), t('meetingsNow', { count: stats.meetings }))}
			${this.ledger(ledger, `${entries.origin}: ${t('logEntries', { count: entries.count })}`)}
			${this.card(t('recordings'), t(capture.healthy ? 'healthy' : 'recordingsBroken'), t('segmentsOpen', { count: capture.open }), !capture.healthy)}
			${this.card(t('segments'), t('segmentsAll', { count: capture.segments }), bytesOf(capture.bytes, this.language))}
			${this.card(t('packets'), number(capture.packets), `${t('lost')}: ${number(capture.lost)}`)} ${this.card(t('writingDelay'), delay)}
			${this.sets === undefined ? nothing : this.card(t('trainingSets'), number(this.sets))}
		</ul>`;
	}

	/** Entries that a working store would not take are as bad as a store that takes none, and stay so. */
	private ledger({ healthy, refused = 0 }: Stats['ledger'], log: string): TemplateResult {
		const lacking = refused ? [this.t('ledgerRefused', { count: refused })] : [];
		const [value = '', ...more] = [...(healthy ? [] : [this.t('ledgerBroken')]), ...lacking, ...(healthy && !refused ? [this.t('healthy')] : [])];
		return this.card(this.t('ledger'), value, [...more, log].join(' · '), !healthy || refused > 0);
	}

	private card(heading: string, value: string, more = '', bad = false): TemplateResult {
		return html`<li class=${bad ? 'bad' : ''}>
			<h2>${heading}</h2>
			<p class="value">${value}</p>
			${more ? html`<p class="more">${more}</p>` : nothing}
		</li>`;
	}
}
