"""Covert enquiries: the one reason for which a holder is not told at once that its child was looked for."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import unique

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import CovertNoted
from fingerpost.moves import covert_store as store
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words import checks
from fingerpost.words.clock import LONDON, today
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

MOST_COVERT = timedelta(days=28)  # one that lasts longer is noted again, by name


@unique
class CovertReason(Labelled):
    """Why a holder must not learn yet that somebody asked."""

    CRIME = "crime", "it would prejudice the prevention or detection of crime"
    FLIGHT = "flight", "the family would flee with the child"
    EVIDENCE = "evidence", "evidence would be destroyed"


class Covert:
    """Notes which of an authority's cases are covert. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def note(self, case_reference: str, reason: CovertReason, until: date, by: Person) -> None:
        """Have no holder told of what is asked for a case, until a day is over; then they are told."""
        who = self._reviewers.allow(by, RecordsAct.COVERT, {by.authority})
        moment = self._clock()
        if not today(moment) <= until <= today(moment) + MOST_COVERT:
            raise Invalid(Problem("until", "must be within 28 days; for longer it is noted again"))
        token = case_token(self._vault, by.authority, checks.text(case_reference, "case_reference"))
        with self._database.transaction() as session:
            store.note(session, (token, reason.value, until, who, moment))
            event = CovertNoted(by=str(by), authority=by.authority, reason=reason.value, until=until)
            self._ledger.record(session, event)


def covert_until(
    session: Session, vault: Vault, authority: str, case_reference: str, day: date
) -> datetime | None:
    """Return from when the holders of what a case asked about may be told, where that is not now."""
    until = store.until(session, case_token(vault, authority, case_reference), day)
    return until and datetime.combine(until + timedelta(days=1), time(), LONDON)


def case_token(vault: Vault, authority: str, case_reference: str) -> bytes:
    """Return the keyed token of an authority's case, by which alone it is known again."""
    return vault.reference("covert", f"{authority}\x1f{' '.join(case_reference.split()).casefold()}")
