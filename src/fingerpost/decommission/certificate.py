"""The certificate of one item's end: the fields of NIST SP 800-88 (revision 1, appendix G), and their proof.

What the ledger knows is taken from it and nowhere else, so that `verify` can take it again; what only the
owner knows (manufacturer, place, destination) is stated by the doer. The doer signs the certificate by its
hash, a verifier of another employer signs after them, a third person validates: entries of the same ledger.

A certificate is handed out in a `Bundle`, with every line that it rests on and the proof that each is in the
tree.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from fingerpost import __version__
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.evidence import Entry, Signed
from fingerpost.decommission.item import Item, Method
from fingerpost.decommission.people import Person
from fingerpost.decommission.scan import LIMITS as SCAN_LIMITS
from fingerpost.ledger.note import Note
from fingerpost.words.errors import Refused

FORMAT = "fingerpost decommission certificate v1"
UNKNOWN = "not known"


class Particulars(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the doer states beside the ledger."""

    manufacturer: str = UNKNOWN
    model: str = UNKNOWN
    asset: str = UNKNOWN  # the owner's number for it
    source: str = UNKNOWN  # which system or user it came from
    location: str = UNKNOWN  # where it was done
    contact: str = UNKNOWN
    classification_before: str = "official-sensitive: children's records"
    classification_after: str = "none: nothing of it can be read by the means stated here"
    destination: str = UNKNOWN  # reused, recycled, disposed of, kept as evidence


class Signatory(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody named in a certificate, as they stood in the ledger."""

    id: str
    name: str
    title: str
    employer: str


class Scans(Struct, frozen=True, forbid_unknown_fields=True):
    """The residual scan, and its control on a seeded twin."""

    planted: int
    found: int
    files: int
    read: int
    hits: int
    unread: int


class Certificate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was ended, how, by whom, and what that cannot prove."""

    procedure: str
    item: Item
    method: Method
    tool: str
    version: str  # of this tool, where it did it
    began: datetime
    ended: datetime
    overwritten: int
    read_back: int
    keys: tuple[str, ...]
    witnesses: tuple[Signatory, ...]
    doer: Signatory
    scans: Scans | None
    evidence: str  # SHA-256 of the ledger's line that says it was destroyed
    limits: tuple[str, ...]
    particulars: Particulars


class Proved(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the ledger and the way from it to the checkpoint's root."""

    number: int
    line: str
    path: tuple[str, ...]


class Bundle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate with all that it rests on."""

    format: str
    certificate: Certificate
    entries: tuple[Proved, ...]
    checkpoint: str


def encoded(value: Certificate | Bundle) -> bytes:
    """Return the one way in which a certificate or bundle is written."""
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


def digest(certificate: Certificate) -> str:
    """Return the hash by which a certificate is signed."""
    return hashlib.sha256(encoded(certificate)).hexdigest()


# What the ledger knows of an item


class Line(Struct, frozen=True):
    """One line of the ledger, whole and read."""

    written: Signed
    entry: Entry


Lines = Sequence[Line]
_A = TypeVar("_A", bound=Act)


def certificate(lines: Lines, item: str, particulars: Particulars) -> Certificate:
    """Return the certificate that lines of the ledger make of an item. `Refused` where it is not ended."""
    done = next(reversed(_said(lines, e.Destroyed, item)), None)
    if done is None:
        raise Refused(f"item {item} is not ended")
    (line, act), people = done, people_of(lines)
    scans = _scans(lines)
    return Certificate(
        procedure=opened_of(lines).procedure, item=_item(lines, item), method=act.ended.method,
        tool=act.ended.tool, version=__version__, began=act.ended.began, ended=act.ended.ended,
        overwritten=act.ended.overwritten, read_back=act.ended.read_back,
        keys=tuple(ended.key for _, ended in _said(lines, e.KeyEnded, item)),
        witnesses=tuple(people[seen.entry.by] for seen, _ in _said(lines, e.Witnessed, item)),
        doer=people[line.entry.by], scans=scans, evidence=line.written.hash.hex(),
        limits=(*act.ended.limits, *(SCAN_LIMITS if scans else ())),
        particulars=particulars,
    )  # fmt: skip


def opened_of(lines: Lines) -> e.Opened:
    """Return what was opened."""
    return next(line.entry.act for line in lines if isinstance(line.entry.act, e.Opened))


def persons_of(lines: Lines) -> dict[str, Person]:
    """Return everybody who was let in, by id, with their keys."""
    admitted = (line.entry.act.person for line in lines if isinstance(line.entry.act, e.PersonAdmitted))
    return {person.id: person for person in (*opened_of(lines).people, *admitted)}


def people_of(lines: Lines) -> dict[str, Signatory]:
    """Return everybody who was let in as they are named in a certificate."""
    return {p.id: Signatory(p.id, p.name, p.title, p.employer) for p in persons_of(lines).values()}


def _said(lines: Lines, kind: type[_A], item: str) -> list[tuple[Line, _A]]:
    """Return the acts of one kind about an item, each with its line."""
    return [
        (line, line.entry.act)
        for line in lines
        if isinstance(line.entry.act, kind) and item_of(line.entry.act) == item
    ]


def item_of(act: Act) -> str:
    """Return the item that an act is about, or ''."""
    match act:
        case e.ItemDeclared(item=item) | e.ItemDiscovered(item=item):
            return item.id
        case e.Destroyed(ended=ended):
            return ended.item
        case (
            e.ItemExplained(item=item) | e.KeyEnded(item=item) | e.DestructionBegan(item=item)
            | e.Witnessed(item=item) | e.Certified(item=item) | e.CertificateVerified(item=item)
        ):  # fmt: skip
            return item
        case _:
            return ""


def _item(lines: Lines, item: str) -> Item:
    """Return the item: as its owner declared it, else as it was discovered."""
    declared, discovered = _said(lines, e.ItemDeclared, item), _said(lines, e.ItemDiscovered, item)
    if not declared and not discovered:
        raise Refused(f"item {item} is not in the inventory")
    return (declared or discovered)[-1][1].item


def _scans(lines: Lines) -> Scans | None:
    twin = [line.entry.act for line in lines if isinstance(line.entry.act, e.TwinScanned)]
    left = [line.entry.act for line in lines if isinstance(line.entry.act, e.Scanned)]
    if not twin or not left:
        return None
    control, scan = twin[-1], left[-1]
    return Scans(control.planted, control.found, scan.files, scan.read, scan.hits, scan.unread)


# Signed, and handed out


def lines_of(chain: Chain) -> list[Line]:
    """Return a ledger's lines."""
    return [Line(written, entry) for written, entry in zip(chain.lines, chain.entries, strict=True)]


def bundle(chain: Chain, found: Certificate, head: Note) -> Bundle:
    """Return a certificate with every line that it rests on, each proved to be in the tree of `head`."""
    size = len(chain.lines)
    entries = tuple(
        Proved(number, chain.lines[number].line.decode(), tuple(h.hex() for h in chain.prove(number, size)))
        for number in _wanted(chain, found.item.id)
    )
    return Bundle(format=FORMAT, certificate=found, entries=entries, checkpoint=str(head))


def _wanted(chain: Chain, item: str) -> Iterator[int]:
    """Yield the places of what is said of the item, of who takes part, of the scans; and the last one."""
    always = (e.Opened, e.PersonAdmitted, e.TwinScanned, e.Scanned)
    for entry in chain.entries:
        last = entry.number == len(chain.entries) - 1
        if last or isinstance(entry.act, always) or item_of(entry.act) == item:
            yield entry.number
