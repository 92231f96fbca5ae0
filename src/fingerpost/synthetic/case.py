"""One child's case in one authority, while its rows are written."""

from random import Random

from fingerpost.synthetic.days import WINDOW, YEAR
from fingerpost.synthetic.lives import Ending
from fingerpost.synthetic.places import Home
from fingerpost.synthetic.recording import Record
from fingerpost.synthetic.rows import Extract, Row
from fingerpost.synthetic.tables import ELIGIBLE, Table
from fingerpost.synthetic.teams import Staff


class Case:
    """What the writers of rows share. Days are ordinals; `closed` is None while the work goes on."""

    def __init__(
        self,
        *,
        rng: Random,
        extract: Extract,
        record: Record,
        staff: Staff,
        as_of: int,
        closed: int | None,
        transferred_in: bool,
        placed_at: Home,
    ) -> None:
        self.rng = rng
        self.record = record
        self.staff = staff
        self.as_of = as_of
        self.closed = closed
        self.transferred_in = transferred_in
        self.placed_at = placed_at
        self.person = record.person_id
        self.eligible = 0
        self.handed_over = False
        self._extract = extract
        self._area = record.stay.area
        self._serial = 0

    @property
    def last_day(self) -> int:
        """Return the last day on which anything here could start or end."""
        return self.as_of if self.closed is None else self.closed

    @property
    def first_day(self) -> int:
        """Return the first day this authority's six years could hold about this child."""
        return max(self.as_of - WINDOW, self.record.child.born, self.record.stay.tenancies[0].since)

    def hands_over(self, ended: int | None) -> bool:
        """Tell whether an ending on this day was a transfer to another authority, and keep that it was."""
        stay = self.record.stay
        left = stay.ending in {Ending.TRANSFERRED, Ending.ORPHANED} and ended == stay.closed
        self.handed_over = self.handed_over or left
        return left

    def stays_in_care(self) -> bool:
        """Tell whether the child is looked after for as long as this authority works with it."""
        child = self.record.child
        return child.unaccompanied or child.adopted_away_on is not None

    def age_on(self, day: int) -> float:
        """Return the child's true age in years on a day; negative before birth."""
        return (day - self.record.child.born) / YEAR

    def next_id(self, kind: str) -> str:
        """Return an identifier no other row of this authority has."""
        self._serial += 1
        return f"{kind}{self.person}{self._serial:02d}"

    def end_after(self, start: int, least: int, most: int) -> int | None:
        """Return an end from `least` to `most` days after `start`, not after the case; None if to come."""
        end = start + self.rng.randint(least, most)
        if self.closed is not None:
            return max(start, min(end, self.closed))
        return None if end > self.as_of else end

    def allocated_teams(self) -> tuple[str, ...]:
        """Return the teams that could hold this child."""
        if self.record.child.unaccompanied:
            return ("UASC", "LAC")
        return ("CIN1", "CIN2", "SAFE")

    def add(self, table: Table, row: Row, *, eligible: bool = True) -> None:
        """Add a row of this case's authority, counting it where it may give a signpost."""
        self._extract.add(self._area, table, row)
        self.eligible += eligible and table in ELIGIBLE
