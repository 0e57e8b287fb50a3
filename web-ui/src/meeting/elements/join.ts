// SPDX-License-Identifier: MIT
import { html, LitElement, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.js';
import { purposeName } from '../../shared/purposes.js';
import { pageStyles } from '../../shared/styles.js';
import type { MeetingStrings } from '../../strings/meeting/words.js';
import { listOf, sentences, type Translate } from '../../strings/localize.js';
import { troubleOf, type Devices, type DeviceTrouble, type Kind } from '../room/devices.js';
import type { Preview } from '../room/preview.js';
import { joinStyles } from './join-styles.js';

/** Before joining: my picture, my devices, what runs in there, and my name. Emits `join` with the name. */
export class MeetingJoin extends LitElement {
	static override properties: PropertyDeclarations = {
		t: { attribute: false },
		language: { attribute: false },
		room: { attribute: false },
		name: { attribute: false },
		joining: { type: Boolean },
		devices: { attribute: false },
		ready: { type: Boolean },
		preview: { attribute: false },
		warning: { attribute: false },
		missing: { state: true },
		trouble: { state: true },
	};

	static override styles: CSSResultGroup = [pageStyles, joinStyles];

	declare t: Translate<MeetingStrings>;
	declare language: string;
	declare room: string | number;
	declare name: string;
	declare joining: boolean;
	declare devices: Devices;
	/** The devices have been asked for, whatever came of it. */
	declare ready: boolean;
	/** What runs in there; undefined: not known. */
	declare preview: Preview | undefined;
	/** Why joining will fail, where that is known already. */
	declare warning: string | undefined;
	declare missing: boolean;
	/** Why a device could not be turned on or changed just now. */
	declare trouble: DeviceTrouble | undefined;

	protected override render(): TemplateResult {
		return html`<main class="card">
			<section class="mine">${this.picture()} ${this.devicePickers()}</section>
			<section class="going">
				<p class="room">${this.t('roomTitle', { room: this.room })}</p>
				<h1>${this.t('joinTitle')}</h1>
				<p class="intro">${this.t('joinIntro')}</p>
				${this.inside()} ${this.form()}
			</section>
		</main>`;
	}

	private picture(): TemplateResult {
		const { t, devices } = this;
		const trouble = this.trouble ?? devices.trouble;
		const hint = this.ready ? (devices.isOn('video') ? '' : t('camOff')) : t('askDevices');
		return html`<div class="picture">
				<video autoplay playsinline .muted=${true} ?hidden=${!devices.isOn('video')} aria-label=${t('preview')}></video>
				${hint ? html`<p class="blank" role="status">${hint}</p>` : nothing}
				<div class="turn">${this.toggle('audio')} ${this.toggle('video')}</div>
			</div>
			${this.ready && trouble ? html`<p class="trouble" role="alert">${t(trouble)}</p>` : nothing}`;
	}

	private toggle(kind: Kind): TemplateResult {
		const { devices, t } = this;
		const on = devices.isOn(kind);
		const has = this.ready && devices.has(kind);
		const label = t(kind === 'audio' ? (on ? 'mute' : 'unmute') : on ? 'cameraOff' : 'cameraOn');
		const turn = () => has && this.change(() => devices.turn(kind, !on));
		const sign = kind === 'audio' ? (on ? 'mic' : 'micOff') : on ? 'camera' : 'cameraOff';
		return html`<button type="button" class=${on ? '' : 'off'} title=${label} aria-label=${label} aria-disabled=${!has} @click=${turn}>${icon(sign)}</button>`;
	}

	/** A choice only where there is one. */
	private devicePickers(): TemplateResult {
		return html`<div class="pickers">${this.picker('audio', 'audioinput', 'microphone')} ${this.picker('video', 'videoinput', 'camera')}</div>`;
	}

	private picker(kind: Kind, sort: MediaDeviceKind, label: 'microphone' | 'camera'): TemplateResult | typeof nothing {
		const list = this.devices.list.filter((one) => one.kind === sort && one.deviceId);
		if (list.length < 2) return nothing;
		const current = this.devices.track(kind)?.getSettings().deviceId ?? this.devices.choice.ids[kind];
		const choose = (event: Event) => this.change(() => this.devices.choose(kind, (event.target as HTMLSelectElement).value));
		return html`<label>${this.t(label)}
			<select @change=${choose}>
				${list.map(({ deviceId, label: name }, i) => html`<option value=${deviceId} ?selected=${deviceId === current}>${name || this.t('deviceNumber', { number: i + 1 })}</option>`)}
			</select>
		</label>`;
	}

	private async change(action: () => Promise<void>): Promise<void> {
		this.trouble = undefined;
		await action().catch((error: unknown) => (this.trouble = troubleOf(error)));
		this.requestUpdate();
	}

	/** What runs in there, before anybody has to say anything about it. */
	private inside(): TemplateResult | typeof nothing {
		if (this.warning) return html`<p class="warning" role="alert">${icon('alert')}<span>${this.warning}</span></p>`;
		if (!this.preview) return nothing;
		const { people, activities } = this.preview;
		const names = activities.map((one) => purposeName(one.purpose, this.language));
		const going = names.length ? this.t('runningThere', { purposes: listOf(names, this.language) }) : this.t('nothingThere');
		return html`<ul class="inside">
			<li>${icon('people')}${people ? this.t('peopleThere', { count: people }) : this.t('nobodyThere')}</li>
			<li class=${names.length ? 'on' : ''}>${icon(names.length ? 'activities' : 'shield')}<span>${names.length ? html`${sentences([going], this.language)} ${this.t('askedInside')}` : going}</span></li>
		</ul>`;
	}

	private form(): TemplateResult {
		const { t } = this;
		return html`<form @submit=${this.submit} novalidate>
			<label for="name">${t('yourName')}</label>
			<input
				id="name"
				name="name"
				autocomplete="name"
				maxlength="60"
				.value=${this.name}
				aria-describedby="hint"
				aria-invalid=${Boolean(this.missing)}
				@input=${() => (this.missing = false)}
			/>
			<p id="hint" class=${this.missing ? 'missing' : 'hint'} role=${this.missing ? 'alert' : nothing}>${t(this.missing ? 'nameMissing' : 'nameHint')}</p>
			<button class="primary" type="submit" aria-disabled=${Boolean(this.joining)}>${t(this.joining ? 'joining' : 'join')}</button>
		</form>`;
	}

	protected override firstUpdated(): void {
		this.input.focus();
	}

	protected override updated(): void {
		const video = this.renderRoot.querySelector('video')!;
		if (video.srcObject !== this.devices.stream) video.srcObject = this.devices.stream;
	}

	private get input(): HTMLInputElement {
		return this.renderRoot.querySelector('input')!;
	}

	private submit(event: SubmitEvent): void {
		event.preventDefault();
		const name = this.input.value.trim();
		this.missing = !name;
		if (this.missing) this.input.focus();
		else if (!this.joining) this.dispatchEvent(new CustomEvent('join', { detail: name }));
	}
}
