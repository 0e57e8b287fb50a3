/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/training_set.h"

#include "base/error.h"
#include "exports/filehash.h"
#include "proofs/keyfile.h"
#include "proofs/note.h"

#include <sodium.h>
#include <string.h>

/* What the signature is for: no other note begins like this. */
#define NOTE_HEAD "janus-consent/training-set/v1 "

void training_set_init(training_set *s)
{
	s->about = json_object();
	s->lines = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
}

void training_set_clear(training_set *s)
{
	json_decref(s->about);
	g_clear_pointer(&s->lines, g_ptr_array_unref);
	s->about = NULL;
}

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	return text ? text : "";
}

const char *training_set_text(const training_set *s, const char *member)
{
	return text_of(s->about, member);
}

static bool is_nemo(const training_set *s)
{
	return strcmp(training_set_text(s, "layout"), "nemo") == 0;
}

static const char *listing_name(const training_set *s)
{
	return is_nemo(s) ? "manifest.json" : "metadata.jsonl";
}

const char *training_set_file(const training_set *s, const json_t *line)
{
	return text_of(line, is_nemo(s) ? "audio_filepath" : "file_name");
}

char *training_set_speaker(const training_set *s, const char *participant)
{
	char hex[HASH_HEX_SIZE];
	g_autofree char *both = g_strconcat(training_set_text(s, "set"), "/", participant, NULL);
	return g_strndup(hash_bytes_hex(both, strlen(both), hex), 16);
}

/* Reading */

static bool fail_read(GError **error, const char *path, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "%s: %s; is it a training set?", path, why);
	return false;
}

/* Nothing but files below the folder itself may be named: they may be removed. */
static bool is_inside(const char *file)
{
	return g_regex_match_simple("^audio/[0-9]+\\.[a-z]+$", file, G_REGEX_DOLLAR_ENDONLY, 0);
}

static bool read_line(training_set *s, const char *path, const char *text, GError **error)
{
	json_t *line = json_loads(text, 0, NULL);
	if (!line)
		return fail_read(error, path, "holds a line that is no JSON");
	g_ptr_array_add(s->lines, line);
	return is_inside(training_set_file(s, line)) ||
		fail_read(error, path, "names a file that is not in the set");
}

static bool read_lines(training_set *s, const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, listing_name(s), NULL), *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return fail_read(error, path, "cannot be read");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i]; i++)
		if (*lines[i] && !read_line(s, path, lines[i], error))
			return false;
	return true;
}

bool training_set_read(const char *folder, training_set *ret, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "set.json", NULL);
	json_t *about = json_load_file(path, 0, NULL);
	if (!json_is_object(about) || !*text_of(about, "set")) {
		json_decref(about);
		return fail_read(error, path, "cannot be read");
	}
	json_decref(ret->about);
	ret->about = about;
	return read_lines(ret, folder, error);
}

/* Writing */

static bool put(const char *folder, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	return g_file_set_contents_full(
		path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static bool put_json(const char *folder, const char *name, const json_t *json, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char *dumped = json_dumps(json, JSON_INDENT(2));
	g_string_append_printf(text, "%s\n", dumped);
	free(dumped);
	return put(folder, name, text->str, error);
}

static bool put_listing(const training_set *s, const char *folder, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < s->lines->len; i++) {
		char *line = json_dumps(s->lines->pdata[i], JSON_COMPACT | JSON_REAL_PRECISION(9));
		g_string_append_printf(text, "%s\n", line);
		free(line);
	}
	return put(folder, listing_name(s), text->str, error);
}

static json_t *field(const training_set *s, const char *name, const char *type)
{
	g_autofree char *id = g_strconcat("pieces/", name, NULL);
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:{s:s}, s:{s:s}}}", "@type", "cr:Field", "@id", id, "name",
		name, "dataType", type, "source", "fileObject", "@id", listing_name(s), "extract", "jsonPath",
		name);
}

static json_t *fields(const training_set *s)
{
	json_t *all = json_array();
	json_array_append_new(all, field(s, is_nemo(s) ? "audio_filepath" : "file_name", "sc:Text"));
	json_array_append_new(all, field(s, "duration", "sc:Float"));
	json_array_append_new(all, field(s, "speaker", "sc:Text"));
	json_array_append_new(all, field(s, "notice", "sc:Text"));
	json_array_append_new(all, field(s, "receipt", "sc:Text"));
	return all;
}

static json_t *croissant_context(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s,"
			 " s:{s:s, s:s}, s:s}",
		"@language", "en", "@vocab", "https://schema.org/", "sc", "https://schema.org/", "cr",
		"http://mlcommons.org/croissant/", "dct", "http://purl.org/dc/terms/", "conformsTo",
		"dct:conformsTo", "recordSet", "cr:recordSet", "field", "cr:field", "source", "cr:source",
		"extract", "cr:extract", "jsonPath", "cr:jsonPath", "fileObject", "cr:fileObject", "fileSet",
		"cr:fileSet", "includes", "cr:includes", "containedIn", "cr:containedIn", "md5", "cr:md5",
		"dataType", "@id", "cr:dataType", "@type", "@vocab", "sha256", "cr:sha256");
}

static bool put_croissant(const training_set *s, const char *folder, GError **error)
{
	char sha256[HASH_HEX_SIZE];
	const char *format = training_set_text(s, "format");
	g_autofree char *listing = g_build_filename(folder, listing_name(s), NULL);
	g_autofree char *glob = g_strconcat("audio/*.", format, NULL);
	g_autofree char *mime = g_strconcat("audio/", strcmp(format, "opus") == 0 ? "ogg" : format, NULL);
	g_autofree char *name = g_strconcat("consented-speech-", training_set_text(s, "set"), NULL);
	if (!filehash(listing, sha256, error))
		return false;
	json_auto_t *whole =
		json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:s, s:s},"
			  " {s:s, s:s, s:s, s:s, s:s}], s:[{s:s, s:s, s:s, s:o}]}",
			"@context", croissant_context(), "@type", "sc:Dataset", "conformsTo",
			"http://mlcommons.org/croissant/1.0", "name", name, "version", "1.0.0",
			"datePublished", training_set_text(s, "made"), "description",
			"Speech of people who agreed to its use for training. Each line names the decision "
			"it rests on. "
			"Consent can be withdrawn: refresh the set before it is used.",
			"distribution", "@type", "cr:FileObject", "@id", listing_name(s), "name",
			listing_name(s), "contentUrl", listing_name(s), "encodingFormat",
			"application/jsonlines", "sha256", sha256, "@type", "cr:FileSet", "@id", "audio",
			"name", "audio", "encodingFormat", mime, "includes", glob, "recordSet", "@type",
			"cr:RecordSet", "@id", "pieces", "name", "pieces", "field", fields(s));
	return put_json(folder, "croissant.json", whole, error);
}

static bool add_hash(GString *manifest, const char *folder, const char *name, GError **error)
{
	char sha256[HASH_HEX_SIZE];
	g_autofree char *path = g_build_filename(folder, name, NULL);
	if (!filehash(path, sha256, error))
		return false;
	g_string_append_printf(manifest, "%s  %s\n", sha256, name);
	return true;
}

static bool make_manifest(const training_set *s, const char *folder, GString *manifest, GError **error)
{
	const char *const beside[] = {"set.json", listing_name(s), "croissant.json"};
	for (size_t i = 0; i < G_N_ELEMENTS(beside); i++)
		if (!add_hash(manifest, folder, beside[i], error))
			return false;
	for (guint i = 0; i < s->lines->len; i++)
		if (!add_hash(manifest, folder, training_set_file(s, s->lines->pdata[i]), error))
			return false;
	return true;
}

static bool load_ring(ledger_reader *r, keyring *ret, GError **error)
{
	g_autofree char *file = NULL, *origin = NULL;
	if (!ledger_value(r, "keyfile", &file, error) || !ledger_value(r, "origin", &origin, error))
		return false;
	if (file && origin)
		return keyfile_load(file, origin, ret, error);
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_CONFIG,
		"the log has no signing key, and a training set must be signed; let the gateway start once");
	return false;
}

static bool put_note(
	const training_set *s, const char *folder, const char *manifest, ledger_reader *r, GError **error)
{
	g_auto(keyring) ring = {0};
	g_autofree char *text = g_strconcat(NOTE_HEAD, training_set_text(s, "set"), "\n", manifest, NULL);
	if (!load_ring(r, &ring, error))
		return false;
	g_autofree char *signed_text = note_sign(text, &ring.signer, 1, error);
	return signed_text && put(folder, "MANIFEST.note", signed_text, error);
}

bool training_set_write(const training_set *s, const char *folder, ledger_reader *r, GError **error)
{
	g_autoptr(GString) manifest = g_string_new(NULL);
	return put_json(folder, "set.json", s->about, error) && put_listing(s, folder, error) &&
		put_croissant(s, folder, error) && make_manifest(s, folder, manifest, error) &&
		put(folder, "MANIFEST", manifest->str, error) && put_note(s, folder, manifest->str, r, error);
}
