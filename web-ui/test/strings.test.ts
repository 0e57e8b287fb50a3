// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminWords } from '../src/strings/admin/words.js';
import { componentWords } from '../src/strings/components/words.js';
import { languageNames } from '../src/strings/languages.js';
import { meetingWords } from '../src/strings/meeting/words.js';
import { chooseLanguage, translator } from '../src/strings/localize.js';

const tables = { components: componentWords, meeting: meetingWords, admin: adminWords };

type Entry = string | Record<string, string>;

const placeholders = (entry: Entry) => {
	const texts = typeof entry === 'string' ? [entry] : Object.values(entry);
	return [...new Set(texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();
};

for (const [area, words] of Object.entries(tables))
	for (const language of Object.keys(languageNames))
		test(`${area} in ${language}: complete, with the same placeholders and plural forms`, async () => {
			await words.load(language);
			const original = words.english as unknown as Record<string, Entry>;
			const table = words.of(language) as unknown as Record<string, Entry>;
			if (language !== 'en') assert.notEqual(table, original, 'there is a table');
			assert.deepEqual(Object.keys(table).sort(), Object.keys(original).sort());
			const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
			for (const [key, entry] of Object.entries(table)) {
				assert.deepEqual(placeholders(entry), placeholders(original[key]!), key);
				if (typeof entry === 'string') assert.notEqual(entry.trim(), '', key);
				else for (const form of forms) assert.ok(entry[form] ?? entry['other'], `${key}: ${form}`);
			}
		});

/** Keys that are made while running: from an error's code, a medium, a purpose, a problem. */
const made: Record<string, RegExp> = {
	components: /^error\d+$|^(audio|video|data)$|^(record|summarize|train|telemetry)$/,
	meeting: /Hint$|^(noWebRtc|serverMissing|connectionLost|pluginMissing|roomMissing|roomFull|roomProtected)$/,
	admin: /^(granted|refused|withdrawn|expired|undecided)$/,
};

/** Sources of an area: a key counts as used when it stands there as a string. */
function sources(folder: string): string {
	const root = join(process.cwd(), 'src', folder);
	return readdirSync(root, { recursive: true, encoding: 'utf8' } as never)
		.map(String)
		.filter((name) => name.endsWith('.ts'))
		.map((name) => readFileSync(join(root, name), 'utf8'))
		.join('\n');
}

for (const [area, words] of Object.entries(tables))
	test(`${area}: no string is unused`, () => {
		const text = sources(area);
		const unused = Object.keys(words.english).filter((key) => !made[area]!.test(key) && !text.includes(`'${key}'`));
		assert.deepEqual(unused, []);
	});

test('the best available language is chosen', () => {
	assert.equal(chooseLanguage(['de-AT', 'en'], ['en', 'de']), 'de');
	assert.equal(chooseLanguage(['fr', 'DE'], ['en', 'de']), 'de');
	assert.equal(chooseLanguage(['zh-Hant-TW'], ['en', 'zh-Hant', 'zh']), 'zh-Hant');
	assert.equal(chooseLanguage(['fr'], ['en', 'de']), 'en');
	assert.equal(chooseLanguage([], ['en', 'de']), 'en');
});

test('values and plurals are filled in; values are not templates themselves', () => {
	const t = translator({ hello: 'Hello {name}', things: { one: '{count} thing', other: '{count} things' } }, 'en');
	assert.equal(t('hello', { name: '{name} $& <b>' }), 'Hello {name} $& <b>');
	assert.equal(t('hello'), 'Hello {name}');
	assert.equal(t('things', { count: 1 }), '1 thing');
	assert.equal(t('things', { count: 0 }), '0 things');
});
