// SPDX-License-Identifier: MIT
// Somebody in front of the admin console: what they press and read.

export async function signIn(page, secret) {
	await page.getByLabel('Admin secret').fill(secret);
	await page.keyboard.press('Enter');
}

export const tab = (page, name) => page.getByRole('navigation', { name: 'Consent console' }).getByRole('button', { name });
export const rows = page => page.locator('tbody tr');
export const counted = (page, text) => page.getByRole('status').getByText(text).waitFor();
export const column = (page, name) => page.locator('table').evaluate((table, name) => {
	const index = [...table.querySelectorAll('thead th')].findIndex(one => one.textContent === name);
	return [...table.querySelectorAll('tbody tr')].map(row => row.children[index].textContent.trim());
}, name);
