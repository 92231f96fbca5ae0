"""The only types that may be disclosed. What is not a field here cannot leave the service."""

from datetime import date, datetime
from enum import unique
from uuid import UUID

from msgspec import Struct

from fingerpost.ledger import Receipt
from fingerpost.signposts.signpost import SignpostRole
from fingerpost.words.vocabulary import Band, Labelled, Level, Service


@unique
class Outcome(Labelled):
    """How a question ended."""

    FOUND = "found", "somebody is, or was, working with this child"
    ADD_DETAIL = "add_detail", "more than five children fit; add detail"
    NOT_FOUND = "not_found", "nothing found among the authorities that report"


class Left(Struct, frozen=True, kw_only=True):
    """That a team is no longer on its authority's contact sheet, and since when; `words` say it plainly.

    `ring` names the team whose contact is given instead: whoever took over, where its authority named a team,
    else the front door; empty where neither is known. The phones are its own last ones.
    """

    since: date
    ring: str
    office_phone: str
    duty_phone: str
    words: str

    @property
    def numbers(self) -> str:
        """Its own last numbers, in one line."""
        known = (("office", self.office_phone), ("emergency duty", self.duty_phone))
        return ", ".join(f"{what} {phone}" for what, phone in known if phone) or "none"


class Contact(Struct, frozen=True, kw_only=True):
    """How to reach a team. `phone_now` is the one to ring at the moment of the answer; empty, the desk is.

    `answered_minutes` is the median time to its answers of the last tests, the newest `tested_days_ago`.
    Where the team has `left` its contact sheet, all else is of the team to ring instead.
    """

    phone_now: str
    phone_now_is: str
    office_phone: str
    office_hours: str
    duty_phone: str
    inbox: str
    proven_on: date | None
    proven_lately: bool
    tested_days_ago: int | None = None
    answered_minutes: int | None = None
    left: Left | None = None


class Signpost(Struct, frozen=True, kw_only=True):
    """One service that is, or was, working with the child. Never content, never why.

    At the level `contact` the service, the role and every date are null: the team says what it may. Where
    contact is `brokered`, neither team nor authority is named: ask for contact, or ring the desk. `disputed`:
    somebody whose right it is says that it is wrong, and its authority has not looked into it yet.
    """

    id: UUID
    level: Level
    authority: str
    authority_name: str
    team: str
    role: SignpostRole | None
    role_words: str
    service: Service | None
    service_words: str
    status: str
    started: date | None
    ended: date | None
    last_confirmed: date | None
    contact: Contact
    brokered: bool = False
    disputed: bool = False


class Match(Struct, frozen=True, kw_only=True):
    """One authority's signposts for a child, how sure the match is, and why in one sentence.

    Matches with the same `child` number are held to be one child.
    """

    child: int
    band: Band
    explanation: str
    signposts: tuple[Signpost, ...]


class Silence(Struct, frozen=True, kw_only=True):
    """A local authority that is not reporting, and since when; null: it never has."""

    authority: str
    authority_name: str
    since: datetime | None


class Coverage(Struct, frozen=True, kw_only=True):
    """Who was, and was not, asked: what a "not found" is worth (promise 7)."""

    statement: str
    authorities: int
    reporting: int
    silent: tuple[Silence, ...]
    missed_per_hundred: float


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to one question. `reference` can be said aloud on the phone.

    `justify_by` is set where the asker has to say until then, in two lines, why they asked (`Challenges`).
    """

    reference: str
    outcome: Outcome
    message: str
    matches: tuple[Match, ...] = ()
    add_detail: tuple[str, ...] = ()
    coverage: Coverage | None = None
    clause: str
    receipt: Receipt
    justify_by: datetime | None = None
