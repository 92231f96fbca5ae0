"""What is said in a procedure: an entry is one act, signed by who did it. Values, and what is signed."""

import hashlib
from datetime import datetime
from typing import get_args

import msgspec
from msgspec import Struct

from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.acts.attesting import (
    AttestationWithdrawn,
    Attested,
    AuditDrawn,
    Audited,
    CertificateVerified,
    Certified,
    Closed,
    HandedIn,
    MinimumConfirmed,
    OverduePublished,
    PartnerAsked,
    PartnerChased,
    SummaryPublished,
)
from fingerpost.decommission.acts.ending import (
    Destroyed,
    DestructionBegan,
    DestructionStopped,
    KeyEnded,
    NoAccessProved,
    ScanBegan,
    ScanListDestroyed,
    Scanned,
    SwitchedOff,
    SwitchOffBegan,
    TwinScanned,
    Witnessed,
)
from fingerpost.decommission.acts.preparing import (
    Approved,
    CanariesPlanted,
    DutyMet,
    FeedsStopped,
    FreezeBroken,
    Frozen,
    HoldEnded,
    HoldPlaced,
    InvestmentKept,
    ItemDeclared,
    ItemDiscovered,
    ItemExplained,
    MinimumSealed,
    Opened,
    PersonAdmitted,
    PersonLeft,
    PersonSeconded,
    ScanListMade,
    Searched,
)
from fingerpost.decommission.people import Person, Signer
from fingerpost.ledger.merkle import HASH_BYTES

FIRST = bytes(HASH_BYTES)  # what the first entry follows

AnyAct = (
    Opened | PersonAdmitted | PersonSeconded | PersonLeft | Approved
    | DutyMet | HoldPlaced | HoldEnded | CanariesPlanted
    | Searched | ItemDeclared | ItemDiscovered | ItemExplained
    | FeedsStopped | Frozen | FreezeBroken | ScanListMade | InvestmentKept | MinimumSealed
    | SwitchOffBegan | SwitchedOff | NoAccessProved
    | PartnerAsked | PartnerChased | OverduePublished | Attested | AttestationWithdrawn | HandedIn
    | AuditDrawn | Audited
    | KeyEnded | DestructionBegan | DestructionStopped | Destroyed | Witnessed
    | ScanBegan | TwinScanned | Scanned | ScanListDestroyed
    | Certified | CertificateVerified | SummaryPublished | MinimumConfirmed | Closed
)  # fmt: skip
ACTS: tuple[type[Act], ...] = get_args(AnyAct)


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act, by whom and when, at one place of one ledger: `before` is the hash of the entry it follows."""

    number: int
    before: str
    at: datetime
    by: str
    act: AnyAct


def spoken(entry: Entry) -> Entry:
    """Return what an entry says, by whom: what was handed in counts as said by its signer."""
    act = entry.act
    return msgspec.structs.replace(entry, by=act.signer, act=act.said) if isinstance(act, HandedIn) else entry


class Signed(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry as it stands in the ledger: the very bytes that were signed, and the signature."""

    entry: msgspec.Raw
    signature: str

    @property
    def hash(self) -> bytes:
        """What the next entry follows."""
        return hashlib.sha256(self.line).digest()

    @property
    def line(self) -> bytes:
        """The line of the ledger, without its end: a leaf of the tree."""
        return msgspec.json.encode(self)


_MEANING = b"fingerpost decommission entry v1\n"  # so that no other signed statement can be taken for one


def signed(entry: Entry, signer: Signer) -> Signed:
    """Return an entry with its signature."""
    content = msgspec.json.encode(entry)
    return Signed(msgspec.Raw(content), signer.sign(_MEANING + content).hex())


def is_signed_by(line: Signed, person: Person) -> bool:
    """Tell whether a line's signature is a person's."""
    return _is_of(person, _MEANING + bytes(line.entry), line.signature)


_ELSEWHERE = b"fingerpost decommission statement v1\n"


def signed_elsewhere(procedure: str, said: Attested | AttestationWithdrawn, signer: Signer) -> HandedIn:
    """Return a statement signed far from the ledger. `procedure` is the hash of its first line, in hex."""
    return HandedIn(said=said, signer=signer.id, signature=signer.sign(_statement(procedure, said)).hex())


def is_handed_in_of(procedure: str, act: HandedIn, person: Person) -> bool:
    """Tell whether what was handed in was signed by a person, for this procedure and no other."""
    return _is_of(person, _statement(procedure, act.said), act.signature)


def _statement(procedure: str, said: Attested | AttestationWithdrawn) -> bytes:
    return _ELSEWHERE + procedure.encode() + b"\n" + msgspec.json.encode(said)


def _is_of(person: Person, message: bytes, signature: str) -> bool:
    verifier = person.verifier
    try:
        return verifier is not None and verifier.signed(message, bytes.fromhex(signature))
    except ValueError:
        return False


def read_line(line: bytes) -> tuple[Signed, Entry] | None:
    """Return what a line of the ledger says, or None. Nothing in it is verified."""
    try:
        found = msgspec.json.decode(line, type=Signed)
        entry = msgspec.json.decode(found.entry, type=Entry)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return (found, entry) if found.line == line else None
