"""Files of the country: one folder an authority, one file a table, and the sheets beside them."""

from collections import Counter
from pathlib import Path
from types import TracebackType

from fingerpost.synthetic.rows import WHOLE_COUNTRY, Sheet
from fingerpost.synthetic.tables import LABELLED_FIELDS, TABLES, TEAM_FIELDS, TRUTH_FIELDS, fields

_HOLD = 64_000_000
"""Characters kept in memory before they are written: fewer openings of some three thousand files."""


def header(sheet: Sheet) -> str:
    """Return the first line of a sheet's file."""
    match sheet:
        case "teams":
            names = TEAM_FIELDS
        case "truth":
            names = TRUTH_FIELDS
        case "evaluate" | "questions":
            names = LABELLED_FIELDS
        case _:
            names = fields()[sheet]
    return ",".join(names) + "\n"


class Folder:
    """The folder being written. Every file exists with its header, whether or not it gets a row."""

    def __init__(self, out: Path, codes: tuple[str, ...]) -> None:
        self._out = out
        self._codes = codes
        self._held: dict[Path, list[str]] = {}
        self._size = 0
        self.rows: Counter[str] = Counter()

    def __enter__(self) -> "Folder":
        self._out.mkdir(parents=True, exist_ok=True)
        sheets: tuple[Sheet, ...] = (*TABLES, "teams")
        for area, code in enumerate(self._codes):
            (self._out / code).mkdir()
            for sheet in sheets:
                self._hold(area, sheet, header(sheet))
        whole: tuple[Sheet, ...] = ("truth", "evaluate", "questions")
        for sheet in whole:
            self._hold(WHOLE_COUNTRY, sheet, header(sheet))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write()

    def append(self, text: dict[tuple[int, Sheet], str], rows: Counter[str]) -> None:
        """Add rows, as CSV text by (area, sheet)."""
        for (area, sheet), lines in text.items():
            self._hold(area, sheet, lines)
        self.rows.update(rows)
        if self._size > _HOLD:
            self._write()

    def _hold(self, area: int, sheet: Sheet, text: str) -> None:
        folder = self._out if area == WHOLE_COUNTRY else self._out / self._codes[area]
        self._held.setdefault(folder / f"{sheet}.csv", []).append(text)
        self._size += len(text)

    def _write(self) -> None:
        for path, parts in self._held.items():
            with path.open("a", encoding="utf-8", newline="") as file:
                file.writelines(parts)
        self._held.clear()
        self._size = 0
