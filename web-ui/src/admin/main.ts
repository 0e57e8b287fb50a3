// SPDX-License-Identifier: MIT
import { loadConfig } from '../shared/config.js';
import { AdminApp } from './elements/app.js';
import { AdminCheck } from './elements/check.js';
import { AdminErase } from './elements/erase.js';
import { AdminExport } from './elements/export.js';
import { AdminFilterForm } from './elements/filter-form.js';
import { AdminList } from './elements/list.js';
import { AdminSignIn } from './elements/sign-in.js';
import { AdminStatistics } from './elements/statistics.js';
import { AdminTimeline } from './elements/timeline.js';

customElements.define('admin-export', AdminExport);
customElements.define('admin-filter-form', AdminFilterForm);
customElements.define('admin-list', AdminList);
customElements.define('admin-sign-in', AdminSignIn);
customElements.define('admin-check', AdminCheck);
customElements.define('admin-erase', AdminErase);
customElements.define('admin-statistics', AdminStatistics);
customElements.define('admin-timeline', AdminTimeline);
customElements.define('admin-app', AdminApp);

const app = document.createElement('admin-app') as AdminApp;
app.config = await loadConfig('../config.json');
document.body.append(app);
