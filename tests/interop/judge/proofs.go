// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

type random struct{}

func (random) Read(bytes []byte) (int, error) { return rand.Read(bytes) }

const proofSizes = 24

// What a proof is to prove; start is a leaf hash, or the first root.
type claim struct {
	from, size int64
	start, end tlog.Hash
	hashes     []tlog.Hash
}

// variants calls with the claim and with what becomes of it when one thing is changed.
func (c claim) variants(call func(c claim)) {
	call(c)
	for i := range c.hashes {
		changed := c
		changed.hashes = append([]tlog.Hash{}, c.hashes...)
		changed.hashes[i][i] ^= 1
		call(changed)
		changed.hashes = append(append([]tlog.Hash{}, c.hashes[:i]...), c.hashes[i+1:]...)
		call(changed)
		changed.hashes = append(append([]tlog.Hash{}, c.hashes[:i+1]...), c.hashes[i:]...)
		call(changed)
	}
	for from := int64(1); from <= c.size; from++ {
		changed := c
		changed.from = from
		call(changed)
	}
	for size := c.from + 1; size <= c.size+3; size++ {
		changed := c
		changed.size = size
		call(changed)
	}
	changed := c
	changed.start[0] ^= 1
	call(changed)
	changed = c
	changed.end[31] ^= 1
	call(changed)
}

func (c claim) write(out *strings.Builder, err error) {
	fmt.Fprintf(out, "%s %d %d %s %s", verdict(err), c.from, c.size, encode(c.start[:]), encode(c.end[:]))
	for _, hash := range c.hashes {
		fmt.Fprintf(out, " %s", encode(hash[:]))
	}
	out.WriteByte('\n')
}

func makeInclusion(t *tree, index, size int64, out *strings.Builder) error {
	proof, err := tlog.ProveRecord(size, index, t)
	if err != nil {
		return err
	}
	root, err := t.root(size)
	if err != nil {
		return err
	}
	claim{index, size, t.leaves[index], root, proof}.variants(func(c claim) {
		c.write(out, tlog.CheckRecord(c.hashes, c.size, c.end, c.from, c.start))
	})
	return nil
}

func makeConsistency(t *tree, first, second int64, out *strings.Builder) error {
	proof, err := tlog.ProveTree(second, first, t)
	if err != nil {
		return err
	}
	before, err := t.root(first)
	if err != nil {
		return err
	}
	after, err := t.root(second)
	if err != nil {
		return err
	}
	claim{first, second, before, after, proof}.variants(func(c claim) {
		c.write(out, tlog.CheckTree(c.hashes, c.size, c.end, c.from, c.start))
	})
	return nil
}

func makeProofs(folder string) error {
	var inclusion, consistency strings.Builder
	t := new(tree)
	for size := int64(1); size <= proofSizes; size++ {
		if err := t.add([]byte(fmt.Sprintf("Go's entry %d", size))); err != nil {
			return err
		}
		for from := int64(0); from < size; from++ {
			if err := makeInclusion(t, from, size, &inclusion); err != nil {
				return err
			}
			if err := makeConsistency(t, from+1, size, &consistency); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "inclusion-by-go"), []byte(inclusion.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "consistency-by-go"), []byte(consistency.String()), 0o644)
}
