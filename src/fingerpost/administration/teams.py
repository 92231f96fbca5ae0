"""An authority's contact points: whom to ring, and when somebody last rang to see whether they answer."""

from collections.abc import Callable
from datetime import date, datetime
from re import Pattern
from uuid import UUID, uuid4

from fingerpost.access.rules import RecordsAct
from fingerpost.administration import store
from fingerpost.administration.store import TeamRow
from fingerpost.db.database import Database
from fingerpost.feeds import store as feeds_store
from fingerpost.feeds.teams import HOURS, INBOX, PHONE, StoredTeam, Team
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import TeamKept
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem

_FORMS: tuple[tuple[str, Pattern[str], str], ...] = (
    ("office_phone", PHONE, "is not a telephone number"),
    ("office_hours", HOURS, "is not like Mon-Fri 08:45-17:00"),
    ("duty_phone", PHONE, "is not a telephone number"),
    ("inbox", INBOX, "is not an e-mail address"),
)


class Teams:
    """Keeps an authority's teams. `database` connects as the role that keeps accounts."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def list(self, by: Person) -> list[TeamRow]:
        """Return the teams of the administrator's authority."""
        with self._database.statement() as session:
            return store.teams(session, by.authority)

    def save(self, team: Team, by: Person) -> None:
        """Add a team, or change what its contact says; changed phones are unproven until rung."""
        self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        _require_well_formed(team)
        with self._database.transaction() as session:
            known = {row.reference: row for row in feeds_store.teams(session, by.authority)}
            before = known.get(team.reference)
            rung = before and (before.office_phone, before.duty_phone) == (team.office_phone, team.duty_phone)
            proven = before.proven_on if before and rung else None
            row = _stored(before.id if before else uuid4(), team, proven)
            feeds_store.save_teams(session, by.authority, [row])
            event = TeamKept(authority=by.authority, by=str(by), team=row.id, proven_on=proven)
            self._ledger.record(session, event)

    def prove(self, team: UUID, by: Person) -> None:
        """Note that both phones of a team were rung today and answered."""
        self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        day = today(self._clock())
        with self._database.transaction() as session:
            if not store.prove(session, by.authority, team, day):
                raise NotFound("your authority has no such team")
            event = TeamKept(authority=by.authority, by=str(by), team=team, proven_on=day)
            self._ledger.record(session, event)


def _stored(row: UUID, team: Team, proven: date | None) -> StoredTeam:
    return StoredTeam(
        row, team.reference, team.name, team.office_phone, team.office_hours, team.duty_phone, team.inbox,
        proven,
    )  # fmt: skip


def _require_well_formed(team: Team) -> None:
    problems = [
        Problem(name, detail)
        for name, form, detail in _FORMS
        if getattr(team, name) and not form.match(getattr(team, name))
    ]
    if not (team.office_phone or team.duty_phone):
        problems.append(Problem("office_phone", "is needed, or a duty phone: somebody has to answer"))
    if problems:
        raise Invalid(*problems)
