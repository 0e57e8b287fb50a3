/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "consent/decision.h"

#include <string.h>

const char *decision_name(decision d)
{
	static const char *const names[] = {"undecided", "granted", "refused", "withdrawn", "expired"};

	return names[d];
}

void decision_card_init(decision_card *card)
{
	memset(card, 0, sizeof *card);
	for (unsigned p = 0; p < PURPOSES_MAX; p++)
		for (unsigned m = 0; m < MEDIA_COUNT; m++)
			card->cells[p][m].index = -1;
}

decision_cell *decision_card_at(decision_card *card, unsigned purpose, medium m)
{
	return &card->cells[purpose][medium_slot(m)];
}

decision decision_effective(const decision_cell *cell, const char *notice, gint64 now_ms)
{
	if (cell->decision != DECISION_GRANTED)
		return cell->decision;
	if (strcmp(cell->notice, notice) != 0)
		return DECISION_UNDECIDED;
	if (cell->expires_ms && now_ms >= cell->expires_ms)
		return DECISION_EXPIRED;
	return DECISION_GRANTED;
}

bool decision_stands(const decision_cell *cell, const char *notice, gint64 now_ms)
{
	return cell->index >= 0 && decision_effective(cell, notice, now_ms) == DECISION_GRANTED;
}

static void set(decision_cell *cell, decision d, const char *notice, gint64 now_ms, guint64 order)
{
	cell->decision = d;
	g_strlcpy(cell->notice, notice, sizeof cell->notice);
	cell->since_ms = now_ms;
	cell->expires_ms = 0;
	cell->index = -1;
	cell->order = order;
}

bool decision_grant(decision_cell *cell, const char *notice, gint64 now_ms, gint64 expires_ms, gint64 index,
	guint64 order)
{
	if (order <= cell->order)
		return false;
	set(cell, DECISION_GRANTED, notice, now_ms, order);
	cell->expires_ms = expires_ms;
	cell->index = index;
	return true;
}

bool decision_close(decision_cell *cell, decision d, const char *notice, gint64 now_ms, guint64 order)
{
	if (order <= cell->order)
		return false;
	set(cell, d, notice, now_ms, order);
	return true;
}

void decision_committed(decision_cell *cell, gint64 index, guint64 order)
{
	if (cell->order == order)
		cell->index = index;
}
