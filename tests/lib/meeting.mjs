// SPDX-License-Identifier: GPL-3.0-or-later
// A meeting with people who publish and somebody who watches them all, so that the test knows what came through.

import { ROOM } from './janus.mjs';
import { Source } from './source.mjs';
import { Subscriber } from './subscriber.mjs';

export class Meeting {
	/** `names` become people; each gets the options of Source.join. */
	static async of(janus, names, options = {}) {
		const people = [];
		for (const display of names)
			people.push(await Source.publish(janus, { room: ROOM, display, ...options }));
		const watcher = await Subscriber.join(janus, options.room ?? ROOM, people.map(person => person.feed));
		return new Meeting(people, watcher);
	}

	constructor(people, watcher) {
		this.people = people;
		this.watcher = watcher;
	}

	/** One more person, watched too. */
	async add(janus, display, options = {}) {
		const person = await Source.publish(janus, { room: ROOM, display, ...options });
		person.watcher = await Subscriber.join(janus, options.room ?? ROOM, [person.feed]);
		this.people.push(person);
		return person;
	}

	/** Everybody sends `frames` frames of each medium; resolves when Janus has relayed all of them. */
	async send(frames = 15, people = this.people) {
		for (const track of people.flatMap(person => person.tracks))
			track.sendFrames(frames);
		await this.arrived(people);
	}

	/** Resolves when what was sent so far has come through Janus. */
	async arrived(people = this.people) {
		for (const person of people)
			for (const track of person.tracks)
				await (person.watcher ?? this.watcher).sees(track);
	}

	async close() {
		for (const person of this.people) {
			person.watcher?.close();
			await person.close();
		}
		this.watcher.close();
	}
}
