/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

GQuark consent_error_quark(void)
{
	return g_quark_from_static_string("consent-error");
}
