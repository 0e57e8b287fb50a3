// SPDX-License-Identifier: MIT
// A page as many have it: it joins a room with janus.js, publishes, and shows what it hears about the others.
/* global Janus */

const state = document.getElementById('state');
const parameters = new URLSearchParams(location.search);

window.others = [];

Janus.init({
	debug: false,
	callback() {
		const janus = new Janus({ server: `ws://${location.host}/janus`, iceServers: [], success: () => attach(janus), error: told });
	},
});

function attach(janus) {
	janus.attach({
		plugin: parameters.get('plugin'),
		success(handle) {
			// here
			handle.send({ message: { request: 'join', ptype: 'publisher', room: 1234, display: 'Embedded' } });
			window.handle = handle;
		},
		onmessage: heard,
		error: told,
	});
}

function heard(message, jsep) {
	window.others.push(message);
	if (message.videoroom === 'joined')
		publish();
	if (jsep)
		window.handle.handleRemoteJsep({ jsep });
	if (message.configured === 'ok')
		told('publishing');
}

function publish() {
	const tracks = [{ type: 'audio', capture: true }, { type: 'video', capture: true }];
	const success = jsep => window.handle.send({ message: { request: 'configure' }, jsep });
	window.handle.createOffer({ tracks, success, error: told });
}

function told(text) {
	state.textContent = text;
}
