// SPDX-License-Identifier: MIT
import { css, html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { ConsentError, ErrorCode } from '../client/errors.js';
import type { Purpose } from '../client/protocol.js';
import { activityFor, capturedFor } from '../store/selectors.js';
import { ConsentElement } from './element.js';
import { icon } from './icons.js';
import { shared } from './theme.js';

/** Starts and stops activities. The room's secret is asked for when the server asks, and stays in this element. */
export class ConsentHost extends ConsentElement {
	static override properties: PropertyDeclarations = { secretAsked: { state: true }, wanted: { state: true } };

	static override styles: CSSResultGroup = [
		shared,
		css`
			:host {
				display: block;
				max-inline-size: 40rem;
			}

			.intro {
				color: var(--_muted);
				font-size: 0.875rem;
			}

			form {
				background: var(--_subtle);
				border-radius: 14px;
				margin-block-start: 1rem;
				padding: 0.875rem;
			}

			label {
				display: block;
				font-size: 0.875rem;
				font-weight: 600;
			}

			.row {
				display: flex;
				gap: 0.5rem;
				margin-block-start: 0.375rem;
			}

			input {
				background: var(--_surface);
				border: 1px solid var(--_field);
				border-radius: 10px;
				color: inherit;
				flex: 1;
				font: inherit;
				min-block-size: 2.5rem;
				min-inline-size: 0;
				padding: 0.25rem 0.75rem;
			}

			.hint {
				color: var(--_muted);
				font-size: 0.8125rem;
				margin-block-start: 0.375rem;
			}

			.error {
				margin-block-start: 1rem;
			}

			ul {
				margin-block-start: 1rem;
			}

			li {
				align-items: center;
				border: 1px solid var(--_line);
				border-radius: 14px;
				display: flex;
				gap: 0.75rem;
				padding: 0.75rem 0.875rem;
			}

			li + li {
				margin-block-start: 0.625rem;
			}

			li > svg {
				color: var(--_muted);
			}

			li.on > svg {
				color: var(--_captured);
			}

			.what {
				flex: 1;
				min-inline-size: 0;
			}

			.what b {
				display: block;
				font-weight: 600;
				overflow-wrap: anywhere;
			}

			.what small {
				color: var(--_muted);
				font-size: 0.8125rem;
			}

			.plain {
				min-inline-size: 5.5rem;
			}
		`,
	];

	declare secretAsked: boolean;
	/** The purpose whose start or stop waits for the secret. */
	declare wanted: { purpose: string; start: boolean } | undefined;
	#secret = '';

	constructor() {
		super();
		this.secretAsked = false;
	}

	protected override render(): TemplateResult {
		if (!this.state.open) return html`<p class="intro">${this.t('joinFirst')}</p>`;
		return html`
			<p class="intro" part="intro">${this.t('hostIntro')}</p>
			${this.failure === undefined ? nothing : html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`}
			${this.secretAsked ? this.secretForm() : nothing}
			<ul part="purposes">
				${this.state.purposes.map((purpose) => this.purpose(purpose))}
			</ul>
		`;
	}

	private purpose(purpose: Purpose): TemplateResult {
		const running = activityFor(this.state, purpose.purpose);
		const name = this.purposeName(purpose.purpose, purpose);
		const count = capturedFor(this.state, purpose.purpose).length;
		return html`<li class=${running ? 'on' : ''} part="purpose">
			${icon(purpose.purpose)}
			<div class="what">
				<b>${name}</b>
				<small>${running ? `${this.t('running')} · ${this.t('capturedCount', { count })}` : this.t('notStarted')}</small>
			</div>
			<button
				type="button"
				class="plain"
				part=${running ? 'stop' : 'start'}
				aria-label=${this.t(running ? 'stopPurpose' : 'startPurpose', { purpose: name })}
				aria-disabled=${this.busy}
				@click=${() => this.startOrStop(purpose.purpose, !running)}
			>
				${this.t(running ? 'stop' : 'start')}
			</button>
		</li>`;
	}

	private secretForm(): TemplateResult {
		return html`<form part="secret" @submit=${this.secretEntered}>
			<label for="secret">${this.t('secret')}</label>
			<div class="row">
				<input id="secret" type="password" autocomplete="off" aria-describedby="hint" required />
				<button type="submit" class="plain" aria-disabled=${this.busy}>
					${this.t(this.wanted?.start ? 'start' : 'stop')}
				</button>
			</div>
			<p id="hint" class="hint">${this.t('secretHint')}</p>
		</form>`;
	}

	private secretEntered(event: SubmitEvent): void {
		event.preventDefault();
		this.#secret = this.renderRoot.querySelector<HTMLInputElement>('#secret')!.value;
		if (this.wanted) void this.startOrStop(this.wanted.purpose, this.wanted.start);
	}

	private async startOrStop(purpose: string, start: boolean): Promise<void> {
		const secret = this.#secret ? { secret: this.#secret } : {};
		const done = await this.ask(start ? { type: 'start', options: { purpose, ...secret } } : { type: 'stop', purpose, ...secret });
		if (done) this.secretAsked = false;
		else if (this.asksForSecret(this.failure)) await this.askForSecret({ purpose, start });
	}

	/** A room with a secret answers 707, or 701 when none was sent. The first time that is a question, not a failure. */
	private asksForSecret(failure: unknown): boolean {
		if (!(failure instanceof ConsentError)) return false;
		return failure.code === ErrorCode.notAuthorised || (!this.#secret && failure.code === ErrorCode.missingField);
	}

	private async askForSecret(wanted: { purpose: string; start: boolean }): Promise<void> {
		if (!this.#secret) this.failure = undefined;
		this.#secret = '';
		this.wanted = wanted;
		this.secretAsked = true;
		await this.updateComplete;
		this.renderRoot.querySelector<HTMLInputElement>('#secret')?.focus();
	}
}
