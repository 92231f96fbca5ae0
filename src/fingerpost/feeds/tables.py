"""Reads a table from CSV bytes, whatever wrote them. What cannot be read is a fault with a row number.

RFC 4180, and the ways exports depart from it: UTF-8 with or without a byte order mark, UTF-16 with one,
stray Windows-1252; line ends of any kind; cut-off files, unclosed quotes, too few or too many cells.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from fingerpost.feeds.faults import Faults
from fingerpost.words import checks
from fingerpost.words.errors import Invalid, Problem

LONGEST_LINE = 100_000  # characters; the widest real column is a JSON text of a few thousand
MOST_ROWS = 10_000_000  # of one table: each may be a fault to list; the largest real one has a fifth of this
MOST_LINES = 50  # a quoted cell may hold line ends; a quote open for longer was never closed
NO_END = "does not follow: the file has no line end after its last row, so it may be cut off"
_SEPARATORS = (",", ";", "\t", "|")
_BLANKS = frozenset({"", "NULL", "null", "SSD_PH"})  # SSD_PH: the dataset's own placeholder


class Columns(Struct, frozen=True, kw_only=True):
    """What a table must and may hold. `key` and `person` name the columns that say whose row it is."""

    table: str
    key: str
    person: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


class Row(Struct, frozen=True, gc=False):
    """One row: its number in the file, its cells, and (shared by the table) each column's place."""

    number: int
    cells: Sequence[str]
    places: Mapping[str, int]

    def __repr__(self) -> str:
        return f"Row({self.number})"

    def text(self, column: str) -> str:
        """Return a cell without the spaces around it, or "" where it is blank, NULL or not sent."""
        place = self.places.get(column)
        cell = "" if place is None else checks.seen(self.cells[place])
        return "" if cell in _BLANKS else cell


class Table(Struct, frozen=True):
    """The rows that could be read. `damaged` if rows may be missing, `unread` are persons of bad rows."""

    columns: Columns
    rows: list[Row]
    damaged: bool
    unread: frozenset[str]

    def __repr__(self) -> str:
        return f"Table({self.columns.table}, {len(self.rows)} rows)"


def decoded(content: bytes) -> str:
    """Return the text of a file; each line that is not UTF-8 is taken for Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
        return "\n".join(_decoded_line(line) for line in lines)


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def parse(content: bytes, columns: Columns, faults: Faults) -> Table:
    """Read one table. Raise `Invalid` where the header cannot be right; note rows that cannot."""
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_ROWS:
        raise _wrong(columns.table, "has more than 10 million rows")
    lines = text.split("\n")
    header, separator = _header(lines[0], columns)
    reader = _Reader(columns, header, separator, faults)
    rows = list(reader.rows(lines[1:]))
    return Table(columns, rows, reader.damaged, frozenset(reader.unread))


def _header(line: str, columns: Columns) -> tuple[list[str], str]:
    if not line.strip():
        raise _wrong(columns.table, "the file is empty; a table without rows still has its header row")
    if "\x00" in line[:LONGEST_LINE] or len(line) > LONGEST_LINE:
        raise _wrong(columns.table, "the first row is not a header; send CSV text in UTF-8")
    known = {*columns.required, *columns.optional}
    candidates = [(_cells(line, separator), separator) for separator in _SEPARATORS]
    found, separator = max(candidates, key=lambda c: len(known.intersection(_folded(c[0]))))
    header = _folded(found)
    _check_header(header, columns)
    return header, separator


def _check_header(header: Sequence[str], columns: Columns) -> None:
    for column in columns.required:
        if column not in header:
            raise _wrong(f"{columns.table}.{column}", "the column is missing; the header row must name it")
    for column in (*columns.required, *columns.optional):
        if header.count(column) > 1:
            raise _wrong(f"{columns.table}.{column}", "the column appears twice in the header row")


def _folded(cells: Sequence[str]) -> list[str]:
    return [cell.strip().casefold() for cell in cells]


def _wrong(field: str, detail: str) -> Invalid:
    return Invalid(Problem(field, detail))


def _cells(line: str, separator: str, *, strict: bool = False) -> list[str]:
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader((line,), delimiter=separator, strict=strict))
    except (csv.Error, StopIteration):
        return []


class _Reader:
    """Turns lines into rows of one table. Row numbers count records; the header is row 1."""

    def __init__(self, columns: Columns, header: list[str], separator: str, faults: Faults) -> None:
        self._columns, self._separator, self._faults = columns, separator, faults
        wanted = {*columns.required, *columns.optional}
        self._width = len(header)
        # Columns that nobody reads are dropped here: an address text is never held.
        self._read = [place for place, name in enumerate(header) if name in wanted]
        self._places = {header[place]: held for held, place in enumerate(self._read)}
        self._person = header.index(columns.person)
        self.damaged = False
        self.unread: set[str] = set()

    def rows(self, lines: list[str]) -> Iterator[Row]:
        """Yield every row that can be read. No line at all, not even an empty one, is a file cut off."""
        self.damaged = not lines
        place, number = 0, 1
        while place < len(lines):
            line = lines[place]
            if not line.strip(self._separator + " "):
                place, number = place + 1, number + 1
                continue
            number += 1
            record, used = self._record(lines, place)
            last = place + used == len(lines)  # no line end followed: the file may be cut off here
            place += used
            if (row := self._row(record, number, last=last)) is not None:
                yield row
                if last:
                    self.damaged = True
                    self._faults.set_aside(self._columns.table, number + 1, "the row", NO_END)

    def _record(self, lines: list[str], place: int) -> tuple[str | None, int]:
        """Return one record and how many lines it took; None for a quote that never closes."""
        line = lines[place]
        if line.count('"') % 2 == 0:
            return line, 1
        taken = [line]
        for other in lines[place + 1 : place + MOST_LINES]:
            taken.append(other)
            if other.count('"') % 2:
                record = "\n".join(taken)
                # Two broken rows can pair their quotes; the rows between them are not swallowed then.
                return (record, len(taken)) if self._fits(record) else (None, 1)
        return None, 1

    def _fits(self, record: str) -> bool:
        if len(record) > LONGEST_LINE:
            return False
        return len(_cells(record, self._separator, strict=True)) == self._width

    def _row(self, record: str | None, number: int, *, last: bool) -> Row | None:
        if record is None:
            self.damaged = True
            return self._unreadable(number, "has a quotation mark that is never closed")
        if len(record) > LONGEST_LINE:
            self.damaged = True
            return self._unreadable(number, f"is longer than {LONGEST_LINE} characters")
        cells = _cells(record, self._separator)
        if len(cells) > self._width and not any(cells[self._width :]):
            cells = cells[: self._width]
        if len(cells) != self._width:
            self._note_unread(cells, last=last)
            return self._unreadable(number, f"has {len(cells)} cells where the header has {self._width}")
        return Row(number, tuple(cells[place] for place in self._read), self._places)

    def _note_unread(self, cells: list[str], *, last: bool) -> None:
        """Note whose row it may be: what was lost or doubled may stand before the person's cell or after."""
        places = sorted((self._person, self._person + len(cells) - self._width))
        persons = {cell.strip() for cell in cells[max(places[0], 0) : places[1] + 1]} - _BLANKS
        self.unread |= persons
        if not persons or last:
            self.damaged = True

    def _unreadable(self, number: int, reason: str) -> None:
        self._faults.set_aside(self._columns.table, number, "the row", reason)
