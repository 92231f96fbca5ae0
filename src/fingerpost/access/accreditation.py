"""Recording accreditations of bodies, people and clients. Each is on the ledger; none is ever assumed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import accreditation_store as store
from fingerpost.access.lists import Checked, Leaver
from fingerpost.access.standing import (
    BODY_YEARS,
    CLIENT_YEARS,
    DBS_YEARS,
    TRAINING_YEARS,
    in_force,
    last_day,
)
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    AuthorityAccredited,
    ClientAssured,
    LeaversListed,
    PractitionerAccredited,
)
from fingerpost.words import checks
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem


class Ending(Struct, frozen=True, order=True):
    """One accreditation that ends, has ended (or was never made: `ends` is None), and whose it is."""

    authority: str
    whose: str
    what: str
    ends: date | None


class Accreditation:
    """Records what was checked of whom. `database` connects as the role that keeps accounts."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock

    def accredit_authority(self, authority: str, owner: str, checked_on: date) -> date:
        """Record that a body's checklist was done and who answers for it. Return the last day it holds."""
        _require_recent(checked_on, BODY_YEARS, "checked_on", today(self._clock()))
        if not checks.name(owner, "owner"):
            raise Invalid(Problem("owner", "must be a named person"))
        with self._database.transaction() as session:
            if not store.accredit_authority(session, authority, owner, checked_on):
                raise NotFound("there is no authority of that code")
            event = AuthorityAccredited(authority=authority, owner=owner, checked_on=checked_on)
            self._ledger.record(session, event)
        return last_day(checked_on, BODY_YEARS)

    def accredit_people(self, authority: str, people: Sequence[Checked], by: str = "") -> int:
        """Record the checks of an authority's people: all of them, or, if one is wrong, none."""
        day = today(self._clock())
        with self._database.transaction() as session:
            for person in people:
                _require_recent(person.dbs_on, DBS_YEARS, f"{person.reference}: dbs_on", day)
                _require_recent(person.trained_on, TRAINING_YEARS, f"{person.reference}: trained_on", day)
                row = (authority, person.reference)
                if not store.accredit_person(session, row, person.dbs_on, person.trained_on):
                    raise NotFound(f"{person.reference}: no practitioner of {authority} has that reference")
                event = PractitionerAccredited(
                    authority=authority, practitioner=person.reference,
                    dbs_on=person.dbs_on, trained_on=person.trained_on, by=by,
                )  # fmt: skip
                self._ledger.record(session, event)
        return len(people)

    def assure_client(self, client: UUID, assured_on: date) -> date:
        """Record that a client's system was assured. Return the last day it holds."""
        with self._database.transaction() as session:
            assure(session, self._ledger, client, assured_on, today(self._clock()))
        return last_day(assured_on, CLIENT_YEARS)

    def list_leavers(self, authority: str, leavers: Sequence[Leaver], by: str = "") -> list[str]:
        """Record who leaves; return the references that nobody of the authority has."""
        unknown: list[str] = []
        gone: list[str] = []
        with self._database.transaction() as session:
            for leaver in leavers:
                known = store.leave(session, authority, leaver.reference, leaver.leaves_on)
                (gone if known else unknown).append(leaver.reference)
            event = LeaversListed(authority=authority, practitioners=tuple(gone), by=by)
            self._ledger.record(session, event)
        return unknown

    def ending(self, until: date) -> list[Ending]:
        """Return every accreditation that does not hold beyond `until`, of those who are let in today."""
        with self._database.statement() as session:
            found = [
                *(_body_ending(row) for row in store.bodies(session)),
                *(ending for row in store.people(session) for ending in _person_endings(row)),
                *(_client_ending(row) for row in store.clients(session)),
            ]
        soon = [e for e in found if e.ends is None or e.ends <= until]
        return sorted(soon, key=lambda e: (e.ends or date.min, e.authority, e.whose, e.what))


def assure(session: Session, ledger: Ledger, client: UUID, assured_on: date, day: date) -> None:
    """Record a client's assurance in the caller's transaction."""
    _require_recent(assured_on, CLIENT_YEARS, "assured_on", day)
    authority = store.assure_client(session, client, assured_on)
    if authority is None:
        raise NotFound("there is no such live client")
    ledger.record(session, ClientAssured(authority=authority, client=str(client), assured_on=assured_on))


def _require_recent(done: date, years: int, field: str, day: date) -> None:
    if done > day:
        raise Invalid(Problem(field, "is in the future"))
    if not in_force(done, years, day):
        raise Invalid(Problem(field, f"is more than {years} years ago; it must be done again first"))


def _body_ending(row: store.BodyRow) -> Ending:
    return Ending(row.code, row.owner or "no owner", "organisation", last_day(row.checked_on, BODY_YEARS))


def _person_endings(row: store.PersonRow) -> tuple[Ending, Ending]:
    return (
        Ending(row.authority, row.reference, "DBS", last_day(row.dbs_on, DBS_YEARS)),
        Ending(row.authority, row.reference, "training", last_day(row.trained_on, TRAINING_YEARS)),
    )


def _client_ending(row: store.ClientRow) -> Ending:
    return Ending(row.authority, str(row.id), "client", last_day(row.assured_on, CLIENT_YEARS))
