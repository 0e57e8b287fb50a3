// SPDX-License-Identifier: MIT
export { defineConsentElements } from './define.js';
export { ConsentElement } from './element.js';
export { ConsentHost } from './host.js';
export { ConsentIndicator } from './indicator.js';
export { ConsentNotice } from './notice/notice.js';
export { ConsentQuestion } from './notice/question.js';
export { ConsentPanel } from './panel/panel.js';
export { ConsentRoster } from './roster.js';
