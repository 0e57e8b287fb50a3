// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import type { Translate } from '../../strings/localize.js';
import { pageStyles } from '../../shared/styles.js';
import type { Person } from '../room/people.js';
import { icon } from '../../shared/icons.js';

/** What the tile says of capture: the purposes (by name), none of them, or nothing because nothing is running. */
export type Mark = readonly string[] | undefined;

/** One person: picture or initials, name, microphone, and whether they are captured. */
export class MeetingTile extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		person: { attribute: false },
		mark: { attribute: false },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				aspect-ratio: 16 / 10;
				background: light-dark(#dce2e9, #262d35);
				border-radius: 16px;
				container-type: inline-size;
				display: block;
				overflow: hidden;
				position: relative;
			}

			/* Until the first picture comes, the initials show through. */
			video {
				block-size: 100%;
				display: block;
				inline-size: 100%;
				object-fit: cover;
				position: relative;
			}

			video.screen {
				background: #14181c;
				object-fit: contain;
			}

			video.mine {
				transform: scaleX(-1);
			}

			.initials {
				display: grid;
				inset: 0;
				place-items: center;
				position: absolute;
			}

			.initials span {
				aspect-ratio: 1;
				background: light-dark(#c3d4ec, #34496a);
				block-size: 34%;
				border-radius: 50%;
				color: light-dark(#163a73, #d3e3ff);
				display: grid;
				font-size: 9cqi;
				font-weight: 600;
				place-items: center;
			}

			.initials[data-hue='1'] span {
				background: light-dark(#cfe5d6, #2d5040);
				color: light-dark(#124a2c, #d2f2e0);
			}

			.initials[data-hue='2'] span {
				background: light-dark(#eddcc3, #5a4526);
				color: light-dark(#5b3a05, #ffe7c2);
			}

			.initials[data-hue='3'] span {
				background: light-dark(#e3d3ee, #4b3763);
				color: light-dark(#452063, #f0dcff);
			}

			.pill {
				align-items: center;
				background: rgb(16 20 25 / 72%);
				border-radius: 999px;
				color: #fff;
				display: inline-flex;
				font-size: 0.8125rem;
				font-weight: 550;
				gap: 0.375rem;
				max-inline-size: calc(100% - 1.25rem);
				min-block-size: 1.75rem;
				padding: 0.125rem 0.75rem;
				position: absolute;
			}

			.pill svg {
				block-size: 1rem;
				inline-size: 1rem;
			}

			.name {
				inset-block-end: 0.625rem;
				inset-inline-start: 0.625rem;
			}

			/* Of a long name its beginning is seen, whichever way it runs, and all that is said beside it. */
			.name b {
				display: flex;
				font-weight: inherit;
				min-inline-size: 0;
				white-space: pre;
			}

			.name b > span {
				overflow: hidden;
				text-overflow: ellipsis;
			}

			.mark {
				inset-block-start: 0.625rem;
				inset-inline-end: 0.625rem;
				padding-inline-start: 0.5rem;
			}

			.mark.on {
				background: #b3261e;
			}

			.mark span {
				overflow: hidden;
				text-overflow: ellipsis;
				white-space: nowrap;
			}

			@container (max-width: 13rem) {
				.mark:not(.on) span {
					display: none;
				}

				.mark:not(.on) {
					padding-inline: 0.375rem;
				}
			}
		`,
	];

	declare t: Translate<MeetingStrings>;
	declare person: Person;
	declare mark: Mark;

	protected override render(): TemplateResult {
		const { person, t } = this;
		return html`
			<div class="initials" data-hue=${hue(person.display)} aria-hidden="true"><span>${initials(person.display)}</span></div>
			<video class=${person.mine ? 'mine' : person.screen ? 'screen' : ''} autoplay playsinline .muted=${person.mine} ?hidden=${!person.camera} aria-hidden="true"></video>
			${this.captureMark()}
			<div class="pill name">
				${person.microphone || person.screen ? nothing : html`<span role="img" aria-label=${t('micOff')}>${icon('micOff')}</span>`}
				<b>${this.label()}</b>
				${person.camera ? nothing : html`<span class="unseen">${t('camOff')}</span>`}
			</div>
		`;
	}

	/** The name apart from the words around it, which are never cut. */
	private label(): TemplateResult {
		const { person, t } = this;
		const mark = '\n';
		const words = person.mine ? t('you', { name: mark }) : person.screen ? t('screenOf', { name: mark }) : mark;
		const [before, after] = words.split(mark);
		return html`${before}<span dir="auto">${person.display}</span>${after}`;
	}

	private captureMark(): TemplateResult | typeof nothing {
		if (!this.mark) return nothing;
		const captured = this.mark.length > 0;
		const text = captured ? this.mark.join(', ') : this.t('notCapturedMark');
		const label = captured ? this.t('capturedMark', { purposes: text }) : text;
		return html`<div class="pill mark ${captured ? 'on' : ''}" role="img" aria-label=${label} title=${label}>
			${icon(captured ? 'dot' : 'shield')}<span>${text}</span>
		</div>`;
	}

	protected override updated(_changed: PropertyValues): void {
		const video = this.renderRoot.querySelector('video')!;
		if (video.srcObject !== this.person.stream) video.srcObject = this.person.stream;
	}
}

function initials(name: string): string {
	const words = name.trim().split(/\s+/).filter(Boolean);
	const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
	return letters.map((word) => [...word!][0]!.toLocaleUpperCase()).join('') || '?';
}

function hue(name: string): number {
	return [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 4;
}
