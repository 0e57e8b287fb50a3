# SPDX-License-Identifier: GPL-3.0-or-later
proofs_log = tests/unit/proofs_log.c tests/unit/proofs_log.h
proofs_support = tests/unit/proofs_support.c tests/unit/proofs_support.h $(proofs_log) $(base_support)
proofs_export_support = tests/unit/proofs_export_support.c tests/unit/proofs_export_support.h $(proofs_support)
proofs_key_support = tests/unit/proofs_key_support.c tests/unit/proofs_key_support.h $(proofs_support)

check_PROGRAMS += \
	tests/unit/test_proofs_check \
	tests/unit/test_proofs_export \
	tests/unit/test_proofs_jwk \
	tests/unit/test_proofs_jws \
	tests/unit/test_proofs_keyfile \
	tests/unit/test_proofs_keyring \
	tests/unit/test_proofs_merkle \
	tests/unit/test_proofs_merkle_all \
	tests/unit/test_proofs_note \
	tests/unit/test_proofs_proof \
	tests/unit/test_proofs_text \
	tests/unit/test_proofs_tiles \
	tests/unit/test_proofs_tlogproof

tests_unit_test_proofs_check_SOURCES = tests/unit/test_proofs_check.c $(proofs_export_support)
tests_unit_test_proofs_check_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_export_SOURCES = tests/unit/test_proofs_export.c $(proofs_export_support)
tests_unit_test_proofs_export_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_jwk_SOURCES = tests/unit/test_proofs_jwk.c $(proofs_support)
tests_unit_test_proofs_jwk_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_jws_SOURCES = tests/unit/test_proofs_jws.c $(proofs_support)
tests_unit_test_proofs_jws_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_keyfile_SOURCES = tests/unit/test_proofs_keyfile.c $(proofs_key_support)
tests_unit_test_proofs_keyfile_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_keyring_SOURCES = tests/unit/test_proofs_keyring.c $(proofs_key_support)
tests_unit_test_proofs_keyring_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_merkle_SOURCES = tests/unit/test_proofs_merkle.c $(proofs_support)
tests_unit_test_proofs_merkle_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_merkle_all_SOURCES = tests/unit/test_proofs_merkle_all.c $(proofs_support)
tests_unit_test_proofs_merkle_all_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_note_SOURCES = tests/unit/test_proofs_note.c $(proofs_support)
tests_unit_test_proofs_note_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_proof_SOURCES = tests/unit/test_proofs_proof.c $(proofs_support)
tests_unit_test_proofs_proof_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_text_SOURCES = tests/unit/test_proofs_text.c $(proofs_support)
tests_unit_test_proofs_text_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_tiles_SOURCES = tests/unit/test_proofs_tiles.c $(proofs_support)
tests_unit_test_proofs_tiles_LDADD = $(TEST_LIBS)
tests_unit_test_proofs_tlogproof_SOURCES = tests/unit/test_proofs_tlogproof.c $(proofs_support)
tests_unit_test_proofs_tlogproof_LDADD = $(TEST_LIBS)
include tests/interop/module.mk
include tests/fuzz/module.mk
