// SPDX-License-Identifier: MIT

/** The gateway's error codes, one per cause. */
export const ErrorCode = {
	unknownRequest: 700,
	missingField: 701,
	wrongValue: 702,
	notInRoom: 703,
	unknownPurpose: 704,
	noticeChanged: 705,
	badProof: 706,
	notAuthorised: 707,
	ledgerUnavailable: 708,
	capturesPastGateway: 709,
	tooManyRequests: 710,
	encrypted: 711,
	notFound: 712,
} as const;

/** The request was answered, and the answer is no. Nothing has changed on the server. */
export class ConsentError extends Error {
	override readonly name = 'ConsentError';

	constructor(
		readonly code: number,
		message: string,
		/** The whole answer: for code 705 it carries the notice in force. */
		readonly answer: unknown = undefined,
	) {
		super(message);
	}
}

/** The request may not have reached the server, or its answer was lost: what the server decided is not known. */
export class TransportError extends Error {
	override readonly name = 'TransportError';
}

/** The error in an answer, if it is one. */
export function errorIn(answer: unknown): ConsentError | undefined {
	const { error_code: code, error } = (answer ?? {}) as { error_code?: unknown; error?: unknown };
	if (typeof code !== 'number') return undefined;
	return new ConsentError(code, typeof error === 'string' ? error : `error ${code}`, answer);
}
