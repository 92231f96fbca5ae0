"""The minimum that is kept: who looked, when and why, for the legal period, under a key that ends with it.

No child is named in it. A look is found again by whoever gives a child's number, which is how a request for
one's own data is answered after everything else is gone: the number is a keyed token here. What was asked and
what was shown stays behind. ContactPoint kept its audit for six years, by reference to the Limitation Act.

The file: one line in clear (`Head`), then frames: 1 byte, the first of the tokens in it; 4 bytes, its length;
looks, sealed (`vault.seal`). The key stands in a file elsewhere; at the end it is destroyed, then the file.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.db.foreign import Foreign
from fingerpost.decommission.acts.preparing import MinimumSealed
from fingerpost.vault import durable
from fingerpost.vault.seal import Context, seal, unseal
from fingerpost.words.clock import month_of
from fingerpost.words.errors import Invalid, Misconfigured, NotFound, Problem, Refused

_KEY_BYTES, _TOKEN_BYTES = 32, 16
_BATCH = 50_000
_HEAD_BYTES = 255  # of the line in clear, filled up with spaces
_FRAME = 1_000  # looks sealed together, at most


class Look(Struct, frozen=True, array_like=True):
    """One look: of whom, as a token; when; who, of which organisation; why."""

    child: bytes
    at: datetime
    account: str
    organisation: str
    reason: str


class Row(NamedTuple):
    """One look as it is found: of whom, by number."""

    number: str
    at: datetime
    account: str
    organisation: str
    reason: str


class Head(Struct, frozen=True):
    """What the file says in clear."""

    id: UUID
    until: date
    key: str  # the key's id: the first half of its SHA-256
    looks: int


class Minimum(Struct, frozen=True):
    """What was kept, and the SHA-256 of the file."""

    head: Head
    digest: str


def keep(database: Foreign, path: Path, key_path: Path, until: date) -> Minimum:
    """Seal who looked into a file of its own, under a new key in another folder.

    Done again, after a kill or because the freeze was broken, it begins anew under another key.
    """
    return keep_rows(_rows(database), path, key_path, until)


def said(kept: Minimum) -> MinimumSealed:
    """Return what the ledger is told of it."""
    until = datetime.combine(kept.head.until, time(), UTC)
    return MinimumSealed(digest=kept.digest, rows=kept.head.looks, until=until, key=kept.head.key)


def keep_rows(rows: Iterable[Row], path: Path, key_path: Path, until: date) -> Minimum:
    """Seal looks as somebody draws them, however many."""
    if path.resolve().parent in key_path.resolve().parents:
        raise Invalid(Problem("key", "must stand in a folder apart from what it opens"))
    for earlier in (key_path, path):
        durable.destroy(earlier)
    key = secrets.token_bytes(_KEY_BYTES)
    durable.replace(key_path, key)
    head = Head(UUID(bytes=secrets.token_bytes(16)), until, key_id(key), 0)
    head = _write(path, head, key, _looks(rows, key))
    return Minimum(head, digest(path))


def _write(path: Path, head: Head, key: bytes, looks: Iterator[Look]) -> Head:
    """Write a file that may be large; return its head. What a kill leaves of one is begun anew."""
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(_line(head))  # its place: how many they are is known at the end
        for count, frame in _frames(head, key, looks):
            file.write(frame)
            head = msgspec.structs.replace(head, looks=head.looks + count)
        file.seek(0)
        file.write(_line(head))
        file.flush()
        os.fsync(file.fileno())
    durable.flush_folder(path.parent)
    return head


def _line(head: Head) -> bytes:
    return msgspec.json.encode(head).ljust(_HEAD_BYTES) + b"\n"


def digest(path: Path) -> str:
    """Return the SHA-256 of the file that is kept."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_id(key: bytes) -> str:
    """Return what a key is known by."""
    return hashlib.sha256(key).hexdigest()[:32]


def _rows(database: Foreign) -> Iterator[Row]:
    last = 0
    while rows := database.tuples(
        "SELECT a.id, a.number, a.at, coalesce(u.name, 'unknown'), coalesce(u.organisation, 'unknown'),"
        " a.reason FROM access_audit a LEFT JOIN account u ON u.id = a.account WHERE a.id > %s"
        " ORDER BY a.id LIMIT %s",
        [last, _BATCH],
    ):
        yield from (Row(*row[1:]) for row in rows)
        last = rows[-1][0]


def _looks(rows: Iterable[Row], key: bytes) -> Iterator[Look]:
    return (Look(_token(key, row.number), *row[1:]) for row in rows)


def _token(key: bytes, number: str) -> bytes:
    return blake2b(b"minimum\x00" + number.encode(), key=key, digest_size=_TOKEN_BYTES).digest()


def _frames(head: Head, key: bytes, looks: Iterator[Look]) -> Iterator[tuple[int, bytes]]:
    """Yield frames, each after how many looks are in it."""
    held: list[list[Look]] = [[] for _ in range(256)]
    for look in looks:
        bucket = held[look.child[0]]
        bucket.append(look)
        if len(bucket) == _FRAME:
            yield len(bucket), _frame(head, key, bucket)
            bucket.clear()
    yield from ((len(bucket), _frame(head, key, bucket)) for bucket in held if bucket)


def _frame(head: Head, key: bytes, looks: list[Look]) -> bytes:
    first = looks[0].child[:1]
    sealed = seal(key, _context(head, first), msgspec.msgpack.encode(looks))
    return first + len(sealed).to_bytes(4, "big") + sealed


def _context(head: Head, first: bytes) -> Context:
    return Context("minimum", head.id, first.hex(), month_of(head.until))


def looks_of(path: Path, key_path: Path, number: str, today: date) -> list[Look]:
    """Return who looked at one child, in order. Refused after the end, even if the key is still there."""
    with path.open("rb") as file:
        head = _head(file)
        if today > head.until:
            raise Refused(f"the legal period ended on {head.until}: this must be ended, and is not read")
        key = _key(key_path, head)
        wanted = _token(key, number)
        found = (look for look in _opened(file, head, key, wanted[:1]) if look.child == wanted)
        return sorted(found, key=lambda look: look.at)


def _head(file: BinaryIO) -> Head:
    try:
        return msgspec.json.decode(file.readline(), type=Head)
    except msgspec.MsgspecError:
        raise Misconfigured("the file holds no minimum that was kept") from None


def _key(path: Path, head: Head) -> bytes:
    if not path.exists():
        raise NotFound("the key is not there")
    key = path.read_bytes()
    if key_id(key) != head.key:
        raise Misconfigured("that is the key of something else")
    return key


def _opened(file: BinaryIO, head: Head, key: bytes, wanted: bytes) -> Iterator[Look]:
    while begins := file.read(5):
        sealed = file.read(int.from_bytes(begins[1:], "big"))
        if begins[:1] == wanted:
            yield from msgspec.msgpack.decode(unseal(key, _context(head, wanted), sealed), type=list[Look])


def end(path: Path, key_path: Path, today: date) -> Head:
    """End what was kept, when its day has come: the key first. Done again after a kill, it goes on."""
    with path.open("rb") as file:
        head = _head(file)
    if today <= head.until:
        raise Refused(f"the legal period lasts until {head.until}")
    durable.destroy(key_path)
    durable.destroy(path)
    return head
