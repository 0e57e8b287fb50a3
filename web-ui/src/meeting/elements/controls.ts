// SPDX-License-Identifier: MIT
import { css, html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import type { Translate } from '../../strings/localize.js';
import { pageStyles } from '../../shared/styles.js';
import { icon } from '../../shared/icons.js';

export type Sheet = 'panel' | 'host' | 'chat';

/** The bar below the tiles. Emits `turn` (audio or video), `share`, `sheet` (which one) and `leave`. */
export class MeetingControls extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		microphone: { type: Boolean },
		camera: { type: Boolean },
		hasMicrophone: { type: Boolean },
		hasCamera: { type: Boolean },
		sharing: { type: Boolean },
		unread: { type: Number },
		sheet: { attribute: false },
	};

	static override styles: CSSResultGroup = [
		pageStyles,
		css`
			:host {
				display: flex;
				gap: 0.625rem;
				justify-content: center;
			}

			button {
				border-radius: 999px;
				min-block-size: 3rem;
				min-inline-size: 3rem;
				padding-inline: 1.125rem;
			}

			button.round {
				padding: 0;
			}

			button.off {
				background: var(--page-danger-tint);
				border-color: transparent;
				color: var(--page-danger);
			}

			button.sharing {
				background: var(--page-accent);
				border-color: transparent;
				color: var(--page-on-accent);
			}

			.count {
				background: #b3261e;
				border-radius: 999px;
				color: #fff;
				font-size: 0.75rem;
				font-weight: 600;
				inset-block-start: -0.25rem;
				inset-inline-end: -0.25rem;
				line-height: 1.25rem;
				min-inline-size: 1.25rem;
				padding-inline: 0.25rem;
				position: absolute;
			}

			button {
				position: relative;
			}

			button[aria-expanded='true'] {
				background: var(--page-tint);
				border-color: transparent;
				color: var(--page-accent);
			}

			button.leave {
				background: #b3261e;
				border-color: transparent;
				color: #fff;
			}

			button.leave:hover {
				background: #9c1f18;
			}

			.gap {
				inline-size: 0.5rem;
			}

			@media (max-width: 52rem) {
				:host {
					gap: 0.375rem;
				}

				button {
					min-inline-size: 2.5rem;
					padding: 0;
				}

				/* Round at any width: seven of them fit into 320 pixels. */
				button.round,
				button {
					block-size: auto;
					aspect-ratio: 1;
					inline-size: min(3rem, calc((100vw - 1rem - 6 * 0.375rem) / 7));
					min-block-size: 0;
					min-inline-size: 0;
				}

				.text {
					block-size: 1px;
					clip-path: inset(50%);
					inline-size: 1px;
					overflow: hidden;
					position: absolute;
				}

				.gap {
					display: none;
				}
			}
		`,
	];

	declare t: Translate<MeetingStrings>;
	declare microphone: boolean;
	declare camera: boolean;
	declare hasMicrophone: boolean;
	declare hasCamera: boolean;
	/** My screen is shared. */
	declare sharing: boolean;
	/** Messages that I have not seen. */
	declare unread: number;
	declare sheet: Sheet | undefined;

	protected override render(): TemplateResult {
		const { t } = this;
		return html`
			${this.device('audio', this.hasMicrophone, this.microphone)} ${this.device('video', this.hasCamera, this.camera)} ${this.screen()}
			<span class="gap"></span>
			${this.chat()} ${this.opener('host', 'activities')} ${this.opener('panel', 'myConsent')}
			<span class="gap"></span>
			<button type="button" class="leave" title=${t('leave')} @click=${() => this.emit('leave')}>
				${icon('leave')}<span class="text">${t('leave')}</span>
			</button>
		`;
	}

	private device(kind: 'audio' | 'video', has: boolean, on: boolean): TemplateResult {
		const audio = kind === 'audio';
		const label = this.t(audio ? (on ? 'mute' : 'unmute') : on ? 'cameraOff' : 'cameraOn');
		const sign = audio ? (on ? 'mic' : 'micOff') : on ? 'camera' : 'cameraOff';
		return html`<button
			type="button"
			class="round ${on ? '' : 'off'}"
			title=${label}
			aria-label=${label}
			aria-disabled=${!has}
			@click=${() => has && this.emit('turn', kind)}
		>
			${icon(sign)}
		</button>`;
	}

	/** Where the browser can: phones cannot. */
	private screen(): TemplateResult | typeof nothing {
		if (!navigator.mediaDevices?.getDisplayMedia) return nothing;
		const label = this.t(this.sharing ? 'stopSharing' : 'shareScreen');
		return html`<button
			type="button"
			class="round ${this.sharing ? 'sharing' : ''}"
			title=${label}
			aria-label=${label}
			@click=${() => this.emit('share')}
		>
			${icon('screen')}
		</button>`;
	}

	private chat(): TemplateResult {
		const label = this.unread ? this.t('chatUnread', { count: this.unread }) : this.t('chat');
		return html`<button
			type="button"
			class="round"
			title=${label}
			aria-label=${label}
			aria-expanded=${this.sheet === 'chat'}
			@click=${() => this.emit('sheet', 'chat')}
		>
			${icon('chat')}${this.unread ? html`<span class="count" aria-hidden="true">${this.unread}</span>` : nothing}
		</button>`;
	}

	private opener(sheet: 'panel' | 'host', label: 'activities' | 'myConsent'): TemplateResult {
		const text = this.t(label);
		return html`<button type="button" title=${text} aria-expanded=${this.sheet === sheet} @click=${() => this.emit('sheet', sheet)}>
			${icon(sheet === 'host' ? 'activities' : 'shield')}<span class="text">${text}</span>
		</button>`;
	}

	private emit(type: string, detail?: unknown): void {
		this.dispatchEvent(new CustomEvent(type, { detail }));
	}
}
