"""The contact sheet, `teams.csv`: the one table that no case system can produce. No child is in it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from uuid import UUID, uuid4

from msgspec import Struct
from msgspec.structs import replace

from fingerpost.feeds.columns import TEAMS
from fingerpost.feeds.faults import Faults
from fingerpost.feeds.people import reference_of
from fingerpost.feeds.tables import Row, Table
from fingerpost.signposts.contacts import Directory, folded
from fingerpost.words import checks
from fingerpost.words.clock import today as day_of
from fingerpost.words.errors import Invalid, Problem

PHONE = re.compile(r"^\+?[0-9][0-9 ()\-]{5,24}(?: ?(?:x|ext\.?) ?[0-9]{1,6})?$", re.IGNORECASE)
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_TIME = r"(?:[01][0-9]|2[0-4]):[0-5][0-9]"
HOURS = re.compile(rf"^{_DAY}(?:-{_DAY})? {_TIME}-{_TIME}$")
_PLAIN = r"[^@\s\x00-\x1f\x7f]+"  # no database keeps a NUL, and no mail server takes the others
MOST_LEAVE = 0.5  # of the teams that sheets named: a sheet that lacks more is partial, or a failed export
INBOX = re.compile(rf"^{_PLAIN}@{_PLAIN}\.{_PLAIN}$")


class Team(Struct, frozen=True, kw_only=True):
    """One row of the contact sheet. `office_hours` as "Mon-Fri 08:45-17:00"; `proven_on` when last rung."""

    reference: str
    name: str
    office_phone: str
    office_hours: str
    duty_phone: str
    inbox: str
    proven_on: date | None


class ReadTeam(Team, frozen=True, kw_only=True):
    """A team as read. `unread` names fields sent that cannot be right: an earlier night's stand for them."""

    unread: frozenset[str]


class Sheet(Struct, frozen=True):
    """A contact sheet as read. `named`: every team it names, in rows that cannot be used too.

    `whole`: it was sent, and no row of it may be missing; else it says nothing of teams that are not on it.
    """

    teams: list[ReadTeam]
    named: frozenset[str]
    whole: bool


class StoredTeam(Struct, frozen=True):
    """A row of `team`. `named_at`: when a sheet last named it; None where none did, or people keep it."""

    id: UUID
    reference: str
    name: str
    office_phone: str
    office_hours: str
    duty_phone: str
    inbox: str
    proven_on: date | None
    named_at: datetime | None = None
    left_on: date | None = None
    successor_id: UUID | None = None


class Merged(Struct, frozen=True):
    """Every team after tonight, those to write, and the ones that leave the sheet or come back to it.

    `missing` are teams that the sheet lacks and that stay: it lacks most.
    """

    teams: list[StoredTeam]
    named: list[StoredTeam]
    left: list[StoredTeam]
    back: list[StoredTeam]
    missing: list[StoredTeam]


def read_sheet(table: Table | None, faults: Faults, today: date) -> Sheet:
    """Read the sheet; a row without a name, or without any way to reach it, is set aside."""
    if table is None:
        return Sheet([], frozenset(), whole=False)
    ids = {row.text("team_id") for row in table.rows}
    return Sheet(_teams(table, faults, today), table.unread | ids, whole=not table.damaged and "" not in ids)


def _teams(table: Table, faults: Faults, today: date) -> list[ReadTeam]:
    teams: dict[str, ReadTeam] = {}
    for row in table.rows:
        try:
            team = _team(row, faults, today)
            if team.reference in teams:
                raise Invalid(Problem("team_id", "repeats the id of an earlier row"))
            teams[team.reference] = team
        except Invalid as error:
            problem = error.problems[0]
            faults.set_aside(TEAMS.table, row.number, problem.field, problem.detail)
    return list(teams.values())


def _team(row: Row, faults: Faults, today: date) -> ReadTeam:
    name = checks.text(row.text("team_name"), "team_name")
    if not name:
        raise Invalid(Problem("team_name", "is missing"))
    read = _Reading(row, faults)
    team = ReadTeam(
        reference=reference_of(row, "team_id"),
        name=name,
        office_phone=read.matching("office_phone", PHONE, "is not a telephone number"),
        office_hours=read.matching("office_hours", HOURS, "is not like Mon-Fri 08:45-17:00"),
        duty_phone=read.matching("duty_phone", PHONE, "is not a telephone number"),
        inbox=read.matching("inbox", INBOX, "is not an e-mail address"),
        proven_on=read.proven(today),
        unread=frozenset(read.unread),
    )
    if not (team.office_phone or team.duty_phone or team.inbox):
        raise Invalid(Problem("office_phone", "is missing, and so is every other way to reach the team"))
    return team


class _Reading:
    """One row of the sheet being read: which fields were sent but cannot be right."""

    def __init__(self, row: Row, faults: Faults) -> None:
        self._row, self._faults = row, faults
        self.unread: set[str] = set()

    def matching(self, column: str, form: re.Pattern[str], detail: str) -> str:
        cell = " ".join(self._row.text(column).split())
        if cell and (len(cell) > checks.LONGEST_TEXT or not form.match(cell)):
            self._faults.left_out(TEAMS.table, self._row.number, column, detail)
            self.unread.add(column)
            return ""
        return cell

    def proven(self, today: date) -> date | None:
        column = "last_proven"
        if not (cell := self._row.text(column)):
            return None
        check = partial(checks.past_day, cell, column, today)
        found = self._faults.checked(TEAMS.table, self._row.number, column, check)
        self.unread |= set() if found else {"proven_on"}
        return found


def merged(stored: Iterable[StoredTeam], sheet: Sheet, moment: datetime) -> Merged:
    """Return what a sheet makes of the teams. One that a sheet named and this one does not has left."""
    held = {team.reference: team for team in stored}
    standing = [team for team in held.values() if team.named_at and not team.left_on]
    lacks = [team for team in standing if sheet.whole and team.reference not in sheet.named]
    left = [] if len(lacks) > len(standing) * MOST_LEAVE else lacks
    back = [held[t.reference] for t in sheet.teams if t.reference in held and held[t.reference].left_on]
    named = [_after(team, held.get(team.reference), moment) for team in sheet.teams]
    gone = [replace(team, left_on=day_of(moment)) for team in left]
    held |= {team.reference: team for team in (*named, *gone)}
    return Merged(list(held.values()), named, gone, back, [] if left else lacks)


def _after(team: ReadTeam, known: StoredTeam | None, moment: datetime) -> StoredTeam:
    """Return a team as the sheet states it, with what was known of it where that cannot be read."""
    fields = {
        name: getattr(known if known and name in team.unread else team, name)
        for name in Team.__struct_fields__
    }
    if known and any(fields[phone] != getattr(known, phone) for phone in ("office_phone", "duty_phone")):
        fields["proven_on"] = team.proven_on  # other numbers were proven then
    return StoredTeam(known.id if known else uuid4(), **fields, named_at=moment)


def directory(
    teams: Iterable[StoredTeam], professionals: Table | None, departments: Table | None
) -> Directory:
    """Return the teams by every reference and name that an episode may use, and workers' departments."""
    known = sorted(teams, key=lambda team: team.left_on is None)  # of one name, a team that stands
    found = {folded(team.name): team.id for team in known}
    found |= {folded(team.reference): team.id for team in known}
    _add_departments(found, departments.rows if departments else [])
    workers: dict[str, str] = {}
    for row in professionals.rows if professionals else ():
        department = row.text("prof_professional_department")
        workers |= {row.text(c): department for c in ("prof_professional_id", "prof_staff_id") if row.text(c)}
    return Directory(found, workers)


def _add_departments(found: dict[str, UUID], rows: list[Row]) -> None:
    """A department is reached by its own team, under its id or its name, or else by its parent's."""
    named = {folded(row.text("dept_team_id")): row for row in rows}
    for reference, row in named.items():
        names = [reference, folded(row.text("dept_team_name"))]
        parent = folded(row.text("dept_team_parent_id"))
        above = named.get(parent)
        parents = [parent, folded(above.text("dept_team_name"))] if above else [parent]
        team = next((found[name] for name in (*names, *parents) if name and name in found), None)
        if team:
            found |= {name: found.get(name, team) for name in names if name}
