/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meeting_speaker.h"

void speaker_join(speaker *s, world *w, const char *name, json_int_t feed)
{
	s->peer = peer_join(w, ROOM, feed, name);
	s->track = peer_audio(s->peer);
	s->id = g_strdup(s->peer->id);
	s->next = 1;
}

void speaker_record(speaker *s, world *w)
{
	speaker_join(s, w, "Ann", 11);
	ck_assert_int_eq(world_start(w, ROOM, "record"), 0);
	speaker_agree(s);
}

void speaker_leave(speaker *s)
{
	g_clear_pointer(&s->peer, peer_free);
}

void speaker_clear(speaker *s)
{
	speaker_leave(s);
	g_free(s->id);
}

void speaker_agree(speaker *s)
{
	ck_assert_int_eq(peer_decide(s->peer, "record", MEDIUM_AUDIO, "granted"), 0);
}

void speaker_refuse(speaker *s)
{
	ck_assert_int_eq(peer_decide(s->peer, "record", MEDIUM_AUDIO, "refused"), 0);
}

void speaker_withdraw(speaker *s)
{
	ck_assert_int_eq(peer_withdraw(s->peer), 0);
}

void speak(speaker *s)
{
	send_numbers(s->track, s->next, 5);
	s->next += 5;
}

void assert_numbers(const world *w, const char *id, const char *mid, const int *wanted)
{
	g_autoptr(GArray) numbers = world_numbers(w, id, mid);
	unsigned count = 0;

	for (; wanted[count] >= 0; count++) {
		ck_assert_uint_lt(count, numbers->len);
		ck_assert_uint_eq(g_array_index(numbers, uint64_t, count), wanted[count]);
	}
	ck_assert_uint_eq(numbers->len, count);
}
