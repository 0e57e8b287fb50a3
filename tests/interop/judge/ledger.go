// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// What the tool made of a ledger: a checkpoint from before its key was rotated and one from after it, a tile tree that was
// exported at both times, and a proof for each receipt.
var ledgerChecks = []check{
	{"Go accepts the ledger's checkpoints by its two keys", checkLedgerHeads},
	{"Go authenticates the exported tree, and proves each entry from it", checkLedgerTree},
	{"Go proves from the exported tree that the earlier checkpoint is its beginning", checkLedgerPast},
	{"Go accepts the proofs for the receipts", checkReceipts},
}

// Each key must have signed one of the two.
func ledgerHead(folder string, name ...string) (tlog.Tree, error) {
	text, err := read(folder, name...)
	if err != nil {
		return tlog.Tree{}, err
	}
	keys, err := lines(folder, "vkeys")
	if err != nil || len(keys) != 2 {
		return tlog.Tree{}, fmt.Errorf("%d keys: %v", len(keys), err)
	}
	key := keys[1]
	if name[0] == "early" {
		key = keys[0]
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	return head(n.Text)
}

func checkLedgerHeads(folder string) error {
	early, err := ledgerHead(folder, "early")
	if err != nil {
		return err
	}
	late, err := ledgerHead(folder, "late")
	if err != nil {
		return err
	}
	published, err := ledgerHead(folder, "tiles", "checkpoint")
	if err != nil {
		return err
	}
	// The rotation is an entry itself.
	if early.N != 300 || late.N != 1001 || published != late {
		return fmt.Errorf("%d, %d and %d entries", early.N, late.N, published.N)
	}
	return nil
}

func openLedger(folder string) (tlog.Tree, tlog.HashReader, error) {
	late, err := ledgerHead(folder, "late")
	return late, tlog.TileHashReader(late, tileFolder(filepath.Join(folder, "tiles"))), err
}

// The bundles hold what the leaves are hashes of.
func ledgerEntries(folder string, size int64) ([][]byte, error) {
	var entries [][]byte
	for number := int64(0); number*256 < size; number++ {
		width := 256
		if size-number*256 < 256 {
			width = int(size - number*256)
		}
		bundle, err := os.ReadFile(filepath.Join(folder, "tiles", bundlePath(number, width)))
		for err == nil && len(bundle) > 0 {
			var entry []byte
			if entry, bundle, err = nextEntry(bundle); err == nil {
				entries = append(entries, entry)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if int64(len(entries)) != size {
		return nil, fmt.Errorf("%d entries", len(entries))
	}
	return entries, nil
}

func checkLedgerTree(folder string) error {
	tree, reader, err := openLedger(folder)
	if err != nil {
		return err
	}
	entries, err := ledgerEntries(folder, tree.N)
	if err != nil {
		return err
	}
	for index, entry := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
	}
	return nil
}

func checkLedgerPast(folder string) error {
	early, err := ledgerHead(folder, "early")
	if err != nil {
		return err
	}
	late, reader, err := openLedger(folder)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(late.N, early.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, late.N, late.Hash, early.N, early.Hash)
}

// The place that a receipt names, without its signature, which is for others to judge.
func receiptPlace(text string) (index int64, leaf tlog.Hash, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return 0, leaf, errors.New("no JWS")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return 0, leaf, err
	}
	var claims struct {
		Log struct {
			Index int64
			Leaf  string
		}
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return 0, leaf, err
	}
	bytes, err := hex.DecodeString(claims.Log.Leaf)
	if err == nil && copy(leaf[:], bytes) != tlog.HashSize {
		err = errors.New("no leaf")
	}
	return claims.Log.Index, leaf, err
}

func checkReceipt(folder, name string) error {
	text, err := read(folder, "receipts", name)
	if err != nil {
		return err
	}
	index, leaf, err := receiptPlace(text)
	if err != nil {
		return err
	}
	proof, err := read(folder, "proofs", fmt.Sprint(index))
	if err != nil {
		return err
	}
	path, checkpoint, found := strings.Cut(proof, "\n\n")
	words := strings.Split(path, "\n")
	if !found || len(words) < 2 || words[0] != "c2sp.org/tlog-proof@v1" || words[1] != fmt.Sprintf("index %d", index) {
		return errors.New("not a tlog-proof of this entry")
	}
	hashes, err := decodeHashes(words[2:])
	if err != nil {
		return err
	}
	late, err := read(folder, "late")
	if err != nil || late != checkpoint {
		return fmt.Errorf("the proof is not under the newest checkpoint: %v", err)
	}
	tree, err := ledgerHead(folder, "late")
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, index, leaf)
}

func checkReceipts(folder string) error {
	files, err := os.ReadDir(filepath.Join(folder, "receipts"))
	if err != nil || len(files) != 2 {
		return fmt.Errorf("%d receipts: %v", len(files), err)
	}
	for _, file := range files {
		if err := checkReceipt(folder, file.Name()); err != nil {
			return fmt.Errorf("%s: %v", file.Name(), err)
		}
	}
	return nil
}
