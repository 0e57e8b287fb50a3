// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// The names of the two keys, the log's first.
var origins = []string{"consent.example.com/log", "witness.example.com/w1"}

var noteChecks = []check{
	{"Go accepts the notes, with both keys and with either", checkNotes},
	{"Go signs with our keys, byte for byte as we do", checkSigners},
}

func readVerifiers(folder string, names ...string) (note.Verifiers, error) {
	var list []note.Verifier
	for _, name := range names {
		text, err := read(folder, name)
		if err != nil {
			return nil, err
		}
		verifier, err := note.NewVerifier(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %v", name, err)
		}
		list = append(list, verifier)
	}
	return note.VerifierList(list...), nil
}

func readSigner(folder, name string) (note.Signer, error) {
	text, err := read(folder, name)
	if err != nil {
		return nil, err
	}
	return note.NewSigner(text)
}

func eachNote(folder string, call func(text string) error) error {
	files, err := os.ReadDir(filepath.Join(folder, "notes"))
	if err != nil || len(files) < 5 {
		return fmt.Errorf("%d notes: %v", len(files), err)
	}
	for _, file := range files {
		text, err := read(folder, "notes", file.Name())
		if err != nil {
			return err
		}
		if err := call(text); err != nil {
			return fmt.Errorf("%s: %v", file.Name(), err)
		}
	}
	return nil
}

func checkNotes(folder string) error {
	return eachNote(folder, func(text string) error {
		for _, keys := range [][]string{{"vkey", "other-vkey"}, {"vkey"}, {"other-vkey"}} {
			verifiers, err := readVerifiers(folder, keys...)
			if err != nil {
				return err
			}
			n, err := note.Open([]byte(text), verifiers)
			if err != nil {
				return err
			}
			if len(n.Sigs) != len(keys) || len(n.Sigs)+len(n.UnverifiedSigs) != 2 {
				return fmt.Errorf("%d verified signatures", len(n.Sigs))
			}
		}
		return nil
	})
}

func checkSigners(folder string) error {
	first, err := readSigner(folder, "skey")
	if err != nil {
		return err
	}
	second, err := readSigner(folder, "other-skey")
	if err != nil {
		return err
	}
	if first.Name() != origins[0] || second.Name() != origins[1] {
		return fmt.Errorf("the keys are %s and %s", first.Name(), second.Name())
	}
	return eachNote(folder, func(text string) error {
		end := strings.LastIndex(text, "\n\n")
		again, err := note.Sign(&note.Note{Text: text[:end+1]}, first, second)
		if err == nil && string(again) != text {
			err = fmt.Errorf("Go writes %q", again)
		}
		return err
	})
}

// judgeNote is Go's verdict, made as strict as ours: Go reads base64 with stray bits, of which there are several for
// one signature. (Mutations never make a second signature of one key, of which Go only looks at the first.)
func judgeNote(text string, verifiers note.Verifiers) error {
	n, err := note.Open([]byte(text), verifiers)
	if err != nil {
		return err
	}
	for _, signature := range append(n.Sigs, n.UnverifiedSigs...) {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return err
		}
	}
	return nil
}

// mutate calls with a text and what becomes of it: every bit changed, every byte dropped or doubled.
func mutate(text string, call func(changed string)) {
	call(text)
	for i := range []byte(text) {
		for bit := 0; bit < 8; bit++ {
			changed := []byte(text)
			changed[i] ^= 1 << bit
			call(string(changed))
		}
		call(text[:i] + text[i+1:])
		call(text[:i] + text[i:i+1] + text[i:])
		call(text[:i])
	}
}

func makeNotes(folder string) error {
	var out strings.Builder
	var list []note.Verifier
	var signers []note.Signer
	for _, name := range append(origins, "unknown.example.com/ü") {
		secret, vkey, err := note.GenerateKey(random{}, name)
		if err != nil {
			return err
		}
		signer, err := note.NewSigner(secret)
		if err != nil {
			return err
		}
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return err
		}
		signers = append(signers, signer)
		if len(list) < 2 {
			list = append(list, verifier)
			fmt.Fprintf(&out, "key %s\n", vkey)
		}
	}
	verifiers := note.VerifierList(list...)
	for i, by := range [][]note.Signer{signers[:1], signers[1:], signers, signers[2:]} {
		text, err := note.Sign(&note.Note{Text: fmt.Sprintf("Note — %d\n\nmore\n", i)}, by...)
		if err != nil {
			return err
		}
		mutate(string(text), func(changed string) {
			fmt.Fprintf(&out, "%s %s\n", verdict(judgeNote(changed, verifiers)), encode([]byte(changed)))
		})
	}
	return os.WriteFile(filepath.Join(folder, "notes-by-go"), []byte(out.String()), 0o644)
}
