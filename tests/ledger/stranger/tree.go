// Reads a log exported by `fingerpost ledger export` with the Go checksum database's own code
// (golang.org/x/mod/sumdb): nothing here knows Fingerpost but the layout of c2sp.org/tlog-tiles.
//
// Usage: tree VKEY KNOWN-CHECKPOINT ENTRY-HEX, then one folder a line on the standard input.
// For each folder it prints "ok", or what is wrong.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads tiles from disk.
type folder string

func (f folder) Height() int                                { return height }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

// path drops the height, which c2sp.org/tlog-tiles fixes, and calls data by its name there.
func (f folder) path(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return filepath.Join(string(f), strings.Replace(path, "tile/data/", "tile/entries/", 1))
}

// head opens a signed checkpoint.
func head(content []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(content, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// check holds a log against a checkpoint kept from before, and looks for an entry.
func check(dir folder, key string, known tlog.Tree, wanted []byte) error {
	content, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := head(content, key)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, dir)
	if root, err := tlog.TreeHash(tree.N, hashes); err != nil || root != tree.Hash {
		return fmt.Errorf("the tiles are not of this root: %v", err)
	}
	if tree.N < known.N {
		return fmt.Errorf("smaller than a tree signed before")
	}
	proof, err := tlog.ProveTree(tree.N, known.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, known.N, known.Hash); err != nil {
		return err
	}
	return entries(dir, tree, hashes, wanted)
}

// entries holds every entry against the tree, and proves the one wanted.
func entries(dir folder, tree tlog.Tree, hashes tlog.HashReader, wanted []byte) error {
	indexes := make([]int64, tree.N)
	for index := range indexes {
		indexes[index] = tlog.StoredHashIndex(0, int64(index))
	}
	leaves, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	found := int64(-1)
	for first := int64(0); first < tree.N; first += 1 << height {
		tile := tlog.Tile{H: height, L: -1, N: first >> height, W: 1 << height}
		if tree.N-first < 1<<height {
			tile.W = int(tree.N - first)
		}
		rest, err := os.ReadFile(dir.path(tile))
		if err != nil {
			return err
		}
		for index := first; index < first+int64(tile.W); index++ {
			if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
				return fmt.Errorf("a bundle is cut short")
			}
			length := 2 + int(binary.BigEndian.Uint16(rest))
			entry := rest[2:length]
			rest = rest[length:]
			if tlog.RecordHash(entry) != leaves[index] {
				return fmt.Errorf("entry %d is not the one in the tree", index)
			}
			if bytes.Equal(entry, wanted) {
				found = index
			}
		}
		if len(rest) != 0 {
			return fmt.Errorf("a bundle is too long")
		}
	}
	if found < 0 {
		return fmt.Errorf("a receipt without an entry: proof of tampering")
	}
	proof, err := tlog.ProveRecord(tree.N, found, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, found, leaves[found])
}

func main() {
	content, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	known, err := head(content, os.Args[1])
	if err != nil {
		panic(err)
	}
	wanted, err := hex.DecodeString(os.Args[3])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := check(folder(lines.Text()), os.Args[1], known, wanted); err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}
