// SPDX-License-Identifier: GPL-3.0-or-later
// What is negotiated again while it is captured: other codecs, other tracks. What a file says of itself holds for every packet in it.

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import * as consent from '../lib/consent.mjs';
import { numbers, segmentFiles } from '../lib/disk.mjs';
import { ROOM, SECRET, startJanus } from '../lib/janus.mjs';
import { audioOf, OPUS, videoOf, VP8 } from '../lib/media.mjs';
import { closeAll } from '../lib/peer.mjs';
import { simulcast } from '../lib/simulcast.mjs';
import { Source, TrackSource } from '../lib/source.mjs';
import { Subscriber } from '../lib/subscriber.mjs';
import { closedSegments } from '../lib/tool.mjs';

after(closeAll);

const FRAMES = 20;
const PCMU = audioOf('PCMU', 0), VP9 = videoOf('VP9', 98, 'profile-id=0');

const ROOMS = { [`room-${ROOM}`]: { description: 'Test room', secret: SECRET, publishers: 10, audiocodec: 'opus,pcmu', videocodec: 'vp8,vp9' } };

/** Somebody who agreed, and is recorded. */
async function recorded(t, formats) {
	const janus = await startJanus(t, { rooms: ROOMS });
	const source = await Source.join(janus, { room: ROOM, formats });
	await source.publish();
	await consent.start(source);
	await consent.grant(source);
	return { janus, source };
}

/** Sends frames of these tracks, and awaits that Janus has relayed them. */
async function send(janus, source, tracks = source.tracks) {
	const watcher = await Subscriber.join(janus, ROOM, [source.feed]);
	for (const track of tracks)
		track.sendFrames(FRAMES);
	for (const track of tracks)
		await watcher.sees(track);
	watcher.close();
}

/** [codec, payload type, numbers] of each file, in order. */
const contents = janus => segmentFiles(janus)
	.map(({ header, frames }) => [header.c, [...new Set(frames.map(one => one.payloadType))], frames.map(one => one.number)])
	.sort(([a], [b]) => a.localeCompare(b));

test('who publishes again with other codecs is recorded in files that say so', async t => {
	const { janus, source } = await recorded(t, { audio: OPUS, video: VP8 });
	await send(janus, source);
	const before = source.tracks.map(track => track.sent);
	await source.request({ request: 'unpublish' });
	await source.handle.core.next(({ janus: what }) => what === 'hangup', 'hangup');
	source.peer.close();

	source.audio.format = PCMU;
	source.video.format = VP9;
	await source.publish();
	await send(janus, source);
	await source.close();
	await janus.stop();
	const [audio, video] = source.tracks.map((track, i) => [numbers(1, before[i]), numbers(before[i] + 1, track.sent)]);
	assert.deepEqual(contents(janus), [
		['opus', [111], audio[0]],
		['pcmu', [0], audio[1]],
		['vp8', [96], video[0]],
		['vp9', [98], video[1]],
	]);
});

/** Offers on the same connection what the offer of before has become by `rewrite`; the answer. */
async function offerAgain(source, rewrite) {
	const { offer } = source.peer;
	const version = /^o=(\S+) (\S+) (\d+)/m;
	source.peer.again = (source.peer.again ?? 0) + 1;
	const sdp = rewrite(offer.sdp).replace(version, (_, user, session, number) => `o=${user} ${session} ${Number(number) + source.peer.again}`);
	const { data, jsep } = await source.handle.ask({ request: 'configure' }, { ...offer, sdp });
	assert.ok(jsep, JSON.stringify(data));
	return jsep.sdp;
}

test('a codec that VideoRoom does not take over ends the recording of that track, and of no other', async t => {
	const { janus, source } = await recorded(t, { audio: OPUS, video: VP8 });
	await send(janus, source);
	const before = source.video.sent;
	// On a connection that stands VideoRoom 1.1.2 keeps to the codec of the beginning, and turns the line away that lacks it.
	const answer = await offerAgain(source, sdp => sdp.replaceAll('VP8/90000', 'VP9/90000'));
	assert.match(answer, /^m=video 0 /m);
	const ended = await source.handle.consent('capture', { medium: 'video', capturing: false });
	assert.equal(ended.reason, 'negotiated again');
	source.video.sendFrames(FRAMES);
	await send(janus, source, [source.audio]);
	await source.close();
	await janus.stop();
	assert.deepEqual(contents(janus), [['opus', [111], numbers(1, source.audio.sent)], ['vp8', [96], numbers(1, before)]]);
});

test('other parameters of the same codec begin a file that has them, without losing a packet', async t => {
	const { janus, source } = await recorded(t, { audio: OPUS, video: VP8 });
	await send(janus, source);
	const before = source.audio.sent;
	await offerAgain(source, sdp => sdp.replace(/(m=audio[^]*?a=rtpmap:111 .*\r\n)/, '$1a=extmap:7 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n'));
	await send(janus, source);
	await source.close();
	await closedSegments(janus, 3);
	await janus.stop();
	const audio = segmentFiles(janus).filter(({ header }) => header.t === 'a').sort((a, b) => a.frames[0].number - b.frames[0].number);
	assert.deepEqual(audio.map(({ frames }) => frames.map(one => one.number)), [numbers(1, before), numbers(before + 1, source.audio.sent)]);
	const level = Object.entries(audio[1].header.x ?? {}).find(([, uri]) => uri.endsWith('audio-level'));
	assert.equal(level?.[0], '7', JSON.stringify(audio[1].header));
	assert.ok(!Object.values(audio[0].header.x ?? {}).some(uri => uri.endsWith('audio-level')), 'the first file is of before');
	assert.equal(segmentFiles(janus).filter(({ header }) => header.t === 'v').length, 1, 'the picture goes on as it was');
});

/** The second m-line as a third one, for packets of that SSRC. */
const screenOf = (sdp, ssrc, mid) => sdp.slice(sdp.indexOf('m=video'))
	.replace(/a=mid:\S+/, `a=mid:${mid}`)
	.replace(/a=(ssrc-group|msid):.*\r\n/g, '')
	.replace(/(a=ssrc:.*\r\n)+/, `a=ssrc:${ssrc} cname:c${ssrc}\r\n`);

const withScreen = (ssrc, mid) => sdp => sdp.replace(/^a=group:BUNDLE .*/m, `$& ${mid}`) + screenOf(sdp, ssrc, mid);

const withoutScreen = (ssrc, mid) => sdp => sdp + screenOf(sdp, ssrc, mid).replace(/^m=video \d+/, 'm=video 0').replace('a=sendonly', 'a=inactive');

test('a screen that is shown later, taken away and shown again is captured in files of its own, while the camera\'s goes on', async t => {
	const janus = await startJanus(t);
	const source = await Source.join(janus, { room: ROOM });
	const best = new TrackSource(VP8, source.video.ssrc + 100);
	const [first, second] = [200, 300].map(more => new TrackSource(VP8, source.video.ssrc + more));
	await source.publish({ request: 'publish' }, { rewrite: simulcast(source, [best]) });
	for (const track of [best, first, second])
		track.track = source.video.track;
	await consent.start(source);
	await consent.grant(source);
	// Which size a watcher gets is its own affair; what is sent behind comes behind.
	const show = async (...screens) => {
		best.sendFrames(FRAMES);
		await send(janus, source, [...screens, source.audio]);
	};
	await show();
	await offerAgain(source, withScreen(first.ssrc, '2'));
	await show(first);
	const shown = first.sent;
	assert.match(await offerAgain(source, withoutScreen(first.ssrc, '2')), /^m=video 9 [^]*^m=video 0 /m);
	first.sendFrames(FRAMES);
	await show();
	await offerAgain(source, withScreen(second.ssrc, 'again'));
	await show(second);
	await source.close();
	await janus.stop();

	const isWhole = ({ seq }, i, all) => seq === ((all[0].seq + i) & 0xffff);
	const found = segmentFiles(janus).map(({ frames }) => [frames[0].source, frames.map(one => one.number), frames.every(isWhole)]).sort(([a], [b]) => a - b);
	assert.deepEqual(found, [
		[source.audio.ssrc, numbers(1, source.audio.sent), true],
		[best.ssrc, numbers(1, best.sent), true],
		[first.ssrc, numbers(1, shown), true],
		[second.ssrc, numbers(1, second.sent), true],
	]);
});
