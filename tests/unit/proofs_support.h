/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of proofs/ share: running a suite, bytes in hexadecimal, errors. */
#ifndef CONSENT_TESTS_PROOFS_SUPPORT_H
#define CONSENT_TESTS_PROOFS_SUPPORT_H

#include "proofs_log.h"

#include "proofs/text.h"

#include "base_support.h"

/* suite_run with libsodium ready. */
int run_proofs_suite(Suite *suite);

/* The whole of a C string. */
text_span span_of(const char *text);

/* Reads exactly `size` bytes of hexadecimal. */
void from_hex(const char *hex, uint8_t *bytes, size_t size);
/* As many as there are. */
GBytes *bytes_from_hex(const char *hex);

void assert_hash(const uint8_t hash[HASH_SIZE], const char *hex);

/* The error is of that code and says that; it is cleared. */
void assert_error(GError **error, int code, const char *words);

#endif
