/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#define MS_PER_SECOND 1000
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_DAY ((gint64)24 * 60 * MS_PER_MINUTE)
#define DAYS_PER_ERA 146097        /* 400 Gregorian years */
#define DAYS_TO_1970 719468        /* from 0000-03-01 */
#define FIRST_MS (-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define LAST_MS 253402300799999    /* 9999-12-31T23:59:59.999Z */

gint64 clock_now_ms(void)
{
	return g_get_real_time() / 1000;
}

/* Days since 1970 of a date in the proleptic Gregorian calendar. A year is taken to begin in March, so that
 * the leap day is its last. */
static gint64 days_from_date(int year, int month, int day)
{
	int march_year = month > 2 ? year : year - 1;
	int era = (march_year >= 0 ? march_year : march_year - 399) / 400;
	int year_of_era = march_year - era * 400;
	int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return (gint64)era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static void date_from_days(gint64 days, int *year, int *month, int *day)
{
	gint64 shifted = days + DAYS_TO_1970;
	gint64 era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int day_of_era = (int)(shifted - era * DAYS_PER_ERA);
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int march_month = (5 * day_of_year + 2) / 153;
	*day = day_of_year - (153 * march_month + 2) / 5 + 1;
	*month = march_month < 10 ? march_month + 3 : march_month - 9;
	*year = (int)(year_of_era + era * 400) + (*month <= 2);
}

static char *put(char *at, int value, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	at[digits] = after;
	return at + digits + 1;
}

/* By hand: exports write millions of them. */
char *clock_format(gint64 ms, char *text)
{
	gint64 clamped = CLAMP(ms, FIRST_MS, LAST_MS);
	gint64 days = clamped >= 0 ? clamped / MS_PER_DAY : -((MS_PER_DAY - 1 - clamped) / MS_PER_DAY);
	int of_day = (int)(clamped - days * MS_PER_DAY);
	int year, month, day;
	date_from_days(days, &year, &month, &day);
	char *at = put(put(put(text, year, 4, '-'), month, 2, '-'), day, 2, 'T');
	at = put(put(at, of_day / (60 * MS_PER_MINUTE), 2, ':'), of_day / MS_PER_MINUTE % 60, 2, ':');
	at = put(put(at, of_day / MS_PER_SECOND % 60, 2, '.'), of_day % MS_PER_SECOND, 3, 'Z');
	*at = '\0';
	return text;
}

/* Takes exactly `count` digits. */
static bool take_digits(const char **at, unsigned count, int *ret)
{
	int value = 0;
	for (unsigned i = 0; i < count; i++) {
		if (!g_ascii_isdigit((*at)[i]))
			return false;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += count;
	*ret = value;
	return true;
}

static bool take(const char **at, char wanted)
{
	if (g_ascii_toupper(**at) != wanted)
		return false;
	(*at)++;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

static bool take_date(const char **at, gint64 *ret_days)
{
	int year, month, day;
	if (!take_digits(at, 4, &year) || !take(at, '-') || !take_digits(at, 2, &month) || !take(at, '-') ||
		!take_digits(at, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	*ret_days = days_from_date(year, month, day);
	return true;
}

/* One to nine digits after the point, cut to milliseconds. No point is no fraction. */
static bool take_fraction(const char **at, int *ret_ms)
{
	*ret_ms = 0;
	if (!take(at, '.'))
		return true;
	unsigned count = 0;
	for (int weight = 100; g_ascii_isdigit(**at); weight /= 10, count++, (*at)++)
		*ret_ms += (**at - '0') * weight;
	return count >= 1 && count <= 9;
}

static bool take_offset(const char **at, int *ret_ms)
{
	*ret_ms = 0;
	if (take(at, 'Z'))
		return true;
	int sign = **at == '-' ? -1 : 1;
	int hours, minutes;
	if ((!take(at, '+') && !take(at, '-')) || !take_digits(at, 2, &hours) || !take(at, ':') ||
		!take_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_ms = sign * (hours * 60 + minutes) * MS_PER_MINUTE;
	return true;
}

bool clock_parse(const char *text, gint64 *ret_ms)
{
	const char *at = text;
	gint64 days;
	int hours, minutes, seconds, fraction, offset;
	if (!text || !take_date(&at, &days) || !take(&at, 'T') || !take_digits(&at, 2, &hours) ||
		!take(&at, ':') || !take_digits(&at, 2, &minutes) || !take(&at, ':') ||
		!take_digits(&at, 2, &seconds) || !take_fraction(&at, &fraction) ||
		!take_offset(&at, &offset) || *at != '\0')
		return false;
	if (hours > 23 || minutes > 59 || seconds > 60)
		return false;

	gint64 minute = days * MS_PER_DAY + (hours * 60 + minutes) * (gint64)MS_PER_MINUTE - offset;
	/* A leap second ends a UTC day; as POSIX counts, it is the first one of the next. */
	if (seconds == 60 && (minute + MS_PER_MINUTE) % MS_PER_DAY != 0)
		return false;
	*ret_ms = minute + seconds * MS_PER_SECOND + fraction;
	return true;
}

bool clock_parse_moment(const char *text, gint64 *ret_ms)
{
	const char *at = text;
	gint64 days;
	if (!text || !take_date(&at, &days) || *at != '\0')
		return clock_parse(text, ret_ms);
	*ret_ms = days * MS_PER_DAY;
	return true;
}
