# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/ledger/ahead.c plugin/ledger/ahead.h \
	plugin/ledger/batch.c plugin/ledger/batch.h \
	plugin/ledger/beside.c plugin/ledger/beside.h \
	plugin/ledger/committer.c plugin/ledger/covers.c plugin/ledger/covers.h \
	plugin/ledger/guard.c plugin/ledger/guard.h \
	plugin/ledger/identity.c plugin/ledger/identity.h \
	plugin/ledger/keys.c \
	plugin/ledger/signers.c plugin/ledger/signers.h \
	plugin/ledger/tree.c plugin/ledger/tree.h \
	plugin/ledger/vault.c plugin/ledger/vault.h \
	plugin/ledger/decisions.c \
	plugin/ledger/entries.c plugin/ledger/entries.h \
	plugin/ledger/erasable.c plugin/ledger/erasable.h \
	plugin/ledger/erasable_entries.c \
	plugin/ledger/follow.c plugin/ledger/follow.h \
	plugin/ledger/ledger.c plugin/ledger/ledger.h \
	plugin/ledger/memory.c plugin/ledger/memory.h \
	plugin/ledger/meetings.c \
	plugin/ledger/overlap.c \
	plugin/ledger/paging.c plugin/ledger/paging.h \
	plugin/ledger/postgres.c plugin/ledger/postgres_batch.c plugin/ledger/postgres_batch.h plugin/ledger/postgres_begin.c \
	plugin/ledger/postgres_doubt.c \
	plugin/ledger/postgres_claim.c plugin/ledger/postgres_link.c plugin/ledger/postgres_link.h \
	plugin/ledger/postgres_meta.c plugin/ledger/postgres_open.c plugin/ledger/postgres_read.c plugin/ledger/postgres_reserve.c plugin/ledger/postgres_schema.c plugin/ledger/postgres_scrub.c \
	plugin/ledger/postgres_store.h plugin/ledger/postgres_values.c plugin/ledger/postgres_wait.c \
	plugin/ledger/trainings.c plugin/ledger/trainings.h \
	plugin/ledger/decisions.h plugin/ledger/flat.c plugin/ledger/flat.h \
	plugin/ledger/products.c plugin/ledger/products.h \
	plugin/ledger/publish.c plugin/ledger/publish.h \
	plugin/ledger/queue.h \
	plugin/ledger/reader.c plugin/ledger/reader.h plugin/ledger/records.h \
	plugin/ledger/reservations.c plugin/ledger/reservations.h \
	plugin/ledger/rows.c plugin/ledger/rows.h \
	plugin/ledger/segmentkeys.c plugin/ledger/segmentkeys.h \
	plugin/ledger/segments.c \
	plugin/ledger/standing.c plugin/ledger/standing.h \
	plugin/ledger/sqlite.c plugin/ledger/sqlite_check.c plugin/ledger/sqlite_followed.c plugin/ledger/sqlite_followed.h plugin/ledger/sqlite_read.c plugin/ledger/sqlite_schema.c plugin/ledger/sqlite_store.h \
	plugin/ledger/store.c plugin/ledger/store.h \
	plugin/ledger/succession.c plugin/ledger/succession.h plugin/ledger/tickets.c plugin/ledger/transaction.c \
	plugin/ledger/verify.c plugin/ledger/verify_entry.c plugin/ledger/verify_entry.h plugin/ledger/verify_heads.c \
	plugin/ledger/wordings.c plugin/ledger/write.c
