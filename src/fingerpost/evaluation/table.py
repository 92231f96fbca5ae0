"""A stranger's CSV file as a header and rows, whichever program exported it."""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from fingerpost.words.errors import Invalid, Problem

_WIDEST_ROW = 100_000  # characters of a header line that are looked at
_DELIMITERS = ",;\t|"
_SAYS_ITS_DELIMITER = "sep="  # the first line of what some spreadsheets export

Numbered = tuple[int, list[str]]


class Table(Struct, frozen=True):
    """The first line of a file, and every later one that holds something, by the number of its last line."""

    header: list[str]
    rows: list[Numbered]
    guessed: bool  # whether the encoding was

    def __repr__(self) -> str:
        return f"Table({len(self.rows)} rows)"

    def column(self, place: int | None) -> Iterator[str]:
        """Yield the values of the column at a place; "" where a row is too short."""
        for _, values in self.rows:
            yield values[place].strip() if place is not None and place < len(values) else ""


def fault(path: Path, detail: str) -> Invalid:
    """Return what is wrong with a file, by its name alone."""
    return Invalid(Problem(path.name, detail))


def _text(path: Path) -> tuple[str, bool]:
    """Return a file as text; one that is not UTF-8 is read as Windows-1252, which case systems export."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror}") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), False
    try:
        return raw.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), True


def _lines(text: str) -> Iterator[Numbered]:
    """Yield each row that holds something with the number of the line it ends on."""
    header, skipped = text[:_WIDEST_ROW].partition("\n")[0], 0
    if header.lower().startswith(_SAYS_ITS_DELIMITER):
        text, skipped = text.partition("\n")[2], 1
    delimiter = max(_DELIMITERS, key=header.count)
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for values in reader:
        if any(map(str.strip, values)):
            yield reader.line_num + skipped, values


def read_table(path: Path) -> Table:
    """Return a CSV file as rows; `Invalid` where it is none, or empty."""
    text, guessed = _text(path)
    try:
        rows = list(_lines(text))
    except csv.Error as error:
        raise fault(path, f"is not CSV: {error}") from None
    if not rows:
        raise fault(path, "is empty")
    return Table(rows[0][1], rows[1:], guessed)
