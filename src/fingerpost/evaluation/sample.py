"""A labelled sample from a CSV file. A value that cannot be right is left out and counted; the record stays.

Samples hold adults, other countries' postcodes and made-up numbers, so this door is wider than that of the
service (`words.checks`): any date not in the future, any postcode, any identifier, and the columns and dates
that strangers' files usually have (`columns`, `dates`). Errors and warnings name rows and fields, never a
value.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from fingerpost.evaluation.columns import columns_of, renamed
from fingerpost.evaluation.dates import Births
from fingerpost.evaluation.table import Table, fault, read_table
from fingerpost.matching import Prepared, prepare
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Sex

REQUIRED = ("cluster_id",)
_LONGEST_IDENTIFIER = 40
_ROWS_NAMED = 5  # of each warning
_NOTHING = frozenset({"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>", "\\N"})  # "Na" is a name
_FEBRL = re.compile(r"rec-(\d+)-(?:org|dup-\d+)")  # ids that name the person
_SEXES = {  # as other languages' files have them; ours are read by `checks.sex_of`
    word: sex
    for sex, words in (
        (Sex.FEMALE, "w k v girl woman weiblich frau vrouw femme mujer femmina feminino kobieta kadin kadın"),
        (Sex.MALE, "h e boy man männlich mann homme hombre maschio masculino mężczyzna erkek"),
    )
    for word in words.split()
}
T = TypeVar("T")


class Warned(Struct):
    """One kind of fault: the field, what is wrong, how often, and the first rows (1 is the header)."""

    field: str
    problem: str
    count: int = 0
    rows: list[int] = []


class Record(Struct, frozen=True):
    """One row: its labels, and the details as the matcher sees them."""

    record_id: str
    cluster_id: str
    source: str
    origin: str
    prepared: Prepared

    def __repr__(self) -> str:
        return "Record(…)"


class Sample(Struct):
    """The rows of a file and what had to be left out of them; whether it says which are one person's."""

    records: list[Record]
    warnings: list[Warned]
    labelled: bool = True


class _Warnings:
    """Counts faults by field and kind."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Warned] = {}

    def add(self, row: int, field: str, problem: str) -> None:
        warned = self.found.setdefault((field, problem), Warned(field, problem))
        warned.count += 1
        if len(warned.rows) < _ROWS_NAMED:
            warned.rows.append(row)


def _name(value: str, field: str) -> str:
    text = checks.text(value, field)
    if not any(c.isalnum() for c in text):
        raise Invalid(Problem(field, "holds no letter"))
    return text


def _identifier(value: str, field: str) -> str:
    text = checks.text(value, field, _LONGEST_IDENTIFIER)
    if not any(c.isalnum() for c in text):
        raise Invalid(Problem(field, "holds no letter or digit"))
    return text


def _sex(value: str, field: str) -> Sex | None:
    return _SEXES.get(value.casefold()) or checks.sex_of(value, field)


class _Row:
    """One line of the file being read; faults in its values are counted, not raised."""

    def __init__(self, number: int, values: list[str], columns: dict[str, int], warnings: _Warnings) -> None:
        self.number, self.values, self.columns, self.warnings = number, values, columns, warnings

    def text(self, field: str) -> str:
        place = self.columns.get(field)
        text = self.values[place].strip() if place is not None and place < len(self.values) else ""
        return "" if text in _NOTHING else text

    def joined(self, *fields: str) -> str:
        """Return the parts of a name that stand in several columns."""
        return " ".join(filter(None, (self.value(field, _name) for field in fields)))

    def value(self, field: str, check: Callable[[str, str], T]) -> T | None:
        if not (text := self.text(field)):
            return None
        try:
            return check(text, field)
        except Invalid as error:
            self.warn(field, error.problems[0].detail + "; left out")
            return None

    def warn(self, field: str, problem: str) -> None:
        self.warnings.add(self.number, field, problem)

    def number_of(self, field: str, check: Callable[[str, str], str]) -> str | None:
        """Return an identifier as checked or, failing that, as written: samples have numbers of their own."""
        text = self.value(field, _identifier)
        if text is None:
            return None
        try:
            return check(text, field)
        except Invalid as error:
            self.warn(field, error.problems[0].detail + "; compared as written")
            return text

    def label(self, field: str) -> str:
        return self.value(field, checks.text) or ""


def _postcodes(row: _Row) -> tuple[str, ...]:
    """Return the postcodes of a row, several parted by semicolons; the town where a file has none."""
    text = row.value("postcode" if "postcode" in row.columns else "town", checks.text) or ""
    return tuple(code.strip() for code in text.split(";") if code.strip())


def _other_names(row: _Row, name: PersonName) -> Iterator[PersonName]:
    """Yield what else the person is or was called: by part of the name, or by another name altogether."""
    if known_as := row.joined("known_as"):
        yield PersonName(known_as, name.family)
    if former := row.joined("former_family_name"):
        yield PersonName(name.given, former)
    for other in re.split(r"[;|]", row.text("other_names")):
        if (written := other.strip()) and any(map(str.isalnum, written)):
            yield PersonName(written, "" if " " in written else name.family)


def _names(row: _Row) -> tuple[PersonName, ...]:
    name = PersonName(
        row.joined("given_names", "middle_names"), row.joined("family_name", "second_family_name")
    )
    if not (name.given or name.family):
        name = PersonName(row.joined("name"), "")  # a whole name in one box
    return tuple(one for one in (name, *_other_names(row, name)) if one.given or one.family)


def _details(row: _Row, births: Births) -> ChildDetails:
    born = row.value("date_of_birth", births.read) or births.in_parts(row.text) or births.by_age(row.text)
    return ChildDetails(
        names=_names(row),
        date_of_birth=born.first if born and born.first == born.last else None,
        born_from=born.first if born and born.first != born.last else None,
        born_to=born.last if born and born.first != born.last else None,
        sex=row.value("sex", _sex),
        postcodes=_postcodes(row),
        nhs_number=row.number_of("nhs_number", checks.nhs_number_of),
        upn=row.number_of("upn", checks.upn_of),
    )


def _record(row: _Row, births: Births) -> Record:
    record_id, cluster_id = row.label("record_id"), row.label("cluster_id")
    if not record_id and "record_id" in row.columns:
        row.warn("record_id", "is empty; the row's number stands for it")
    if not cluster_id and "cluster_id" in row.columns:
        row.warn("cluster_id", "is empty; counted as a child of its own")
    if not cluster_id and (person := _FEBRL.fullmatch(record_id)):
        cluster_id = person[1]
    return Record(
        record_id=record_id or f"row {row.number}",
        cluster_id=cluster_id or f"row {row.number}",
        source=row.label("source"),
        origin=row.label("origin"),
        prepared=prepare(_details(row, births)),
    )


def _columns(table: Table, warnings: _Warnings) -> dict[str, int]:
    """Return where each of our columns stands; say what was taken for what, and what was not read at all."""
    counts = [Counter(filter(None, table.column(place))) for place in range(len(table.header))]
    filled = {place for place, seen in enumerate(counts) if seen}
    repeated = {place for place in filled if counts[place].total() > len(counts[place])}
    columns = columns_of(table.header, filled, repeated)
    if table.guessed:
        warnings.add(1, "file", "is not UTF-8; read as Windows-1252")
    for ours, written in renamed(table.header, columns):
        warnings.add(1, ours, f"is read from the column {written[:_LONGEST_IDENTIFIER]}")
    unread = [table.header[place].strip() for place in sorted(filled.difference(columns.values()))]
    if unread:
        named = ", ".join(name[:_LONGEST_IDENTIFIER] for name in unread)
        warnings.add(1, "file", f"has columns that are not read: {named}")
    return columns


def _rows(table: Table, columns: dict[str, int], warnings: _Warnings) -> Iterator[_Row]:
    for number, values in table.rows:
        if len(values) != len(table.header):
            fewer = len(values) < len(table.header)
            warnings.add(
                number, "row", "has fewer columns than the header" if fewer else "has too many columns"
            )
        yield _Row(number, values, columns, warnings)


def _names_people(ids: Sequence[str]) -> bool:
    """Whether each id says whose record it is, as those of FEBRL do."""
    return bool(ids) and all(map(_FEBRL.fullmatch, ids))


def read_sample(path: Path, required: Sequence[str] = REQUIRED) -> Sample:
    """Return the sample in a CSV file; `Invalid` where it is not one (no such column, empty, not text).

    `required` names the columns it must have; without `cluster_id` each row is a child of its own.
    """
    table, warnings = read_table(path), _Warnings()
    columns = _columns(table, warnings)
    labelled = "cluster_id" in columns or _names_people(list(table.column(columns.get("record_id"))))
    for needed in required:
        if needed not in columns and not (needed == "cluster_id" and labelled):
            raise fault(path, f"has no column {needed}; the first line must name the columns")
    births = Births(table.column(columns.get("date_of_birth")), date.today())  # noqa: DTZ011 - a bound
    records = [_record(row, births) for row in _rows(table, columns, warnings)]
    seen: set[str] = set()
    for (number, _), record in zip(table.rows, records, strict=True):
        if record.record_id in seen:
            warnings.add(number, "record_id", "appears more than once")
        seen.add(record.record_id)
    return Sample(records, list(warnings.found.values()), labelled)
