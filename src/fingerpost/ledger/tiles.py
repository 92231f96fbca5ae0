"""The tree as tiles, pure: https://c2sp.org/tlog-tiles

A tile holds up to 256 neighbouring hashes, 8 tree levels apart: at level 0 leaf hashes, at level L the roots
of the full tiles below. A full tile never changes, and a partial one is the beginning of what it becomes.
Entry bundles hold the entries themselves under the same numbers.

An entry of this log is 32 bytes: see `receipt.Receipt.entry_bytes`.
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from fingerpost.ledger.merkle import HASH_BYTES, node_hash, perfect_root

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES = -1  # stands for a level in the path of an entry bundle

_PATH = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)
_TOP_LEVEL = 63
_MOST_DIGITS = 18  # of a tile's number: what a bigint of leaves can reach

Read = Callable[[int, int, int], bytes]


class Tile(Struct, frozen=True, order=True):
    """Which tile: its level (or `ENTRIES`), number and width in hashes, 256 if full."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below `tile/`, as the specification writes it."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.number).zfill(3 * max(1, -(-len(str(self.number)) // 3)))
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        return f"{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")


def read_path(path: str) -> Tile | None:
    """Return the tile that a path below `tile/` names, or None where it names none: one tile has one path."""
    found = _PATH.fullmatch(path)
    if not found or len(digits := re.sub(r"\D", "", found[2])) > _MOST_DIGITS:
        return None
    level = ENTRIES if found[1] == "entries" else int(found[1])
    tile = Tile(level, int(digits), int(found[3] or WIDTH))
    return tile if level <= _TOP_LEVEL and tile.path == path else None


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size`: 0 if it is not there, at most 256."""
    below = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, below - number * WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield every tile of a tree of `size`, hashes and entries, that a tree of `since` did not have."""
    for level in (ENTRIES, *range(_TOP_LEVEL + 1)):
        shift = HEIGHT * max(level, 0)  # of a level that the tree does not reach there are none
        for number in range((since >> shift) // WIDTH, -(-(size >> shift) // WIDTH)):
            yield Tile(level, number, width_at(level, number, size))


def hashes_of(content: bytes) -> list[bytes]:
    """Return the hashes that a tile's bytes hold."""
    return [content[i : i + HASH_BYTES] for i in range(0, len(content), HASH_BYTES)]


def bundle(entries: list[bytes]) -> bytes:
    """Return an entry bundle: each entry behind its length, big-endian in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(content: bytes) -> list[bytes]:
    """Return the entries of a bundle."""
    entries: list[bytes] = []
    while content:
        length = int.from_bytes(content[:2], "big")
        entries.append(content[2 : 2 + length])
        content = content[2 + length :]
    return entries


class Nodes:
    """Perfect subtrees of a tree of `size`, worked out from its tiles, each read once."""

    def __init__(self, size: int, read: Read) -> None:
        self._size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree (level, index): a `merkle.Node`."""
        tile_level, height = divmod(level, HEIGHT)
        number, place = divmod(index << height, WIDTH)
        return perfect_root(self._tile(tile_level, number)[place : place + (1 << height)])

    def _tile(self, level: int, number: int) -> list[bytes]:
        key = (level, number)
        if key not in self._tiles:
            width = width_at(level, number, self._size)
            self._tiles[key] = hashes_of(self._read(level, number, width))
        return self._tiles[key]


class FullTile(Struct, frozen=True):
    """A tile that has become full, with the root that stands for it one level up."""

    level: int
    number: int
    hashes: bytes
    root: bytes


class Edge:
    """The right edge of a tree: the hashes of its partial tiles. All that appending needs."""

    def __init__(self, size: int = 0, read: Read = lambda level, number, width: b"") -> None:
        """Read the edge of a tree of `size`: at most 255 hashes at each level."""
        self.size = size
        self._levels: list[list[bytes]] = []
        level = 0
        while below := size >> (HEIGHT * level):
            number, width = divmod(below, WIDTH)
            self._levels.append(hashes_of(read(level, number, width)) if width else [])
            level += 1

    def append(self, leaf: bytes) -> list[FullTile]:
        """Add one leaf hash. Return the tiles that it filled, lowest first."""
        filled: list[FullTile] = []
        level, found = 0, leaf
        self.size += 1
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(found)
            if len(row) < WIDTH:
                return filled
            found = perfect_root(row)
            number = (self.size >> (HEIGHT * (level + 1))) - 1
            filled.append(FullTile(level, number, b"".join(row), found))
            self._levels[level] = []
            level += 1

    def root(self) -> bytes:
        """Return the tree's root; the tree must not be empty."""
        peaks = [peak for row in reversed(self._levels) for peak in _peaks(row)]
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found


def _peaks(row: list[bytes]) -> Iterator[bytes]:
    """Yield the roots of the perfect subtrees that a row of hashes is made of, largest first."""
    start = 0
    for bit in reversed(range(HEIGHT)):
        if len(row) & (1 << bit):
            yield perfect_root(row[start : start + (1 << bit)])
            start += 1 << bit
