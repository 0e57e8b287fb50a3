/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products: transcripts and summaries that somebody's program made of what was captured for a purpose, as a
 * log tells of them. Each rests on what some participants granted, and their notices said what becomes of it
 * when one of them has what was captured erased: it is removed, or it may stay and is listed (notices/,
 * option "products").
 *
 * Its file is encrypted with a key of its own, kept under the operator's as `product-key/<product>`; a log
 * without an operator's key has plain files. One entry `product` with state "attached" makes it, one with
 * "erased" destroys that key. One log; thread as the reader's. */
#ifndef CONSENT_LEDGER_PRODUCTS_H
#define CONSENT_LEDGER_PRODUCTS_H

#include "ledger/reader.h"
#include "ledger/records.h"
#include "sealing/operatorkey.h"

/* What a notice says of products, on the wire and in entries. */
#define PRODUCTS_REMOVE "remove"
#define PRODUCTS_LIST "list"

/* One that rests on a participant and is there. */
typedef struct product {
	json_t *record; /* of records_products */
	bool begun;     /* they have had what it rests on erased since */
	bool stays;     /* and the notice says that it may stay then */
} product;

void product_free(gpointer p);

/* All that rest on the participant, or on the handles that proved this participant's key later: elements are
 * product * (g_ptr_array_unref). */
GPtrArray *products_on(ledger_reader *r, const char *participant, GError **error);

/* Body of the entry that says that it is erased, and the values that destroy its key (ledger_append_with). */
json_t *product_erased_body(const json_t *record, const char *reason, const char *by);
json_t *product_forget(const json_t *record);

/* {"product","kind","purpose","state"}: what whoever had it erased is told; "erased" or "kept". New. */
json_t *product_told(const json_t *record, const char *state);

/* The value that keeps its key. */
json_t *product_keep(const operatorkey *with, const char *id, const uint8_t key[SEALING_KEY_SIZE]);
/* *ret_found false: it is destroyed, or there never was one. CONSENT_ERROR_CONFIG when the operator's key is
 * another one. */
bool product_key(ledger_reader *r, const operatorkey *with, const char *id, uint8_t ret[SEALING_KEY_SIZE],
	bool *ret_found, GError **error);

#endif
