"""Reads a folder of Standard Safeguarding Dataset tables, one CSV file each, and `teams.csv`."""

import errno
import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct

from fingerpost.feeds import columns
from fingerpost.feeds.columns import ABOUT_PEOPLE, ALL_TABLES, EPISODE_TABLES, PERSON
from fingerpost.feeds.episodes import LAYOUTS, EpisodeReader
from fingerpost.feeds.faults import Faults
from fingerpost.feeds.people import Known, PeopleReader, Person, mothers_of
from fingerpost.feeds.report import Progress, no_progress
from fingerpost.feeds.tables import Columns, Row, Table, parse
from fingerpost.feeds.teams import Sheet, read_sheet
from fingerpost.signposts import episodes
from fingerpost.signposts.episodes import AnyEpisode, Case
from fingerpost.words.errors import Invalid, Problem

FORMAT = "ssd"
KILOBYTE = 1024
MOST_BYTES = 2**30  # of one table; the largest authority's whole extract is about a third of this
MOST_IN_ALL = 2**32  # of all tables; no other file of the folder is read, and none is kept


class Extract(Struct, kw_only=True):
    """What one folder says: every person in it, and each one's rows.

    `read` counts rows by table. `unread_people` are those whose own row was set aside; `unread_tables`,
    by person, tables of which a row was; `silent` are episode tables that were not sent or came damaged,
    which therefore say nothing of the rows that are not in them.
    """

    people: dict[str, Person]
    cases: dict[str, Case]
    sheet: Sheet
    read: dict[str, int]
    professionals: Table | None
    departments: Table | None
    digest: bytes
    faults: Faults
    unread_tables: dict[str, frozenset[str]]
    unread_people: frozenset[str]
    people_damaged: bool
    silent: frozenset[str]

    def __repr__(self) -> str:
        return f"Extract({len(self.people)} people)"


def read(folder: Path, today: date, tick: Progress = no_progress) -> Extract:
    """Read a folder. Raise `Invalid` naming the table or column without which nothing can be believed."""
    files = _files(folder)
    _check_present(files)
    before = _state(files)
    done, total = 0, sum(size for _, size, _ in before.values())
    if total > MOST_IN_ALL:
        raise Invalid(Problem("folder", "is larger than 4 GB in all"))
    faults = Faults()
    digest = hashlib.sha256()
    tables: dict[str, Table] = {}
    for wanted in ALL_TABLES:
        if (file := files.get(wanted.table)) is not None:
            content = _content(file, wanted)
            digest.update(wanted.table.encode() + hashlib.sha256(content).digest())
            tables[wanted.table] = parse(content, wanted, faults)
            done += len(content)
            tick("reading", done // KILOBYTE, total // KILOBYTE)
    if _state(_files(folder)) != before:
        raise Invalid(Problem("folder", "changed while it was read; load it again once it is whole"))
    return _understood(tables, digest.digest(), faults, today)


def _files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise Invalid(Problem("folder", "is not a folder"))
    try:
        found = [file for file in sorted(folder.iterdir()) if file.suffix.casefold() == ".csv"]
    except OSError as error:
        raise Invalid(Problem("folder", f"cannot be read: {error.strerror}")) from None
    files: dict[str, Path] = {}
    for file in filter(Path.is_file, found):
        if files.setdefault(file.stem.casefold(), file) != file and _is_table(file):
            raise Invalid(Problem(file.stem.casefold(), "stands in two files; send each table once"))
    return files


def _state(files: dict[str, Path]) -> dict[str, tuple[int, int, int]]:
    """Return which file each table is, how large it is and when it was written."""
    found = {wanted.table: files[wanted.table].lstat() for wanted in ALL_TABLES if wanted.table in files}
    return {name: (about.st_ino, about.st_size, about.st_mtime_ns) for name, about in found.items()}


def _is_table(file: Path) -> bool:
    return any(wanted.table == file.stem.casefold() for wanted in ALL_TABLES)


def _check_present(files: dict[str, Path]) -> None:
    if PERSON.table not in files:
        raise Invalid(Problem(PERSON.table, "the table is missing from the folder"))
    if not any(table.table in files for table in EPISODE_TABLES):
        names = ", ".join(table.table for table in EPISODE_TABLES)
        raise Invalid(Problem("folder", f"holds none of the episode tables: {names}"))


def _content(file: Path, wanted: Columns) -> bytes:
    """Read a file itself: what it only points to would be read by our rights, not by its sender's."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        why = (
            "is a link; send the file itself"
            if error.errno == errno.ELOOP
            else f"cannot be read: {error.strerror}"
        )
        raise Invalid(Problem(wanted.table, why)) from None
    if len(content) > MOST_BYTES:
        raise Invalid(Problem(wanted.table, "is larger than 1 GB"))
    return content


def _understood(tables: dict[str, Table], digest: bytes, faults: Faults, today: date) -> Extract:
    table = tables[PERSON.table]
    ids = frozenset(row.text(PERSON.key) for row in table.rows)
    unread = {(person, t.columns.table) for t in tables.values() for person in t.unread}
    people = PeopleReader(_known(tables, unread), faults, today).read(table, _in_episodes(tables))
    reader = EpisodeReader(faults, today, ids | table.unread)
    cases = {reference: _case(person) for reference, person in people.items()}
    _fill(cases, tables, reader)
    return Extract(
        people=people,
        cases=cases,
        sheet=read_sheet(tables.get(columns.TEAMS.table), faults, today),
        read={name: len(t.rows) for name, t in tables.items()},
        professionals=tables.get(columns.PROFESSIONALS.table),
        departments=tables.get(columns.DEPARTMENT.table),
        digest=digest,
        faults=faults,
        unread_tables=_by_people(unread | reader.unread),
        unread_people=table.unread - people.keys(),
        people_damaged=table.damaged,
        silent=_silent(tables, EPISODE_TABLES) | reader.damaged,
    )


def _by_people(unread: set[tuple[str, str]]) -> dict[str, frozenset[str]]:
    grouped: dict[str, set[str]] = {}
    for person, table in unread:
        grouped.setdefault(person, set()).add(table)
    return {person: frozenset(names) for person, names in grouped.items()}


def _silent(tables: dict[str, Table], about: Iterable[Columns]) -> frozenset[str]:
    names = (wanted.table for wanted in about)
    return frozenset(name for name in names if name not in tables or tables[name].damaged)


def _in_episodes(tables: dict[str, Table]) -> frozenset[str]:
    present = [(tables[w.table], w.person) for w in EPISODE_TABLES if w.table in tables]
    return frozenset(row.text(person) for table, person in present for row in table.rows)


def _known(tables: dict[str, Table], unread: set[tuple[str, str]]) -> Known:
    links, identifiers, addresses = (
        tables[wanted.table].rows if wanted.table in tables else []
        for wanted in (columns.MOTHER, columns.IDENTIFIERS, columns.ADDRESS)
    )
    return Known(
        identifiers=_by_person(identifiers, columns.IDENTIFIERS),
        addresses=_by_person(addresses, columns.ADDRESS),
        mothers=mothers_of(links, tables[PERSON.table].rows),
        silent=_silent(tables, ABOUT_PEOPLE),
        unread=frozenset(unread),
    )


def _by_person(rows: Iterable[Row], wanted: Columns) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.text(wanted.person), []).append(row)
    return grouped


def _case(person: Person) -> Case:
    details = person.details
    return Case(born=details.date_of_birth, expected=details.expected_on, died=person.died)


def _fill(cases: dict[str, Case], tables: dict[str, Table], reader: EpisodeReader) -> None:
    present = [(layout, tables[layout.columns.table]) for layout in LAYOUTS if layout.columns.table in tables]
    for layout, table in present:
        for episode in reader.read(layout, table):
            if (case := cases.get(episode.source.person)) is not None:
                _add(case, episode)
    if (leavers := tables.get(columns.CARE_LEAVERS.table)) is not None:
        for leaver in reader.leavers(leavers):
            if (case := cases.get(leaver.source.person)) is not None:
                case.leaving.append(leaver)
    if (involvements := tables.get(columns.INVOLVEMENTS.table)) is not None:
        for person, involvement in reader.involvements(involvements):
            if (case := cases.get(person)) is not None:
                case.involvements.append(involvement)


def _add(case: Case, episode: AnyEpisode) -> None:
    match episode:
        case episodes.CinEpisode():
            case.cin.append(episode)
        case episodes.CinPlan():
            case.plans.append(episode)
        case episodes.Enquiry():
            case.enquiries.append(episode)
        case episodes.ProtectionPlan():
            case.protection.append(episode)
        case episodes.CareEpisode():
            case.care.append(episode)
        case episodes.EarlyHelp():
            case.early_help.append(episode)
        case episodes.Missing():
            case.missing.append(episode)
