"""Rows on their way to files: gathered as tuples, kept as CSV text, written in the order they were made."""

import csv
import io
from collections import Counter
from typing import Literal

from fingerpost.synthetic.tables import Table

Sheet = Table | Literal["teams", "truth", "evaluate", "questions"]
Row = tuple[str, ...]
WHOLE_COUNTRY = -1
"""The `area` of sheets that belong to no authority: truth, evaluate, questions."""


class Extract:
    """Rows of one chunk of the country, by area and sheet."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, Sheet], list[Row]] = {}

    def add(self, area: int, sheet: Sheet, row: Row) -> None:
        """Add one row, its fields in the sheet's order."""
        self._rows.setdefault((area, sheet), []).append(row)

    def counts(self) -> Counter[str]:
        """Return how many rows each sheet has."""
        counted: Counter[str] = Counter()
        for (_, sheet), rows in self._rows.items():
            counted[sheet] += len(rows)
        return counted

    def text(self) -> dict[tuple[int, Sheet], str]:
        """Return the rows as CSV text without headers."""
        return {key: csv_text(rows) for key, rows in self._rows.items()}


def csv_text(rows: list[Row]) -> str:
    """Return rows as CSV with bare line feeds, quoted only where needed."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
