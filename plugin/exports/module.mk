# SPDX-License-Identifier: GPL-3.0-or-later
# Also of the gateway, which hands lists out in pages.
libconsent_la_SOURCES += \
	plugin/exports/columns.c plugin/exports/columns.h \
	plugin/exports/csv.c plugin/exports/csv.h \
	plugin/exports/filehash.c plugin/exports/filehash.h \
	plugin/exports/export.c plugin/exports/export.h \
	plugin/exports/jsonl.c \
	plugin/exports/jsonld.c plugin/exports/jsonld.h plugin/exports/jsonld_record.c plugin/exports/jsonld_terms.c \
	plugin/exports/page.c plugin/exports/page.h \
	plugin/exports/table.c plugin/exports/table.h \
	plugin/exports/target.c plugin/exports/target.h
