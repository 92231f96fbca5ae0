"""Families: who their children are, when they were born, what they are called."""

from datetime import date
from random import Random

import msgspec
from msgspec import Struct

from fingerpost.synthetic.communities import (
    REFUGEE,
    Parents,
    child_family_name,
    draw_community,
    draw_given,
    draw_parents,
)
from fingerpost.synthetic.days import YEAR
from fingerpost.synthetic.lives import Child, Family
from fingerpost.synthetic.names import family_names
from fingerpost.synthetic.numbers import nhs_number, upn
from fingerpost.synthetic.paths import draw_path, draw_relay
from fingerpost.synthetic.places import Country

TWINS = 0.017
"""Share of births that are of twins (ONS, Birth characteristics: 14 to 16 maternities in 1,000)."""
TWINS_ALIKE = 0.4
"""Share of twins for whom a name with the same first letter was looked for."""
RENAMED = 0.07
"""Share of families whose children later bear another family name."""
FEWER_GROWN_UP = 0.6
"""Share of those grown up tonight who are drawn younger: an extract is of children, with some history."""
UNACCOMPANIED = 0.016
DIED = 0.003
NO_NHS_NUMBER_YET = 0.02
"""Share of children never registered with the NHS in England; far higher among the unaccompanied."""

_SIZES = ((1, 0.42), (2, 0.32), (3, 0.16), (4, 0.07), (5, 0.03))
_TO_SCHOOL = round(4.6 * YEAR)


class Numbering(Struct):
    """The next free child and family number of one chunk of the country."""

    child: int
    family: int

    def next_child(self) -> int:
        """Return a number no other child has."""
        self.child += 1
        return self.child - 1

    def next_family(self) -> int:
        """Return a number no other family has."""
        self.family += 1
        return self.family - 1


def _first_of_january(born: int) -> int:
    return date(date.fromordinal(born).year, 1, 1).toordinal()


def _numbers(rng: Random, index: int, born: int, area: int, *, refugee: bool, as_of: int) -> tuple[str, str]:
    """Return NHS number and UPN, either of them empty where the child has none."""
    without = 0.6 if refugee else NO_NHS_NUMBER_YET
    nhs = "" if born > as_of or rng.random() < without else nhs_number(index)
    schooled = born + _TO_SCHOOL < as_of and rng.random() < 0.97
    started = 2000 + max(0, (born + _TO_SCHOOL - 730120) // 365)  # 730120: the year 2000
    return nhs, upn(index, area, started) if schooled else ""


class _Draft(Struct, frozen=True):
    """What the children of one family share while they are drawn."""

    community: str
    parents: Parents
    area: int
    later_family: str
    renamed_on: int
    as_of: int


def _draft_child(
    rng: Random, draft: _Draft, index: int, *, born: int, sex: str, taken: frozenset[str]
) -> Child:
    given, middle = draw_given(rng, draft.community, sex, taken)
    nhs, pupil = _numbers(rng, index, born, draft.area, refugee=False, as_of=draft.as_of)
    later = draft.later_family if born < draft.renamed_on else ""
    return Child(
        index=index,
        sex=sex,
        born=born,
        community=draft.community,
        given=given,
        middle=middle,
        family=child_family_name(draft.parents, draft.community, sex),
        later_family=later,
        renamed_on=draft.renamed_on,
        nhs_number=nhs,
        upn=pupil,
        died=min(draft.as_of, born + rng.randint(0, 4000))
        if rng.random() < DIED and born < draft.as_of
        else None,
    )


def _twin(rng: Random, draft: _Draft, first: Child, index: int) -> Child:
    """Return a twin: the same day and household, its own name, which often begins alike."""
    sex = first.sex if rng.random() < 0.66 else "FM"[first.sex == "F"]
    twin = _draft_child(rng, draft, index, born=first.born, sex=sex, taken=frozenset({first.given}))
    for _ in range(8 if rng.random() < TWINS_ALIKE else 0):
        if twin.given[0] == first.given[0]:
            break
        given, middle = draw_given(rng, draft.community, sex, frozenset({first.given}))
        twin = msgspec.structs.replace(twin, given=given, middle=middle)
    return msgspec.structs.replace(twin, twin_of=first.index, died=None)


def _youngest_born(rng: Random, opened: int, as_of: int) -> int:
    """Return a birth day that suits an opening: now and then before birth, often in the first years."""
    if rng.random() < 0.05:
        return opened + rng.randint(10, 150)
    age = rng.random() ** 1.3 * 17.3
    if (as_of - opened) / YEAR + age > 18 and rng.random() < FEWER_GROWN_UP:
        age *= rng.random()
    return min(opened - int(age * YEAR), as_of)


def _births(rng: Random, opened: int, as_of: int) -> list[int]:
    """Return the birth days of a family's children, oldest first; none is grown up when it opened."""
    wanted = rng.choices([n for n, _ in _SIZES], [share for _, share in _SIZES])[0]
    born = [_youngest_born(rng, opened, as_of)]
    while len(born) < wanted:
        earlier = born[-1] - int(rng.uniform(1.1, 4.5) * YEAR)
        if earlier < opened - 17.8 * YEAR:
            break
        born.append(earlier)
    return born[::-1]


def _later_name(rng: Random, community: str) -> str:
    return family_names(community if rng.random() < 0.6 else "english").draw(rng)


def draw_family(rng: Random, country: Country, numbering: Numbering, room: int, as_of: int) -> Family:
    """Return a family of at most `room` children, with the path it took."""
    stays = draw_path(rng, country, as_of)
    opened, area = stays[-1].opened, stays[-1].area
    community = draw_community(rng, city=country.areas[area].is_city)
    parents = draw_parents(rng, community)
    renamed = rng.random() < RENAMED * (2 if len(stays) > 1 else 1)
    draft = _Draft(
        community,
        parents,
        area,
        _later_name(rng, community) if renamed else "",
        stays[-1].tenancies[0].since if len(stays) > 1 else rng.randint(opened - 700, as_of),
        as_of,
    )
    births = _births(rng, opened, as_of)
    children = _children(rng, draft, numbering, births, room)
    mother_born = births[0] - int(rng.triangular(17, 41, 28) * YEAR)
    return Family(numbering.next_family(), community, parents, mother_born, stays, children)


def _children(
    rng: Random, draft: _Draft, numbering: Numbering, births: list[int], room: int
) -> tuple[Child, ...]:
    children: list[Child] = []
    for born in births:
        if len(children) >= room:
            break
        taken = frozenset(child.given for child in children)
        child = _draft_child(rng, draft, numbering.next_child(), born=born, sex=rng.choice("FM"), taken=taken)
        children.append(child)
        if len(children) < room and rng.random() < TWINS:
            children.append(_twin(rng, draft, child, numbering.next_child()))
    return tuple(_january(rng, draft.community, tuple(children)))


def _january(rng: Random, community: str, children: tuple[Child, ...]) -> tuple[Child, ...]:
    """Some refugee families have every birth recorded as 1 January; twins stay together."""
    if community not in REFUGEE or rng.random() > 0.12:
        return children
    return tuple(
        msgspec.structs.replace(child, born=_first_of_january(child.born), first_of_january=True)
        for child in children
    )


def draw_sibling(rng: Random, family: Family, numbering: Numbering, as_of: int) -> Child:
    """Return a brother or sister of a known child, sometimes a twin, whom nobody has ever known."""
    eldest = family.children[0]
    draft = _Draft(family.community, family.parents, family.stays[-1].area, "", 0, as_of)
    taken = frozenset(child.given for child in family.children)
    born = eldest.born if rng.random() < 0.3 else eldest.born - int(rng.uniform(1, 5) * YEAR)
    return _draft_child(rng, draft, numbering.next_child(), born=born, sex=rng.choice("FM"), taken=taken)


def draw_unaccompanied(rng: Random, country: Country, numbering: Numbering, as_of: int) -> Family:
    """Return a child who came alone: a teenager with an estimated date of birth, and no parents here."""
    community = rng.choice(sorted(REFUGEE))
    stays = draw_relay(rng, country, as_of)
    parents = draw_parents(rng, community)
    sex = "M" if rng.random() < 0.92 else "F"
    born = _first_of_january(stays[0].opened - int(rng.uniform(14.2, 17.6) * YEAR))
    index = numbering.next_child()
    given, middle = draw_given(rng, community, sex, frozenset())
    nhs, pupil = _numbers(rng, index, born, stays[-1].area, refugee=True, as_of=as_of)
    child = Child(
        index=index,
        sex=sex,
        born=born,
        community=community,
        given=given,
        middle=middle,
        family=child_family_name(parents, community, sex),
        nhs_number=nhs,
        upn=pupil,
        unaccompanied=True,
        first_of_january=True,
    )
    return Family(numbering.next_family(), community, parents, born - 9000, stays, (child,))
