# SPDX-License-Identifier: GPL-3.0-or-later
libconsent_la_SOURCES += \
	plugin/proofs/checkpoint.c plugin/proofs/checkpoint.h \
	plugin/proofs/files.c plugin/proofs/files.h \
	plugin/proofs/jwk.c plugin/proofs/jwk.h \
	plugin/proofs/jws.c plugin/proofs/jws.h \
	plugin/proofs/keyfile.c plugin/proofs/keyfile.h \
	plugin/proofs/keyring.c plugin/proofs/keyring.h \
	plugin/proofs/merkle.c plugin/proofs/merkle.h plugin/proofs/merkle_verify.c \
	plugin/proofs/nonces.c plugin/proofs/nonces.h \
	plugin/proofs/note.c plugin/proofs/note.h \
	plugin/proofs/notekey.c plugin/proofs/notekey.h \
	plugin/proofs/proof.c plugin/proofs/proof.h \
	plugin/proofs/secretfile.c plugin/proofs/secretfile.h \
	plugin/proofs/signing.c plugin/proofs/signing.h \
	plugin/proofs/text.c plugin/proofs/text.h \
	plugin/proofs/tilecheck.c \
	plugin/proofs/tileexport.c plugin/proofs/tileexport.h \
	plugin/proofs/tilehashes.c plugin/proofs/tilehashes.h \
	plugin/proofs/tiles.c plugin/proofs/tiles.h \
	plugin/proofs/tlogproof.c plugin/proofs/tlogproof.h
