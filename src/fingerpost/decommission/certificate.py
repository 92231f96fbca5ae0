"""The certificate of one item's end: the fields of NIST SP 800-88 (revision 1, appendix G), and what proves them.

What the ledger knows is taken from it and nowhere else, so that `verify` can take it again; what only its owner
knows (manufacturer, place, destination) is stated by the doer. The doer signs the certificate by its hash, a
verifier of another employer signs after them, and a third person validates: entries of the procedure's ledger.

A certificate is handed out in a `Bundle`, with every entry that it rests on and the proof that each is in the tree.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from fingerpost import __version__
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.evidence import Entry, read_line
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Item, Method
from fingerpost.decommission.people import Person, Signer
from fingerpost.decommission.scan import LIMITS as SCAN_LIMITS
from fingerpost.ledger.note import Note
from fingerpost.words.errors import Refused

FORMAT = "fingerpost decommission certificate v1"
UNKNOWN = "not known"
ERASE_LIMIT = "rests on the account of key copies: a copy that nobody knew of would open what is left"


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


def certificate(entries: Sequence[Entry], item: str, particulars: Particulars) -> Certificate:
    """Return the certificate that entries make of an item. `Refused` where they say of no end."""
    done = _last(entries, e.Destroyed, item)
    if done is None:
        raise Refused(f"item {item} is not ended")
    ended, people = done.act.ended, people_of(entries)
    limits = (*ended.limits, *((ERASE_LIMIT,) if ended.method is Method.CRYPTOGRAPHIC_ERASE else ()))
    scans = _scans(entries)
    return Certificate(
        procedure=_opened(entries).procedure, item=_item(entries, item), method=ended.method,
        tool=ended.tool, version=__version__, began=ended.began, ended=ended.ended,
        overwritten=ended.overwritten, read_back=ended.read_back,
        keys=tuple(entry.act.key for entry in _of(entries, e.KeyEnded, item)),
        witnesses=tuple(_signatory(people[entry.by]) for entry in _of(entries, e.Witnessed, item)),
        doer=_signatory(people[done.by]), scans=scans, evidence=hash_of(entries, done),
        limits=(*limits, *(SCAN_LIMITS if scans else ())), particulars=particulars,
    )  # fmt: skip
