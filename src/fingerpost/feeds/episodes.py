"""Episode rows become typed rows. A bad start sets the row aside; a bad end leaves the episode open."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from msgspec import Struct

from fingerpost.feeds import columns
from fingerpost.feeds.faults import Faults
from fingerpost.feeds.people import reference_of
from fingerpost.feeds.tables import Columns, Row, Table
from fingerpost.signposts import episodes
from fingerpost.signposts.episodes import AnyEpisode, CareLeaver, Involvement
from fingerpost.signposts.signpost import SourceRow
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem

_YES = frozenset({"Y", "YES", "T", "TRUE", "1"})


class Layout(Struct, frozen=True, kw_only=True):
    """Which columns of an episode table hold what; `more` reads what only that table has."""

    columns: Columns
    kind: type[AnyEpisode]
    started: str
    ended: str
    referral: str = ""
    team: str = ""
    worker: str = ""
    more: Callable[[Row, date], dict[str, Any]] = lambda _, __: {}


def _care(row: Row, started: date) -> dict[str, Any]:
    reason = row.text("clae_cla_episode_ceased_reason")
    return {"period": row.text("clae_cla_id"), "entered": _entered(row, started), "end_reason": reason}


def _entered(row: Row, started: date) -> date | None:
    """Return when care began; None where that cannot be right: period id and dates then say what belongs."""
    column = "clae_entered_care_date"
    try:
        entered = checks.past_day(row.text(column), column, started)
    except Invalid:
        return None
    return entered if entered.year >= started.year - checks.OLDEST_CHILD_YEARS else None


LAYOUTS = (
    Layout(
        columns=columns.CIN,
        kind=episodes.CinEpisode,
        started="cine_referral_date",
        ended="cine_close_date",
        referral="cine_referral_id",
        team="cine_referral_team",
        worker="cine_referral_worker_id",
        more=lambda row, _: {
            "nfa": row.text("cine_referral_nfa").upper() in _YES,
            "end_reason": row.text("cine_close_reason"),
        },
    ),
    Layout(
        columns=columns.CIN_PLANS,
        kind=episodes.CinPlan,
        started="cinp_cin_plan_start_date",
        ended="cinp_cin_plan_end_date",
        referral="cinp_referral_id",
        team="cinp_cin_plan_team",
        worker="cinp_cin_plan_worker_id",
    ),
    Layout(
        columns=columns.S47,
        kind=episodes.Enquiry,
        started="s47e_s47_start_date",
        ended="s47e_s47_end_date",
        referral="s47e_referral_id",
        team="s47e_s47_completed_by_team",
        worker="s47e_s47_completed_by_worker_id",
    ),
    Layout(
        columns=columns.CP_PLANS,
        kind=episodes.ProtectionPlan,
        started="cppl_cp_plan_start_date",
        ended="cppl_cp_plan_end_date",
        referral="cppl_referral_id",
    ),
    Layout(
        columns=columns.CLA,
        kind=episodes.CareEpisode,
        started="clae_cla_episode_start_date",
        ended="clae_cla_episode_ceased_date",
        referral="clae_referral_id",
        more=_care,
    ),
    Layout(
        columns=columns.EARLY_HELP,
        kind=episodes.EarlyHelp,
        started="earl_episode_start_date",
        ended="earl_episode_end_date",
        team="earl_episode_organisation",
        worker="earl_episode_worker_id",
        more=lambda row, _: {"end_reason": row.text("earl_episode_end_reason")},
    ),
    Layout(
        columns=columns.MISSING,
        kind=episodes.Missing,
        started="miss_missing_episode_start_date",
        ended="miss_missing_episode_end_date",
        more=lambda row, _: {"kind": row.text("miss_missing_episode_type")},
    ),
)


class EpisodeReader:
    """Reads episode rows against a fixed day; `unread` collects (person, table) of rows set aside.

    `people` are the ids in the list of children: a row about anybody else is set aside, and keeps nothing.
    """

    def __init__(self, faults: Faults, today: date, people: frozenset[str]) -> None:
        self._faults, self._today, self._people = faults, today, people
        self.unread: set[tuple[str, str]] = set()
        self.damaged: set[str] = set()

    def read(self, layout: Layout, table: Table) -> Iterator[AnyEpisode]:
        """Yield the episodes of one table."""
        for row, source in self._sources(table):
            try:
                started = self._past(row, layout.started)
            except Invalid as error:
                self._set_aside(table, row, source.person, error.problems[0])
                continue
            ended, doubtful = self._end(row, layout, started)
            yield layout.kind(
                source=source,
                started=started,
                ended=ended,
                end_doubtful=doubtful,
                referral=row.text(layout.referral),
                teams=tuple(filter(None, (row.text(layout.team),))),
                worker=row.text(layout.worker),
                **layout.more(row, started),
            )

    def leavers(self, table: Table) -> Iterator[CareLeaver]:
        """Yield the rows of `ssd_care_leavers`."""
        contact = "clea_care_leaver_latest_contact"
        for row, source in self._sources(table):
            met = partial(self._past, row, contact)
            name = table.columns.table
            yield CareLeaver(
                source=source,
                status=row.text("clea_care_leaver_eligibility"),
                in_touch=row.text("clea_care_leaver_in_touch"),
                latest_contact=self._faults.checked(name, row.number, contact, met)
                if row.text(contact)
                else None,
                teams=tuple(filter(None, (row.text("clea_care_leaver_allocated_team"),))),
                worker=row.text("clea_care_leaver_worker_id")
                or row.text("clea_care_leaver_personal_advisor"),
            )

    def involvements(self, table: Table) -> Iterator[tuple[str, Involvement]]:
        """Yield each involvement with the person it is about."""
        for row in table.rows:
            try:
                person = reference_of(row, table.columns.person)
                started = self._past(row, "invo_involvement_start_date")
                end = row.text("invo_involvement_end_date")
                ended = checks.day(end, "invo_involvement_end_date") if end else None
            except Invalid as error:
                problem = error.problems[0]
                self._faults.set_aside(table.columns.table, row.number, problem.field, problem.detail)
                continue
            yield (
                person,
                Involvement(
                    started=started,
                    ended=ended if ended and ended <= self._today else None,
                    referral=row.text("invo_referral_id"),
                    role=row.text("invo_professional_role_id"),
                    team=row.text("invo_professional_team"),
                    worker=row.text("invo_professional_id"),
                ),
            )

    def _sources(self, table: Table) -> Iterator[tuple[Row, SourceRow]]:
        """Yield the rows that say which row of which person they are, each once."""
        seen: set[SourceRow] = set()
        for row in table.rows:
            person = ""
            try:
                person = reference_of(row, table.columns.person)
                source = SourceRow(table.columns.table, reference_of(row, table.columns.key), person)
                if source in seen:
                    raise Invalid(Problem(table.columns.key, "repeats the id of an earlier row"))
            except Invalid as error:
                self._set_aside(table, row, person, error.problems[0])
                continue
            seen.add(source)
            if person in self._people:
                yield row, source
            else:
                self._faults.set_aside(
                    table.columns.table, row.number, table.columns.person, "is not in ssd_person"
                )

    def _set_aside(self, table: Table, row: Row, person: str, problem: Problem) -> None:
        self._faults.set_aside(table.columns.table, row.number, problem.field, problem.detail)
        if person:
            self.unread.add((person, table.columns.table))
        else:
            self.damaged.add(table.columns.table)

    def _past(self, row: Row, column: str) -> date:
        cell = row.text(column)
        if not cell:
            raise Invalid(Problem(column, "is missing"))
        found = checks.past_day(cell, column, self._today)
        if found.year < self._today.year - checks.OLDEST_CHILD_YEARS:
            raise Invalid(Problem(column, f"is more than {checks.OLDEST_CHILD_YEARS} years ago"))
        return found

    def _end(self, row: Row, layout: Layout, started: date) -> tuple[date | None, bool]:
        """Return the end and whether it is in doubt. An end still to come leaves the episode open."""
        if not row.text(layout.ended):
            return None, False
        table = layout.columns.table
        try:
            ended = checks.day(row.text(layout.ended), layout.ended)
        except Invalid as error:
            self._faults.left_out(table, row.number, layout.ended, error.problems[0].detail)
            return None, True
        if ended > self._today:
            self._faults.left_out(table, row.number, layout.ended, "is in the future")
            return None, False
        if ended < started:
            self._faults.left_out(table, row.number, layout.ended, "is before the start")
            return None, True
        return ended, False
