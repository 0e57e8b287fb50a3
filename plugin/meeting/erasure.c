/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a participant's personal data: in the ledger, and in the meeting if they are in one. */
#include "meeting/private.h"

#include "ledger/reader.h"

json_t *meetings_keys(meetings *all)
{
	return ledger_keys(all->ledger);
}

ledger_reader *meetings_read_own(meetings *all, GError **error)
{
	return ledger_reader_open_log(all->settings->store, ledger_origin(all->ledger), error);
}

static bool note_known(const ledger_entry *entry, void *user)
{
	(void)entry;
	*(bool *)user = true;
	return false;
}

static bool check_known(meetings *all, const char *participant, GError **error)
{
	static const char *const types[] = {"join", NULL};
	g_autoptr(ledger_reader) reader = meetings_read_own(all, error);
	const ledger_filter filter = {.types = types, .participant = participant};
	bool known = false;

	if (!reader || !ledger_read(reader, &filter, note_known, &known, error))
		return false;
	if (!known)
		g_set_error(error, CONSENT_ERROR, CONSENT_ERROR_NOT_FOUND,
			"the ledger knows no participant of the id in the field 'participant'");
	return known;
}

bool meetings_erase(meetings *all, const char *participant, const char *reason, GError **error)
{
	return check_known(all, participant, error) &&
		ledger_erase(
			all->ledger, participant, reason, "admin", all->settings->ledger_timeout_ms, error);
}
