"""Whether a person, a client or a body is let in at all, from what the database knows at this moment. Pure.

Nothing here waits for a job: what ended yesterday is out today because the dates say so.
"""

from datetime import date, datetime, timedelta
from enum import unique
from typing import overload

from msgspec import Struct

from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Labelled, Role

# ContactPoint asked for the first three of every user (Hansard, Lords 22 June 2009; Commons 12 October 2009).
DBS_YEARS = 3
TRAINING_YEARS = 1
BODY_YEARS = 1
CLIENT_YEARS = 1  # a system's assurance is renewed with its organisation's
IDLE_DAYS = 60  # features, row 47

OFFICERS = frozenset({Role.RECORDS_OFFICER, Role.SERVICE_RECORDS_OFFICER})


@unique
class Bar(Labelled):
    """What keeps somebody out, whatever their role may ask."""

    UNKNOWN = "unknown", "the practitioner is not registered with this authority"
    NATION = "nation", "Fingerpost is switched off for the whole of England just now"
    BODY_SUSPENDED = "body_suspended", "the authority is suspended"
    BODY_LAPSED = "body_lapsed", "the authority's yearly accreditation is not in force"
    CLIENT_SUSPENDED = "client_suspended", "this client is suspended"
    CLIENT_LAPSED = "client_lapsed", "this client's yearly system assurance is not in force"
    SUSPENDED = "suspended", "the practitioner's account is suspended"
    LEFT = "left", "the practitioner has left the authority"
    ROLE_WAITS = "role_waits", "the role waits for the word of a second person"
    DBS_LAPSED = "dbs_lapsed", "no enhanced DBS check of the last three years is recorded"
    TRAINING_LAPSED = "training_lapsed", "no safeguarding and system training of the last year is recorded"
    DORMANT = "dormant", "the account was not used for 60 days"
    UNREVIEWED = "unreviewed", "an emergency access of this account was not reviewed in time"


class Barred(Struct, frozen=True):
    """What keeps somebody out, and what is to be done about it, in words for the person."""

    bar: Bar
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.bar.label}; {self.remedy}" if self.remedy else self.bar.label


class Body(Struct, frozen=True, kw_only=True):
    """An authority's accreditation: its named owner and the day its checklist was done; and the switches."""

    name: str
    owner: str
    checked_on: date | None
    suspended: bool
    nation_suspended: bool


class Standing(Struct, frozen=True, kw_only=True):
    """What is recorded of one person. `review_by` is of the oldest emergency nobody has reviewed."""

    body: Body
    active: bool
    role_agreed: bool
    dbs_on: date | None
    trained_on: date | None
    leaves_on: date | None
    used_on: date
    emergency_opened_at: datetime | None
    review_by: datetime | None


@overload
def last_day(since: date, years: int) -> date: ...
@overload
def last_day(since: date | None, years: int) -> date | None: ...
def last_day(since: date | None, years: int) -> date | None:
    """Return the last day that something done on `since` counts: its anniversary; None if never done."""
    if since is None:
        return None
    try:
        return since.replace(year=since.year + years)
    except ValueError:  # 29 February
        return since.replace(year=since.year + years, day=28)


def in_force(since: date | None, years: int, day: date) -> bool:
    """Tell whether something done on `since` still counts on `day`."""
    last = last_day(since, years)
    return last is not None and day <= last


def body_barred(body: Body, day: date) -> Barred | None:
    """Return what keeps everybody of an authority out, if anything does."""
    if body.nation_suspended:
        return Barred(Bar.NATION)
    if body.suspended:
        return Barred(Bar.BODY_SUSPENDED, f"{_owner(body)} settles it with the national service")
    if not in_force(body.checked_on, BODY_YEARS, day):
        ended = _ended(body.checked_on, BODY_YEARS)
        return Barred(Bar.BODY_LAPSED, f"{ended}{_owner(body)} renews it with the national service")
    return None


def client_barred(body: Body, *, suspended: bool, assured_on: date | None, day: date) -> Barred | None:
    """Return what keeps a client out, if anything does."""
    if barred := body_barred(body, day):
        return barred
    if suspended:
        return Barred(Bar.CLIENT_SUSPENDED, f"{_owner(body)} settles it with the national service")
    if not in_force(assured_on, CLIENT_YEARS, day):
        ended = _ended(assured_on, CLIENT_YEARS)
        return Barred(Bar.CLIENT_LAPSED, f"{ended}{_owner(body)} has it renewed by the national service")
    return None


def person_barred(standing: Standing | None, role: Role, moment: datetime) -> Barred | None:
    """Return what keeps a person out, if anything does: first what is not theirs to mend."""
    if standing is None:
        return Barred(Bar.UNKNOWN)
    day = today(moment)
    return (
        body_barred(standing.body, day)
        or _switched_off(standing, role, day)
        or _lapsed(standing, day)
        or _locked(standing, moment)
    )


def _switched_off(standing: Standing, role: Role, day: date) -> Barred | None:
    if not standing.active:
        return Barred(Bar.SUSPENDED, _ask(standing))
    if standing.leaves_on is not None and standing.leaves_on <= day:
        return Barred(Bar.LEFT)
    if role in OFFICERS and not standing.role_agreed:
        return Barred(Bar.ROLE_WAITS, "a manager or records officer gives it with `fingerpost access agree`")
    return None


def _lapsed(standing: Standing, day: date) -> Barred | None:
    if not in_force(standing.dbs_on, DBS_YEARS, day):
        return Barred(
            Bar.DBS_LAPSED, f"{_ended(standing.dbs_on, DBS_YEARS)}renew the check; {_ask(standing)}"
        )
    if not in_force(standing.trained_on, TRAINING_YEARS, day):
        ended = _ended(standing.trained_on, TRAINING_YEARS)
        return Barred(Bar.TRAINING_LAPSED, f"{ended}repeat the training; {_ask(standing)}")
    if standing.used_on < day - timedelta(days=IDLE_DAYS):
        return Barred(Bar.DORMANT, _ask(standing))
    return None


def _locked(standing: Standing, moment: datetime) -> Barred | None:
    if standing.review_by is None or moment < standing.review_by:
        return None
    return Barred(Bar.UNREVIEWED, "another manager or records officer of your authority reviews it")


def _ended(since: date | None, years: int) -> str:
    last = last_day(since, years)
    return f"the last one ended on {last.day} {last:%B %Y}; " if last else ""


def _owner(body: Body) -> str:
    return (
        f"{body.owner}, who answers for it at {body.name},"
        if body.owner
        else f"whoever answers for it at {body.name}"
    )


def _ask(standing: Standing) -> str:
    owner = standing.body.owner
    return f"ask {owner or 'whoever answers for Fingerpost'} at {standing.body.name}"
