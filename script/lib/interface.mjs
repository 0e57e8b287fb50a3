// SPDX-License-Identifier: GPL-3.0-or-later
// Prints the network interface that Janus should use for media: the one of the default route, or any other that
// is up, has an IPv4 address and is no loopback. Exit status 1 when there is none.
//
//   node interface.mjs [NAME]     only checks that NAME is such an interface

import fs from 'node:fs';
import os from 'node:os';

function usable() {
	return Object.entries(os.networkInterfaces())
		.filter(([, addresses]) => addresses.some(({ family, internal }) => family === 'IPv4' && !internal))
		.map(([name]) => name);
}

/** Lines of: interface, destination, gateway, … in hexadecimal. */
function ofDefaultRoute() {
	const routes = fs.readFileSync('/proc/net/route', 'utf8').split('\n').map(line => line.split('\t'));
	return routes.find(([, destination]) => destination === '00000000')?.[0];
}

const names = usable();
const wanted = process.argv[2] ?? ofDefaultRoute();
const found = names.includes(wanted) ? wanted : process.argv[2] ? undefined : names[0];
if (!found)
	process.exit(1);
console.log(found);
