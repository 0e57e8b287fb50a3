// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, svg, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { mediumName, purposeAndMedium, purposeName } from '../../shared/purposes.js';
import { pageStyles } from '../../shared/styles.js';
import { localeOf, type Translate } from '../../strings/localize.js';
import type { AdminStrings } from '../../strings/admin/words.js';
import type { AdminApi } from '../api.js';
import { place, timelineOf, type Bar, type Line, type Mark, type Timeline } from '../timeline.js';

const MOST = 5000;
const TICKS = [0, 25, 50, 75, 100];
const HEIGHT = 32;
/** Where bars lie in a line: presence beneath, sound above picture above data on it. */
const LANES: Record<string, { y: number; height: number }> = {
	running: { y: 9, height: 14 },
	present: { y: 4, height: 24 },
	audio: { y: 8, height: 7 },
	video: { y: 17, height: 7 },
	data: { y: 13, height: 6 },
};

/** One meeting in one picture: who was there, what ran, what was decided, what was captured. Emits `failed`, and `back`. */
export class AdminTimeline extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		api: { attribute: false },
		meeting: { attribute: false },
		timeline: { state: true },
		room: { state: true },
		incomplete: { state: true },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: block;
				overflow: auto;
			}

			.head {
				align-items: center;
				display: flex;
				flex-wrap: wrap;
				gap: 0.75rem;
				margin-block-end: 1rem;
			}

			.title {
				flex: 1;
			}

			h2 {
				font-size: 1.125rem;
				font-weight: 650;
			}

			.title p {
				color: var(--page-muted);
				font-size: 0.875rem;
			}

			.picture {
				background: var(--page-surface);
				border: 1px solid var(--page-line);
				border-radius: 14px;
				padding: 0.75rem 1rem;
			}

			.line {
				align-items: center;
				display: grid;
				gap: 0.75rem;
				grid-template-columns: 10rem minmax(0, 1fr);
				min-block-size: 2.5rem;
			}

			.line + .line {
				border-block-start: 1px solid var(--page-line);
			}

			.line b {
				font-size: 0.875rem;
				font-weight: 550;
				overflow: hidden;
				text-align: match-parent;
				text-overflow: ellipsis;
				white-space: nowrap;
			}

			svg {
				block-size: 2rem;
				direction: ltr;
				inline-size: 100%;
				overflow: visible;
			}

			/* Time runs as the bars do, in every language. */
			.ticks {
				direction: ltr;
				color: var(--page-muted);
				display: flex;
				font-size: 0.75rem;
				font-variant-numeric: tabular-nums;
				justify-content: space-between;
			}

			.present {
				fill: var(--page-tint);
			}

			.running {
				fill: var(--page-accent);
			}

			.captured {
				fill: var(--page-danger);
			}

			circle {
				stroke: var(--page-surface);
				stroke-width: 2;
			}

			.granted {
				fill: var(--page-clear);
			}

			.refused {
				fill: var(--page-surface);
				stroke: var(--page-text);
			}

			.withdrawn {
				fill: var(--page-text);
			}

			.expired {
				fill: var(--page-muted);
			}

			.legend {
				color: var(--page-muted);
				display: flex;
				flex-wrap: wrap;
				font-size: 0.8125rem;
				gap: 0.25rem 1.25rem;
				margin-block-start: 0.75rem;
			}

			.legend li {
				align-items: center;
				display: inline-flex;
				gap: 0.375rem;
			}

			.legend svg {
				block-size: 0.875rem;
				inline-size: 0.875rem;
			}

			.legend .present {
				stroke: var(--page-line);
			}

			.note {
				color: var(--page-muted);
				font-size: 0.875rem;
				margin-block-start: 0.75rem;
			}

			pre {
				direction: ltr;
				margin-block: 0.5rem 0;
				overflow: auto;
				text-align: left;
			}

			@media print {
				.head button,
				.note {
					display: none;
				}

				.picture,
				.legend {
					print-color-adjust: exact;
				}
			}

			@media (max-width: 40rem) {
				.line {
					gap: 0;
					grid-template-columns: minmax(0, 1fr);
					padding-block: 0.375rem;
				}
			}
		`,
	];

	declare t: Translate<AdminStrings>;
	declare language: string;
	declare api: AdminApi;
	declare meeting: string;
	declare timeline: Timeline | undefined;
	declare room: string;
	/** Not all records were fetched. */
	declare incomplete: boolean;

	protected override willUpdate(changed: PropertyValues): void {
		if (changed.has('meeting')) void this.load();
	}

	private async load(): Promise<void> {
		const { api, meeting } = this;
		try {
			const [row, records, segments] = await Promise.all([api.meeting(meeting), api.all('records', { meeting }, MOST), api.all('segments', { meeting }, MOST)]);
			if (meeting !== this.meeting || !row) return;
			this.room = String(row['room']);
			this.incomplete = !records.whole || !segments.whole;
			this.timeline = timelineOf(row, records.rows, segments.rows, Date.now());
		} catch (error) {
			this.dispatchEvent(new CustomEvent('failed', { detail: error }));
		}
	}

	protected override render(): TemplateResult {
		const { t, timeline } = this;
		const back = () => this.dispatchEvent(new CustomEvent('back'));
		return html`
			<div class="head">
				<div class="title">
					<h2>${timeline ? t('timelineOf', { room: this.room }) : t('loading')}</h2>
					${timeline ? html`<p>${this.days(timeline)}</p>` : nothing}
				</div>
				<button type="button" @click=${() => this.load()}>${t('refresh')}</button>
				<button type="button" @click=${back}>${t('back')}</button>
			</div>
			${timeline ? this.picture(timeline) : nothing}
		`;
	}

	private picture(timeline: Timeline): TemplateResult {
		return html`<div class="picture" role="list" aria-label=${this.t('timeline')}>
				<div class="line" aria-hidden="true">
					<span></span>
					<div class="ticks">${TICKS.map((tick) => html`<span>${this.clock(timeline.began + ((timeline.ended - timeline.began) * tick) / 100)}</span>`)}</div>
				</div>
				${timeline.lines.map((line) => this.line(line, timeline))}
			</div>
			${this.legend()} ${this.takeOut()} ${this.incomplete ? html`<p class="note">${this.t('timelinePart', { count: MOST })}</p>` : nothing}`;
	}

	/** To screen readers a line is its name and what stands on it, in words. */
	private line(line: Line, timeline: Timeline): TemplateResult {
		const name = line.kind === 'activity' ? purposeName(line.label, this.language) : line.label || this.t('unnamed');
		const words = [...line.bars.map((one) => this.barText(one)), ...line.marks.map((one) => this.markText(one))];
		return html`<div class="line" role="listitem">
			<b title=${line.id ?? name} dir="auto">${name}</b>
			<svg height=${HEIGHT} role="img" aria-label=${words.join('. ')}>
				${line.bars.map((bar) => this.bar(bar, timeline))} ${line.marks.map((mark) => this.mark(mark, timeline))}
			</svg>
		</div>`;
	}

	private bar(bar: Bar, timeline: Timeline): SVGTemplateResult {
		const [from, to] = [place(bar.from, timeline), place(bar.to, timeline)];
		const { y, height } = LANES[bar.kind === 'captured' ? bar.what : bar.kind] ?? LANES['data']!;
		const width = `${Math.max(0.3, to - from)}%`;
		return svg`<rect class=${bar.kind} x="${from}%" y=${y} width=${width} height=${height} rx="3"><title>${this.barText(bar)}</title></rect>`;
	}

	private mark(mark: Mark, timeline: Timeline): SVGTemplateResult {
		return svg`<circle class=${mark.decision} cx="${place(mark.at, timeline)}%" cy=${HEIGHT / 2} r="6"><title>${this.markText(mark)}</title></circle>`;
	}

	private barText({ kind, what, from, to }: Bar): string {
		const name = kind === 'captured' ? `${this.t('captured')} (${mediumName(what, this.language)})` : this.t(kind);
		return this.t('fromTo', { what: name, from: this.clock(from), to: this.clock(to) });
	}

	private markText({ decision, purpose, medium, at }: Mark): string {
		const what = purposeAndMedium(purpose, medium, this.language);
		const known = ['granted', 'refused', 'withdrawn', 'expired'].includes(decision);
		return this.t('at', { what: `${known ? this.t(decision as 'granted') : decision} (${what})`, time: this.clock(at) });
	}

	private legend(): TemplateResult {
		const square = (kind: Bar['kind']) => html`<li><svg aria-hidden="true"><rect class=${kind} width="14" height="14" rx="3" /></svg>${this.t(kind)}</li>`;
		const dot = (kind: 'granted' | 'refused' | 'withdrawn' | 'expired') =>
			html`<li><svg aria-hidden="true"><circle class=${kind} cx="7" cy="7" r="6" /></svg>${this.t(kind)}</li>`;
		return html`<ul class="legend">
			${(['present', 'running', 'captured'] as const).map(square)} ${(['granted', 'refused', 'withdrawn', 'expired'] as const).map(dot)}
		</ul>`;
	}

	/** The console hands out lists; recordings are files on the server. */
	private takeOut(): TemplateResult {
		const command = (kind: string) => `janus-consent export ${kind} --meeting ${this.meeting} --output ${kind}`;
		return html`<details class="note">
			<summary>${this.t('takeOut')}</summary>
			<p>${this.t('takeOutHint')}</p>
			<pre tabindex="0" aria-label=${this.t('takeOut')}><code>${['meeting', 'vcon'].map(command).join('\n')}</code></pre>
		</details>`;
	}

	/** The bars have the time of day. Printed, or looked at a year later, they need the day and whose clock it is. */
	private days({ began, ended }: Timeline): string {
		const format = new Intl.DateTimeFormat(localeOf(this.language), { dateStyle: 'long' });
		return `${format.formatRange(began, ended)} · ${this.t('localTimes', { zone: format.resolvedOptions().timeZone })}`;
	}

	private clock(at: number): string {
		return new Date(at).toLocaleTimeString(localeOf(this.language), { timeStyle: 'medium' });
	}
}
