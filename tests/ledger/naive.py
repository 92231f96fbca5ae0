"""RFC 6962 §2.1 written down word for word over a list of entries: slow, and independent of `merkle.py`."""

import hashlib


def mth(entries: list[bytes]) -> bytes:
    """MTH(D[n])."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    k = largest_power_below(len(entries))
    return hashlib.sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return subproof(m, entries, True)


def subproof(m: int, entries: list[bytes], known: bool) -> list[bytes]:
    n = len(entries)
    if m == n:
        return [] if known else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], known), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def continues(old_root: bytes, m: int, root: bytes, n: int, given: list[bytes]) -> bool:
    """Whether PROOF(m, D[n]) leads to both roots: the recursion of SUBPROOF, run on hashes alone."""
    if m == 0:
        return not given

    def roots(m: int, n: int, known: bool) -> tuple[bytes, bytes]:
        if m == n:
            one = old_root if known else rest.pop()
            return one, one
        k = largest_power_below(n)
        right_of = rest.pop()
        if m <= k:
            before, after = roots(m, k, known)
            return before, hashlib.sha256(b"\1" + after + right_of).digest()
        before, after = roots(m - k, n - k, False)
        return tuple(hashlib.sha256(b"\1" + right_of + side).digest() for side in (before, after))  # type: ignore[return-value]

    rest = list(given)
    try:
        return roots(m, n, True) == (old_root, root) and not rest
    except IndexError:
        return False
