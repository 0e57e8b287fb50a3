// SPDX-License-Identifier: MIT

export type Feed = string | number;

/** What VideoRoom says of somebody who publishes. */
export interface Publisher {
	id: Feed;
	display?: string;
	streams?: { type: string; mid: string; description?: string; disabled?: boolean }[];
}

export interface Person {
	readonly feed: Feed;
	readonly display: string;
	readonly mine: boolean;
	/** Not a person's camera but their shared screen. */
	readonly screen: boolean;
	readonly stream: MediaStream;
	readonly microphone: boolean;
	readonly camera: boolean;
}

/** VideoRoom has no word for "muted by its owner", nor for "a screen": the description of a stream carries it to the others. */
export const OFF = 'off';
export const SCREEN = 'screen';

/** What the others can know of a publisher's microphone and camera. */
export function sends(publisher: Publisher, type: 'audio' | 'video'): boolean {
	return publisher.streams?.some((stream) => stream.type === type && !stream.disabled && stream.description !== OFF) ?? false;
}

export function isScreen(publisher: Publisher): boolean {
	return publisher.streams?.some((stream) => stream.description === SCREEN) ?? false;
}

/** Puts a track into a stream in the place of one of its kind. */
export function replaceTrack(stream: MediaStream, track: MediaStreamTrack): void {
	for (const other of stream.getTracks()) if (other.kind === track.kind && other !== track) stream.removeTrack(other);
	stream.addTrack(track);
}
