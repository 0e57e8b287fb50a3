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
	readonly stream: MediaStream;
	readonly microphone: boolean;
	readonly camera: boolean;
}

/** VideoRoom has no word for "muted by its owner": the description of a stream carries it to the others. */
export const OFF = 'off';

/** What the others can know of a publisher's microphone and camera. */
export function sends(publisher: Publisher, type: 'audio' | 'video'): boolean {
	return publisher.streams?.some((stream) => stream.type === type && !stream.disabled && stream.description !== OFF) ?? false;
}

/** Puts a track into a stream in the place of one of its kind. */
export function replaceTrack(stream: MediaStream, track: MediaStreamTrack): void {
	for (const other of stream.getTracks()) if (other.kind === track.kind && other !== track) stream.removeTrack(other);
	stream.addTrack(track);
}
