"""One chunk of the country: its families, written down by every authority that knew them.

A chunk depends on the seed and its own number only, so chunks can be made by any process in any order.
"""

from collections import Counter
from random import Random

from msgspec import Struct

from fingerpost.synthetic import demo
from fingerpost.synthetic.adoptions import ADOPTED, draw_adoption
from fingerpost.synthetic.books import names_mother, write_books, write_mother_person, write_truth
from fingerpost.synthetic.days import YEAR
from fingerpost.synthetic.episodes import write_episodes
from fingerpost.synthetic.families import (
    UNACCOMPANIED,
    Numbering,
    draw_family,
    draw_sibling,
    draw_unaccompanied,
)
from fingerpost.synthetic.lives import Child, Ending, Family, Stay
from fingerpost.synthetic.numbers import person_number
from fingerpost.synthetic.places import Country, Home, draw_home
from fingerpost.synthetic.questions import ASKED, ASKED_UNKNOWN, heard_question, present_home, write_question
from fingerpost.synthetic.recording import write_record
from fingerpost.synthetic.rows import Extract, Sheet
from fingerpost.synthetic.teams import Staff

CHUNK = 4000
"""Children in one chunk."""
STRIDE = 4400
"""Numbers set aside for one chunk: its children, and those known to nobody who are asked about."""

CONTACTS_ONLY = 0.15
KNOWN_TO_EACH = 0.88
CONTACTS_ONLY_THERE = 0.06
PLACED_ELSEWHERE = 0.35


class Setting(Struct, frozen=True):
    """What every chunk shares."""

    seed: int
    as_of: int
    country: Country
    staff: tuple[Staff, ...]
    asked: float = ASKED


class Made(Struct, frozen=True):
    """What one chunk gives back: CSV text by (area, sheet), row counts, tallies, demonstration cases."""

    text: dict[tuple[int, Sheet], str]
    rows: Counter[str]
    tally: Counter[str]
    movers: list[demo.Case]
    twins: list[demo.Case]
    nobodies: list[demo.Case]


class _Chunk:
    """The making of one chunk."""

    def __init__(self, setting: Setting, number: int) -> None:
        self.setting = setting
        self.rng = Random(f"{setting.seed}/{number}")  # noqa: S311 (a made-up country)
        self.extract = Extract()
        self.numbering = Numbering(number * STRIDE, number * STRIDE)
        self.serial = number * STRIDE * 4  # no child is known to more than four authorities
        self.tally: Counter[str] = Counter()
        self.mothers: set[tuple[int, int]] = set()
        self.movers: list[demo.Case] = []
        self.twins: list[demo.Case] = []
        self.nobodies: list[demo.Case] = []

    def knows(self, child: Child, stay: Stay) -> bool:
        """Tell whether an authority could have known this child in this stay."""
        last = stay.seen_until(self.setting.as_of)
        ended = child.died if child.died is not None else last
        if child.adopted_away_on is not None:
            ended = min(ended, child.adopted_away_on)
        return child.born - 140 < min(last, ended) and stay.opened < min(child.born + 17.9 * YEAR, ended)

    def stays_of(self, family: Family, child: Child) -> list[Stay]:
        """Return the stays in which a child was known: at least one."""
        possible = [stay for stay in family.stays if self.knows(child, stay)] or [family.stays[-1]]
        known = [s for s in possible if self.rng.random() < KNOWN_TO_EACH or child.unaccompanied]
        return known or [possible[-1]]

    def placed_at(self, stay: Stay) -> Home:
        """Return where a child looked after by an authority is placed: often in another's area."""
        area = stay.area
        if self.rng.random() < PLACED_ELSEWHERE:
            area = self.setting.country.draw_move(self.rng, area)
        return draw_home(self.rng, self.setting.country.areas[area])

    def write_stay(
        self, family: Family, child: Child, stay: Stay, *, eligible: bool, came: bool
    ) -> demo.Known:
        """Write one child as one authority knew it."""
        rng, as_of = self.rng, self.setting.as_of
        self.serial += 1
        person = person_number(self.serial, stay.area)
        record = write_record(rng, family, child, stay, person_id=person, as_of=as_of)
        mother = names_mother(rng, record)
        write_books(rng, self.extract, record, family, as_of, mother=mother)
        if mother and (family.index, stay.area) not in self.mothers:
            self.mothers.add((family.index, stay.area))
            write_mother_person(self.extract, family, stay.area)
        staff, placed = self.setting.staff[stay.area], self.placed_at(stay)
        done = write_episodes(
            rng,
            self.extract,
            record,
            staff,
            as_of,
            eligible=eligible,
            transferred_in=came,
            placed_at=placed,
        )
        return demo.Known(record, done.eligible, done.handed_over)

    def write_child(self, family: Family, child: Child) -> list[demo.Known]:
        """Write one child in every authority that knew it."""
        contacts_only = self.rng.random() < CONTACTS_ONLY and not child.unaccompanied and not child.never_join
        stays = self.stays_of(family, child)
        known: list[demo.Known] = []
        for at, stay in enumerate(stays):
            here = at == len(stays) - 1 or self.rng.random() >= CONTACTS_ONLY_THERE
            came = at > 0 and stays[at - 1].ending is Ending.TRANSFERRED
            known.append(self.write_stay(family, child, stay, eligible=here and not contacts_only, came=came))
        self.write_truths(family, known)
        self.count(known)
        return known

    def write_truths(self, family: Family, known: list[demo.Known]) -> None:
        """Write who each record truly is, and whether anybody took over a child that was handed on."""
        for at, one in enumerate(known):
            taken_over = any(later.eligible for later in known[at + 1 :])
            went = ("transferred" if taken_over else "orphaned",) if one.handed_over else ()
            self.tally.update(went)
            code = self.setting.country.areas[one.record.stay.area].authority.code
            write_truth(self.extract, one.record, family, code, (*one.record.notes, *went))

    def count(self, known: list[demo.Known]) -> None:
        """Tally one child."""
        eligible = [k for k in known if k.eligible]
        self.tally["children"] += 1
        self.tally["records"] += len(known)
        self.tally["children_eligible"] += bool(eligible)
        self.tally["eligible_rows"] += sum(k.eligible for k in known)
        self.tally[f"eligible_in_{len(eligible)}"] += 1

    def write_family(self, family: Family) -> None:
        """Write every child of a family, and what is asked about them."""
        known = {child.index: self.write_child(family, child) for child in family.children}
        for child in family.children:
            self.consider(family, child, known)
            if child.born < self.setting.as_of and self.rng.random() < self.setting.asked:
                self.ask(family, child)

    def consider(self, family: Family, child: Child, known: dict[int, list[demo.Known]]) -> None:
        """Keep a child that would do for the demonstration."""
        as_of = self.setting.as_of
        if (case := demo.mover(family, child, known[child.index], as_of)) is not None:
            self.movers.append(case)
        other = next((c for c in family.children if c.index == child.twin_of), None)
        if other and {k.record.stay.area for k in known[other.index]} == {
            k.record.stay.area for k in known[child.index]
        }:
            case = demo.twin(family, child, known[child.index], other, as_of)
            self.twins.extend([case] if case else [])

    def ask(self, family: Family, child: Child) -> None:
        """Write a question about one child."""
        question = heard_question(self.rng, child, present_home(family), self.setting.as_of)
        write_question(self.extract, child, question)
        self.tally["questions"] += 1

    def ask_unknown(self, family: Family) -> None:
        """Write a question about a child known to nobody: a stranger, or a known child's sibling."""
        as_of = self.setting.as_of
        if self.rng.random() < 0.5:
            family = draw_family(self.rng, self.setting.country, self.numbering, 1, as_of)
            child = family.children[0]
            self.nobodies.append(demo.nobody(family, child, as_of))
        else:
            child = draw_sibling(self.rng, family, self.numbering, as_of)
        if child.born < as_of:
            self.ask(family, child)
            self.tally["questions_unknown"] += 1

    def draw(self, room: int) -> list[Family]:
        """Return the next family, or the two that an adoption makes of one child."""
        rng, country, as_of = self.rng, self.setting.country, self.setting.as_of
        if rng.random() < UNACCOMPANIED * 2:  # families have about two children each
            return [draw_unaccompanied(rng, country, self.numbering, as_of)]
        if room >= 2 and rng.random() < ADOPTED * 2:
            return draw_adoption(rng, country, self.numbering, as_of)
        return [draw_family(rng, country, self.numbering, room, as_of)]

    def fill(self, children: int) -> None:
        """Draw and write families until the chunk holds exactly so many children."""
        written = 0
        while written < children:
            for family in self.draw(children - written):
                self.write_family(family)
                written += len(family.children)
                if self.rng.random() < ASKED_UNKNOWN * 2:
                    self.ask_unknown(family)


def make_chunk(setting: Setting, number: int, children: int) -> Made:
    """Return one chunk of so many children; the same for the same seed, country and number."""
    chunk = _Chunk(setting, number)
    chunk.fill(children)
    if chunk.numbering.child > (number + 1) * STRIDE:
        raise RuntimeError("a chunk used numbers of the next; two children would share an NHS number")
    kept = (demo.best(cases) for cases in (chunk.movers, chunk.twins, chunk.nobodies))
    movers, twins, nobodies = ([case] if case else [] for case in kept)
    return Made(chunk.extract.text(), chunk.extract.counts(), chunk.tally, movers, twins, nobodies)
