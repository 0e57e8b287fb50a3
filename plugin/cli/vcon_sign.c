/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/vcon_sign.h"

#include "base/error.h"
#include "proofs/text.h"

#include <errno.h>
#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

/* A multiple of three, so that pieces of base64 can be put behind one another. */
#define PIECE ((size_t)48 * 1024)
/* Half of an ES256 signature. */
#define HALF 32
#define RSA_BITS_MIN 2048

struct vcon_signer {
	EVP_PKEY *key;
	json_t *chain; /* x5c: DER in base64, with padding */
	const char *algorithm;
};

static bool refuse(GError **error, const char *path, const char *why)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_INVALID, "%s %s", path, why);
	return false;
}

static bool fail(GError **error, const char *path)
{
	g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return false;
}

/* The key */

/* A key file with a passphrase is refused rather than asked for. */
static int no_passphrase(char *to, int size, int writing, void *user)
{
	(void)to, (void)size, (void)writing, (void)user;
	return -1;
}

static const char *algorithm_of(const EVP_PKEY *key)
{
	char group[32];
	if (EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN)
		return "RS256";
	if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) &&
		strcmp(group, "prime256v1") == 0)
		return "ES256";
	return NULL;
}

static bool read_key(vcon_signer *s, const char *path, GError **error)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		return refuse(error, path, "(--signkey) cannot be read");
	s->key = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
	fclose(file);
	if (!s->key)
		return refuse(error, path,
			"(--signkey) holds no private key in PEM, or one with a passphrase: take it off");
	s->algorithm = algorithm_of(s->key);
	return s->algorithm ||
		refuse(error, path, "(--signkey) must be an RSA key of 2048 bits or more, or one of P-256");
}

/* The certificate */

static void add_certificate(json_t *chain, X509 *one)
{
	unsigned char *der = NULL;
	int length = i2d_X509(one, &der);
	g_autofree char *base64 = length > 0 ? g_base64_encode(der, (gsize)length) : NULL;
	OPENSSL_free(der);
	if (base64)
		json_array_append_new(chain, json_string(base64));
}

static bool check_certificate(const vcon_signer *s, X509 *leaf, const char *path, GError **error)
{
	if (!X509_check_private_key(leaf, s->key))
		return refuse(error, path, "(--certificate) is not the certificate of that key");
	if (X509_cmp_current_time(X509_get0_notBefore(leaf)) > 0 ||
		X509_cmp_current_time(X509_get0_notAfter(leaf)) < 0)
		return refuse(error, path, "(--certificate) is not valid now");
	return true;
}

static bool read_certificates(vcon_signer *s, const char *path, GError **error)
{
	FILE *file = fopen(path, "rbe");
	bool good = true;
	X509 *one;
	if (!file)
		return refuse(error, path, "(--certificate) cannot be read");
	s->chain = json_array();
	while (good && (one = PEM_read_X509(file, NULL, no_passphrase, NULL))) {
		good = json_array_size(s->chain) > 0 || check_certificate(s, one, path, error);
		add_certificate(s->chain, one);
		X509_free(one);
	}
	fclose(file);
	if (good && json_array_size(s->chain) == 0)
		return refuse(error, path, "(--certificate) holds no certificate in PEM");
	return good;
}

vcon_signer *vcon_signer_new(const char *key, const char *certificate, GError **error)
{
	g_autoptr(vcon_signer) s = g_new0(vcon_signer, 1);
	if (read_key(s, key, error) && read_certificates(s, certificate, error))
		return g_steal_pointer(&s);
	return NULL;
}

void vcon_signer_free(vcon_signer *s)
{
	if (!s)
		return;
	EVP_PKEY_free(s->key);
	json_decref(s->chain);
	g_free(s);
}

/* Signing */

/* As JWS has it: the two numbers behind one another, not DER. */
static char *flat_signature(const unsigned char *der, size_t length)
{
	unsigned char flat[2 * HALF] = {0};
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)length);
	if (!parsed)
		return NULL;
	BN_bn2binpad(ECDSA_SIG_get0_r(parsed), flat, HALF);
	BN_bn2binpad(ECDSA_SIG_get0_s(parsed), flat + HALF, HALF);
	ECDSA_SIG_free(parsed);
	return text_base64url(flat, sizeof flat);
}

static char *end_signature(const vcon_signer *s, EVP_MD_CTX *signing)
{
	size_t length = 0;
	if (EVP_DigestSignFinal(signing, NULL, &length) != 1)
		return NULL;
	g_autofree unsigned char *bytes = g_malloc(length);
	if (EVP_DigestSignFinal(signing, bytes, &length) != 1)
		return NULL;
	return strcmp(s->algorithm, "ES256") == 0 ? flat_signature(bytes, length)
						  : text_base64url(bytes, length);
}

static char *protected_header(const vcon_signer *s, const char *uuid)
{
	json_auto_t *header =
		json_pack("{s:s, s:O, s:s}", "alg", s->algorithm, "x5c", s->chain, "uuid", uuid);
	char *text = json_dumps(header, JSON_COMPACT);
	char *encoded = text_base64url(text, strlen(text));
	free(text);
	return encoded;
}

/* The payload, to the file and to the signature. */
static bool put_payload(FILE *in, FILE *out, EVP_MD_CTX *signing)
{
	g_autofree char *piece = g_malloc(PIECE);
	size_t length;
	bool good = true;
	while (good && (length = fread(piece, 1, PIECE, in)) > 0) {
		g_autofree char *text = text_base64url(piece, length);
		good = EVP_DigestSignUpdate(signing, text, strlen(text)) == 1;
		fputs(text, out);
	}
	return good && !ferror(in);
}

static bool put_jws(const vcon_signer *s, FILE *in, FILE *out, EVP_MD_CTX *signing, const char *uuid)
{
	g_autofree char *header = protected_header(s, uuid);
	if (EVP_DigestSignInit(signing, NULL, EVP_sha256(), NULL, s->key) != 1 ||
		EVP_DigestSignUpdate(signing, header, strlen(header)) != 1 ||
		EVP_DigestSignUpdate(signing, ".", 1) != 1)
		return false;
	fputs("{\"payload\":\"", out);
	if (!put_payload(in, out, signing))
		return false;
	g_autofree char *signature = end_signature(s, signing);
	fprintf(out, "\",\"signatures\":[{\"protected\":\"%s\",\"signature\":\"%s\"}]}\n", header,
		signature ? signature : "");
	return signature != NULL;
}

static bool fail_signing(GError **error)
{
	g_set_error_literal(
		error, CONSENT_ERROR, CONSENT_ERROR_FILE, "the vCon cannot be signed with that key");
	return false;
}

static bool sign_to(
	const vcon_signer *s, FILE *in, FILE *out, const char *path, const char *uuid, GError **error)
{
	EVP_MD_CTX *signing = EVP_MD_CTX_new();
	bool good = put_jws(s, in, out, signing, uuid);
	EVP_MD_CTX_free(signing);
	if (fflush(out) != 0 || ferror(out))
		return fail(error, path);
	return good || fail_signing(error);
}

bool vcon_sign(const vcon_signer *s, const char *from, const char *to, const char *uuid, GError **error)
{
	FILE *in = fopen(from, "rbe"), *out = in ? fopen(to, "wbe") : NULL;
	bool good = in && out ? sign_to(s, in, out, to, uuid, error) : fail(error, in ? to : from);
	if (in)
		fclose(in);
	if (out && fclose(out) != 0 && good)
		return fail(error, to);
	return good;
}
