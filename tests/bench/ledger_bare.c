/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a store does without a ledger: somebody who wanted the same rows in it, and nothing else, would do
 * this. What a ledger keeps beside the rows (a checkpoint a transaction, a key a participant) is not written.
 */
#include "bench/ledger.h"

#include "base/clock.h"
#include "ledger/entries.h"
#include "ledger/vault.h"

#include <sodium.h>

typedef struct bare_row {
	entry entry;
	char *personal;
	store_row row;
} bare_row;

static void make_row(bare_row *r, unsigned participant)
{
	static const uint8_t key[VAULT_KEY_SIZE];
	g_autoptr(GError) error = NULL;
	json_auto_t *body = bench_decision(participant), *personal = bench_person();
	const entry_columns *c = &r->entry.columns;

	bench_must(entry_seal("decision", clock_now_ms(), body, personal, &r->entry, &error), error);
	r->row = (store_row){.type = c->type,
		.at_ms = c->at_ms,
		.room = c->room,
		.meeting = c->meeting,
		.participant = c->participant,
		.subject = c->subject,
		.body = r->entry.body};
	r->personal = vault_seal(key, c->participant, r->entry.salt, r->entry.personal, r->row.salt);
	r->row.personal = r->personal;
	randombytes_buf(r->row.leaf, HASH_SIZE);
	randombytes_buf(r->row.link, HASH_SIZE);
}

static void clear_row(void *data)
{
	bare_row *r = data;

	entry_clear(&r->entry);
	g_free(r->personal);
}

static double commit_rows(store *s, GArray *rows, gint64 *next)
{
	g_autoptr(GError) error = NULL;
	double begin = bench_now();

	bench_must(s->ops->begin(s, &error), error);
	for (guint i = 0; i < rows->len; i++) {
		store_row *row = &g_array_index(rows, bare_row, i).row;
		row->index = (*next)++;
		row->at_ms++;
		bench_must(s->ops->append(s, row, &error), error);
	}
	bench_must(s->ops->commit(s, &error), error);
	return bench_now() - begin;
}

bench_times bench_bare(store *s, unsigned batch, double seconds)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(bare_row));
	g_autoptr(GArray) each = g_array_new(FALSE, FALSE, sizeof(double));
	gint64 next = 0;

	bench_must(sodium_init() >= 0, NULL);
	g_array_set_clear_func(rows, clear_row);
	g_array_set_size(rows, batch);
	for (unsigned i = 0; i < batch; i++)
		make_row(&g_array_index(rows, bare_row, i), i);

	double begin = bench_now() + BENCH_WARM_UP, took;
	while (bench_now() < begin)
		commit_rows(s, rows, &next);
	gint64 first = next;
	begin = bench_now();
	while (bench_now() < begin + seconds) {
		took = commit_rows(s, rows, &next);
		g_array_append_val(each, took);
	}
	took = bench_now() - begin;
	bench_times all = bench_summary(each);
	all.rate = (double)(next - first) / took;
	return all;
}
