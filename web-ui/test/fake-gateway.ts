// SPDX-License-Identifier: MIT
// A gateway in memory with one meeting, for tests: it keeps the protocol and the rule of policy "each", and nothing else.
import type {
	Activity,
	Choice,
	ConsentEvent,
	Decision,
	DecisionState,
	Medium,
	Participant,
	Purpose,
	Transport,
} from '../src/index.js';

type Body = Record<string, any> & { request: string };
type Listener = (message: unknown) => void;

interface Member {
	id: string;
	display: string;
	feed: number;
	listeners: Set<Listener>;
	decisions: Map<string, Decision>;
	capturing: Set<string>;
}

/** How the answer comes: in the response, or as a message after an acknowledgement. */
export type AnswerStyle = 'synchronous' | 'event';

export class FakeGateway {
	readonly members = new Map<string, Member>();
	readonly activities = new Map<string, Activity>();
	/** Bodies as they arrived. */
	readonly requests: Body[] = [];
	/** Errors to answer with instead of carrying out a request, by its name. */
	readonly failures = new Map<string, { error_code: number; error: string }>();
	/** Purposes of which no capture is reported. */
	readonly silent = new Set<string>();
	secret = 'adminpwd';
	answers: AnswerStyle = 'synchronous';
	#next = 1;

	constructor(public purposes: Purpose[]) {}

	join(display: string): Transport & { id: string } {
		const id = `p${this.#next}`;
		const member: Member = { id, display, feed: 1000 + this.#next++, listeners: new Set(), decisions: new Map(), capturing: new Set() };
		this.members.set(id, member);
		for (const activity of this.activities.values()) this.#tell(member, this.#notice(activity));
		return {
			id,
			send: (body) => this.#receive(member, structuredClone(body) as Body),
			subscribe: (listener) => {
				member.listeners.add(listener);
				return () => member.listeners.delete(listener);
			},
		};
	}

	/** To one participant, or to all. */
	push(event: ConsentEvent, id?: string): void {
		for (const member of this.members.values()) if (!id || member.id === id) this.#tell(member, event);
	}

	/** Started by that member, or by the operator. */
	start(purpose: string, by?: string): Activity {
		const started = { since: '2026-01-02T10:03:00.000Z', by: by ?? 'admin', by_display: this.members.get(by ?? '')?.display ?? null };
		const activity: Activity = { activity: `a-${purpose}-${this.#next++}`, purpose, state: 'running', ...started };
		this.activities.set(purpose, activity);
		this.push(this.#notice(activity));
		this.push({ consent: 'event', event: 'activity', ...activity });
		for (const member of this.members.values()) this.#gate(member);
		return activity;
	}

	stop(purpose: string): void {
		const activity = this.activities.get(purpose)!;
		this.activities.delete(purpose);
		for (const member of this.members.values()) this.#gate(member);
		this.push({ consent: 'event', event: 'activity', ...activity, state: 'stopped' });
	}

	decide(id: string, choices: Pick<Choice, 'purpose' | 'media' | 'decision'>[]): void {
		const member = this.members.get(id)!;
		for (const { purpose, media, decision } of choices) this.#set(member, purpose, media, decision);
	}

	async #receive(member: Member, body: Body): Promise<unknown> {
		this.requests.push(body);
		const answer = this.failures.get(body.request) ?? this.#answer(member, body);
		const message = 'error_code' in answer ? { consent: 'event', ...answer } : answer;
		if (this.answers === 'synchronous') return message;
		setTimeout(() => this.#tell(member, message));
		return undefined;
	}

	#answer(member: Member, body: Body): object {
		switch (body.request) {
			case 'consent_info':
				return this.#info(member);
			case 'consent_decide':
				return this.#decide(member, body['decisions']);
			case 'consent_withdraw':
				return this.#withdraw(member, body);
			case 'consent_start':
				return this.#authorised(body) ?? { consent: 'started', ...this.start(body['purpose'], member.id) };
			case 'consent_stop':
				return this.#authorised(body) ?? this.#stop(body['purpose']);
			default:
				return { error_code: 700, error: `unknown request ${body.request}` };
		}
	}

	#authorised(body: Body): object | undefined {
		return body['secret'] === this.secret ? undefined : { error_code: 707, error: 'secret: not the one of this room' };
	}

	#stop(purpose: string): object {
		const activity = this.activities.get(purpose);
		if (!activity) return { error_code: 712, error: 'purpose: not running' };
		this.stop(purpose);
		return { consent: 'stopped', activity: activity.activity, segments: 1 };
	}

	#decide(member: Member, choices: Choice[]): object {
		for (const choice of choices) {
			const purpose = this.purposes.find((one) => one.purpose === choice.purpose);
			if (!purpose) return { error_code: 704, error: 'purpose: unknown' };
			if (purpose.notice !== choice.notice) return { error_code: 705, error: 'notice: not the one in force', notice: purpose.notice };
		}
		for (const { purpose, media, decision } of choices) this.#set(member, purpose, media, decision);
		return { consent: 'decided', decisions: [...member.decisions.values()], receipt: '' };
	}

	#withdraw(member: Member, body: Body): object {
		const purposes: string[] = body['purposes'] ?? this.purposes.map((one) => one.purpose);
		for (const { purpose, medium, decision } of [...member.decisions.values()]) {
			if (!purposes.includes(purpose) || decision !== 'granted') continue;
			if (!body['media'] || body['media'].includes(medium)) this.#set(member, purpose, [medium], 'withdrawn');
		}
		return { consent: 'withdrawn', decisions: [...member.decisions.values()], receipt: '', erased: 0 };
	}

	#set(member: Member, purpose: string, media: Medium[], decision: DecisionState): void {
		for (const medium of media)
			member.decisions.set(`${purpose} ${medium}`, { purpose, medium, decision, since: '2026-01-02T10:04:00.000Z' });
		this.#gate(member);
		this.push({
			consent: 'event',
			event: 'decision',
			participant: member.id,
			display: member.display,
			feed: member.feed,
			purpose,
			decisions: Object.fromEntries(media.map((medium) => [medium, decision])),
		});
	}

	/** Opens and closes what the rule says, and tells the participant. */
	#gate(member: Member): void {
		for (const { purpose, media } of this.purposes)
			for (const medium of media) {
				const key = `${purpose} ${medium}`;
				const open = !this.silent.has(purpose) && this.activities.has(purpose) && member.decisions.get(key)?.decision === 'granted';
				if (open === member.capturing.has(key)) continue;
				if (open) member.capturing.add(key);
				else member.capturing.delete(key);
				this.#tell(member, { consent: 'event', event: 'capture', purpose, medium, capturing: open });
			}
	}

	#notice(activity: Activity): ConsentEvent {
		const wording = this.purposes.find((one) => one.purpose === activity.purpose)!;
		return { consent: 'event', event: 'notice', ...activity, ...wording };
	}

	#info(member: Member): object {
		return {
			consent: 'info',
			meeting: 'm1',
			room: 1234,
			participant: member.id,
			policy: 'each',
			nonce: 'n',
			purposes: this.purposes,
			activities: [...this.activities.values()],
			decisions: [...member.decisions.values()],
			participants: [...this.members.values()].map((one) => this.#participant(one)),
		};
	}

	#participant({ id, display, feed, decisions, capturing }: Member): Participant {
		const byPurpose: Participant['decisions'] = {};
		for (const { purpose, medium, decision } of decisions.values()) (byPurpose[purpose] ??= {})[medium] = decision;
		return { id, display, feed, decisions: byPurpose, capturing: [...new Set([...capturing].map((key) => key.split(' ')[0]!))] };
	}

	#tell(member: Member, message: unknown): void {
		for (const listener of member.listeners) listener(structuredClone(message));
	}
}

const shared = { version: 1, lang: 'en', langs: ['en', 'de'] };

export const purposes: Purpose[] = [
	{
		...shared,
		purpose: 'record',
		media: ['audio', 'video'],
		notice: 'a'.repeat(64),
		title: 'May we record you?',
		summary: 'Only the sound and picture of people who allow it are recorded. If you decline or don’t answer, you stay in the meeting just as you are.',
		details: 'What happens: your sound and picture are stored from the moment you allow it.\n\nWhat does not happen: without your yes, nothing is recorded.',
		recipients: 'The team that runs this meeting service, and the people in this meeting if they ask for it. Nobody else.',
		retention: 'Deleted after 30 days, or sooner if you ask for it.',
	},
	{
		...shared,
		purpose: 'summarize',
		media: ['audio'],
		notice: 'b'.repeat(64),
		title: 'May AI summarize what you say?',
		summary: 'A program on this server turns what you say into text and writes a summary. Only people who allow it are in it.',
		details: 'What happens: your sound goes to the summarizer on this server.\n\nWhat does not happen: it is not used to train anything.',
		recipients: 'The people in this meeting.',
		retention: 'The sound for a day at most, the summary for 90 days.',
	},
	{
		...shared,
		purpose: 'train',
		media: ['audio', 'video'],
		notice: 'c'.repeat(64),
		title: 'May your voice and picture train AI?',
		summary: 'Recordings of people who allow it help to train speech models.',
		details: 'What happens: your recording is cut into pieces that a model learns from. What it has learned cannot be taken back out of it.',
		recipients: 'The team that runs this meeting service. Nobody else.',
		retention: 'Two years at most, or until you withdraw.',
	},
	{
		...shared,
		purpose: 'telemetry',
		media: ['data'],
		notice: 'd'.repeat(64),
		title: 'May we log how you use the meeting?',
		summary: 'Events such as joining and leaving are logged together with your name.',
		details: 'Without your yes, these events carry no identity.',
		recipients: 'The team that runs this meeting service.',
		retention: '14 days.',
	},
];
