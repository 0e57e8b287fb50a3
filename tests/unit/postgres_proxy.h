/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands between a store and its server, and loses or holds back what a test tells it to. Its functions may
 * be called from any thread. */
#ifndef POSTGRES_PROXY_H
#define POSTGRES_PROXY_H

#include "postgres_support.h"

typedef enum {
	PROXY_PASS,
	PROXY_LOSE_REQUEST, /* what has the COMMIT does not arrive, and the connection is cut */
	PROXY_LOSE_ANSWER,  /* it arrives and is done, then the connection is cut */
	PROXY_CUT,          /* it arrives, and the connection is cut at once */
	PROXY_HOLD_REQUEST, /* it is kept until the release; the server sees no end of the connection before
			     */
	PROXY_HOLD_ANSWER,  /* the answer is kept until the release */
} proxy_fault;

typedef struct pg_proxy pg_proxy;

pg_proxy *pg_proxy_new(const pg_server *server);
void pg_proxy_free(pg_proxy *p);
const char *pg_proxy_url(const pg_proxy *p);

/* What becomes of the next COMMIT; those after it pass. */
void pg_proxy_fault(pg_proxy *p, proxy_fault fault);
/* Whether new connections are turned away. */
void pg_proxy_refuse(pg_proxy *p, bool refuse);
/* Lets go of what is held, and holds nothing any more. */
void pg_proxy_release(pg_proxy *p);

#endif
