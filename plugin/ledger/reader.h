/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a ledger, also while a gateway writes to it: its own read-only connection, entries in order,
 * streamed. One thread at a time per reader.
 *
 * A database server holds a log for each gateway of a fleet. A reader of one log gives its entries in order
 * of index. A reader of all gives them in the order in which the store took them, which is that of each log,
 * too; `position` is the place in that order. */
#ifndef CONSENT_LEDGER_READER_H
#define CONSENT_LEDGER_READER_H

#include "ledger/ledger.h"
#include "proofs/notekey.h"

typedef struct ledger_reader ledger_reader;

typedef struct ledger_entry {
	gint64 index;    /* in its log */
	gint64 position; /* among all that can be read; the index where that is one log */
	const char *log; /* the log's origin; NULL where nobody has told a file its name */
	gint64 at_ms;
	const char *type;
	json_t *body;     /* parsed; borrowed for the time of the callback */
	json_t *personal; /* parsed, or NULL */
	bool erased;      /* it had personal data, whose key is destroyed */
	/* Whether `next` is known: the next decision or erasure of the same participant in all that can be
	 * read, or NULL. Bare, and without what is parsed. Known of what a list of `many` gives, where the
	 * store can tell; of a next one only that it has none. */
	bool told;
	const struct ledger_entry *next;
	/* What body and personal were parsed from; personal_text is NULL where there is none. */
	const char *text, *personal_text;
} ledger_entry;

/* NULL or 0 members filter nothing. */
typedef struct ledger_filter {
	const char *const *types; /* NULL-terminated */
	const char *room, *meeting, *participant;
	const char *subject;   /* the segment, activity or notice that an entry is about */
	gint64 from_ms, to_ms; /* from ≤ at < to */
	gint64 after;          /* only entries with position ≥ after */
	gint64 before;         /* only entries with position < before; 0: all */
	bool newest;           /* the newest first */
	const char *log;       /* of a reader of all logs: only this one, and position is the index */
	bool bare;             /* personal data is not wanted, and not decrypted */
	bool many;  /* a long list: what each entry needs besides is looked up with them; see `next` */
	bool ahead; /* a very long one: another thread reads on meanwhile, where the reader was given a place;
		       entries that come while it is read may be left out */
} ledger_filter;

/* Return false to stop early (no error). */
typedef bool (*ledger_each)(const ledger_entry *entry, void *user);

/* Of all logs in the store: a path, or an address that begins with postgresql://. Refuses one that is
 * missing, no ledger, or of another schema. */
ledger_reader *ledger_reader_open(const char *store, GError **error);
/* Of the log of that origin only; refuses a store that does not hold it. */
ledger_reader *ledger_reader_open_log(const char *store, const char *origin, GError **error);
void ledger_reader_close(ledger_reader *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ledger_reader, ledger_reader_close)

bool ledger_read(ledger_reader *r, const ledger_filter *filter, ledger_each each, void *user, GError **error);

/* The same without parsing, for whoever reads a million of them: body and personal are NULL. */
bool ledger_read_texts(
	ledger_reader *r, const ledger_filter *filter, ledger_each each, void *user, GError **error);
/* Parses them (json_decref both). CONSENT_ERROR_STORE when they cannot be. */
bool ledger_entry_parse(ledger_entry *e, GError **error);

/* A named value that stands beside the log (g_free); NULL where there is none. Of one log. */
bool ledger_value(ledger_reader *r, const char *name, char **ret, GError **error);

/* How many entries can be read; 0 where they are of several logs. */
bool ledger_count(ledger_reader *r, gint64 *ret, GError **error);

/* The origins of the logs in the store, NULL-terminated (g_strfreev). A store that holds but one, and was
 * never given its name, has one that is "". */
char **ledger_logs(const char *store, GError **error);

/* That no log was taken out of that list, or renamed in it, which nothing that is read by it could tell.
 * CONSENT_ERROR_VERIFY names the log. */
bool ledger_verify_logs(const char *store, GError **error);

/* Of one log: checks every entry: indices without a gap, body canonical, columns equal to the body,
 * commitment, leaf, link. CONSENT_ERROR_VERIFY names the first index that is wrong and what is. */
bool ledger_verify(ledger_reader *r, gint64 *ret_entries, char ret_link[HASH_HEX_SIZE], GError **error);

/* A checkpoint that somebody kept elsewhere: of an earlier state of the log, or a later one. */
typedef struct ledger_held {
	const char *what; /* for errors: where it is kept */
	const char *note;
} ledger_held;

/* What there is outside of the store to verify it by. */
typedef struct ledger_witness {
	/* The log's keys, the current one first. None: those that the store records, and then it only tells
	 * whether it agrees with itself. */
	const note_verifier *keys;
	size_t keys_count;
	const ledger_held *held;
	size_t held_count;
} ledger_witness;

/* Besides: the current key must have signed the newest checkpoint, any of the keys those that are held, and
 * the log must have been each of these heads. `witness` may be NULL. */
bool ledger_verify_with(ledger_reader *r, const ledger_witness *witness, gint64 *ret_entries,
	char ret_link[HASH_HEX_SIZE], GError **error);

/* The verifier keys that the store records, the current one first (of note_verifier; g_array_unref); none for
 * a log that is not signed. */
GArray *ledger_recorded_keys(ledger_reader *r, GError **error);

/* The newest checkpoint (g_free; NULL for a log without), and a tlog-proof that the entry is under it. */
bool ledger_checkpoint(ledger_reader *r, char **ret_note, GError **error);
char *ledger_prove(ledger_reader *r, gint64 index, GError **error);

/* The link after that many entries: what an operator noted elsewhere ("1234 entries, link ab12…") can be
 * compared with. Says nothing about the entries before; ledger_verify does. CONSENT_ERROR_VERIFY when there
 * are fewer. */
bool ledger_link_after(ledger_reader *r, gint64 entries, char ret_link[HASH_HEX_SIZE], GError **error);

#endif
