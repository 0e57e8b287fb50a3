// SPDX-License-Identifier: MIT
// A gateway in memory with one meeting, for tests: it keeps the protocol and the rule of policy "each", checks proofs and signs receipts.
import type {
	Activity,
	Choice,
	ConsentEvent,
	Decision,
	DecisionState,
	Medium,
	Participant,
	Policy,
	Purpose,
	Transport,
} from '../src/index.js';
import { thumbprint, type PublicJwk } from '../src/proofs/keys.js';
import { readJws } from '../src/proofs/jws.js';
import { toBase64url, utf8 } from '../src/proofs/bytes.js';

type Body = Record<string, any> & { request: string };
type Listener = (message: unknown) => void;

interface Member {
	id: string;
	display: string;
	feed: number;
	listeners: Set<Listener>;
	decisions: Map<string, Decision>;
	capturing: Set<string>;
	key?: PublicJwk;
	nonces: Set<string>;
	receipts: string[];
}

/** A handle: it belongs to another member once it has proved that one's key. */
interface Seat {
	member: Member;
	feed: number;
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
	/** tlog-proofs to hand out with the receipts. */
	proofs: (string | null)[] | undefined;
	/** False: a gateway that knows nothing of keys. */
	binds = true;
	/** False: a gateway that deletes nothing; how many segments an erasure is said to delete. */
	erases = true;
	erased = 0;
	/** How many training sets a withdrawal is said to leave behind. */
	trainingSets = 0;
	meeting = 'm1';
	secret = 'adminpwd';
	answers: AnswerStyle = 'synchronous';
	#next = 1;
	#nonces = 0;
	#entries = 0;
	#pair: Promise<CryptoKeyPair> | undefined;

	constructor(public purposes: Purpose[]) {}

	join(display: string): Transport & { id: string } {
		const id = `p${this.#next}`;
		const feed = 1000 + this.#next++;
		const sets = { decisions: new Map(), capturing: new Set<string>(), nonces: new Set<string>() };
		const seat: Seat = { feed, member: { id, display, feed, listeners: new Set(), receipts: [], ...sets } };
		const listeners = new Set<Listener>();
		seat.member.listeners.add((message) => listeners.forEach((listener) => listener(structuredClone(message))));
		this.members.set(id, seat.member);
		for (const activity of this.activities.values()) this.#tell(seat.member, this.#notice(activity));
		return {
			id,
			send: (body) => this.#receive(seat, structuredClone(body) as Body),
			subscribe: (listener) => {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
		};
	}

	/** The set of public keys that receipts are checked against. */
	async jwks(): Promise<{ keys: object[] }> {
		const { kty, crv, x } = (await crypto.subtle.exportKey('jwk', (await this.#keys()).publicKey)) as PublicJwk;
		return { keys: [{ kty, crv, x, kid: await thumbprint({ kty, crv, x }) }] };
	}

	#keys(): Promise<CryptoKeyPair> {
		return (this.#pair ??= crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']) as Promise<CryptoKeyPair>);
	}

	/** To one participant, or to all. */
	push(event: ConsentEvent, id?: string): void {
		for (const member of this.members.values()) if (!id || member.id === id) this.#tell(member, event);
	}

	/** Started by that member, or by the operator; with a countdown (seconds) it is announced only, until `run`. */
	start(purpose: string, by?: string, { since = '2026-01-02T10:03:00.000Z', countdown = 0 } = {}): Activity {
		const started = { since, by: by ?? 'admin', by_display: this.members.get(by ?? '')?.display ?? null };
		const activity: Activity = { activity: `a-${purpose}-${this.#next++}`, purpose, state: countdown ? 'announced' : 'running', ...started };
		this.activities.set(purpose, activity);
		this.push({ ...this.#notice(activity), ...(countdown ? { countdown } : {}) } as ConsentEvent);
		this.push({ consent: 'event', event: 'activity', ...activity });
		for (const member of this.members.values()) this.#gate(member);
		return activity;
	}

	/** What was announced starts. */
	run(purpose: string): void {
		const activity = this.activities.get(purpose)!;
		activity.state = 'running';
		this.push({ consent: 'event', event: 'activity', ...activity });
		for (const member of this.members.values()) this.#gate(member);
	}

	stop(purpose: string): void {
		const activity = this.activities.get(purpose)!;
		this.activities.delete(purpose);
		for (const member of this.members.values()) this.#gate(member);
		this.push({ consent: 'event', event: 'activity', ...activity, state: 'stopped' });
	}

	/** As the gateway does under a policy that no event tells. */
	pause(purpose: string, policy: Policy = 'each'): void {
		const activity = this.activities.get(purpose)!;
		activity.state = 'paused';
		this.push({ consent: 'event', event: 'activity', ...activity });
		activity.policy = policy;
	}

	decide(id: string, choices: Pick<Choice, 'purpose' | 'media' | 'decision'>[]): void {
		const member = this.members.get(id)!;
		for (const { purpose, media, decision } of choices) this.#set(member, purpose, media, decision);
	}

	async #receive(seat: Seat, body: Body): Promise<unknown> {
		this.requests.push(body);
		const answer = this.failures.get(body.request) ?? (await this.#answer(seat, body));
		const message = 'error_code' in answer ? { consent: 'event', ...answer } : answer;
		if (this.answers === 'synchronous') return message;
		setTimeout(() => this.#tell(seat.member, message));
		return undefined;
	}

	async #answer(seat: Seat, body: Body): Promise<object> {
		const { member } = seat;
		switch (body.request) {
			case 'consent_info':
				return this.#info(member);
			case 'consent_decide':
				return (await this.#unproved(member, body, 'decisions')) ?? this.#withReceipt(member, this.#decide(member, body['decisions']));
			case 'consent_withdraw':
				return (await this.#unproved(member, body, 'purposes')) ?? this.#withReceipt(member, this.#withdraw(member, body));
			case 'consent_bind':
				if (this.binds) return this.#bind(seat, body);
				break;
			case 'consent_receipts':
				return { consent: 'receipts', receipts: member.receipts, ...(this.proofs ? { proofs: this.proofs } : {}) };
			case 'consent_start':
				return this.#authorised(body) ?? { consent: 'started', ...this.start(body['purpose'], member.id, { countdown: body['countdown'] ?? 0 }) };
			case 'consent_stop':
				return this.#authorised(body) ?? this.#stop(body['purpose']);
		}
		return { error_code: 700, error: `unknown request ${body.request}` };
	}

	async #bind(seat: Seat, body: Body): Promise<object> {
		const key = body['key'] as PublicJwk;
		const wrong = await this.#wrongProof(seat.member, key, body['proof'], { bind: key });
		if (wrong) return wrong;
		const known = [...this.members.values()].find((one) => one.key?.x === key.x);
		if (known && known !== seat.member) {
			for (const listener of seat.member.listeners) known.listeners.add(listener);
			this.members.delete(seat.member.id);
			seat.member = known;
		}
		seat.member.key = key;
		return { consent: 'bound', participant: seat.member.id, decisions: [...seat.member.decisions.values()] };
	}

	async #unproved(member: Member, body: Body, asked: string): Promise<object | undefined> {
		if (!member.key && !body['proof']) return undefined;
		if (!member.key) return { error_code: 706, error: 'proof: bind a key first' };
		const { media, erase, lang } = body;
		return this.#wrongProof(member, member.key, body['proof'], { [asked]: body[asked] ?? [], media, erase, lang });
	}

	/** What the gateway checks: signature, who, over what, when, and a nonce that was given and has not served. */
	async #wrongProof(member: Member, key: PublicJwk, proof: string, subject: object): Promise<object | undefined> {
		const wrong = (what: string) => ({ error_code: 706, error: `proof: ${what}` });
		if (!proof) return wrong('missing');
		const jws = readJws(proof);
		if (!(await jws.signedBy(key))) return wrong('signature');
		const { nonce, iat, ...claims } = jws.claims;
		const wanted = JSON.parse(JSON.stringify({ meeting: this.meeting, participant: member.id, ...subject }));
		if (JSON.stringify(Object.entries(claims).sort()) !== JSON.stringify(Object.entries(wanted).sort())) return wrong('subject');
		if (Math.abs(Number(iat) - Date.now() / 1000) > 600) return wrong('time');
		return member.nonces.delete(String(nonce)) ? undefined : wrong('nonce');
	}

	/** As the gateway's: a compact JWS by its own key. */
	async #withReceipt(member: Member, answer: object): Promise<object> {
		const pair = await this.#keys().catch(() => undefined);
		if ('error_code' in answer || !pair) return answer;
		const { keys } = (await this.jwks()) as { keys: { kid: string }[] };
		const index = this.#entries++;
		const text = [
			{ alg: 'Ed25519', typ: 'consent-receipt+jwt', kid: keys[0]!.kid },
			{
				...{ iss: 'example.org/log', iat: Math.floor(Date.now() / 1000), jti: `r${index}`, sub: member.id, meeting: this.meeting, room: 1234 },
				...{ decisions: (answer as { decisions: object }).decisions, log: { origin: 'example.org/log', index, leaf: '0'.repeat(64) } },
				...(member.key ? { cnf: { jwk: member.key } } : {}),
			},
		].map((part) => toBase64url(utf8(JSON.stringify(part)))).join('.');
		const signature = await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, utf8(text));
		const receipt = `${text}.${toBase64url(new Uint8Array(signature))}`;
		member.receipts.push(receipt);
		return { ...answer, receipt };
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
		return { consent: 'decided', decisions: [...member.decisions.values()] };
	}

	#withdraw(member: Member, body: Body): object {
		if (body['erase'] && !this.erases) return { error_code: 702, error: 'erase: not by this gateway' };
		const purposes: string[] = body['purposes'] ?? this.purposes.map((one) => one.purpose);
		for (const { purpose, medium, decision } of [...member.decisions.values()]) {
			if (!purposes.includes(purpose) || decision !== 'granted') continue;
			if (!body['media'] || body['media'].includes(medium)) this.#set(member, purpose, [medium], 'withdrawn');
		}
		return { consent: 'withdrawn', decisions: [...member.decisions.values()], erased: body['erase'] ? this.erased : 0, training_sets: this.trainingSets };
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
				const open = !this.silent.has(purpose) && this.activities.get(purpose)?.state === 'running' && member.decisions.get(key)?.decision === 'granted';
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
		const nonce = `n${++this.#nonces}`;
		member.nonces.add(nonce);
		return {
			consent: 'info',
			meeting: this.meeting,
			room: 1234,
			participant: member.id,
			policy: 'each',
			nonce,
			purposes: this.purposes,
			activities: [...this.activities.values()],
			decisions: [...member.decisions.values()],
			participants: [...this.members.values()].map((one) => this.#participant(one)),
		};
	}

	#participant({ id, display, feed, decisions, capturing, key }: Member): Participant {
		const byPurpose: Participant['decisions'] = {};
		for (const { purpose, medium, decision } of decisions.values()) (byPurpose[purpose] ??= {})[medium] = decision;
		return { id, display, feed, bound: Boolean(key), decisions: byPurpose, capturing: [...new Set([...capturing].map((key) => key.split(' ')[0]!))] };
	}

	#tell(member: Member, message: unknown): void {
		for (const listener of member.listeners) listener(message);
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
		retention: 'Deleted after 30 days. During the meeting you can delete it yourself at any time.',
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
