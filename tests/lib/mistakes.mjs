// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that may be wrong with a request's fields, made from tables.

/** Longer than anything reasonable. */
export const LONG = 'x'.repeat(60_000);
/** Cut at a fixed number of bytes, this ends within a character. */
export const WIDE = `x${'ä'.repeat(200)}`;

const VALUES = {
	null: null,
	true: true,
	number: 17,
	negative: -1,
	fraction: 1.5,
	huge: 2 ** 60,
	text: 'text',
	empty: '',
	long: LONG,
	list: [],
	'list of lists': [[]],
	object: {},
};

/** Every kind of value but the good ones, and `more` that is bad for this field: all answered with 702. */
export function wrong(good, more = {}) {
	const others = Object.entries(VALUES).filter(([kind]) => !good.includes(kind));
	return codes(702, { ...Object.fromEntries(others), ...more });
}

/** These values are answered with that code. A function makes the value from the good one. */
export function codes(code, values) {
	return Object.fromEntries(Object.entries(values).map(([kind, value]) => [kind, { value, code }]));
}

/** Codes whose sentence names the field. */
const NAMING = new Set([701, 702, 706]);

const UNKNOWN = ['sudo', 'Room', 'participant', 'admin_secret', WIDE, LONG];

/**
 * Yields {what, body, code, names} for everything that is wrong with `body`, one thing at a time.
 * `fields`: by name, what wrong() and codes() make, and `required`: the code for leaving it out.
 */
export function* mistakes(body, fields, where = '') {
	for (const [field, { required, ...values }] of Object.entries(fields)) {
		if (required)
			yield { what: `${where}${field} missing`, body: without(body, field), code: required, names: field };
		for (const [kind, { value, code }] of Object.entries(values)) {
			const bad = typeof value === 'function' ? value(body[field]) : value;
			const names = NAMING.has(code) ? field : '';
			yield { what: `${where}${field}: ${kind}`, body: { ...body, [field]: bad }, code, names };
		}
	}
	for (const name of UNKNOWN)
		yield { what: `${where}unknown field ${name.slice(0, 12)}`, body: { ...body, [name]: true }, code: 702, names: name.slice(0, 12) };
}

function without(body, field) {
	const { [field]: _, ...rest } = body;
	return rest;
}
