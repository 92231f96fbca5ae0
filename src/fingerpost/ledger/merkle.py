"""The Merkle tree of RFC 6962 §2.1, pure: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1

Hashes are 32 bytes of SHA-256. A *perfect subtree* (level, index) spans the 2**level leaves from
index * 2**level on; every hash that a root or a proof needs is made of perfect subtrees, and whoever stores
the tree answers for those (`Node`). Leaves are counted from 0. Verification follows RFC 9162 §2.1.3.2 and
§2.1.4.2, whose iterative form of the same proofs is easier to check.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf; the prefix keeps leaves and nodes apart (second preimages)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of neighbouring hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def split(size: int) -> int:
    """Return k: the largest power of two smaller than `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def range_root(start: int, end: int, node: Node) -> bytes:
    """Return MTH(D[start:end]) of a range that the RFC's recursion meets (its start is aligned)."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + split(size)
    return node_hash(range_root(start, middle, node), range_root(middle, end, node))


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_root(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return PATH(index, D[size]) of §2.1.1: the neighbours on the way from the leaf to the root."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old: int, size: int, node: Node) -> list[bytes]:
    """Return PROOF(old, D[size]) of §2.1.2: that the first `old` leaves begin the tree of `size`."""
    if not 0 < old <= size:
        raise ValueError("a tree is consistent with smaller ones that are not empty")
    return [] if old == size else _subproof(old, 0, size, node, whole=True)


def _subproof(old: int, start: int, end: int, node: Node, *, whole: bool) -> list[bytes]:
    """Return SUBPROOF: `whole` while the old tree's own root, known to the verifier, can be left out."""
    if old == end:
        return [] if whole else [range_root(start, end, node)]
    middle = start + split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, node, whole=whole), range_root(middle, end, node)]
    return [*_subproof(old, middle, end, node, whole=False), range_root(start, middle, node)]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows the leaf hash `leaf` at `index` of the tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(neighbour, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, neighbour)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def continues(old_root: bytes, old: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows that the tree of `size` begins with that of `old` (RFC 9162 §2.1.4.2)."""
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == size:
        return not proof and old_root == root
    if not 0 < old < size or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for neighbour in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(neighbour, before), node_hash(neighbour, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, neighbour)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root
