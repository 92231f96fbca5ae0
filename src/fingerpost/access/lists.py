"""Lists that an authority's own staff system gives, as CSV: whose checks were done when, and who leaves."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem

LONGEST_LIST = 200_000  # rows; no authority has more staff

Line = TypeVar("Line")


class Checked(Struct, frozen=True):
    """Whose enhanced DBS check and training were done when."""

    reference: str
    dbs_on: date
    trained_on: date


class Leaver(Struct, frozen=True):
    """Who leaves, and the first day they are out."""

    reference: str
    leaves_on: date


def read_checked(path: Path, today: date) -> list[Checked]:
    """Read `reference,dbs_on,trained_on`; every fault of the list is named by its row at once."""

    def line(row: dict[str, str], place: str) -> Checked:
        dbs, trained = (
            checks.past_day(row[column], f"{place} {column}", today) for column in ("dbs_on", "trained_on")
        )
        return Checked(_reference(row, place), dbs, trained)

    return _read(path, ("reference", "dbs_on", "trained_on"), line)


def read_leavers(path: Path, today: date) -> list[Leaver]:
    """Read `reference` and, if it is there, `leaves_on`; a leaver without a day is out today."""

    def line(row: dict[str, str], place: str) -> Leaver:
        written = row.get("leaves_on", "").strip()
        leaves_on = checks.day(written, f"{place} leaves_on") if written else today
        return Leaver(_reference(row, place), leaves_on)

    return _read(path, ("reference",), line)


def _reference(row: dict[str, str], place: str) -> str:
    reference = checks.text(row["reference"], f"{place} reference", 100)
    if not reference:
        raise Invalid(Problem(f"{place} reference", "must not be empty"))
    return reference


def _read(path: Path, needed: tuple[str, ...], line: Callable[[dict[str, str], str], Line]) -> list[Line]:
    read: list[Line] = []
    problems: list[Problem] = []
    for number, row in enumerate(_rows(path, needed), start=2):
        if number > LONGEST_LIST:
            raise Invalid(Problem("list", f"is longer than {LONGEST_LIST} rows"))
        try:
            read.append(line(row, f"row {number}"))
        except Invalid as invalid:
            problems += invalid.problems
    if problems:
        raise Invalid(*problems[:50])
    return read


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise Invalid(Problem("list", f"has no column {', '.join(missing)}"))
            yield from reader
    except (UnicodeDecodeError, csv.Error):
        raise Invalid(Problem("list", "is not a CSV file in UTF-8")) from None
