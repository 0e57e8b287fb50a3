// SPDX-License-Identifier: MIT

/** Anything that carries message bodies to the gateway and its messages back. */
export interface Transport {
	/**
	 * Sends one request body. Resolves with the answer's data, or with undefined when the server only
	 * acknowledged it: the answer then comes as a message. Rejects when it could not be delivered.
	 */
	send(body: object): Promise<unknown>;

	/** Calls `listener` with every message of the gateway. Returns a function that ends it. */
	subscribe(listener: (message: unknown) => void): () => void;

	/** Calls `listener` when who is in the room may have changed. Optional; returns a function that ends it. */
	onRoomChange?(listener: () => void): () => void;
}
