"""Verifying a certificate offline, pure: from the file, the ledger's checkpoint and public keys alone.

Every fault is named; none found means that every byte of the file is as it was signed and proved. What a
certificate cannot show is what was said later, or about other items: for that, `whole` reads the whole ledger
by the rules that the tool itself obeys.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from fingerpost.decommission import evidence as e
from fingerpost.decommission.certificate import (
    FORMAT,
    Bundle,
    Certificate,
    Line,
    Proved,
    certificate,
    digest,
    encoded,
    persons_of,
)
from fingerpost.decommission.chain import Chain, UnsoundProcedure
from fingerpost.decommission.evidence import is_signed_by, read_line
from fingerpost.ledger.checkpoint import Checkpoint, verified
from fingerpost.ledger.merkle import includes, leaf_hash
from fingerpost.ledger.note import Verifier, read_note, read_vkey
from fingerpost.words.errors import Misconfigured, Refused

Faults = Iterator[str]


def read_keys(content: bytes) -> list[Verifier]:
    """Return the public keys of a file, one a line. `Misconfigured` names the line that holds none."""
    keys: list[Verifier] = []
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            key = read_vkey(line)
            if key is None:
                raise Misconfigured(f"line {number} of the keys is no public key")
            keys.append(key)
    return keys


def faults(content: bytes, checkpoint: bytes, keys: Collection[Verifier]) -> list[str]:
    """Return what is wrong with a certificate's file; nothing where it is verified.

    `checkpoint` is the one that was published; `keys` are the keys that are trusted, the log's and persons'.
    """
    try:
        found = msgspec.json.decode(content, type=Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return [f"the file is no certificate: {error}"]
    if found.format != FORMAT or encoded(found) != content:
        return ["the file is not written as a certificate is: it was changed, or is of another version"]
    head, wrong = _head(found, checkpoint, keys)
    if head is None:
        return [wrong]
    return list(_in_the_tree(found, head)) or list(_says(found, head, keys))


def _head(found: Bundle, checkpoint: bytes, keys: Collection[Verifier]) -> tuple[Checkpoint | None, str]:
    """Return the head of the tree, by a key that is trusted; or why there is none."""
    if found.checkpoint.encode() != checkpoint:
        return None, "checkpoint: the certificate was proved against another one than was published"
    log = next((key for key in keys if key.name == found.certificate.procedure), None)
    if log is None:
        return None, "checkpoint: no key that is trusted is of this procedure's log"
    head = verified(read_note(checkpoint), log)
    return head, "" if head else "checkpoint: it is not signed by the procedure's log"


def _in_the_tree(found: Bundle, head: Checkpoint) -> Faults:
    for proved in found.entries:
        leaf = leaf_hash(proved.line.encode())
        if not includes(head.root, head.size, proved.number, leaf, _path(proved)):
            yield f"entry {proved.number}: it is not proved to stand in the ledger at that place"


def _path(proved: Proved) -> list[bytes]:
    """Return the hashes of a proof; one that is written in another way than `hex` writes it is none."""
    try:
        found = [bytes.fromhex(part) for part in proved.path]
    except ValueError:
        return []
    return found if tuple(h.hex() for h in found) == proved.path else []


def _says(found: Bundle, head: Checkpoint, keys: Collection[Verifier]) -> Faults:
    """Yield what is wrong with what stands in the tree."""
    lines: list[Line] = []
    for proved in found.entries:
        line = read_line(proved.line.encode())
        if line is None or line[1].number != proved.number:
            yield f"entry {proved.number}: it is no entry of a ledger"
            return
        lines.append(Line(*line))
    numbers = [line.entry.number for line in lines]
    begins = numbers[:1] == [0] and isinstance(lines[0].entry.act, e.Opened)
    if not begins or numbers != sorted(set(numbers)) or numbers[-1] != head.size - 1:
        yield "entries: they are not from the opening to the ledger's last, each once and in order"
        return
    unsigned = list(_signed(lines, keys))
    yield from unsigned or (*_certified(found.certificate, lines), *_equal(found.certificate, lines))


def _signed(lines: Sequence[Line], keys: Collection[Verifier]) -> Faults:
    persons, trusted = persons_of(lines), {key.vkey for key in keys}
    for line in lines:
        person = persons.get(line.entry.by)
        if person is None or not is_signed_by(line.written, person):
            yield f"entry {line.entry.number}: it is not signed by {line.entry.by}"
        elif person.vkey not in trusted:
            yield f"entry {line.entry.number}: the key of {person.id} is none that is trusted"


def _certified(found: Certificate, lines: Sequence[Line]) -> Faults:
    """Yield what lacks: signed by the doer, verified by another employer's person, validated by a third."""
    by_hash = digest(found)
    signed = [line for line in lines if isinstance(line.entry.act, e.Certified)]
    if not signed or signed[-1].entry.act != e.Certified(item=found.item.id, certificate=by_hash):
        yield "certificate: it is not the one that was signed"
        return
    if signed[-1].entry.by != found.doer.id:
        yield "doer: the certificate is signed by somebody else"
    same = e.CertificateVerified(item=found.item.id, certificate=by_hash)
    after = lines[lines.index(signed[-1]) :]
    who = [line.entry.by for line in after if line.entry.act == same]
    if len({found.doer.id, *who}) < 3:
        yield "verifier: it is not verified by one person and validated by a third"
    elif persons_of(lines)[who[0]].employer == found.doer.employer:
        yield "verifier: doer and verifier have one employer"


def _equal(found: Certificate, lines: Sequence[Line]) -> Faults:
    """Yield the fields that say something else than the ledger."""
    try:
        said = certificate(lines, found.item.id, found.particulars)
    except Refused as error:
        yield f"evidence: {error}"
        return
    for field in Certificate.__struct_fields__:
        if field not in {"version", "limits"} and getattr(found, field) != getattr(said, field):
            yield f"{field}: the ledger says otherwise"
    missing = set(said.limits) - set(found.limits)
    if missing:
        yield "limits: the certificate leaves one out"


def whole(lines: Iterable[bytes], checkpoint: bytes, keys: Collection[Verifier]) -> Chain:
    """Read a whole ledger by the rules. `UnsoundProcedure` names the first line that cannot stand."""
    chain = Chain()
    for line in lines:
        chain.add(line)
    log = next((key for key in keys if key == chain.log), None)
    if log is None:
        raise UnsoundProcedure("no key that is trusted is of this procedure's log")
    if verified(read_note(checkpoint), log) != chain.checkpoint:
        raise UnsoundProcedure("the checkpoint is of another ledger, or is not signed by the log")
    return chain
