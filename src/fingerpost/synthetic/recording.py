"""How one authority wrote one child down: the name as it heard it, the numbers it had, its mistakes."""

from datetime import date
from functools import cache
from random import Random

from anyascii import anyascii
from msgspec import Struct

from fingerpost.synthetic.lives import Child, Family, Stay
from fingerpost.synthetic.mistakes import misheard, mistyped, wrong_day
from fingerpost.synthetic.names import family_names, given_names, nicknames, spellings
from fingerpost.synthetic.places import Home

# Shares of records, by hand, after the reading of linkage studies in docs/synthetic.md.
SPELT_OTHERWISE = 0.22  # of records whose name has other spellings
SHORT_FORM = 0.06
MISTYPED = 0.025
MISHEARD = 0.02
HALF_A_DOUBLE_NAME = 0.18
SWAPPED = {"chinese": 0.12, "vietnamese": 0.10, "somali": 0.03, "east_african": 0.04, "west_african": 0.03}
SWAPPED_ELSEWHERE = 0.004
PARTICLES = frozenset({"Al", "El", "Ben", "St", "Bin", "De", "Da", "Dos"})
ENGLISH_SPEAKING = frozenset({"english", "irish", "traveller", "caribbean"})
ACCENTS_LOST = 0.6
WRONG_BIRTH_DATE = 0.015
NHS_NUMBER_MISSING = 0.13
UPN_MISSING = 0.25
SIBLINGS_NUMBER = 0.0015
"""Share of records that carry the NHS number of a brother or sister: a right number on a wrong child."""
ANOTHER_ESTIMATE = 0.45  # an unaccompanied child's age is assessed anew


class Record(Struct, frozen=True, kw_only=True):
    """One child in one authority's books. Empty text where nothing is recorded; days are ordinals."""

    child: Child
    stay: Stay
    person_id: str
    given: str
    family: str
    born: int | None
    expected: int | None
    sex: str
    nhs_number: str
    upn: str
    home: Home
    notes: tuple[str, ...]


class _Name:
    """A name being written down, and what was done to it."""

    __slots__ = ("family", "given", "notes")

    def __init__(self, given: str, family: str) -> None:
        self.given, self.family = given, family
        self.notes: list[str] = []

    def change(self, note: str, *, given: str | None = None, family: str | None = None) -> None:
        before = (self.given, self.family)
        self.given = self.given if given is None else given
        self.family = self.family if family is None else family
        if (self.given, self.family) != before:
            self.notes.append(note)


def _full_given(rng: Random, child: Child) -> str:
    if child.middle == "Muhammad":
        return f"Muhammad {child.given}" if rng.random() < 0.7 else child.given
    if child.community == "chinese" and child.middle:
        return rng.choice((child.given, child.given, f"{child.middle} {child.given}", child.middle))
    if child.community == "vietnamese" and child.middle:
        return f"{child.middle} {child.given}" if rng.random() < 0.5 else child.given
    if child.middle and rng.random() < 0.22:
        return f"{child.given} {child.middle}"
    return child.given


@cache
def _used_in_english(community: str) -> frozenset[str]:
    english = {community, "english"}
    given = {n for c in english for sex in "FM" for n in given_names(c, sex).names}
    return frozenset(given.union(*(family_names(c).names for c in english)))


def _respelt(rng: Random, text: str, community: str) -> str:
    """Return a name with the parts that have other spellings spelt otherwise.

    An English John is not written Yohanes, though a child of Eritrea called Yohanes may well become John.
    """
    known, parts = spellings(), list[str]()
    for part in (text,) if text in known else text.split():
        forms = known.get(part, ())
        if community in ENGLISH_SPEAKING:
            forms = tuple(form for form in forms if form in _used_in_english(community))
        parts.append(rng.choice(forms) if forms else part)
    return " ".join(parts)


def _spell(rng: Random, name: _Name, community: str) -> None:
    if rng.random() < SPELT_OTHERWISE:
        name.change("given_spelling", given=_respelt(rng, name.given, community))
    if rng.random() < SPELT_OTHERWISE / 2:
        name.change("family_spelling", family=_respelt(rng, name.family, community))
    if rng.random() < SHORT_FORM and (short := nicknames().get(name.given)):
        name.change("nickname", given=rng.choice(short))


def _half(rng: Random, family: str, mark: str) -> str:
    """Return one part of a name of two, or the two the other way round or run together."""
    first, _, second = family.partition(mark)
    if first in PARTICLES:
        return rng.choice((second, first + second.lower(), f"{first} {second}"))
    return rng.choice((first, second, f"{second}{mark}{first}", f"{first} {second}"))


def _reshape(rng: Random, name: _Name, community: str) -> None:
    mark = "-" if "-" in name.family else " "
    if mark in name.family and rng.random() < HALF_A_DOUBLE_NAME:
        name.change("half_name", family=_half(rng, name.family, mark))
    if "'" in name.family and rng.random() < 0.25:
        name.change("apostrophe", family=name.family.replace("'", rng.choice(("", " ", "’"))))
    if rng.random() < SWAPPED.get(community, SWAPPED_ELSEWHERE):
        name.change("swapped", given=name.family, family=name.given)


def _slip(rng: Random, name: _Name) -> None:
    if not (name.given + name.family).isascii() and rng.random() < ACCENTS_LOST:
        name.change("accents", given=anyascii(name.given), family=anyascii(name.family))
    for slip, share, note in ((mistyped, MISTYPED, "mistyped"), (misheard, MISHEARD, "misheard")):
        if rng.random() < share:
            name.change(f"given_{note}", given=slip(rng, name.given))
        if rng.random() < share:
            name.change(f"family_{note}", family=slip(rng, name.family))


def write_name(rng: Random, child: Child, day: int) -> tuple[str, str, list[str]]:
    """Return the given and family name as written down on a day, and the variations it shows."""
    name = _Name(_full_given(rng, child), child.family_on(day))
    if child.later_family and day >= child.renamed_on:
        name.notes.append("renamed")
    _spell(rng, name, child.community)
    _reshape(rng, name, child.community)
    _slip(rng, name)
    return name.given, name.family, name.notes


def _unnamed(rng: Random, family: Family, child: Child) -> str:
    twins = [c for c in family.children if c.twin_of == child.index or c.index == child.twin_of]
    if twins:
        return f"Twin {1 if child.twin_of is None else 2}"
    return rng.choice(("Baby", "Baby", "Baby Boy" if child.sex == "M" else "Baby Girl"))


def _another_estimate(rng: Random, born: date) -> int:
    """Return another year, mostly again as 1 January; now and then the day of the assessment."""
    year = born.year + rng.choice((-1, 1, 1, -2))
    other = date(year, rng.randint(1, 12), rng.randint(1, 28)) if rng.random() < 0.2 else date(year, 1, 1)
    return other.toordinal()


def _born(rng: Random, child: Child, as_of: int, notes: list[str]) -> int:
    if child.unaccompanied and rng.random() < ANOTHER_ESTIMATE:
        notes.append("estimated_birth")
        return _another_estimate(rng, date.fromordinal(child.born))
    if rng.random() < WRONG_BIRTH_DATE:
        notes.append("birth_date")
        return wrong_day(rng, child.born, as_of)
    return child.born


def _kept(rng: Random, number: str, missing: float, note: str, notes: list[str]) -> str:
    """Return a number the record holds, or nothing where it was never found out."""
    if number and rng.random() < missing:
        notes.append(note)
        return ""
    return number


def _nhs_number(rng: Random, family: Family, child: Child, notes: list[str]) -> str:
    others = [c.nhs_number for c in family.children if c.index != child.index and c.nhs_number]
    if others and rng.random() < SIBLINGS_NUMBER:
        notes.append("siblings_nhs_number")
        return rng.choice(others)
    return _kept(rng, child.nhs_number, NHS_NUMBER_MISSING, "no_nhs_number", notes)


def _unborn(child: Child, family: Family, stay: Stay, *, person_id: str, home: Home, expected: int) -> Record:
    return Record(
        child=child,
        stay=stay,
        person_id=person_id,
        given="Unborn",
        family=family.parents.mother_family,
        born=None,
        expected=expected,
        sex="U",
        nhs_number="",
        upn="",
        home=home,
        notes=("unborn",),
    )


def write_record(
    rng: Random, family: Family, child: Child, stay: Stay, *, person_id: str, as_of: int
) -> Record:
    """Return how the authority of `stay` holds this child at the end of its work, or tonight."""
    day, home = stay.seen_until(as_of), stay.tenancies[-1].home
    if child.born > day:
        expected = child.born + rng.randint(-12, 12)
        return _unborn(child, family, stay, person_id=person_id, home=home, expected=expected)
    given, surname, notes = write_name(rng, child, stay.opened)
    if day - child.born < 60 and rng.random() < 0.5:
        given, surname, notes = _unnamed(rng, family, child), family.parents.mother_family, ["unnamed"]
    return Record(
        child=child,
        stay=stay,
        person_id=person_id,
        given=given,
        family=surname,
        born=_born(rng, child, min(day, as_of), notes),
        expected=None,
        sex=child.sex if rng.random() < 0.997 else "U",
        nhs_number=_nhs_number(rng, family, child, notes),
        upn=_kept(rng, child.upn, UPN_MISSING, "no_upn", notes) if child.born + 1700 < day else "",
        home=home,
        notes=tuple(notes),
    )
