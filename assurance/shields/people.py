"""Children for the campaigns: alike in every way but that a coin decides which of them are shielded."""

import random
from datetime import date

from tests.conftest import Child

_GIVEN = ("Katherine", "William", "Elizabeth", "Robert", "Margaret", "Zebedee", "Imogen", "Quentin")
_SYLLABLES = (
    "ba",
    "cor",
    "dun",
    "fer",
    "gri",
    "hol",
    "jen",
    "ket",
    "lan",
    "mor",
    "nib",
    "pel",
    "rus",
    "tov",
    "wex",
)
_ENDINGS = ("ham", "phton", "worth", "ley", "combe", "stock", "thwaite", "gate", "wick", "mere")
_AREAS = ("LS", "HU", "BD", "YO", "HX", "WF")


def _nhs_number(rng: random.Random) -> str:
    """Return a number of the range kept for tests, with its check digit (NHS Data Dictionary, modulus 11)."""
    while True:
        nine = f"999{rng.randrange(10**6):06d}"
        check = 11 - sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return f"{nine}{check % 11}"


def children(rng: random.Random, number: int) -> list[Child]:
    """Return children of whom no two are like each other."""
    made: dict[str, Child] = {}  # by family name
    numbers: set[str] = set()
    while len(made) < number:
        family = ("".join(rng.sample(_SYLLABLES, 3)) + rng.choice(_ENDINGS)).title()
        nhs_number = _nhs_number(rng)
        if family in made or nhs_number in numbers:
            continue  # drawn again it would be another child under a reference that is given already
        numbers.add(nhs_number)
        given = rng.choice(_GIVEN)
        month, day = rng.sample(range(1, 13), 2)  # so that the two can change places
        born = date(rng.randrange(2010, 2021), month, day)
        unit = f"{rng.randrange(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}"
        place = f"{rng.choice(_AREAS)}{rng.randrange(1, 19)} {unit}"
        made[family] = Child(
            reference=f"P{len(made)}", given=given, family=family, born=born.isoformat(),
            sex="F" if given in {"Katherine", "Elizabeth", "Margaret", "Imogen"} else "M", postcode=place,
            nhs_number=nhs_number,
        )  # fmt: skip
    return list(made.values())
