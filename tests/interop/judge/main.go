// SPDX-License-Identifier: GPL-3.0-or-later

// The judge of logs: golang.org/x/mod's sumdb/note and sumdb/tlog, which serve Go's checksum database.
//
//	judge verify FOLDER    says of each kind of file that our code wrote whether it holds
//	judge ledger FOLDER    the same of what the tool made of a ledger
//	judge make FOLDER      writes notes and proofs, each with its own verdict, for our code to judge
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A check of something that our code wrote.
type check struct {
	name string
	run  func(folder string) error
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: judge verify|ledger|make FOLDER")
		os.Exit(2)
	}
	folder, good := os.Args[2], true
	switch os.Args[1] {
	case "verify":
		good = verify(folder, append(noteChecks, logChecks...))
	case "ledger":
		good = verify(folder, ledgerChecks)
	case "make":
		must(makeNotes(folder))
		must(makeProofs(folder))
	}
	if !good {
		os.Exit(1)
	}
}

func verify(folder string, checks []check) bool {
	good := true
	for _, c := range checks {
		if err := c.run(folder); err != nil {
			fmt.Printf("not ok %s: %v\n", c.name, err)
			good = false
		} else {
			fmt.Printf("ok %s\n", c.name)
		}
	}
	return good
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
}

func read(folder string, name ...string) (string, error) {
	text, err := os.ReadFile(filepath.Join(append([]string{folder}, name...)...))
	return string(text), err
}

func lines(folder, name string) ([]string, error) {
	text, err := read(folder, name)
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n"), err
}

func encode(bytes []byte) string { return base64.StdEncoding.EncodeToString(bytes) }

func decodeHashes(words []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(words))
	for i, word := range words {
		bytes, err := base64.StdEncoding.Strict().DecodeString(word)
		if err != nil || len(bytes) != tlog.HashSize {
			return nil, fmt.Errorf("%q is no hash", word)
		}
		copy(hashes[i][:], bytes)
	}
	return hashes, nil
}

func verdict(err error) string {
	if err == nil {
		return "good"
	}
	return "bad"
}
