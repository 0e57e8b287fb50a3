// SPDX-License-Identifier: MIT
// The web pages as the project's own nginx configuration serves them, headers and all, in front of a Janus or of none.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { repository } from '../../lib/paths.mjs';
import { Log } from '../../lib/log.mjs';
import { closePages } from './browser.mjs';

const BASE_PORT = Number(process.env.TEST_WEB_PORT ?? 18100);
let sites = 0;

/**
 * Starts nginx and stops it with the test.
 *
 * janus   {port, adminPort} to pass WebSockets to; absent: nobody answers there
 * root    the folder of pages; absent: web-ui/dist
 * config  what config.json says
 * keys    what consent-keys.json says: the gateway's public keys
 * strict  false: without the headers of the project's own pages, for a page that needs inline scripts
 */
export async function startSite(t, { janus, root = path.join(repository, 'web-ui', 'dist'), config, keys, strict = true } = {}) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-site-'));
	const port = BASE_PORT + sites++ % 90;
	const own = Object.entries({ 'config.json': config, 'consent-keys.json': keys }).filter(([, content]) => content);
	for (const [name, content] of own)
		fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
	fs.writeFileSync(path.join(folder, 'nginx.conf'), nginx({ folder, port, root, janus, strict, own: own.map(([name]) => name) }));

	const child = spawn(program(), ['-p', folder, '-e', path.join(folder, 'error.log'), '-c', path.join(folder, 'nginx.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
	const log = new Log('nginx', [child.stdout, child.stderr]);
	const exited = new Promise(resolve => child.once('exit', resolve));
	const leave = () => closePages(`127.0.0.1:${port}`);
	janus?.guests.push(leave);
	t.after(async () => {
		await leave();
		child.kill('SIGTERM');
		await exited;
		fs.rmSync(folder, { recursive: true, force: true });
	});
	await Promise.race([answering(port), exited.then(() => { throw new Error(`nginx ended: ${log.text}`); })]);
	return { url: `http://127.0.0.1:${port}`, port };
}

/** nginx lives in sbin, which is not on the path of an ordinary user. */
function program() {
	return ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find(file => fs.existsSync(file)) ?? 'nginx';
}

async function answering(port) {
	while (!(await canConnect(port)))
		await new Promise(resolve => setImmediate(resolve));
}

function canConnect(port) {
	return new Promise(resolve => {
		const socket = net.connect(port, '127.0.0.1', () => resolve(true) ?? socket.destroy());
		socket.once('error', () => resolve(false));
	});
}

function nginx({ folder, port, root, janus, strict, own }) {
	const conf = path.join(repository, 'conf', 'nginx');
	// Port 9 (discard) is closed wherever the tests run: a Janus that is down.
	const { port: janusPort = 9, adminPort = 9 } = janus ?? {};
	return `${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid "${folder}/nginx.pid";
error_log "${folder}/error.log";
events { worker_connections 256; }
http {
	include /etc/nginx/mime.types;
	access_log off;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path "${folder}/${name}";`).join('\n\t')}
	upstream consent_janus { server 127.0.0.1:${janusPort}; }
	upstream consent_janus_admin { server 127.0.0.1:${adminPort}; }
	geo $consent_admin { default 1; }
	server {
		listen 127.0.0.1:${port};
		root "${root}";
		${own.map(name => `location = /${name} { root "${folder}"; }`).join('\n\t\t')}
		${strict ? `include "${conf}/consent-headers.conf";` : ''}
		include "${conf}/consent-meeting.conf";
		include "${conf}/consent-admin.conf";
	}
}
`;
}
