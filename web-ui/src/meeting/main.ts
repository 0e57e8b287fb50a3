// SPDX-License-Identifier: MIT
import { defineConsentElements } from '../components/define.js';
import { loadConfig } from '../shared/config.js';
import { MeetingApp } from './elements/app.js';
import { MeetingChat } from './elements/chat.js';
import { MeetingControls } from './elements/controls.js';
import { MeetingJoin } from './elements/join.js';
import { MeetingMessage } from './elements/message.js';
import { MeetingStage } from './elements/stage.js';
import { MeetingTile } from './elements/tile.js';

const DEFAULT_ROOM = 1234;

/** The room in the address: a number where it looks like one, as VideoRoom has it unless configured for strings. */
function roomOf(search: string): string | number {
	const room = new URLSearchParams(search).get('room') || String(DEFAULT_ROOM);
	return /^\d{1,15}$/.test(room) ? Number(room) : room;
}

defineConsentElements();
customElements.define('meeting-tile', MeetingTile);
customElements.define('meeting-stage', MeetingStage);
customElements.define('meeting-controls', MeetingControls);
customElements.define('meeting-chat', MeetingChat);
customElements.define('meeting-join', MeetingJoin);
customElements.define('meeting-message', MeetingMessage);
customElements.define('meeting-app', MeetingApp);

const app = document.createElement('meeting-app') as MeetingApp;
app.config = await loadConfig('config.json');
app.room = roomOf(location.search);
document.body.append(app);
