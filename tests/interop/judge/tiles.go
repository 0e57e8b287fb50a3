// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// A folder of tiles. c2sp.org/tlog-tiles names them as Go's checksum database does, without the height.
type tileFolder string

func (f tileFolder) path(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", t.H), "tile/", 1)
}

func (f tileFolder) Height() int { return height }

func (f tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		bytes, err := os.ReadFile(filepath.Join(string(f), f.path(t)))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func openTiles(folder string) (tileFolder, tlog.Tree, error) {
	tiles := tileFolder(filepath.Join(folder, "tiles"))
	text, err := read(string(tiles), "checkpoint")
	if err != nil {
		return tiles, tlog.Tree{}, err
	}
	tree, err := openHead(folder, text)
	if err == nil && tree.N < 65536 {
		err = fmt.Errorf("only %d entries", tree.N)
	}
	return tiles, tree, err
}

func checkTiles(folder string) error {
	tiles, tree, err := openTiles(folder)
	if err != nil {
		return err
	}
	t, err := growTree(folder)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tiles)
	for index := int64(0); index < tree.N; index += 61 {
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, t.leaves[index]); err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
	}
	return nil
}

func bundlePath(number int64, width int) string {
	path := tlog.Tile{H: height, L: -1, N: number, W: width}.Path()
	return strings.Replace(path, fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
}

// Cuts the next entry off a bundle.
func nextEntry(bundle []byte) (entry, rest []byte, err error) {
	if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
		return nil, nil, fmt.Errorf("the bundle ends too soon")
	}
	end := 2 + int(binary.BigEndian.Uint16(bundle))
	return bundle[2:end], bundle[end:], nil
}

func checkBundles(folder string) error {
	tiles, tree, err := openTiles(folder)
	if err != nil {
		return err
	}
	t, err := growTree(folder)
	if err != nil {
		return err
	}
	var bundle []byte
	for index := int64(0); index < tree.N; index++ {
		if index%256 == 0 {
			width := 256
			if tree.N-index < 256 {
				width = int(tree.N - index)
			}
			if len(bundle) != 0 {
				return fmt.Errorf("%d bytes too many before entry %d", len(bundle), index)
			}
			if bundle, err = os.ReadFile(filepath.Join(string(tiles), bundlePath(index/256, width))); err != nil {
				return err
			}
		}
		var entry []byte
		if entry, bundle, err = nextEntry(bundle); err != nil {
			return fmt.Errorf("entry %d: %v", index, err)
		}
		if tlog.RecordHash(entry) != t.leaves[index] {
			return fmt.Errorf("entry %d is another one", index)
		}
	}
	if len(bundle) != 0 {
		return fmt.Errorf("%d bytes too many at the end", len(bundle))
	}
	return nil
}

// checkFiles compares the names. The export was made in steps: partial forms of tiles that never became full may
// be left from the earlier ones.
func checkFiles(folder string) error {
	tiles, tree, err := openTiles(folder)
	if err != nil {
		return err
	}
	wanted, partial := map[string]bool{"checkpoint": true}, map[string]bool{}
	add := func(path string) {
		wanted[path] = true
		if before, _, found := strings.Cut(path, ".p/"); found {
			partial[before] = true
		}
	}
	for _, t := range tlog.NewTiles(height, 0, tree.N) {
		// Go lists every partial form on the way to this size.
		if full := tree.N >> (height * t.L) / 256; t.N == full && int64(t.W) != tree.N>>(height*t.L)%256 {
			continue
		}
		add(tiles.path(t))
		if t.L == 0 {
			add(bundlePath(t.N, t.W))
		}
	}
	err = filepath.WalkDir(string(tiles), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(string(tiles), path)
		before, _, found := strings.Cut(name, ".p/")
		if !d.IsDir() && !wanted[name] && !(found && partial[before]) {
			return fmt.Errorf("%s is one too many", name)
		}
		delete(wanted, name)
		return nil
	})
	for name := range wanted {
		return fmt.Errorf("%s is missing", name)
	}
	return err
}
