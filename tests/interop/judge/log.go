// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var logChecks = []check{
	{"Go finds the root of each checkpoint", checkRoots},
	{"Go accepts the inclusion proofs", checkInclusion},
	{"Go accepts the consistency proofs", checkConsistency},
	{"Go accepts the tlog-proof files", checkTlogProofs},
	{"Go authenticates the tile tree and proves every 61st entry from it", checkTiles},
	{"Go finds the entries in their bundles", checkBundles},
	{"the tile tree has Go's tiles and no other files", checkFiles},
}

// The head in a note: origin, size and root, in the form that Go's reader knows for its own log.
func head(text string) (tlog.Tree, error) {
	origin, rest, found := strings.Cut(text, "\n")
	if !found || origin != origins[0] {
		return tlog.Tree{}, fmt.Errorf("the origin is %q", origin)
	}
	head, err := tlog.ParseTree([]byte("go.sum database tree\n" + rest))
	if err != nil {
		return head, err
	}
	if again := tlog.FormatTree(head); string(again) != "go.sum database tree\n"+rest {
		return head, fmt.Errorf("Go would have written %q", again)
	}
	return head, nil
}

func openHead(folder, text string) (tlog.Tree, error) {
	verifiers, err := readVerifiers(folder, "vkey")
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open([]byte(text), verifiers)
	if err != nil {
		return tlog.Tree{}, err
	}
	return head(n.Text)
}

func checkRoots(folder string) error {
	t, err := growTree(folder)
	if err != nil {
		return err
	}
	files, err := os.ReadDir(filepath.Join(folder, "checkpoints"))
	if err != nil || len(files) < 10 {
		return fmt.Errorf("%d checkpoints: %v", len(files), err)
	}
	for _, file := range files {
		text, err := read(folder, "checkpoints", file.Name())
		if err != nil {
			return err
		}
		head, err := openHead(folder, text)
		if err != nil {
			return fmt.Errorf("%s: %v", file.Name(), err)
		}
		root, err := t.root(head.N)
		if err != nil || root != head.Hash || fmt.Sprint(head.N) != file.Name() {
			return fmt.Errorf("%s: the root is %v, not %v (%v)", file.Name(), root, head.Hash, err)
		}
	}
	return nil
}

// eachProof calls with the numbers and hashes of each line of a file.
func eachProof(folder, name string, call func(t *tree, from, size int64, hashes []tlog.Hash) error) error {
	t, err := growTree(folder)
	if err != nil {
		return err
	}
	proofs, err := lines(folder, name)
	if err != nil || len(proofs) < 800 {
		return fmt.Errorf("%d proofs: %v", len(proofs), err)
	}
	for _, line := range proofs {
		var from, size int64
		words := strings.Split(line, " ")
		if _, err := fmt.Sscan(words[0]+" "+words[1], &from, &size); err != nil {
			return err
		}
		hashes, err := decodeHashes(words[2:])
		if err != nil {
			return err
		}
		if err := call(t, from, size, hashes); err != nil {
			return fmt.Errorf("%d of %d: %v", from, size, err)
		}
	}
	return nil
}

func checkInclusion(folder string) error {
	return eachProof(folder, "inclusion", func(t *tree, from, size int64, hashes []tlog.Hash) error {
		root, err := t.root(size)
		if err != nil {
			return err
		}
		return tlog.CheckRecord(hashes, size, root, from, t.leaves[from])
	})
}

func checkConsistency(folder string) error {
	return eachProof(folder, "consistency", func(t *tree, from, size int64, hashes []tlog.Hash) error {
		first, err := t.root(from)
		if err != nil {
			return err
		}
		second, err := t.root(size)
		if err != nil {
			return err
		}
		return tlog.CheckTree(hashes, size, second, from, first)
	})
}

func checkTlogProof(folder, text string, t *tree) error {
	path, checkpoint, found := strings.Cut(text, "\n\n")
	words := strings.Split(path, "\n")
	if !found || words[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	words = words[1:]
	if strings.HasPrefix(words[0], "extra ") {
		words = words[1:]
	}
	var index int64
	if _, err := fmt.Sscanf(words[0], "index %d", &index); err != nil {
		return err
	}
	hashes, err := decodeHashes(words[1:])
	if err != nil {
		return err
	}
	head, err := openHead(folder, checkpoint)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, head.N, head.Hash, index, t.leaves[index])
}

func checkTlogProofs(folder string) error {
	t, err := growTree(folder)
	if err != nil {
		return err
	}
	count := 0
	err = filepath.WalkDir(filepath.Join(folder, "proofs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		count++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return checkTlogProof(folder, string(text), t)
	})
	if count < 5 {
		return fmt.Errorf("%d proofs: %v", count, err)
	}
	return err
}
