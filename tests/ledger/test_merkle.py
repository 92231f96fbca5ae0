"""The tree, its tiles and its proofs against an independent reading of RFC 6962, and known roots."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.ledger.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    continues,
    includes,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)
from fingerpost.ledger.tiles import (
    ENTRIES,
    WIDTH,
    Edge,
    FullTile,
    Nodes,
    Tile,
    bundle,
    hashes_of,
    read_path,
    tiles_of,
    width_at,
)
from tests.ledger import naive

# The leaves and roots that every implementation of Certificate Transparency is tried with.
KNOWN_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Both sides of every place where a tile fills: 256 leaves, and 65,536 would be a third level.
SIZES = st.one_of(st.integers(1, 80), st.sampled_from([255, 256, 257, 511, 512, 513, 700, 1023, 1025]))


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


class Stored:
    """A tree as the sequencer stores it: full tiles, and the edge."""

    def __init__(self, entries: list[bytes]) -> None:
        self.edge = Edge()
        self.full: dict[tuple[int, int], FullTile] = {}
        self.leaves = [leaf_hash(entry) for entry in entries]
        for leaf in self.leaves:
            self.full |= {(t.level, t.number): t for t in self.edge.append(leaf)}
        self.nodes = Nodes(len(entries), self.read)

    def read(self, level: int, number: int, width: int) -> bytes:
        if (level, number) in self.full:
            return self.full[level, number].hashes[: 32 * width]
        if level == 0:
            return b"".join(self.leaves[number * WIDTH :][:width])
        return b"".join(self.full[level - 1, number * WIDTH + place].root for place in range(width))


def test_known_roots() -> None:
    stored = Stored(KNOWN_LEAVES)
    assert [root(n, stored.nodes).hex() for n in range(1, 9)] == KNOWN_ROOTS
    assert root(0, stored.nodes) == EMPTY_ROOT == naive.mth([])


@given(SIZES)
@settings(max_examples=60, deadline=None)
def test_the_edge_is_the_tree(size: int) -> None:
    entries = entries_of(size)
    stored = Stored(entries)
    assert stored.edge.root() == root(size, stored.nodes) == naive.mth(entries)
    assert Edge(size, stored.read).root() == stored.edge.root()


@given(SIZES, st.data())
@settings(max_examples=120, deadline=None)
def test_inclusion(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, Stored(entries).nodes)
    top = naive.mth(entries)
    assert proof == naive.path(index, entries)
    assert includes(top, size, index, leaf_hash(entries[index]), proof)
    for place, leaf, wrong in _wrong(index, size, leaf_hash(entries[index]), proof):
        assert not includes(top, size, place, leaf, wrong)


def test_an_inner_node_is_no_leaf() -> None:
    """Whoever makes an entry up can hash two nodes; the path says how deep a leaf lies."""
    leaves = [leaf_hash(entry) for entry in entries_of(4)]
    left, right = node_hash(leaves[0], leaves[1]), node_hash(leaves[2], leaves[3])
    assert not includes(node_hash(left, right), 4, 0, left, [right])
    assert not includes(node_hash(left, right), 4, 0, node_hash(left, right), [])


def _wrong(index: int, size: int, leaf: bytes, proof: list[bytes]) -> list[tuple[int, bytes, list[bytes]]]:
    """Every small way in which a proof can be of something else."""
    changed = [(index, leaf, [*proof[:at], _flip(proof[at]), *proof[at + 1 :]]) for at in range(len(proof))]
    cut = [(index, leaf, proof[:-1]), (index, leaf, proof[1:])] if proof else []
    return [
        *changed, *cut, (index, leaf, [*proof, leaf]), (index, _flip(leaf), proof), (size, leaf, proof),
        (-1, leaf, proof), *([((index + 1) % size, leaf, proof)] if size > 1 else []),
    ]  # fmt: skip


def _flip(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


@given(SIZES, st.data())
@settings(max_examples=120, deadline=None)
def test_consistency(size: int, data: st.DataObject) -> None:
    entries = entries_of(size)
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, Stored(entries).nodes)
    before, after = naive.mth(entries[:old]), naive.mth(entries)
    assert proof == naive.proof(old, entries)
    assert continues(before, old, after, size, proof)
    assert naive.continues(before, old, after, size, proof)
    other = naive.mth([*entries[: old - 1], b"something else"])
    assert not continues(other, old, after, size, proof)
    assert not continues(before, old, _flip(after), size, proof)
    assert not continues(before, old, after, size, [*proof, after])
    assert continues(before, old, after, size, []) == (old == size)
    for at in range(len(proof)):
        assert not continues(before, old, after, size, [*proof[:at], _flip(proof[at]), *proof[at + 1 :]])
        assert not continues(before, old, after, size, proof[:at] + proof[at + 1 :])


def test_an_empty_tree_begins_every_tree() -> None:
    assert continues(EMPTY_ROOT, 0, b"r" * 32, 7, [])
    assert not continues(b"x" * 32, 0, b"r" * 32, 7, [])
    assert not continues(EMPTY_ROOT, 0, b"r" * 32, 7, [b"x" * 32])
    assert not continues(b"r" * 32, 9, b"r" * 32, 7, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, Stored([]).nodes)


def test_the_example_of_the_specification() -> None:
    """Seventy thousand leaves (c2sp.org/tlog-tiles, "Partial Tiles")."""
    tiles = [t for t in tiles_of(70_000) if t.level != ENTRIES]
    count = {level: [t.width for t in tiles if t.level == level] for level in (0, 1, 2)}
    assert (count[0].count(256), count[0][-1]) == (273, 112)
    assert count[1] == [256, 17]
    assert count[2] == [1]
    assert len(tiles) == 274 + 2 + 1
    assert [t.path for t in tiles_of(256)] == ["entries/000", "0/000", "1/000.p/1"]


@given(st.integers(0, 2000), st.integers(0, 2000))
@settings(deadline=None)
def test_tiles_since(since: int, more: int) -> None:
    """What a tree has and a smaller one had not: nothing is left out, and no full tile comes twice."""
    before, after = set(tiles_of(since)), set(tiles_of(since + more))
    added = set(tiles_of(since + more, since))
    assert after - before <= added <= after
    assert all(tile.width < WIDTH for tile in added & before)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "0/x001/x234/067"), (Tile(ENTRIES, 0, 1), "entries/000.p/1"),
        (Tile(3, 999, 255), "3/999.p/255"), (Tile(63, 1000), "63/x001/000"),
    ],
)  # fmt: skip
def test_paths(tile: Tile, path: str) -> None:
    assert (tile.path, read_path(path)) == (path, tile)


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "0/1", "0/01", "00/001", "0/001.p/0", "0/001.p/256", "0/001.p/01", "0/x000/001",
        "64/000",
        "0/001/", "/0/001", "0/x1/001", "0/001.p/1/x", "entries/", "0/001\n", "0/٠٠١", "data/001", "-1/000",
        "0/" + "x999/" * 7 + "999", "0/../000",
    ],
)  # fmt: skip
def test_one_tile_has_one_path(path: str) -> None:
    assert read_path(path) is None


@given(st.integers(0, 62), st.integers(0, 10**12), st.integers(1, 256))
def test_every_path_reads_back(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert read_path(tile.path) == tile


def test_widths_and_bundles() -> None:
    assert [width_at(0, n, 513) for n in range(4)] == [256, 256, 1, 0]
    assert [width_at(1, n, 513) for n in range(2)] == [2, 0]
    assert bundle([b"a" * 32, b""]) == b"\0\x20" + b"a" * 32 + b"\0\0"
    assert hashes_of(b"a" * 32 + b"b" * 32) == [b"a" * 32, b"b" * 32]


@pytest.mark.parametrize(("old", "size"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_of_what_is_no_earlier_tree(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="a tree is consistent"):
        consistency_proof(old, size, lambda _, __: EMPTY_ROOT)
