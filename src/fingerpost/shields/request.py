"""What a shield rests on: who asked, on which ground, with which evidence. Closed sets, no free words."""

import re
from datetime import date, datetime
from enum import unique
from uuid import UUID

from msgspec import Struct

from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

EVIDENCE_DAYS = 28  # shielded now, paperwork later (features, row 62)
REVIEW_MONTHS = 6  # Women's Aid on ContactPoint, 2009: lifted at a six-month review, never by the calendar
KEPT_YEARS = 26  # a care leaver's last birthday in the service; review and lifting end a shield long before
UNREADABLE = "no key opens it any more: it covers; ask for it again, then lift it"
AWAY = "is stated no more: ask that authority; if it has new details and another reference, shield those too"
_PHONE = re.compile(r"\+?[0-9][0-9 ]{6,18}")


@unique
class Body(Labelled):
    """What kind of body asks for a shield."""

    AUTHORITY = "authority", "a local authority"
    REFUGE = "refuge", "a refuge"
    MARAC = "marac", "a multi-agency risk assessment conference"
    ADOPTION_AGENCY = "adoption_agency", "an adoption agency"
    POLICE = "police", "the police"


@unique
class Ground(Labelled):
    """Why the child is at increased risk of significant harm if the place, or any trace of it, were known.

    The test of ContactPoint: a person could cause harm if the location were visible, and does not know it.
    """

    DOMESTIC_ABUSE = "domestic_abuse", "fled from domestic abuse"
    HONOUR_BASED_ABUSE = "honour_based_abuse", "at risk of honour-based abuse or forced marriage"
    EXPLOITATION = "exploitation", "at risk from those who exploited or trafficked the child"
    THREAT = "threat", "threatened by a person who is looking for the child"
    ADOPTION = "adoption", "placed for adoption or adopted, and the birth family must not find the child"
    NEW_IDENTITY = "new_identity", "given a new identity"
    COURT_ORDER = "court_order", "a court ordered that the place is not disclosed"


@unique
class Evidence(Labelled):
    """What a shield was shown to rest on."""

    POLICE_REPORT = "police_report", "a police report"
    COURT_ORDER = "court_order", "a court's order"
    MARAC_MINUTES = "marac_minutes", "a conference's minutes"
    REFUGE_LETTER = "refuge_letter", "a refuge's letter"
    ADOPTION_ORDER = "adoption_order", "a placement or adoption order"
    PROFESSIONAL_STATEMENT = "professional_statement", "a statement of a registered professional"


class Request(Struct, frozen=True, kw_only=True):
    """Who asks for a shield and why. `call_back` is the phone on which the body is rung back."""

    body: Body
    ground: Ground
    call_back: str

    def __post_init__(self) -> None:
        if not _PHONE.fullmatch(self.call_back):
            raise Invalid(Problem("call_back", "must be a phone number: digits and spaces"))


class Note(Struct, frozen=True, kw_only=True):
    """What is sealed beside a shield's details."""

    request: Request
    evidence: Evidence | None = None
    reviewed_by: str = ""


class Covered(Struct, frozen=True):
    """A record under a shield: whose, how sure a question about the child would show it, and if cleared."""

    record: UUID
    authority: str
    cleared: bool


class Kept(Struct, frozen=True, kw_only=True):
    """A shield as its keeper sees it. `words` counts who said that it may be lifted.

    Where no key opens it `body` and `ground` are None: it covers, and has to be asked for again. `away` are
    the authorities of records that it covered and that are not stated any more.
    """

    id: UUID
    body: Body | None
    ground: Ground | None
    call_back: str
    asked_by: str
    asked_at: datetime
    evidence: Evidence | None
    evidence_by: date | None
    review_on: date
    reviewed_by: str
    covered: tuple[Covered, ...]
    words: int
    away: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """Who asked and why, in words."""
        if self.body is None or self.ground is None:
            return UNREADABLE
        return f"{self.body.label}, {self.ground.label}"

    def overdue(self, today: date) -> tuple[str, ...]:
        """Return what is overdue: the shield stands all the same."""
        late = (("evidence", self.evidence_by), ("review", self.review_on))
        return tuple(what for what, day in late if day is not None and day < today)
