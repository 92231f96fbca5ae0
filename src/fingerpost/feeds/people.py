"""Person rows become child details. A typing slip costs the field it is in, not the child."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from fingerpost.feeds.columns import ADDRESS, IDENTIFIERS, MOTHER, PERSON
from fingerpost.feeds.faults import Faults
from fingerpost.feeds.tables import Columns, Row, Table
from fingerpost.matching import prepare, record_keys
from fingerpost.words import checks
from fingerpost.words.child import MOTHER_STANDS_IN, ChildDetails, PersonName, also_by_mother
from fingerpost.words.errors import Invalid, Problem

Value = TypeVar("Value")

MOST_POSTCODES = 8  # the homes of the last years; older ones only add chance matches
_NHS_NUMBER = "pers_common_child_id"
# Columns that every extract fills for some: where all rows are blank the export failed.
_FILLED = ("pers_forename", "pers_surname", "pers_dob", _NHS_NUMBER)
_SEVERAL = frozenset({"postcodes", "former_nhs_numbers", "former_upns"})
_UNKNOWN_UPN = frozenset({f"UN{number}" for number in range(1, 11)})  # CIN census guide, UPN unknown codes


class Person(Struct, frozen=True, kw_only=True):
    """One row of `ssd_person` with what the other tables say of that person.

    `unread` names the details that were sent but cannot be right: an earlier night's stand for them.
    """

    reference: str
    row: int
    details: ChildDetails
    died: bool = False
    unread: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Person(row {self.row})"


class Known(Struct, frozen=True):
    """What other tables say of people, by person id: linked identifiers, addresses, mothers' names.

    `silent` are tables that were not sent or came damaged, `unread` (person, table) of rows set aside.
    """

    identifiers: Mapping[str, list[Row]]
    addresses: Mapping[str, list[Row]]
    mothers: Mapping[str, PersonName]
    silent: frozenset[str]
    unread: frozenset[tuple[str, str]]

    def is_silent(self, table: Columns, reference: str) -> bool:
        """Tell whether a table says nothing of what it lacks of a person: an earlier night's then stands."""
        return table.table in self.silent or (reference, table.table) in self.unread


def findable(details: ChildDetails) -> bool:
    """Tell whether a record of these details could ever be found: whether it has a key to index."""
    return bool(details.nhs_number or details.upn) or bool(record_keys(prepare(details)))


def completed(person: Person, earlier: ChildDetails) -> Person:
    """Return `person` with an earlier night's details in place of those that cannot be read tonight."""
    tonight = person.details
    kept = {name: _kept(name, getattr(tonight, name), getattr(earlier, name)) for name in person.unread}
    if kept.get("date_of_birth"):
        kept["expected_on"] = None  # a slip of the year, not a child to come
    details = replace(tonight, **kept)
    names = also_by_mother(details.names, details.mother if details.date_of_birth else None)
    details = replace(
        details,
        names=tuple(dict.fromkeys(names)),
        former_nhs_numbers=tuple(n for n in details.former_nhs_numbers if n != details.nhs_number),
        former_upns=tuple(n for n in details.former_upns if n != details.upn),
        postcodes=details.postcodes[:MOST_POSTCODES],
    )
    return replace(person, details=details)


def _kept(name: str, tonight: Any, earlier: Any) -> Any:
    """Return an earlier night's detail, in place of tonight's or, where there are several, after them."""
    if name == "names":
        return _names_kept(tonight, earlier)
    if name in _SEVERAL:
        return tuple(dict.fromkeys((*tonight, *earlier)))
    return tonight if earlier is None else earlier


def _names_kept(tonight: tuple[PersonName, ...], earlier: tuple[PersonName, ...]) -> tuple[PersonName, ...]:
    if not tonight or not earlier:
        return earlier or tonight
    name, before = tonight[0], earlier[0]
    return (PersonName(name.given or before.given, name.family or before.family), *tonight[1:])


class PeopleReader:
    """Reads person rows one by one against a fixed day."""

    def __init__(self, known: Known, faults: Faults, today: date) -> None:
        self._known, self._faults, self._today = known, faults, today
        self._blank: frozenset[str] = frozenset()

    def read(self, table: Table, in_episodes: frozenset[str]) -> dict[str, Person]:
        """Return every child by id. Grown-ups without an episode of their own are left out unremarked."""
        people: dict[str, Person] = {}
        self._blank = frozenset(name for name in _FILLED if not any(row.text(name) for row in table.rows))
        for row in table.rows:
            reference = self._reference(row)
            if not reference or (reference not in in_episodes and self._grown_up(row)):
                continue
            if reference in people:
                self._faults.set_aside(
                    PERSON.table, row.number, PERSON.key, "repeats the id of an earlier row"
                )
                continue
            people[reference] = self._person(reference, row)
        return people

    def _reference(self, row: Row) -> str:
        try:
            return reference_of(row, PERSON.key)
        except Invalid as error:
            self._faults.set_aside(PERSON.table, row.number, PERSON.key, error.problems[0].detail)
            return ""

    def _grown_up(self, row: Row) -> bool:
        """Tell whether a row is of nobody served here. A young mother may be a child whose own row failed."""
        if not row.text("pers_dob"):
            return row.text("pers_is_mother").upper() in {"Y", "1", "T", "YES", "TRUE"}
        try:
            born = checks.day(row.text("pers_dob"), "pers_dob")
        except Invalid:
            return False
        return born.year < self._today.year - checks.OLDEST_CHILD_YEARS

    def _person(self, reference: str, row: Row) -> Person:
        reading = _Reading(row, self._faults, self._blank)
        born = reading.date("pers_dob", "date_of_birth", partial(checks.birth_date, today=self._today))
        mother = self._mother(reference, born)
        died = reading.date("pers_death_date", "", partial(_death_date, born=born, today=self._today))
        nhs_numbers, upns = self._nhs_numbers(reference, reading), self._upns(reference, reading)
        details = ChildDetails(
            names=self._names(reading, mother if born else None),
            date_of_birth=born,
            expected_on=self._expected(reading),
            sex=reading.cell("pers_sex", "sex", checks.sex_of),
            postcodes=self._postcodes(reference, reading),
            nhs_number=next(iter(nhs_numbers), None),
            upn=next(iter(upns), None),
            former_nhs_numbers=tuple(nhs_numbers[1:]),
            former_upns=tuple(upns[1:]),
            mother=mother,
        )
        if self._known.is_silent(MOTHER, reference) and self._is_new(born):
            reading.unread.add("mother")
        unread = frozenset(reading.unread)
        return Person(
            reference=reference, row=row.number, details=details, died=died is not None, unread=unread
        )

    def _expected(self, reading: "_Reading") -> date | None:
        """Return when a child is expected: a date of birth still to come is the expected one."""
        check = partial(checks.expected_date, today=self._today)
        if not (born := reading.row.text("pers_dob")):
            return reading.date("pers_expected_dob", "expected_on", check)
        try:
            coming = check(born, "pers_dob")
        except Invalid:
            return None  # a born child's expected date says nothing more, and is often years old
        return coming if coming > self._today else None

    def _mother(self, reference: str, born: date | None) -> PersonName | None:
        """Return the mother's name of a child not born, or born lately: elsewhere it may be unborn still."""
        return self._known.mothers.get(reference) if self._is_new(born) else None

    def _is_new(self, born: date | None) -> bool:
        return born is None or born >= self._today - MOTHER_STANDS_IN

    def _names(self, reading: "_Reading", mother: PersonName | None) -> tuple[PersonName, ...]:
        """Return the name, and of a child born lately its mother's family name."""
        given = reading.cell("pers_forename", "names", checks.name) or ""
        family = reading.cell("pers_surname", "names", checks.name) or ""
        own = (PersonName(given, family),) if given or family else ()
        return also_by_mother(own, mother)

    def _nhs_numbers(self, reference: str, reading: "_Reading") -> list[str]:
        own = reading.cell(_NHS_NUMBER, "nhs_number", checks.nhs_number_of)
        numbers = self._numbers(reference, own, ("nhs",), checks.nhs_number_of)
        return self._stood(numbers, reference, reading, "nhs_number", filled=_NHS_NUMBER not in self._blank)

    def _upns(self, reference: str, reading: "_Reading") -> list[str]:
        code = reading.row.text("pers_upn_unknown").upper()
        own = None if code in _UNKNOWN_UPN else reading.cell("pers_upn_unknown", "upn", checks.upn_of)
        numbers = self._numbers(reference, own, ("unique pupil", "upn"), checks.upn_of)
        return self._stood(numbers, reference, reading, "upn", filled=False)

    def _stood(
        self, numbers: list[str | None], reference: str, reading: "_Reading", detail: str, *, filled: bool
    ) -> list[str]:
        """Return the numbers that could be read; note of which an earlier night's stand.

        A blank cell of a column that is `filled` for others says that the child has no such number.
        """
        read = list(dict.fromkeys(number for number in numbers if number))
        if None in numbers or self._known.is_silent(IDENTIFIERS, reference):
            reading.unread |= {f"former_{detail}s"} | (set() if read or filled else {detail})
        return read

    def _numbers(
        self, reference: str, own: str | None, kinds: tuple[str, ...], check: Callable[[str, str], str]
    ) -> list[str | None]:
        """Return every number of one kind, the present one first; None for one that cannot be right."""
        rows = [r for r in self._known.identifiers.get(reference, []) if _is_kind(r, kinds)]
        linked = (self._linked(row, check) for row in sorted(rows, key=_validity, reverse=True))
        return [own or "", *linked]

    def _linked(self, row: Row, check: Callable[[str, str], str]) -> str | None:
        column = "link_identifier_value"
        cell = row.text(column)
        problem = partial(check, cell, column)
        return self._faults.checked(IDENTIFIERS.table, row.number, column, problem) if cell else ""

    def _postcodes(self, reference: str, reading: "_Reading") -> tuple[str, ...]:
        """Return the postcodes lived at, the present one first."""
        rows = sorted(self._known.addresses.get(reference, []), key=_residence, reverse=True)
        found = [self._postcode(row) for row in rows]
        if None in found or self._known.is_silent(ADDRESS, reference):
            reading.unread.add("postcodes")
        return tuple(dict.fromkeys(p for p in found if p and not p.startswith(checks.NO_PLACE)))[
            :MOST_POSTCODES
        ]

    def _postcode(self, row: Row) -> str | None:
        column = "addr_address_postcode"
        cell = row.text(column)
        if not cell:
            return ""
        return self._faults.checked(
            ADDRESS.table, row.number, column, partial(checks.postcode_of, cell, column)
        )


class _Reading:
    """One person row being read: which details were sent but cannot be right."""

    def __init__(self, row: Row, faults: Faults, blank: frozenset[str]) -> None:
        self.row = row
        self._faults, self._blank = faults, blank
        self.unread: set[str] = set()

    def cell(self, column: str, detail: str, check: Callable[[str, str], Value | None]) -> Value | None:
        """Return a checked cell; None where it is blank, or refused and noted."""
        cell = self.row.text(column)
        if column in self._blank and column != _NHS_NUMBER:
            self.unread.add(detail)
        try:
            return check(cell, column) if cell else None
        except Invalid as error:
            self._faults.left_out(PERSON.table, self.row.number, column, error.problems[0].detail)
            self.unread |= {detail} - {""}
            return None

    def date(self, column: str, detail: str, check: Callable[[str, str], date]) -> date | None:
        """Return a checked date."""
        return self.cell(column, detail, check)


def reference_of(row: Row, column: str) -> str:
    """Return an id of the authority's own; refuse one that is missing or cannot be printed."""
    reference = row.text(column)
    if not (reference.isascii() and reference.isalnum() and len(reference) <= checks.LONGEST_TEXT):
        reference = checks.text(reference, column)
    if not reference:
        raise Invalid(Problem(column, "is missing"))
    return reference


def _death_date(value: str, field: str, born: date | None, today: date) -> date:
    """Return a date of death; 1 January 1900 is how some systems write that there is none."""
    died = checks.past_day(value, field, today)
    if died < (born or date(today.year - checks.OLDEST_CHILD_YEARS, 1, 1)):
        raise Invalid(Problem(field, "is before the birth"))
    return died


def mothers_of(links: Iterable[Row], people: Iterable[Row]) -> dict[str, PersonName]:
    """Return the mother's name by child id, where `ssd_mother` and `ssd_person` give it."""
    pairs = [(row.text("moth_childs_person_id"), row.text("moth_person_id")) for row in links]
    wanted = {mother for _, mother in pairs}
    rows = ((row.text(PERSON.key), row) for row in people)
    names = {mother: name for mother, row in rows if mother in wanted and (name := _mothers_name(row))}
    return {child: names[mother] for child, mother in pairs if mother in names}


def _mothers_name(row: Row) -> PersonName | None:
    try:
        given = checks.name(row.text("pers_forename"), "pers_forename")
        family = checks.name(row.text("pers_surname"), "pers_surname")
    except Invalid:
        return None  # noted with her own row, if she is a child herself
    return PersonName(given, family) if given or family else None


def _is_kind(row: Row, kinds: tuple[str, ...]) -> bool:
    kind = row.text("link_identifier_type").casefold()
    return any(word in kind for word in kinds)


def _validity(row: Row) -> tuple[bool, str]:
    return (not row.text("link_valid_to_date"), _sortable(row.text("link_valid_from_date")))


def _residence(row: Row) -> tuple[bool, str]:
    return (not row.text("addr_address_end_date"), _sortable(row.text("addr_address_start_date")))


def _sortable(cell: str) -> str:
    try:
        return checks.day(cell, "").isoformat() if cell else ""
    except Invalid:
        return ""
