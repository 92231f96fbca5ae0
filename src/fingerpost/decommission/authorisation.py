"""The service's own authorisation: who let it run, from when until when. Signed, renewed, or over.

One line of a file for each; the newest counts. The first names its authorisers, and two of them sign it; each
renewal is signed by two authorisers of the one before: nobody who has the file alone can renew it. Read by
anyone, verified by anyone (`fault`), pure.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import unique

import msgspec
from msgspec import Struct

from fingerpost.decommission.people import Part, Person, Signer
from fingerpost.words.vocabulary import Labelled

LONGEST = timedelta(days=3 * 366)  # one authorisation; a parliament has five years, a pilot three
SIGNATURES = 2  # of different authorisers
WARNED_AT = (90, 30, 7)  # days before the end
_MEANING = b"fingerpost authorisation v1\n"


class Authorisation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may let the service run, on which basis, until when; and who ends it if nobody does."""

    service: str  # the ledger's origin
    basis: str
    starts: date
    until: date  # the last day on which it answers
    people: tuple[Person, ...]  # approvers sign; everybody takes part in its end
    partners: tuple[str, ...] = ()  # who must attest at its end
    root: str = ""  # the folder below which everything of it stands, if not the instance's
    target: str = "postgres"  # where its database stands below that


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """One authoriser's signature, in hexadecimal."""

    by: str
    signature: str


class Signed(Struct, frozen=True, forbid_unknown_fields=True):
    """An authorisation as it was signed."""

    authorisation: msgspec.Raw
    signatures: tuple[Signature, ...]

    @property
    def read(self) -> Authorisation:
        """What was signed."""
        return msgspec.json.decode(self.authorisation, type=Authorisation)


@unique
class Standing(Labelled):
    """How the service's authorisation stands."""

    ABSENT = "absent", "there is none"
    VALID = "valid", "valid"
    ENDS_SOON = "ends_soon", "ends soon: renew it, or prepare the end"
    NOT_YET = "not_yet", "has not begun"
    OVER = "over", "over: the service answers nobody and is to be ended"


def signed(authorisation: Authorisation, signers: Sequence[Signer]) -> Signed:
    """Return an authorisation with signatures."""
    content = msgspec.json.encode(authorisation)
    made = (Signature(s.id, s.sign(_MEANING + content).hex()) for s in signers)
    return Signed(msgspec.Raw(content), tuple(made))


def read(content: bytes) -> list[Signed]:
    """Return the lines of a file. `msgspec.MsgspecError` where one is none."""
    return [msgspec.json.decode(line, type=Signed) for line in content.splitlines()]


def fault(lines: Sequence[Signed], service: str) -> str:
    """Return why a file of authorisations cannot count, '' if it can."""
    before: Authorisation | None = None
    for number, line in enumerate(lines, start=1):
        if wrong := _fault(line, before, service):
            return f"authorisation {number}: {wrong}"
        before = line.read
    return ""


def _fault(line: Signed, before: Authorisation | None, service: str) -> str:
    found = line.read
    if found.service != service:
        return "it is of another service"
    if not found.basis.strip():
        return "it names no basis"
    if not found.starts <= found.until <= found.starts + LONGEST:
        return "it has no end, or one that is too far off"
    if before and found.until <= before.until:
        return "it ends no later than the one before it"
    if len(_approvers(found)) < SIGNATURES:
        return "it names fewer than two authorisers"
    who = _approvers(before or found)
    good = {s.by for s in line.signatures if s.by in who and _is_signed(line, s, who[s.by])}
    return "" if len(good) >= SIGNATURES else "it is not signed by two authorisers of the one before it"


def _approvers(found: Authorisation) -> dict[str, Person]:
    """Return the authorisers by id, each with a key of their own."""
    keys = {p.verifier.key: p for p in found.people if Part.APPROVER in p.parts and p.verifier}
    return {person.id: person for person in keys.values()}


def _is_signed(line: Signed, one: Signature, person: Person) -> bool:
    try:
        signature = bytes.fromhex(one.signature)
    except ValueError:
        return False
    verifier = person.verifier
    return verifier is not None and verifier.signed(_MEANING + bytes(line.authorisation), signature)


def standing(found: Authorisation | None, today: date) -> Standing:
    """Return how an authorisation stands on a day."""
    if found is None:
        return Standing.ABSENT
    if today < found.starts:
        return Standing.NOT_YET
    if today > found.until:
        return Standing.OVER
    return Standing.ENDS_SOON if days_left(found, today) <= WARNED_AT[0] else Standing.VALID


def days_left(found: Authorisation, today: date) -> int:
    """Return how many days after today it still answers."""
    return (found.until - today).days


def warning(found: Authorisation | None, today: date) -> str:
    """Return what to tell operators today, '' where nothing."""
    if found is None or standing(found, today) is not Standing.ENDS_SOON:
        return ""
    left = days_left(found, today)
    within = next(days for days in reversed(WARNED_AT) if left <= days)
    return f"the authorisation of this service ends on {found.until} ({left} days left, of the last {within})"
