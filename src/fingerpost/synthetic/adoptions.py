"""Adopted children: one life, two identities that no record links and nobody may join."""

from random import Random

import msgspec

from fingerpost.synthetic.days import YEAR
from fingerpost.synthetic.families import Numbering, draw_family
from fingerpost.synthetic.lives import Child, Ending, Family, Stay, Tenancy
from fingerpost.synthetic.numbers import nhs_number, upn
from fingerpost.synthetic.places import Country, draw_home

ADOPTED = 0.003
"""Share of children who were adopted within the six years and are known under both identities."""

_OLDEST = round(6 * YEAR)


def _before(rng: Random, country: Country, family: Family, as_of: int) -> tuple[Stay, Child]:
    """Return the birth family's stay, closed by the adoption, and the child as it then was."""
    adopted = as_of - rng.randint(300, 1500)
    opened = adopted - rng.randint(260, 700)
    born = opened - rng.randint(0, _OLDEST // 3)
    area = family.stays[-1].area
    tenancy = Tenancy(draw_home(rng, country.areas[area]), opened - 200, adopted)
    child = msgspec.structs.replace(
        family.children[0],
        born=born,
        later_family="",
        twin_of=None,
        died=None,
        adopted_away_on=adopted,
        never_join=f"ADOPTION-{family.index}",
    )
    return Stay(area, opened, adopted, Ending.CEASED, (tenancy,)), child


def _after(rng: Random, country: Country, birth: Child, adopters: Family, as_of: int) -> Family:
    """Return the adoptive family, known to its own authority some time after the adoption."""
    area = country.draw_area(rng)
    adopted = birth.adopted_away_on or as_of
    opened = adopted + rng.randint(30, 250)
    tenancy = Tenancy(draw_home(rng, country.areas[area]), adopted - 900, None)
    stay = Stay(area, opened, None, Ending.OPEN, (tenancy,))
    other = adopters.children[0]
    child = msgspec.structs.replace(
        birth,
        index=other.index,
        given=birth.given if rng.random() < 0.7 else other.given,
        middle="",
        family=adopters.parents.father_family,
        nhs_number=nhs_number(other.index),
        upn=upn(other.index, area, 2022) if birth.born + 1700 < as_of else "",
        adopted_away_on=None,
        adopted_from=birth.index,
    )
    return msgspec.structs.replace(adopters, stays=(stay,), children=(child,))


def draw_adoption(rng: Random, country: Country, numbering: Numbering, as_of: int) -> list[Family]:
    """Return two families of one child each: the child before its adoption, and after."""
    family = draw_family(rng, country, numbering, 1, as_of)
    adopters = draw_family(rng, country, numbering, 1, as_of)
    stay, child = _before(rng, country, family, as_of)
    birth = msgspec.structs.replace(family, stays=(stay,), children=(child,))
    return [birth, _after(rng, country, child, adopters, as_of)]
