// Verify: a log's folder as others read it, with the tree and the notes of Go's checksum database, none of which is ours.
//
//	verify [-old CHECKPOINT]... FOLDER LOGKEY [WITNESSKEY]...
//
// Every key must have signed the checkpoint. Every entry is hashed and must be the leaf that the signed root has there; inclusion is
// proved of some hundred entries, and growth from some smaller sizes and from each older checkpoint. Prints one line of JSON, or what is wrong.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	width       = 256
	height      = 8
	cosignature = 4
	inclusions  = 200
)

type told struct {
	Origin      string `json:"origin"`
	Size        int64  `json:"size"`
	Signatures  int    `json:"signatures"`
	Ignored     int    `json:"ignored"`
	Entries     int64  `json:"entries"`
	Inclusions  int    `json:"inclusions"`
	Consistency int    `json:"consistency"`
}

// A witness signs the text below two lines of its own; the library knows only a log's plain signature.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(signature)
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
	return ed25519.Verify(w.key, signed, signature[8:])
}

func witnessOf(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no key", text)
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignature {
		return nil, fmt.Errorf("%q is no key of a witness", text)
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if fmt.Sprintf("%x", id[:4]) != parts[1] {
		return nil, fmt.Errorf("%q has another id", text)
	}
	return witness{parts[0], binary.BigEndian.Uint32(id[:4]), raw[1:]}, nil
}

// The folder as the library asks for it; its paths name the height, ours do not.
type folder string

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(name)))
}
func (f folder) ReadTiles(tiles []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range tiles {
		content, err := f.read("tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height)))
		if err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

func (f folder) bundle(number, size int64) ([][]byte, error) {
	wanted := least(width, size-number*width)
	tile := tlog.Tile{H: height, L: 0, N: number, W: wanted}
	name := "tile/entries/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", height))
	content, err := f.read(name)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(content) >= 2 {
		length := int(binary.BigEndian.Uint16(content))
		if len(content) < 2+length {
			break
		}
		entries = append(entries, content[2:2+length])
		content = content[2+length:]
	}
	if len(content) != 0 || len(entries) != wanted {
		return nil, fmt.Errorf("%s has not %d entries", name, wanted)
	}
	return entries, nil
}

func open(content []byte, verifiers note.Verifiers, wanted int) (*note.Note, tlog.Tree, error) {
	opened, err := note.Open(content, verifiers)
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	if len(opened.Sigs) < wanted {
		return nil, tlog.Tree{}, fmt.Errorf("%d of %d keys have signed", len(opened.Sigs), wanted)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return nil, tlog.Tree{}, errors.New("the checkpoint has not three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return opened, tlog.Tree{N: size, Hash: root}, err
}

func verify(place string, olds, keys []string) (*told, error) {
	log, err := note.NewVerifier(keys[0])
	if err != nil {
		return nil, err
	}
	verifiers := []note.Verifier{log}
	for _, key := range keys[1:] {
		one, err := witnessOf(key)
		if err != nil {
			return nil, err
		}
		verifiers = append(verifiers, one)
	}
	files := folder(place)
	content, err := files.read("checkpoint")
	if err != nil {
		return nil, err
	}
	opened, tree, err := open(content, note.VerifierList(verifiers...), len(verifiers))
	if err != nil {
		return nil, err
	}
	origin := strings.SplitN(opened.Text, "\n", 2)[0]
	if origin != log.Name() {
		return nil, fmt.Errorf("it is the log %q", origin)
	}
	out := &told{Origin: origin, Size: tree.N, Signatures: len(opened.Sigs), Ignored: len(opened.UnverifiedSigs)}
	hashes := tlog.TileHashReader(tree, files)
	if tree.N > 0 {
		root, err := tlog.TreeHash(tree.N, hashes)
		if err != nil {
			return nil, err
		}
		if root != tree.Hash {
			return nil, errors.New("the tiles have another root")
		}
	}
	if err := entries(out, files, tree); err != nil {
		return nil, err
	}
	if err := inclusion(out, tree, hashes); err != nil {
		return nil, err
	}
	return out, consistency(out, tree, hashes, log, olds)
}

// Every entry is hashed here: the library's reader of tiles, in the version that Debian has, leaves a tile unchecked when several
// subtrees of the root stand in one tile, so that what it has read is not proved to be in the tree.
func entries(out *told, files folder, tree tlog.Tree) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(places []int64) (found []tlog.Hash, err error) {
		for _, place := range places {
			if place >= int64(len(stored)) {
				return nil, fmt.Errorf("no hash %d", place)
			}
			found = append(found, stored[place])
		}
		return found, nil
	})
	for number := int64(0); number*width < tree.N; number++ {
		bundle, err := files.bundle(number, tree.N)
		if err != nil {
			return err
		}
		for _, entry := range bundle {
			hashes, err := tlog.StoredHashes(out.Entries, entry, reader)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
			out.Entries++
		}
	}
	if root, err := tlog.TreeHash(tree.N, reader); err != nil || tree.N > 0 && root != tree.Hash {
		return fmt.Errorf("the entries have the root %v, not %v (%v)", root, tree.Hash, err)
	}
	return tiles(files, tree, reader)
}

func tiles(files folder, tree tlog.Tree, reader tlog.HashReader) error {
	for level := 0; tree.N>>(height*level) > 0; level++ {
		count := tree.N >> (height * level)
		for number := int64(0); number*width < count; number++ {
			tile := tlog.Tile{H: height, L: level, N: number, W: least(width, count-number*width)}
			made, err := tlog.ReadTileData(tile, reader)
			if err != nil {
				return err
			}
			served, err := files.ReadTiles([]tlog.Tile{tile})
			if err != nil {
				return err
			}
			if !bytes.Equal(made, served[0]) {
				return fmt.Errorf("%s is not the tile of the entries", tile.Path())
			}
		}
	}
	return nil
}

func least(one int, other int64) int {
	if other < int64(one) {
		return int(other)
	}
	return one
}

func inclusion(out *told, tree tlog.Tree, hashes tlog.HashReader) error {
	for index := int64(0); index < tree.N; index += tree.N/inclusions + 1 {
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0]); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		out.Inclusions++
	}
	return nil
}

func consistency(out *told, tree tlog.Tree, hashes tlog.HashReader, log note.Verifier, olds []string) error {
	var smaller []tlog.Tree
	for _, size := range []int64{1, 2, 255, 256, 257, tree.N / 2, tree.N - 1, tree.N} {
		if size < 1 || size > tree.N {
			continue
		}
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return err
		}
		smaller = append(smaller, tlog.Tree{N: size, Hash: root})
	}
	for _, name := range olds {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		_, old, err := open(content, note.VerifierList(log), 1)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		smaller = append(smaller, old)
	}
	for _, old := range smaller {
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return fmt.Errorf("from size %d: %w", old.N, err)
		}
		out.Consistency++
	}
	return nil
}

type names []string

func (n *names) String() string         { return strings.Join(*n, " ") }
func (n *names) Set(value string) error { *n = append(*n, value); return nil }

func main() {
	var olds names
	flag.Var(&olds, "old", "an older checkpoint, which the log must have grown from")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "verify [-old CHECKPOINT]... FOLDER LOGKEY [WITNESSKEY]...")
		os.Exit(2)
	}
	out, err := verify(flag.Arg(0), olds, flag.Args()[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}
