/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcrypto's own SHA-1, whose state lies in the sender's memory: the interface that has taken its place
 * allocates with every packet and keeps its state in several places, none of which is in a cache by then.
 * Measured, a feed with that one cost Janus a hundredth more of a packet. */
#define OPENSSL_API_COMPAT 0x10101000L
#include "capture/srtp_sender.h"

#include "capture/packet.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

#define BLOCK 16
#define CIPHER_KEY_SIZE 16
#define AUTH_KEY_SIZE 20
#define SALT_SIZE 14
#define DIGEST_SIZE 20
/* Packets that come later than that after the highest number are left out. */
#define WINDOW 256
#define HALF 0x8000

G_STATIC_ASSERT(SRTP_SENDER_KEY_SIZE == CIPHER_KEY_SIZE + SALT_SIZE);

struct srtp_sender {
	EVP_CIPHER_CTX *cipher; /* has the session key */
	SHA_CTX inner, outer;   /* HMAC-SHA1, the session key taken in (RFC 2104) */
	size_t tag_size;
	uint8_t salt[SALT_SIZE]; /* of the session */

	/* What was sent: numbers that went round are told apart by how often they did. */
	bool begun;
	uint32_t ssrc;
	uint64_t highest; /* index: rollover counter and sequence number in one */
	uint64_t sent[WINDOW / 64];
};

/* ---- Keys (section 4.3) ---- */

typedef enum { LABEL_CIPHER, LABEL_AUTH, LABEL_SALT } label;

/* `size` bytes of what the master key makes of a label. */
static bool derive(const uint8_t *master, label what, uint8_t *ret, size_t size)
{
	uint8_t counter[BLOCK] = {0};
	const uint8_t zeros[2 * BLOCK] = {0};
	int length = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	memcpy(counter, master + CIPHER_KEY_SIZE, SALT_SIZE);
	counter[7] ^= (uint8_t)what;
	bool good = context && EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), NULL, master, counter) == 1 &&
		EVP_EncryptUpdate(context, ret, &length, zeros, (int)size) == 1;
	EVP_CIPHER_CTX_free(context);
	return good;
}

static bool begin_cipher(srtp_sender *s, const uint8_t *master)
{
	uint8_t key[CIPHER_KEY_SIZE];
	s->cipher = EVP_CIPHER_CTX_new();
	bool good = s->cipher && derive(master, LABEL_CIPHER, key, sizeof key) &&
		EVP_EncryptInit_ex(s->cipher, EVP_aes_128_ctr(), NULL, key, NULL) == 1;
	sodium_memzero(key, sizeof key);
	return good;
}

static bool take_in(SHA_CTX *state, const uint8_t key[AUTH_KEY_SIZE], uint8_t filler)
{
	uint8_t block[SHA_CBLOCK];
	memset(block, filler, sizeof block);
	for (unsigned i = 0; i < AUTH_KEY_SIZE; i++)
		block[i] ^= key[i];
	bool good = SHA1_Init(state) == 1 && SHA1_Update(state, block, sizeof block) == 1;
	sodium_memzero(block, sizeof block);
	return good;
}

static bool begin_mac(srtp_sender *s, const uint8_t *master)
{
	uint8_t key[AUTH_KEY_SIZE];
	bool good = derive(master, LABEL_AUTH, key, sizeof key) && take_in(&s->inner, key, 0x36) &&
		take_in(&s->outer, key, 0x5c);
	sodium_memzero(key, sizeof key);
	return good;
}

srtp_sender *srtp_sender_new(const uint8_t key[SRTP_SENDER_KEY_SIZE], size_t tag_size)
{
	srtp_sender *s = g_new0(srtp_sender, 1);
	s->tag_size = tag_size;
	if (begin_cipher(s, key) && begin_mac(s, key) && derive(key, LABEL_SALT, s->salt, sizeof s->salt))
		return s;
	srtp_sender_free(s);
	return NULL;
}

void srtp_sender_free(srtp_sender *s)
{
	if (!s)
		return;
	EVP_CIPHER_CTX_free(s->cipher);
	sodium_memzero(s, sizeof *s);
	g_free(s);
}

/* ---- Numbers (section 3.3.1) ---- */

/* The index of a sequence number: the one closest to the highest. False: it is before all. */
static bool index_of(const srtp_sender *s, uint16_t seq, uint64_t *ret)
{
	uint16_t last = (uint16_t)s->highest;
	int64_t index = (int64_t)(s->highest - last) + seq;
	if (last < HALF && seq - last > HALF)
		index -= HALF * 2;
	else if (last >= HALF && last - HALF > seq)
		index += HALF * 2;
	*ret = (uint64_t)index;
	return index >= 0;
}

static uint64_t bit_of(uint64_t index)
{
	return UINT64_C(1) << index % 64;
}

static uint64_t *word_of(srtp_sender *s, uint64_t index)
{
	return &s->sent[index % WINDOW / 64];
}

/* The window moves up to `index`. */
static void advance(srtp_sender *s, uint64_t index)
{
	if (index - s->highest >= WINDOW)
		memset(s->sent, 0, sizeof s->sent);
	else
		for (uint64_t i = s->highest + 1; i <= index; i++)
			*word_of(s, i) &= ~bit_of(i);
	s->highest = index;
}

static void begin(srtp_sender *s, const uint8_t *rtp)
{
	s->begun = true;
	s->ssrc = rtp_ssrc(rtp);
	s->highest = rtp_seq(rtp);
}

/* The packet's index, which serves once. */
static bool take_index(srtp_sender *s, const uint8_t *rtp, uint64_t *ret)
{
	if (!s->begun)
		begin(s, rtp);
	if (rtp_ssrc(rtp) != s->ssrc || !index_of(s, rtp_seq(rtp), ret))
		return false;
	if (*ret > s->highest)
		advance(s, *ret);
	if (s->highest - *ret >= WINDOW || (*word_of(s, *ret) & bit_of(*ret)))
		return false;
	*word_of(s, *ret) |= bit_of(*ret);
	return true;
}

/* ---- Packets ---- */

/* Section 4.1.1. */
static bool encrypt(srtp_sender *s, uint64_t index, uint8_t *rtp, size_t length)
{
	uint8_t counter[BLOCK] = {0}, numbers[BLOCK] = {0};
	size_t header = rtp_header_size(rtp, length);
	int done;
	memcpy(counter, s->salt, SALT_SIZE);
	memcpy(numbers + 4, rtp + 8, sizeof s->ssrc);
	for (unsigned i = 0; i < 6; i++)
		numbers[8 + i] = (uint8_t)(index >> (40 - 8 * i));
	for (unsigned i = 0; i < BLOCK; i++)
		counter[i] ^= numbers[i];
	return EVP_EncryptInit_ex(s->cipher, NULL, NULL, NULL, counter) == 1 &&
		EVP_EncryptUpdate(s->cipher, rtp + header, &done, rtp + header, (int)(length - header)) == 1;
}

/* Section 4.2. */
static bool authenticate(srtp_sender *s, uint64_t index, const uint8_t *rtp, size_t length, uint8_t *ret)
{
	uint8_t digest[DIGEST_SIZE];
	uint32_t rollovers = GUINT32_TO_BE((uint32_t)(index >> 16));
	SHA_CTX inner = s->inner, outer = s->outer;
	bool good = SHA1_Update(&inner, rtp, length) == 1 &&
		SHA1_Update(&inner, &rollovers, sizeof rollovers) == 1 && SHA1_Final(digest, &inner) == 1 &&
		SHA1_Update(&outer, digest, sizeof digest) == 1 && SHA1_Final(digest, &outer) == 1;
	if (good)
		memcpy(ret, digest, s->tag_size);
	return good;
}

bool srtp_sender_protect(srtp_sender *s, uint8_t *rtp, size_t *length)
{
	uint64_t index;
	if (!take_index(s, rtp, &index) || !encrypt(s, index, rtp, *length) ||
		!authenticate(s, index, rtp, *length, rtp + *length))
		return false;
	*length += s->tag_size;
	return true;
}
