"""Switches: a person, a client, a body or the country is off at once, and on again by the right people."""

from collections.abc import Callable
from datetime import date, datetime
from enum import unique
from uuid import UUID

from fingerpost.access import store as access_store
from fingerpost.access import switches_store as store
from fingerpost.access.keepers import Keepers
from fingerpost.access.rules import RecordsAct
from fingerpost.access.standing import OFFICERS
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import (
    AccessRestored,
    AccessSuspended,
    RestoreProposed,
    RoleAgreed,
)
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.vocabulary import Labelled

ENGLAND = "England"


@unique
class Subject(Labelled):
    """What a switch turns off."""

    PERSON = "person", "person"
    CLIENT = "client", "client"
    AUTHORITY = "authority", "authority"
    NATION = "nation", "whole of England"


@unique
class Because(Labelled):
    """Why a switch was used."""

    INCIDENT = "incident", "a security incident"
    MISUSE = "misuse", "misuse, proven or suspected"
    LEFT = "left", "it left the service"
    REHEARSAL = "rehearsal", "a rehearsal"


class Switches:
    """Turns off and on. `database` connects as the role that keeps accounts."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._keepers = Keepers(database, ledger, clock)

    def suspend(self, subject: Subject, which: str, because: Because, by: str = "") -> None:
        """Turn off a person (CODE/REFERENCE), a client (id), a body (code) or the country, at once."""
        with self._database.transaction() as session:
            moment = self._clock()
            if not turn(session, subject, which, moment, today(moment)):
                raise NotFound(f"there is no such {subject.label}")
            event = AccessSuspended(subject=subject.value, which=which, because=because.value, by=by)
            self._ledger.record(session, event)

    def restore(self, subject: Subject, which: str, by: tuple[str, ...] = ()) -> None:
        """Turn a person, a client or a body on again. A person's idle days begin anew."""
        if subject is Subject.NATION:
            raise Refused("the country is restored by the word of two people")
        with self._database.transaction() as session:
            if not turn(session, subject, which, None, today(self._clock())):
                raise NotFound(f"there is no such {subject.label}")
            self._ledger.record(session, AccessRestored(subject=subject.value, which=which, by=by))

    def restore_nation(self, authority: str, reference: str) -> bool:
        """Note one person's word that the country may go on. Return whether it does: at a second's."""
        by, act = (authority, reference), RecordsAct.SWITCH_ON
        who = self._keepers.let_in(by, act, {authority}, although_off=True)
        with self._database.transaction() as session:
            if not store.nation_is_off(session):
                raise Invalid(Problem("nation", "is not switched off"))
            first = store.nation_word(session)
            if first is None or first == who:
                store.say_of_nation(session, who)
                self._ledger.record(session, RestoreProposed(by=f"{authority}/{reference}"))
                return False
            store.set_nation(session, None)
            said = (store.reference(session, first), f"{authority}/{reference}")
            self._ledger.record(session, AccessRestored(subject="nation", which=ENGLAND, by=said))
        return True

    def agree_role(self, authority: str, reference: str, by: tuple[str, str]) -> None:
        """Give the second word to a records officer's role; the first was the operator's, who added them."""
        if by == (authority, reference):
            raise Refused("nobody gives the second word to their own role")
        self._keepers.let_in(by, RecordsAct.AGREE, {authority}, although_off=True)
        with self._database.transaction() as session:
            found = access_store.identified(session, authority, reference)
            if found is None:
                raise NotFound("there is no such practitioner")
            who, person = found
            if person.role not in OFFICERS:
                raise Invalid(Problem("role", f"of a {person.role.label} needs no second word"))
            store.agree_role(session, who, person.role.value)
            event = RoleAgreed(
                authority=authority, practitioner=reference, role=person.role, by="/".join(by)
            )  # fmt: skip
            self._ledger.record(session, event)


def turn(session: Session, subject: Subject, which: str, since: datetime | None, day: date) -> int:
    """Turn something off since a moment, or on from `day`. Return how many there were."""
    match subject:
        case Subject.PERSON:
            authority, _, reference = which.partition("/")
            return store.set_person(session, (authority, reference), active=since is None, day=day)
        case Subject.CLIENT:
            return store.set_client(session, _uuid(which), since)
        case Subject.AUTHORITY:
            return store.set_authority(session, which, since)
        case Subject.NATION:
            return store.set_nation(session, since)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("a client is named by its id; `fingerpost client list` shows it") from None
