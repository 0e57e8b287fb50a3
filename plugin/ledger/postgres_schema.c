/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables in PostgreSQL and their versions. A migration is never edited once released: a change is another one
 * at the end. */
#include "ledger/postgres_store.h"

#include <string.h>

/* How long another gateway may take for its migration, which makes this one's wait. */
#define MIGRATE_MS 60000
/* Where nothing but a duplicate name tells that somebody else is making the tables. */
#define RACES 10
#define RACE_PAUSE_US 200000

/* Texts compare by their bytes: an index made under one version of a language's rules is wrong under the
 * next.
 *
 * `seq` is the order in which the store took the entries of all logs. */
static const char tables_1[] =
	"CREATE TABLE janus_consent.logs ("
	" log integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
	" origin text COLLATE \"C\" NOT NULL UNIQUE,"
	" size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),"
	" link bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(link) = 32),"
	" holder text, holder_name text, renewed timestamptz,"
	" probes bigint NOT NULL DEFAULT 0);"
	"CREATE TABLE janus_consent.entries ("
	" log integer NOT NULL REFERENCES janus_consent.logs (log),"
	" idx bigint NOT NULL CHECK (idx >= 0),"
	" seq bigint GENERATED ALWAYS AS IDENTITY CHECK (seq > 0),"
	" at bigint NOT NULL,"
	" type text COLLATE \"C\" NOT NULL,"
	" room text COLLATE \"C\", meeting text COLLATE \"C\","
	" participant text COLLATE \"C\", subject text COLLATE \"C\","
	" body text COLLATE \"C\" NOT NULL,"
	" leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),"
	" link bytea NOT NULL CHECK (octet_length(link) = 32),"
	" PRIMARY KEY (log, idx));"
	"CREATE INDEX entries_seq ON janus_consent.entries (seq);"
	"CREATE INDEX entries_at ON janus_consent.entries (at);"
	"CREATE INDEX entries_type ON janus_consent.entries (type, seq);"
	"CREATE INDEX entries_room ON janus_consent.entries (room, type, seq) WHERE room IS NOT NULL;"
	"CREATE INDEX entries_meeting ON janus_consent.entries (meeting, seq) WHERE meeting IS NOT NULL;"
	"CREATE INDEX entries_participant ON janus_consent.entries (participant, seq)"
	" WHERE participant IS NOT NULL;"
	"CREATE INDEX entries_subject ON janus_consent.entries (subject, seq) WHERE subject IS NOT NULL;"
	"CREATE TABLE janus_consent.personal ("
	" log integer NOT NULL, idx bigint NOT NULL,"
	" salt bytea NOT NULL CHECK (octet_length(salt) = 32),"
	" data text COLLATE \"C\" NOT NULL,"
	" PRIMARY KEY (log, idx),"
	" FOREIGN KEY (log, idx) REFERENCES janus_consent.entries (log, idx));"
	"CREATE TABLE janus_consent.meta ("
	" log integer NOT NULL REFERENCES janus_consent.logs (log),"
	" name text COLLATE \"C\" NOT NULL,"
	" value text NOT NULL,"
	" PRIMARY KEY (log, name));";

/* Left out where the engine has no triggers. */
static const char triggers_1[] =
	"CREATE FUNCTION janus_consent.refuse() RETURNS trigger LANGUAGE plpgsql AS"
	" $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;"
	"CREATE FUNCTION janus_consent.refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	" IF EXISTS ("
	"  SELECT FROM (SELECT log, min(idx) AS first, max(idx) AS last, count(*) AS rows"
	"   FROM added GROUP BY log) AS these"
	"  WHERE these.last - these.first + 1 <> these.rows OR these.first <> (SELECT coalesce(max(idx) + 1, "
	"0)"
	"   FROM janus_consent.entries AS those WHERE those.log = these.log AND those.idx < these.first))"
	" THEN RAISE EXCEPTION 'the ledger is append-only'; END IF; RETURN NULL; END $$;"
	"CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON janus_consent.entries"
	" FOR EACH STATEMENT EXECUTE FUNCTION janus_consent.refuse();"
	"CREATE TRIGGER entries_no_gap AFTER INSERT ON janus_consent.entries"
	" REFERENCING NEW TABLE AS added"
	" FOR EACH STATEMENT EXECUTE FUNCTION janus_consent.refuse_gap();"
	"CREATE TRIGGER personal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON janus_consent.personal"
	" FOR EACH STATEMENT EXECUTE FUNCTION janus_consent.refuse();"
	"CREATE TRIGGER logs_no_delete BEFORE DELETE OR TRUNCATE ON janus_consent.logs"
	" FOR EACH STATEMENT EXECUTE FUNCTION janus_consent.refuse();"
	"CREATE TRIGGER logs_no_return BEFORE UPDATE ON janus_consent.logs FOR EACH ROW"
	" WHEN (NEW.size < OLD.size OR NEW.log <> OLD.log OR NEW.origin <> OLD.origin)"
	" EXECUTE FUNCTION janus_consent.refuse();";

static const struct {
	const char *tables, *triggers;
} migrations[] = {{tables_1, triggers_1}};

#define SCHEMA_VERSION ((gint64)G_N_ELEMENTS(migrations))

static bool run(postgres_store *st, const char *sql, GError **error)
{
	g_autoptr(PGresult) done = postgres_run(&st->link, sql, error);
	return done != NULL;
}

/* A statement whose one answer is an integer; no row is 0. */
static bool ask(postgres_store *st, const char *sql, gint64 *ret, GError **error)
{
	g_autoptr(PGresult) found = postgres_run(&st->link, sql, error);
	if (!found)
		return false;
	*ret = PQntuples(found) ? g_ascii_strtoll(PQgetvalue(found, 0, 0), NULL, 10) : 0;
	return true;
}

/* The version of the store in the database; 0 when there are no tables at all. */
static bool read_version(postgres_store *st, gint64 *ret, GError **error)
{
	gint64 all, own, version = 0;
	if (!ask(st, "SELECT count(*) FROM pg_tables WHERE schemaname = 'janus_consent'", &all, error) ||
		!ask(st,
			"SELECT count(*) FROM pg_tables"
			" WHERE schemaname = 'janus_consent' AND tablename = 'version'",
			&own, error))
		return false;
	if (all > 0 && own == 0)
		return postgres_refuse(error,
			"has a schema janus_consent that is no consent ledger; give the store another "
			"database");
	if (own > 0 && !ask(st, "SELECT version FROM janus_consent.version", &version, error))
		return false;
	if (version > SCHEMA_VERSION)
		return postgres_refuse(error, "was written by a newer version; upgrade this program");
	*ret = version;
	return true;
}

bool postgres_schema_check(postgres_store *st, GError **error)
{
	gint64 version;
	if (!read_version(st, &version, error))
		return false;
	if (version == 0)
		return postgres_refuse(error, "holds no ledger; no gateway has written to it yet");
	if (version < SCHEMA_VERSION)
		return postgres_refuse(error,
			"was written by an older version; start a gateway once to bring it up to date");
	return true;
}

/* One gateway at a time changes tables. Where the engine has no such lock, the row with the version is one,
 * and before there is any, the names that can be taken but once. */
static bool lock(postgres_store *st, GError **error)
{
	gint64 ignored, there;
	if (!run(st, "BEGIN", error) || !run(st, "SET LOCAL lock_timeout = '60s'", error))
		return false;
	if (st->engine.locks != ENGINE_LACKS &&
		!ask(st, "SELECT count(pg_advisory_xact_lock(1131312972, 0))", &ignored, error))
		return false;
	return ask(st,
		       "SELECT count(*) FROM pg_tables"
		       " WHERE schemaname = 'janus_consent' AND tablename = 'version'",
		       &there, error) &&
		(!there || ask(st, "SELECT version FROM janus_consent.version FOR UPDATE", &ignored, error));
}

/* A database's owner may have made the schema for a gateway that may not. */
static bool make_schema(postgres_store *st, GError **error)
{
	gint64 there;
	if (!ask(st, "SELECT count(*) FROM pg_namespace WHERE nspname = 'janus_consent'", &there, error) ||
		(!there && !run(st, "CREATE SCHEMA janus_consent", error)))
		return false;
	return run(st,
		"CREATE TABLE janus_consent.version"
		" (one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL);"
		"INSERT INTO janus_consent.version (one, version) VALUES (1, 0)",
		error);
}

static bool add_triggers(postgres_store *st, const char *sql, GError **error)
{
	g_autoptr(GError) why = NULL;
	if (!run(st, "SAVEPOINT triggers", error))
		return false;
	if (run(st, sql, &why))
		return true;
	if (!postgres_is_unknown(&st->link)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	g_warning("consent: ledger | %s knows no triggers: nothing but its permissions keeps others from "
		  "changing "
		  "entries",
		st->name);
	return run(st, "ROLLBACK TO SAVEPOINT triggers", error);
}

static bool apply(postgres_store *st, gint64 version, GError **error)
{
	g_autofree char *mark =
		g_strdup_printf("UPDATE janus_consent.version SET version = %d", (int)version + 1);
	return run(st, migrations[version].tables, error) &&
		add_triggers(st, migrations[version].triggers, error) && run(st, mark, error);
}

/* In a transaction. */
static bool bring_up(postgres_store *st, GError **error)
{
	gint64 version;
	/* Read again: another gateway may have migrated meanwhile. */
	bool good = lock(st, error) && read_version(st, &version, error);
	if (good && version == 0)
		good = make_schema(st, error);
	for (; good && version < SCHEMA_VERSION; version++)
		good = apply(st, version, error);
	return good && run(st, "COMMIT", error);
}

/* Another gateway took a name first, or the engine does not know the lock: worth another try. */
static bool may_pass(postgres_store *st)
{
	bool taken = strcmp(st->link.state, "42P06") == 0 || strcmp(st->link.state, "42P07") == 0 ||
		strcmp(st->link.state, "23505") == 0;
	if (taken)
		g_usleep(RACE_PAUSE_US);
	else if (postgres_is_unknown(&st->link) && st->engine.locks == ENGINE_UNKNOWN)
		st->engine.locks = ENGINE_LACKS;
	else
		return false;
	return true;
}

static bool migrate(postgres_store *st, GError **error)
{
	for (int tries = 1;; tries++) {
		g_autoptr(GError) why = NULL;
		if (bring_up(st, &why))
			return true;
		bool again = tries < RACES && may_pass(st);
		bool reset = postgres_is_up(&st->link) && run(st, "ROLLBACK", NULL);
		if (again && reset)
			continue;
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
}

bool postgres_schema_migrate(postgres_store *st, GError **error)
{
	gint64 version;
	if (!read_version(st, &version, error))
		return false;
	if (version == SCHEMA_VERSION)
		return true;
	st->link.limit_ms = MIGRATE_MS;
	bool good = migrate(st, error);
	st->link.limit_ms = POSTGRES_ANSWER_MS;
	return good;
}
