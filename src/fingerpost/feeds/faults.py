"""What is wrong with a row: where it is and why, never what it says."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from fingerpost.words.errors import Invalid

Value = TypeVar("Value")

LEFT_OUT = "left out"  # the field is ignored, the row counts
SET_ASIDE = "set aside"  # the whole row is ignored until it is put right


class Fault(Struct, frozen=True, order=True):
    """One thing wrong. `row` is the row's number in the file, as a spreadsheet shows it: the header is 1."""

    table: str
    row: int
    field: str
    reason: str
    effect: str = SET_ASIDE


class Faults:
    """Collects what is wrong, in order."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def set_aside(self, table: str, row: int, field: str, reason: str) -> None:
        """Note a row that cannot be used."""
        self.found.append(Fault(table, row, field, reason, SET_ASIDE))

    def left_out(self, table: str, row: int, field: str, reason: str) -> None:
        """Note a field that cannot be used in a row that can."""
        self.found.append(Fault(table, row, field, reason, LEFT_OUT))

    def checked(self, table: str, row: int, field: str, check: Callable[[], Value]) -> Value | None:
        """Return what `check` returns, or None with a note where it refuses."""
        try:
            return check()
        except Invalid as error:
            self.left_out(table, row, field, error.problems[0].detail)
            return None
