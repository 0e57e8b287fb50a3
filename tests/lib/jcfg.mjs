// SPDX-License-Identifier: GPL-3.0-or-later
// Plain objects as libconfig text: objects become groups, arrays lists, the rest scalars.

export function jcfg(settings) {
	return Object.entries(settings)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name} ${assigned(value)}\n`)
		.join('');
}

function assigned(value) {
	if (Array.isArray(value))
		return `= [ ${value.map(scalar).join(', ')} ]`;
	if (value !== null && typeof value === 'object')
		return `: {\n${jcfg(value).replace(/^(?=.)/gm, '\t')}}`;
	return `= ${scalar(value)}`;
}

function scalar(value) {
	return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
