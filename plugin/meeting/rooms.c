/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What outlives a meeting: whether the next one in this room begins with a recording, and where its segments
 * go. */
#include "meeting/private.h"

#include <string.h>

static room_settings *room_settings_of(meetings *all, json_t *room)
{
	g_autofree char *key = room_text(room);
	room_settings *r = g_hash_table_lookup(all->rooms, key);

	if (!r) {
		r = g_new0(room_settings, 1);
		g_hash_table_insert(all->rooms, g_steal_pointer(&key), r);
	}
	return r;
}

void room_arm(meetings *all, json_t *room, bool record)
{
	SCOPE_LOCK(&all->lock);

	room_settings_of(all, room)->record = record;
}

/* Some of the path's length is for the room's own folder and the file. */
#define FOLDER_MAX 200

bool room_folder_is_inside(const char *folder)
{
	return strlen(folder) <= FOLDER_MAX && !strchr(folder, '\\') && capture_path_is_plain(folder, "name");
}

bool room_folder(meetings *all, json_t *room, const char *folder)
{
	SCOPE_LOCK(&all->lock);

	if (folder && !room_folder_is_inside(folder))
		return false;
	room_settings *r = room_settings_of(all, room);
	g_free(r->folder);
	r->folder = g_strdup(folder);
	return true;
}

void room_forget(meetings *all, json_t *room)
{
	SCOPE_LOCK(&all->lock);
	g_autofree char *key = room_text(room);

	g_hash_table_remove(all->rooms, key);
}
