/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export vcon: parties, the recordings as a set, and on which grounds. Recordings are within it, written
 * through without being held in memory, or beside it for publication. */
#include "cli/vcon.h"

#include "base/clock.h"
#include "base/error.h"
#include "cli/export.h"
#include "cli/vcon_sign.h"
#include "exports/target.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME "meeting.vcon.json"
/* A multiple of three, so that pieces of base64 can be put behind one another. */
#define PIECE ((size_t)48 * 1024)

int vcon_party(const vcon_parties *p, const char *participant)
{
	participant = attendees_person(p->who, participant);
	for (guint i = 0; i < p->ids->len; i++)
		if (g_strcmp0(p->ids->pdata[i], participant) == 0)
			return (int)i;
	return -1;
}

json_t *vcon_time(gint64 ms)
{
	char text[CLOCK_TEXT_SIZE];
	return json_string(clock_format(ms, text));
}

static void find_parties(const meeting_export *m, vcon_parties *p)
{
	for (guint i = 0; i < m->who->people->len; i++) {
		char *id = g_array_index(m->who->people, attendee, i).id;
		if (vcon_party(p, id) < 0)
			g_ptr_array_add(p->ids, id);
	}
}

static json_t *parties_json(const meeting_export *m, const vcon_parties *p)
{
	json_t *list = json_array();
	for (guint i = 0; i < p->ids->len; i++) {
		const char *name = meeting_name(m, p->ids->pdata[i]);
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s}", "uuid", p->ids->pdata[i], "name",
				name ? name : "anonymous", "role", "participant"));
	}
	return list;
}

/* Dialogs */

static void add_history(json_t *history, int party, gint64 at_ms, const char *event)
{
	json_array_append_new(history,
		json_pack("{s:i, s:o, s:s}", "party", party, "time", vcon_time(at_ms), "event", event));
}

static json_t *history(const meeting_export *m, const vcon_parties *p)
{
	json_t *list = json_array();
	for (guint i = 0; i < m->who->people->len; i++) {
		const attendee *one = &g_array_index(m->who->people, attendee, i);
		add_history(list, vcon_party(p, one->id), one->from_ms, "join");
		add_history(list, vcon_party(p, one->id), one->to_ms, "drop");
	}
	return list;
}

static json_t *set_dialog(const meeting_export *m, const vcon_parties *p, guint count)
{
	json_t *everybody = json_array(), *indices = json_array();
	for (guint i = 0; i < p->ids->len; i++)
		json_array_append_new(everybody, json_integer(i));
	for (guint i = 1; i <= count; i++)
		json_array_append_new(indices, json_integer(i));
	return json_pack("{s:s, s:o, s:f, s:o, s:o, s:o}", "type", "recording-set", "start",
		vcon_time(m->who->began_ms), "duration", meeting_seconds(m, m->who->ended_ms), "parties",
		everybody, "recordings", indices, "party_history", history(m, p));
}

static const char *mediatype(const char *file)
{
	static const char *const types[][2] = {{".opus", "audio/ogg"}, {".wav", "audio/wav"},
		{".webm", "video/webm"}, {".mp4", "video/mp4"}, {".srt", "text/plain"}};
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(file, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}

static json_t *recording_dialog(const vcon_parties *p, const meeting_track *track)
{
	int party = vcon_party(p, playable_text(track->from, "participant"));
	return json_pack("{s:s, s:o, s:f, s:[i], s:i, s:s, s:s, s:i}", "type", "recording", "start",
		vcon_time(track->times.start_ms), "duration",
		(double)track->times.length_ms / 1000 * track->times.stretch, "parties", party, "originator",
		party, "mediatype", mediatype(track->file), "filename", track->file, "recording_set", 0);
}

/* Content */

static bool fail(GError **error, const char *path)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return false;
}

/* base64url without padding; NULL adds nothing. */
static void put_base64url(FILE *to, const void *bytes, size_t length)
{
	g_autofree char *text = g_base64_encode(bytes, length);
	for (char *c = text; *c && *c != '='; c++)
		putc(*c == '+' ? '-' : *c == '/' ? '_' : *c, to);
}

/* Hands over a file piece by piece: to `out` in base64url (NULL: not), and to `hash`. */
static bool read_through(const char *path, FILE *out, EVP_MD_CTX *hash, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE);
	size_t length;
	FILE *file = fopen(path, "rbe");
	if (!file)
		return fail(error, path);
	while ((length = fread(piece, 1, PIECE, file)) > 0) {
		EVP_DigestUpdate(hash, piece, length);
		if (out)
			put_base64url(out, piece, length);
	}
	bool good = !ferror(file) || fail(error, path);
	fclose(file);
	return good;
}

static void put_url(FILE *out, const char *url, const char *file)
{
	json_auto_t *whole = json_sprintf("%s%s%s", url, g_str_has_suffix(url, "/") ? "" : "/", file);
	fputs(",\"url\":", out);
	json_dumpf(whole, out, JSON_ENCODE_ANY);
}

static bool put_content(const meeting_export *m, const meeting_track *track, FILE *out, GError **error)
{
	const char *url = m->args->values[OPTION_URL];
	g_autofree char *path = g_build_filename(m->place, track->file, NULL);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	EVP_DigestInit_ex(hash, EVP_sha512(), NULL);
	if (url)
		put_url(out, url, track->file);
	else
		fputs(",\"encoding\":\"base64url\",\"body\":\"", out);
	bool good = read_through(path, url ? NULL : out, hash, error);
	EVP_DigestFinal_ex(hash, digest, &length);
	EVP_MD_CTX_free(hash);
	fputs(url ? ",\"content_hash\":\"sha512-" : "\",\"content_hash\":\"sha512-", out);
	put_base64url(out, digest, length);
	fputc('"', out);
	return good;
}

/* The object, left open for its content. */
static void put_open(FILE *out, json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9));
	fwrite(text, 1, strlen(text) - 1, out);
	free(text);
	json_decref(object);
}

static bool put_dialogs(const meeting_export *m, const vcon_parties *p, FILE *out, GError **error)
{
	guint count = 0;
	for (guint i = 0; i < m->tracks->len; i++)
		count += ((meeting_track *)m->tracks->pdata[i])->file != NULL;
	fputs(",\"dialog\":[\n", out);
	put_open(out, set_dialog(m, p, count));
	fputc('}', out);
	for (guint i = 0; i < m->tracks->len; i++) {
		const meeting_track *track = m->tracks->pdata[i];
		if (!track->file)
			continue;
		fputs(",\n", out);
		put_open(out, recording_dialog(p, track));
		if (!put_content(m, track, out, error))
			return false;
		fputc('}', out);
	}
	fputs("\n]", out);
	return true;
}

static json_t *head(const meeting_export *m, const vcon_parties *p, const char *uuid)
{
	char *room = json_dumps(m->who->room ? m->who->room : json_null(), JSON_ENCODE_ANY);
	json_t *extensions = json_pack("[s]", "lawful_basis");
	if (json_array_size(m->products))
		json_array_append_new(extensions, json_string("analysis_parties"));
	json_t *whole = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "vcon", "0.4.0", "uuid", uuid,
		"created_at", vcon_time(m->now_ms), "subject",
		json_sprintf("meeting %s in room %s", m->who->meeting, room), "extensions", extensions,
		"parties", parties_json(m, p));
	free(room);
	return whole;
}

static bool put_vcon(
	const meeting_export *m, const vcon_parties *p, const char *uuid, FILE *out, GError **error)
{
	json_auto_t *attachments = vcon_lawful_basis(m, p, error);
	if (!attachments)
		return false;
	put_open(out, head(m, p, uuid));
	if (!put_dialogs(m, p, out, error))
		return false;
	if (!vcon_put_analysis(m, p, m->products, out, error))
		return false;
	fputs(",\"attachments\":", out);
	json_dumpf(attachments, out, JSON_COMPACT);
	fputs("}\n", out);
	return true;
}

static bool write_vcon(const meeting_export *m, const char *path, const char *uuid, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	vcon_parties p = {m->who, ids};
	FILE *out = fopen(path, "wbe");
	if (!out)
		return fail(error, path);
	find_parties(m, &p);
	bool good = put_vcon(m, &p, uuid, out, error);
	bool written = fflush(out) == 0 && !ferror(out);
	fclose(out);
	return good && (written || fail(error, path));
}

/* NULL without an error: it is not to be signed. */
static vcon_signer *signer_of(const arguments *args, GError **error)
{
	const char *key = args->values[OPTION_SIGN_KEY], *certificate = args->values[OPTION_CERTIFICATE];
	if (!key == !certificate)
		return key ? vcon_signer_new(key, certificate, error) : NULL;
	g_set_error_literal(error, CONSENT_ERROR, CONSENT_ERROR_INVALID,
		"--signkey and --certificate are needed both, or neither");
	return NULL;
}

/* The plain one is not part of what leaves: the payload is all of it. */
static bool write_signed(
	const meeting_export *m, const vcon_signer *s, const char *path, const char *uuid, GError **error)
{
	g_autofree char *plain = g_build_filename(m->work, FILE_NAME, NULL);
	return write_vcon(m, plain, uuid, error) && vcon_sign(s, plain, path, uuid, error);
}

static bool make_vcon(const meeting_export *m, GError **error)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(vcon_signer) s = signer_of(m->args, &why);
	g_autofree char *uuid = g_uuid_string_random();
	g_autofree char *path = g_build_filename(m->place, FILE_NAME, NULL);
	g_autofree char *tracks = g_build_filename(m->place, "tracks", NULL);
	if (why) {
		g_propagate_error(error, g_steal_pointer(&why));
		return false;
	}
	if (!(s ? write_signed(m, s, path, uuid, error) : write_vcon(m, path, uuid, error)))
		return false;
	if (!m->args->values[OPTION_URL])
		target_remove(tracks);
	return true;
}

static bool needs_no_ffmpeg(const arguments *args)
{
	(void)args;
	return false;
}

static int run_vcon(const arguments *args, GError **error)
{
	static const meeting_kind kind = {"vcon", make_vcon, needs_no_ffmpeg, vcon_products};
	g_autoptr(GError) why = NULL;
	/* Known before the work is begun. */
	g_autoptr(vcon_signer) s G_GNUC_UNUSED = signer_of(args, &why);
	if (!why)
		return meeting_run(&kind, args, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return TOOL_USAGE;
}

const command command_export_vcon = {
	.name = "export vcon",
	.needs = "--meeting ID --output DIR",
	.summary = "what may be used now of a meeting, as a vCon with its lawful basis",
	.help = "Makes a folder with " FILE_NAME ": parties, the recordings that may be used now, and what\n"
		"each party has decided, with proof. With --url the recordings are beside it, to be "
		"published\n"
		"there, and the vCon refers to them; otherwise they are in it. With --signkey it is signed.",
	.options = OPTION_BIT(OPTION_STORE) | OPTION_BIT(OPTION_CONFIG) | OPTION_BIT(OPTION_ORIGIN) |
		OPTION_BIT(OPTION_MEETING) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_OUTPUT_FOLDER) |
		OPTION_BIT(OPTION_URL) | OPTION_BIT(OPTION_SIGN_KEY) | OPTION_BIT(OPTION_CERTIFICATE) |
		OPTION_BIT(OPTION_RECORDINGS) | OPTION_BIT(OPTION_KEY),
	.words = meeting_words,
	.run = run_vcon,
};
