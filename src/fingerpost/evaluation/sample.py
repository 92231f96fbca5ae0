"""A labelled sample from a CSV file. A value that cannot be right is left out and counted; the record stays.

Samples hold adults, other countries' postcodes and made-up numbers, so this door is wider than that of the
service (`words.checks`): any date not in the future, any postcode, any identifier, and the columns and dates
that strangers' files usually have (`columns`, `dates`). Errors and warnings name rows and fields, never a
value.
"""

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from fingerpost.evaluation.columns import columns_of, renamed
from fingerpost.evaluation.dates import Births
from fingerpost.matching import Prepared, prepare
from fingerpost.words import checks
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, Problem

REQUIRED = ("cluster_id",)
_LONGEST_IDENTIFIER = 40
_WIDEST_ROW = 100_000  # characters of a header line that are looked at
_ROWS_NAMED = 5  # of each warning
_DELIMITERS = ",;\t|"
_NO_LINE: tuple[int, list[str]] = (0, [])
_NOTHING = frozenset({"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>"})  # "Na" is a name
_FEBRL = re.compile(r"rec-(\d+)-(?:org|dup-\d+)")  # ids that name the person
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
    """The rows of a file and what had to be left out of them."""

    records: list[Record]
    warnings: list[Warned]


class _Warnings:
    """Counts faults by field and kind."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Warned] = {}

    def add(self, row: int, field: str, problem: str) -> None:
        warned = self.found.setdefault((field, problem), Warned(field, problem))
        warned.count += 1
        if len(warned.rows) < _ROWS_NAMED:
            warned.rows.append(row)


def _fault(path: Path, detail: str) -> Invalid:
    return Invalid(Problem(path.name, detail))


def _text(path: Path, warnings: _Warnings) -> str:
    """Return a file as text; one that is not UTF-8 is read as Windows-1252, which case systems export."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _fault(path, f"cannot be read: {error.strerror}") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        warnings.add(1, "file", "is not UTF-8; read as Windows-1252")
        return raw.decode("cp1252", errors="replace")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of the line it ends on."""
    header = text[:_WIDEST_ROW].partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for values in reader:
        yield reader.line_num, values


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


def _details(row: _Row, births: Births) -> ChildDetails:
    name = PersonName(
        row.joined("given_names", "middle_names"), row.joined("family_name", "second_family_name")
    )
    if not (name.given or name.family):
        name = PersonName(row.joined("name"), "")  # a whole name in one box
    born = row.value("date_of_birth", births.read) or births.in_parts(row.text)
    return ChildDetails(
        names=(name,) if name.given or name.family else (),
        date_of_birth=born.first if born and born.first == born.last else None,
        born_from=born.first if born and born.first != born.last else None,
        born_to=born.last if born and born.first != born.last else None,
        sex=row.value("sex", checks.sex_of),
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


class _File:
    """The text of a file, its header read."""

    def __init__(self, path: Path, warnings: _Warnings, required: Sequence[str]) -> None:
        self.warnings, self.text = warnings, _text(path, warnings)
        _, self.header = next(_lines(self.text), _NO_LINE)
        if not self.header:
            raise _fault(path, "is empty")
        self.columns = columns_of(self.header)
        for ours, written in renamed(self.header, self.columns):
            warnings.add(1, ours, f"is read from the column {written[:_LONGEST_IDENTIFIER]}")
        for needed in required:
            if needed not in self.columns and not (needed == "cluster_id" and self._names_people()):
                raise _fault(path, f"has no column {needed}; the first line must name the columns")

    def column(self, field: str) -> Iterator[str]:
        """Yield the values of a column."""
        place = self.columns.get(field)
        for _, values in islice(_lines(self.text), 1, None):
            if place is not None and place < len(values):
                yield values[place].strip()

    def _names_people(self) -> bool:
        """Whether each id says whose record it is, as those of FEBRL do."""
        ids = list(self.column("record_id"))
        return bool(ids) and all(map(_FEBRL.fullmatch, ids))

    def rows(self) -> Iterator[_Row]:
        """Yield the rows that hold something."""
        for number, values in islice(_lines(self.text), 1, None):
            if values and len(values) != len(self.header):
                fewer = len(values) < len(self.header)
                problem = "has fewer columns than the header" if fewer else "has too many columns"
                self.warnings.add(number, "row", problem)
            if values:
                yield _Row(number, values, self.columns, self.warnings)


def read_sample(path: Path, required: Sequence[str] = REQUIRED) -> Sample:
    """Return the sample in a CSV file; `Invalid` where it is not one (no such column, empty, not text).

    `required` names the columns it must have; without `cluster_id` each row is a child of its own.
    """
    warnings = _Warnings()
    try:
        file = _File(path, warnings, required)
        births = Births(file.column("date_of_birth"), date.today())  # noqa: DTZ011 - a bound, not a moment
        records = [_record(row, births) for row in file.rows()]
    except csv.Error as error:
        raise _fault(path, f"is not CSV: {error}") from None
    seen: set[str] = set()
    for number, record in enumerate(records, start=2):
        if record.record_id in seen:
            warnings.add(number, "record_id", "appears more than once")
        seen.add(record.record_id)
    return Sample(records, list(warnings.found.values()))
