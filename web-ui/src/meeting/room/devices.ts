// SPDX-License-Identifier: MIT

/** What could not be had of camera and microphone; all of them leave somebody able to take part. */
export type DeviceTrouble = 'noDevices' | 'devicesDenied' | 'devicesBusy' | 'noCamera' | 'noMicrophone';

export interface Devices {
	stream: MediaStream;
	trouble?: DeviceTrouble;
}

const CAMERA: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 } };

/** Camera and microphone, or whichever of them can be had. */
export async function openDevices(media: MediaDevices = navigator.mediaDevices): Promise<Devices> {
	try {
		return { stream: await media.getUserMedia({ audio: true, video: CAMERA }) };
	} catch (error) {
		return (
			(await only(media, { audio: true }, 'noCamera')) ??
			(await only(media, { video: CAMERA }, 'noMicrophone')) ?? { stream: new MediaStream(), trouble: troubleOf(error) }
		);
	}
}

export async function openCamera(media: MediaDevices = navigator.mediaDevices): Promise<MediaStreamTrack> {
	const [track] = (await media.getUserMedia({ video: CAMERA })).getVideoTracks();
	return track!;
}

async function only(media: MediaDevices, constraints: MediaStreamConstraints, trouble: DeviceTrouble): Promise<Devices | undefined> {
	try {
		return { stream: await media.getUserMedia(constraints), trouble };
	} catch {
		return undefined;
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
