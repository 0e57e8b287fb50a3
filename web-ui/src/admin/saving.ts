// SPDX-License-Identifier: MIT
// Where an export goes: straight into a file that somebody chooses, where the browser can, else into a download.
import { AdminError } from './api.js';

/** A file that is there whole, after `close`, or not at all. */
export interface Sink {
	write(text: string): Promise<void>;
	close(): Promise<void>;
	abort(): Promise<void>;
}

interface Picker {
	showSaveFilePicker?(options: { suggestedName: string }): Promise<{ createWritable(): Promise<Sink> }>;
}

/** `large`: it will take a while, so that it is worth asking where to. Undefined: whoever was asked wants it nowhere. */
export async function openSink(name: string, type: string, large: boolean): Promise<Sink | undefined> {
	const picker = globalThis as Picker;
	if (!large || !picker.showSaveFilePicker) return download(name, type);
	try {
		const handle = await picker.showSaveFilePicker({ suggestedName: name });
		return explained(await handle.createWritable());
	} catch (error) {
		if ((error as Error).name === 'AbortError') return undefined;
		return download(name, type); // where pages may not ask
	}
}

/** Says of errors that they are the disk's, not the gateway's. */
function explained(file: Sink): Sink {
	const fail = (error: Error) => {
		throw new AdminError('save', error.message);
	};
	return {
		write: (text) => file.write(text).catch(fail),
		close: () => file.close().catch(fail),
		abort: () => file.abort().catch(() => undefined),
	};
}

/** Each page becomes a blob at once, which a browser may keep on its disk. */
function download(name: string, type: string): Sink {
	let parts: Blob[] = [];
	return {
		write: async (text) => void parts.push(new Blob([text])),
		close: async () => {
			const link = document.createElement('a');
			link.href = URL.createObjectURL(new Blob(parts, { type: `${type};charset=utf-8` }));
			link.download = name;
			link.click();
			setTimeout(() => URL.revokeObjectURL(link.href));
		},
		abort: async () => void (parts = []),
	};
}
