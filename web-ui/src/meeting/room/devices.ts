// SPDX-License-Identifier: MIT

export type Kind = 'audio' | 'video';

/** What could not be had of camera and microphone; all of them leave somebody able to take part. */
export type DeviceTrouble = 'noDevices' | 'devicesDenied' | 'devicesBusy' | 'noCamera' | 'noMicrophone';

/** What somebody chose: which devices (by id; absent: the browser's choice), and which are on. */
export interface DeviceChoice {
	ids: Partial<Record<Kind, string>>;
	on: Record<Kind, boolean>;
}

const PICTURE: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 } };
const BOTH: readonly Kind[] = ['audio', 'video'];

/**
 * My camera and microphone, from before joining to leaving. What is off is let go, so that the camera's light goes out; the microphone
 * stays open while it is off, so that it is back at once.
 */
export class Devices {
	readonly stream = new MediaStream();
	readonly choice: DeviceChoice;
	trouble: DeviceTrouble | undefined;
	/** Cameras and microphones that there are; they have names once the browser has allowed one. */
	list: readonly MediaDeviceInfo[] = [];

	constructor(
		choice: Partial<DeviceChoice> = {},
		private readonly media: MediaDevices = navigator.mediaDevices,
	) {
		this.choice = { ids: { ...choice.ids }, on: { audio: true, video: true, ...choice.on } };
	}

	/** Opens what is chosen, or whatever of it can be had. Never rejects. */
	async open(): Promise<void> {
		const { on } = this.choice;
		const wanted = BOTH.filter((kind) => kind === 'audio' || on.video);
		try {
			this.#put(await this.#get(wanted));
		} catch (error) {
			this.trouble = await this.#openSome(wanted, error);
		}
		for (const track of this.stream.getAudioTracks()) track.enabled = on.audio;
		this.list = await this.media.enumerateDevices().catch(() => []);
	}

	track(kind: Kind): MediaStreamTrack | undefined {
		return this.stream.getTracks().find((one) => one.kind === kind);
	}

	/** Whether there is such a device to be turned on. */
	has(kind: Kind): boolean {
		return Boolean(this.track(kind)) || (kind === 'video' && !this.choice.on.video && this.list.some((one) => one.kind === 'videoinput'));
	}

	isOn(kind: Kind): boolean {
		return this.choice.on[kind] && Boolean(this.track(kind));
	}

	/** Rejects where the camera cannot be opened; it is then off. */
	async turn(kind: Kind, on: boolean): Promise<void> {
		if (kind === 'audio') for (const track of this.stream.getAudioTracks()) track.enabled = on;
		else if (on) this.#put(await this.#get(['video']));
		else this.#drop('video');
		this.choice.on[kind] = on;
	}

	/** Another device of that kind, from now on. Rejects where it cannot be opened. */
	async choose(kind: Kind, id: string): Promise<void> {
		this.choice.ids[kind] = id;
		if (!this.track(kind)) return;
		this.#put(await this.#get([kind]));
		if (kind === 'audio') for (const track of this.stream.getAudioTracks()) track.enabled = this.choice.on.audio;
	}

	stop(): void {
		for (const kind of BOTH) this.#drop(kind);
	}

	async #openSome(wanted: readonly Kind[], error: unknown): Promise<DeviceTrouble> {
		for (const kind of wanted) {
			const stream = await this.#get([kind]).catch(() => undefined);
			if (!stream) continue;
			this.#put(stream);
			return kind === 'audio' ? 'noCamera' : 'noMicrophone';
		}
		return troubleOf(error);
	}

	#get(kinds: readonly Kind[]): Promise<MediaStream> {
		const { ids } = this.choice;
		const of = (kind: Kind, more: MediaTrackConstraints) => ({ ...more, ...(ids[kind] ? { deviceId: { ideal: ids[kind] } } : {}) });
		return this.media.getUserMedia({
			audio: kinds.includes('audio') && of('audio', {}),
			video: kinds.includes('video') && of('video', PICTURE),
		});
	}

	#put(stream: MediaStream): void {
		for (const track of stream.getTracks()) {
			this.#drop(track.kind as Kind);
			this.stream.addTrack(track);
		}
	}

	#drop(kind: Kind): void {
		for (const track of this.stream.getTracks()) {
			if (track.kind !== kind) continue;
			track.stop();
			this.stream.removeTrack(track);
		}
	}
}

export function troubleOf(error: unknown): DeviceTrouble {
	switch ((error as DOMException).name) {
		case 'NotAllowedError':
		case 'SecurityError':
			return 'devicesDenied';
		case 'NotReadableError':
		case 'AbortError':
			return 'devicesBusy';
		default:
			return 'noDevices';
	}
}
