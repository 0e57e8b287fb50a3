/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed vCon: the JSON as payload of a JWS in general JSON serialization (RFC 7515, section 7.2.1), by the
 * operator's key, with the certificate and those that issued it in the protected header (x5c). RS256 or
 * ES256. */
#ifndef CONSENT_CLI_VCON_SIGN_H
#define CONSENT_CLI_VCON_SIGN_H

#include <glib.h>
#include <stdbool.h>

typedef struct vcon_signer vcon_signer;

/* `key` and `certificate` are PEM files; the certificate's is first, then those above it.
 * CONSENT_ERROR_INVALID when they cannot be used: not there, encrypted, of another kind, not of one another,
 * not valid now. */
vcon_signer *vcon_signer_new(const char *key, const char *certificate, GError **error);
/* Takes NULL. */
void vcon_signer_free(vcon_signer *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(vcon_signer, vcon_signer_free)

/* Signs what is in the file `from`, piece by piece, and writes the JWS to `to`. `uuid` is the vCon's. */
bool vcon_sign(const vcon_signer *s, const char *from, const char *to, const char *uuid, GError **error);

#endif
