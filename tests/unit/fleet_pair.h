/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two gateways, and somebody who is at both. */
#ifndef CONSENT_TESTS_FLEET_PAIR_H
#define CONSENT_TESTS_FLEET_PAIR_H

#include "fleet_support.h"

#include <string.h>

static world a, b;
static holder ann, screen; /* one person: Ann at A, and with the same key at B */

static void join_pair(void)
{
	holder_join(&ann, &a, "Ann", NULL);
	holder_join(&screen, &b, "Ann's screen", &ann);
	ck_assert_int_eq(world_start(&a, ROOM, "record"), 0);
	ck_assert_int_eq(world_start(&b, ROOM, "record"), 0);
}

G_GNUC_UNUSED static void begin(void)
{
	gateway_init(&a, ORIGIN_A);
	gateway_init(&b, ORIGIN_B);
	join_pair();
}

static void verify(const char *origin)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ledger_reader) log = ledger_reader_open_log(fleet_server.url, origin, NULL);
	gint64 entries;
	char link[HASH_HEX_SIZE];

	ck_assert_msg(ledger_verify(log, &entries, link, &error), "%s", error ? error->message : "");
}

static void end(void)
{
	holder_clear(&ann);
	holder_clear(&screen);
	world_close(&a);
	world_close(&b);
	verify(ORIGIN_A);
	verify(ORIGIN_B);
	world_clear(&a);
	world_clear(&b);
}

G_GNUC_UNUSED static void both_captured(void)
{
	holder_bind(&ann);
	holder_bind(&screen);
	holder_decide(&ann, "granted");
	holder_await(&ann, true);
	holder_await(&screen, true);
}

#endif
