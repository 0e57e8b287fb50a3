/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which store a text names. */
#include "ledger/postgres_store.h"

#include "base/error.h"

#include <string.h>

static const char *const schemes[] = {"postgresql://", "postgres://"};

bool store_is_url(const char *where)
{
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (g_str_has_prefix(where, schemes[i]))
			return true;
	return false;
}

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return options->val ? options->val : "";
	return "";
}

char *store_name(const char *where)
{
	if (!store_is_url(where))
		return g_strdup(where);
	PQconninfoOption *options = PQconninfoParse(where, NULL);
	if (!options)
		return g_strdup(schemes[0]);
	const char *port = value_of(options, "port");
	char *name = g_strdup_printf("%s%s%s%s/%s", schemes[0], value_of(options, "host"), *port ? ":" : "",
		port, value_of(options, "dbname"));
	PQconninfoFree(options);
	return name;
}

/* libpq's own words could quote a part of the password. */
static store *open_url(const char *where, const char *origin, store_role role, GError **error)
{
	PQconninfoOption *options = PQconninfoParse(where, NULL);
	if (!options) {
		g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_STORE,
			"the store's address is none that PostgreSQL's clients understand: it must be like "
			"postgresql://user@host/database, with %XX for what has a meaning in addresses");
		return NULL;
	}
	PQconninfoFree(options);
	return postgres_open(where, origin, role, NULL, error);
}

/* A file holds one log, and says its name when it was given one. */
static bool is_of(store *s, const char *where, const char *origin, GError **error)
{
	g_autofree char *kept = NULL;
	if (!s->ops->get(s, "origin", &kept, error))
		return false;
	if (!origin || !kept || strcmp(kept, origin) == 0)
		return true;
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_STORE, "%s: is the log of “%s”, not of “%s”", where,
		kept, origin);
	return false;
}

static store *open_file(const char *path, store_role role, GError **error)
{
	switch (role) {
	case STORE_WRITER:
		return store_sqlite_open(path, error);
	case STORE_BESIDE:
		return store_sqlite_open_beside(path, error);
	default:
		return store_sqlite_open_reader(path, error);
	}
}

store *store_open(const char *where, const char *origin, store_role role, GError **error)
{
	if (store_is_url(where))
		return open_url(where, origin, role, error);
	g_autoptr(store) s = open_file(where, role, error);
	/* The ledger compares its own, and names it. */
	bool good = s && (role == STORE_WRITER || is_of(s, where, origin, error));
	return good ? g_steal_pointer(&s) : NULL;
}
