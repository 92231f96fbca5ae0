"""Reading the list of an authority's sensitive services: one row for each child, all of them in one file.

Its columns are `COLUMNS`; service, basis and decision are written as codes or in words.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from fingerpost.signposts.sensitive import Basis, Decision, Kind, Stated
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

COLUMNS = (
    "reference", "given_names", "family_name", "date_of_birth", "sex", "postcode", "nhs_number", "service",
    "basis", "decision", "started",
)  # fmt: skip
Member = TypeVar("Member", bound=Labelled)
Value = TypeVar("Value")


def read(path: Path, today: date) -> list[Stated]:
    """Return the list, or raise `Invalid` with every row that is wrong: its number and field, no value."""
    problems: list[Problem] = []
    listed: list[Stated] = []
    for number, row in _rows(path):
        try:
            listed.append(_stated(row, today))
        except Invalid as invalid:
            problems += [Problem(f"row {number}, {p.field}", p.detail) for p in invalid.problems]
    references = [stated.reference for stated in listed]
    if len(set(references)) < len(references):
        problems.append(Problem("reference", "stands in two rows; one row for each child"))
    if problems:
        raise Invalid(*problems)
    return listed


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            named = list(reader.fieldnames or ())
            if missing := [column for column in COLUMNS if column not in named]:
                raise Invalid(Problem("list", f"has no column {', '.join(missing)}"))
            if twice := [column for column in COLUMNS if named.count(column) > 1]:
                raise Invalid(Problem("list", f"has a column twice: {', '.join(twice)}"))
            for number, row in enumerate(reader, start=2):
                yield number, {column: row[column] or "" for column in COLUMNS}
    except (UnicodeDecodeError, csv.Error):
        raise Invalid(Problem("list", "is not a CSV file in UTF-8")) from None


def _stated(row: dict[str, str], today: date) -> Stated:
    reference = checks.text(row["reference"], "reference")
    born = _if_any(checks.birth_date, row["date_of_birth"], "date_of_birth", today)
    postcode = _if_any(checks.postcode_of, row["postcode"], "postcode")
    child = ChildDetails(
        names=(
            PersonName(
                checks.name(row["given_names"], "given_names"), checks.name(row["family_name"], "family_name")
            ),
        ),
        date_of_birth=born,
        sex=_if_any(checks.sex_of, row["sex"], "sex"),
        postcodes=(postcode,) if postcode else (),
        nhs_number=_if_any(checks.nhs_number_of, row["nhs_number"], "nhs_number"),
    )
    if not reference or not row["family_name"].strip() or born is None:
        raise Invalid(Problem("reference", "and family_name and date_of_birth are needed"))
    return Stated(
        reference=reference, child=child, kind=_member(Kind, row["service"], "service"),
        basis=_member(Basis, row["basis"], "basis"), decision=_member(Decision, row["decision"], "decision"),
        started=checks.past_day(row["started"], "started", today),
    )  # fmt: skip


def _if_any(check: Callable[..., Value], text: str, field: str, *context: date) -> Value | None:
    return check(text, field, *context) if text.strip() else None


def _member(closed: type[Member], text: str, field: str) -> Member:
    """Return a member by its code or its words."""
    written = text.strip().lower()
    for member in closed:
        if written in {member.value, member.label}:
            return member
    raise Invalid(Problem(field, f"must be one of {', '.join(member.value for member in closed)}"))
