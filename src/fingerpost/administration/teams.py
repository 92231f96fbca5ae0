"""An authority's contact points: whom to ring, and when somebody last rang to see whether they answer.

A team that is no more is never deleted, for signposts lead to it: it is said who took over.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from re import Pattern
from uuid import UUID, uuid4

from fingerpost.access.rules import RecordsAct
from fingerpost.administration import store
from fingerpost.administration.store import TeamRow
from fingerpost.db.database import Database, Session
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
    """Keeps an authority's teams. `database` keeps accounts, `publishing` reads signposts."""

    def __init__(
        self, database: Database, publishing: Database, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._publishing, self._ledger, self._clock = database, publishing, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def list(self, by: Person) -> list[TeamRow]:
        """Return the teams of the administrator's authority."""
        with self._database.statement() as session:
            return store.teams(session, by.authority)

    def hanging(self, teams: Sequence[TeamRow]) -> dict[UUID, int]:
        """Return how many signposts lead to each of these teams that is not on the contact sheet."""
        with self._publishing.statement() as session:
            return store.hanging(session, [team.id for team in teams if not team.on_sheet])

    def save(self, team: Team, by: Person) -> None:
        """Add a team, or change what its contact says; changed phones are unproven until rung."""
        self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        _require_well_formed(team)
        with self._database.transaction() as session:
            known = {row.reference: row for row in feeds_store.teams(session, by.authority)}
            before = known.get(team.reference)
            rung = before and (before.office_phone, before.duty_phone) == (team.office_phone, team.duty_phone)
            proven = before.proven_on if before and rung else None
            named_at = before.named_at if before and not before.left_on else None
            row = _stored(before.id if before else uuid4(), team, proven, named_at)
            feeds_store.save_teams(session, by.authority, [row])
            event = TeamKept(authority=by.authority, by=str(by), team=row.id, proven_on=proven)
            self._ledger.record(session, event)

    def close(self, team: UUID, successor: UUID | None, by: Person) -> None:
        """Say that a team is no more, and which one took over; where none is named, the front door is rung.

        Whether a team of the newest contact sheet stands is for the sheet to say.
        """
        self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        with self._database.transaction() as session:
            found = {row.id: row for row in store.teams(session, by.authority)}
            closed = _of(found, team)
            if closed.on_sheet:
                raise Invalid(Problem("team", "stands on your newest contact sheet: take it off there"))
            if successor and (successor == team or _of(found, successor).left_on):
                raise Invalid(Problem("successor", "must be another team, and one that is rung"))
            self._set(session, closed, by, closed.left_on or today(self._clock()), successor)

    def stand(self, team: UUID, by: Person) -> None:
        """Say that a team stands, whether a contact sheet names it or not."""
        self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})
        with self._database.transaction() as session:
            found = {row.id: row for row in store.teams(session, by.authority)}
            self._set(session, _of(found, team), by, None, None)

    def _set(
        self, session: Session, team: TeamRow, by: Person, left_on: date | None, successor: UUID | None
    ) -> None:
        store.set_standing(session, team.id, left_on, successor)
        event = TeamKept(
            authority=by.authority, by=str(by), team=team.id, proven_on=team.proven_on, left_on=left_on,
            successor=successor,
        )  # fmt: skip
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


def _of(found: Mapping[UUID, TeamRow], team: UUID) -> TeamRow:
    if team not in found:
        raise NotFound("your authority has no such team")
    return found[team]


def _stored(row: UUID, team: Team, proven: date | None, named_at: datetime | None) -> StoredTeam:
    return StoredTeam(
        row, team.reference, team.name, team.office_phone, team.office_hours, team.duty_phone, team.inbox,
        proven, named_at,
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
