// SPDX-License-Identifier: GPL-3.0-or-later

/** Who is responsible, as the gateway's configuration says it: what records as JSON-LD need. */
export const OPERATOR = {
	controller: 'Example Meetings GmbH',
	controller_contact: 'mailto:privacy@example.org',
	controller_address: 'Beispielweg 1, 10115 Berlin',
	jurisdiction: 'DE',
	rights: ['eu-gdpr:A15'],
};
