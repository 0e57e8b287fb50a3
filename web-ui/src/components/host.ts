// SPDX-License-Identifier: MIT
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { ConsentError, ErrorCode } from '../client/errors.js';
import type { Activity, Policy, Purpose } from '../client/protocol.js';
import { activityFor, capturedFor } from '../store/selectors.js';
import { ConsentElement } from './element.js';
import { hostStyles } from './host-styles.js';
import { icon } from './icons.js';
import { shared } from './theme.js';
import { Ticker } from './ticker.js';

/** Seconds of notice that a host can give before something starts. */
const COUNTDOWNS = [0, 10, 30, 60];

/** Starts and stops activities. The room's secret is asked for when the server asks, and stays in this element. */
export class ConsentHost extends ConsentElement {
	static override properties: PropertyDeclarations = {
		secretAsked: { state: true },
		wanted: { state: true },
		policy: { state: true },
		countdown: { state: true },
	};

	static override styles: CSSResultGroup = [shared, hostStyles];

	declare secretAsked: boolean;
	/** The purpose whose start or stop waits for the secret. */
	declare wanted: { purpose: string; start: boolean } | undefined;
	declare policy: Policy;
	/** Seconds between the notice and the start. */
	declare countdown: number;
	#secret = '';
	protected readonly ticker = new Ticker(this, () => Math.max(0, ...this.state.activities.map((one) => one.starts ?? 0)));

	constructor() {
		super();
		this.secretAsked = false;
		this.policy = 'each';
		this.countdown = 0;
	}

	protected override render(): TemplateResult {
		if (!this.state.open) return html`<p class="intro">${this.t('joinFirst')}</p>`;
		return html`
			<p class="intro" part="intro">${this.t('hostIntro')}</p>
			${this.failure === undefined || this.secretAsked ? nothing : this.failed()} ${this.options()}
			<ul part="purposes">
				${this.state.purposes.map((purpose) => this.purpose(purpose))}
			</ul>
		`;
	}

	private purpose(purpose: Purpose): TemplateResult {
		const running = activityFor(this.state, purpose.purpose);
		const name = this.purposeName(purpose.purpose, purpose);
		const count = capturedFor(this.state, purpose.purpose).length;
		const asked = this.secretAsked && this.wanted?.purpose === purpose.purpose;
		return html`<li class=${running ? 'on' : ''} part="purpose">
			${icon(purpose.purpose)}
			<div class="what">
				<b>${name}</b>
				<small>${running ? this.progress(running, count) : this.t('notStarted')}</small>
			</div>
			${asked ? this.secretForm(name) : this.startStop(purpose.purpose, name, Boolean(running))}
		</li>`;
	}

	private startStop(purpose: string, name: string, running: boolean): TemplateResult {
		return html`<button
			type="button"
			class="plain"
			part=${running ? 'stop' : 'start'}
			aria-label=${this.t(running ? 'stopPurpose' : 'startPurpose', { purpose: name })}
			aria-disabled=${this.busy}
			@click=${() => this.startOrStop(purpose, !running)}
		>
			${this.t(running ? 'stop' : 'start')}
		</button>`;
	}

	private failed(): TemplateResult {
		return html`<p class="error" role="alert">${this.failureText(this.failure)}</p>`;
	}

	private progress(activity: Activity, count: number): string {
		const left = activity.starts === undefined ? 0 : Ticker.seconds(activity.starts);
		if (left) return this.t('startsIn', { count: left });
		return this.idleText(activity) ?? `${this.t('running')} · ${this.t('capturedCount', { count })}`;
	}

	/** For what is started next. */
	private options(): TemplateResult {
		const policies = { each: 'policyEach', unanimous: 'policyUnanimous' } as const;
		const choosePolicy = (event: Event) => (this.policy = (event.target as HTMLSelectElement).value as Policy);
		const chooseCountdown = (event: Event) => (this.countdown = Number((event.target as HTMLSelectElement).value));
		return html`<details part="options">
			<summary>${this.t('options')}${icon('chevron')}</summary>
			<div class="options">
				<label>${this.t('policy')}
					<select @change=${choosePolicy}>
						${(['each', 'unanimous'] as const).map((one) => html`<option value=${one} ?selected=${one === this.policy}>${this.t(policies[one])}</option>`)}
					</select>
				</label>
				<label>${this.t('countdown')}
					<select @change=${chooseCountdown}>
						${COUNTDOWNS.map((one) => html`<option value=${one} ?selected=${one === this.countdown}>${one ? this.t('seconds', { count: one }) : this.t('atOnce')}</option>`)}
					</select>
				</label>
			</div>
		</details>`;
	}

	/** Where it was asked for: with many purposes the beginning of the list is far away. */
	private secretForm(name: string): TemplateResult {
		return html`<form part="secret" @submit=${this.secretEntered}>
			${this.failure === undefined ? nothing : this.failed()}
			<label for="secret">${this.t('secret')}</label>
			<div class="row">
				<input id="secret" type="password" autocomplete="off" aria-describedby="hint" required />
				<button
					type="submit"
					class="plain"
					aria-label=${this.t(this.wanted?.start ? 'startPurpose' : 'stopPurpose', { purpose: name })}
					aria-disabled=${this.busy}
				>
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
		const done = await this.ask(start ? { type: 'start', options: { purpose, ...this.chosen(), ...secret } } : { type: 'stop', purpose, ...secret });
		if (done) this.secretAsked = false;
		else if (this.asksForSecret(this.failure)) await this.askForSecret({ purpose, start });
	}

	/** What differs from how the server does it anyway. */
	private chosen(): { policy?: Policy; countdown?: number } {
		return { ...(this.policy === 'each' ? {} : { policy: this.policy }), ...(this.countdown ? { countdown: this.countdown } : {}) };
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
