# SPDX-License-Identifier: GPL-3.0-or-later
libjanus_consent_la_SOURCES +=
