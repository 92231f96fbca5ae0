"""What an operator who holds the signing key could do to a log: five hundred ways, each to be seen.

A `Log` is made with our own tree code, and so is its forgery: the judges are strangers.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from fingerpost.ledger.checkpoint import Checkpoint
from fingerpost.ledger.merkle import inclusion_proof, leaf_hash
from fingerpost.ledger.note import Verifier, sign
from fingerpost.ledger.tiles import ENTRIES, WIDTH, Edge, FullTile, Nodes, bundle, tiles_of

Signer = Callable[[bytes], bytes]


class Log:
    """A log over entries, signed by whoever holds the key."""

    def __init__(self, entries: list[bytes], key: Verifier, signer: Signer) -> None:
        self.entries, self._key, self._signer = entries, key, signer
        self._edge = Edge()
        self._full: dict[tuple[int, int], FullTile] = {}
        for entry in entries:
            self._full |= {(t.level, t.number): t for t in self._edge.append(leaf_hash(entry))}
        self.nodes = Nodes(len(entries), self.read)

    def with_entries(self, entries: list[bytes]) -> "Log":
        return Log(entries, self._key, self._signer)

    @property
    def checkpoint(self) -> str:
        head = Checkpoint(self._key.name, len(self.entries), self._edge.root())
        return str(sign(head.text, self._key, self._signer))

    def read(self, level: int, number: int, width: int) -> bytes:
        if (level, number) in self._full:
            return self._full[level, number].hashes[: 32 * width]
        if level == 0:
            return b"".join(map(leaf_hash, self.entries[number * WIDTH :][:width]))
        return b"".join(self._full[level - 1, number * WIDTH + place].root for place in range(width))

    def write(self, folder: Path) -> Path:
        for tile in tiles_of(len(self.entries)):
            path = folder / "tile" / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            start = tile.number * WIDTH
            path.write_bytes(
                bundle(self.entries[start : start + tile.width]) if tile.level == ENTRIES
                else self.read(tile.level, tile.number, tile.width)
            )  # fmt: skip
        (folder / "checkpoint").write_text(self.checkpoint)
        return folder

    def proof(self, index: int, **changes: object) -> dict[str, object]:
        """What `proof.js` reads: the proof of one entry."""
        path = [h.hex() for h in inclusion_proof(index, len(self.entries), self.nodes)]
        honest = {
            "entry": self.entries[index].hex(), "index": index, "path": path, "checkpoint": self.checkpoint,
        }  # fmt: skip
        return {**honest, **changes}


class Case(Struct):
    """The log as it is, the size of a checkpoint kept, and the entry held in a receipt."""

    log: Log
    known: int
    receipt: int

    @property
    def known_log(self) -> Log:
        return self.log.with_entries(self.log.entries[: self.known])


def forged_folders(case: Case, folder: Path, times: int) -> Iterator[tuple[str, Path]]:
    """Yield forged exports by kind, `times` of each."""
    chance = random.Random(6962)
    honest = case.log.write(folder / "honest")
    for kind, forge in FORGERIES.items():
        for n in range(times):
            yield kind, forge(case, honest, folder / f"{kind.replace(' ', '_')}_{n}", chance)


def _changed_file(case: Case, honest: Path, folder: Path, chance: random.Random) -> Path:
    """One bit of one file."""
    shutil.copytree(honest, folder)
    path = chance.choice(sorted(p for p in folder.rglob("*") if p.is_file()))
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return folder


def _changed_body(case: Case, honest: Path, folder: Path, chance: random.Random) -> Path:
    """One entry of those under the kept checkpoint, or the receipt's own, with all hashes and signed anew."""
    entries = list(case.log.entries)
    entries[chance.choice([case.receipt, chance.randrange(case.known)])] = chance.randbytes(32)
    return case.log.with_entries(entries).write(folder)


def _dropped_tail(case: Case, honest: Path, folder: Path, chance: random.Random) -> Path:
    """The tree as it once was: genuine, and too small."""
    kept = chance.randrange(1, max(case.known, case.receipt + 1))
    return case.log.with_entries(case.log.entries[:kept]).write(folder)


def _other_leaves(case: Case, honest: Path, folder: Path, chance: random.Random) -> Path:
    """The same size, other leaves from some point before the kept checkpoint's end but the receipt's."""
    start = chance.randrange(case.known)
    entries = case.log.entries[:start] + [chance.randbytes(32) for _ in case.log.entries[start:]]
    entries[case.receipt] = case.log.entries[case.receipt]
    return case.log.with_entries(entries).write(folder)


def _older_restore(case: Case, honest: Path, folder: Path, chance: random.Random) -> Path:
    """An older backup that grew on, past where the log had been."""
    kept = chance.randrange(1, case.known)
    more = [chance.randbytes(32) for _ in range(len(case.log.entries) - kept + chance.randrange(1, 40))]
    return case.log.with_entries(case.log.entries[:kept] + more).write(folder)


FORGERIES = {
    "changed file": _changed_file,
    "changed body": _changed_body,
    "dropped tail": _dropped_tail,
    "other leaves": _other_leaves,
    "older restore": _older_restore,
}


def forged_proofs(case: Case, times: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield forged proofs of the receipt's entry, `times` of each kind."""
    chance = random.Random(9162)
    for _ in range(times):
        for kind, forge in PROOF_FORGERIES.items():
            yield kind, forge(case, chance)


def _wrong_body(case: Case, chance: random.Random) -> dict[str, object]:
    entry = bytearray(case.log.entries[case.receipt])
    entry[chance.randrange(32)] ^= 1 << chance.randrange(8)
    return case.log.proof(case.receipt, entry=bytes(entry).hex())


def _wrong_path(case: Case, chance: random.Random) -> dict[str, object]:
    proof = case.log.proof(case.receipt)
    path = [bytes.fromhex(str(h)) for h in list(proof["path"])]  # type: ignore[call-overload]
    place = chance.randrange(len(path))
    changed = [chance.randbytes(32) if n == place else h for n, h in enumerate(path)]
    other = chance.choice([path[:-1], [*path, chance.randbytes(32)], changed])
    return {**proof, "path": [h.hex() for h in other]}


def _signed_before(case: Case, chance: random.Random) -> dict[str, object]:
    """A genuine checkpoint from before the entry."""
    older = case.log.with_entries(case.log.entries[: chance.randrange(1, case.receipt + 1)])
    return case.log.proof(case.receipt, checkpoint=older.checkpoint)


def _signed_elsewhere(case: Case, chance: random.Random) -> dict[str, object]:
    """A genuine signature over a tree of the same size that has something else in the entry's place."""
    entries = list(case.log.entries)
    entries[case.receipt] = chance.randbytes(32)
    return case.log.with_entries(entries).proof(case.receipt, entry=case.log.entries[case.receipt].hex())


def _unsigned(case: Case, chance: random.Random) -> dict[str, object]:
    """A checkpoint with one character of text or signature changed."""
    proof = case.log.proof(case.receipt)
    text = str(proof["checkpoint"])
    places = [n for n, c in enumerate(text[:-4]) if c.isascii() and c.isalnum()]
    at = chance.choice(places)
    return {**proof, "checkpoint": text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]}


PROOF_FORGERIES = {
    "wrong body": _wrong_body,
    "wrong path": _wrong_path,
    "signed before": _signed_before,
    "signed elsewhere": _signed_elsewhere,
    "unsigned": _unsigned,
}
