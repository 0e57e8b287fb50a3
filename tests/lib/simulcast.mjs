// SPDX-License-Identifier: GPL-3.0-or-later
// One picture in several sizes at once: what an offer says of it.

/** Declares `others` (TrackSource) as larger sizes of the source's one video, the best last. */
export function simulcast(source, others) {
	const ssrcs = [source.video.ssrc, ...others.map(one => one.ssrc)];
	const more = others.map(({ ssrc }) => `a=ssrc:${ssrc} cname:c${source.video.ssrc}\r\n`).join('');
	return sdp => sdp.replace(new RegExp(`(m=video[^]*?)(a=ssrc:${source.video.ssrc} cname)`),
		`$1a=ssrc-group:SIM ${ssrcs.join(' ')}\r\n${more}$2`);
}

/** The elements of a packet's header extension that tell its m-line and its size. */
export const MID = 12, RID = 13;

/** Declares three sizes by name, the best first, and no SSRC of any. */
export function named(rids) {
	const lines = [
		`a=extmap:${MID} urn:ietf:params:rtp-hdrext:sdes:mid`,
		`a=extmap:${RID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`,
		...rids.map(rid => `a=rid:${rid} send`),
		`a=simulcast:send ${rids.join(';')}`,
	];
	return sdp => sdp.replace(/(m=video[^]*?)((?:a=ssrc:.*\r\n)+)/, `$1${lines.join('\r\n')}\r\n`);
}
