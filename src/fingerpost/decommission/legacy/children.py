"""Made-up children of a legacy. What hangs on them follows from them: `hanging.sql`."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

from msgspec import Struct

from fingerpost.reference.authorities import local_authorities
from fingerpost.reference.postcodes import places_of
from fingerpost.synthetic.names import communities_named, family_names, given_names

AUTHORITIES = 150  # ContactPoint's, of 2009
DIGITS = 11  # of a number, before its check digit
_SCATTER = 48_271_234_577  # prime to 10**11: neighbouring children have no neighbouring numbers
_WEIGHTS = range(12, 1, -1)
_FIRST_BORN = date(1992, 8, 6)
_STREETS = ("Mill Lane", "Station Road", "Church Street", "Victoria Road", "The Green", "Park Avenue")
_POOL = 3_000  # names drawn once for each chunk's use


class LegacyChild(Struct, frozen=True):
    """One child as the legacy's own table holds it."""

    number: str
    given: str
    family: str
    born: date
    gender: str
    address: str
    postcode: str
    authority: str
    former: str = ""
    shielded: bool = False

    def line(self) -> str:
        """Return the row as COPY text."""
        shielded = "t" if self.shielded else "f"
        return (
            f"{self.number}\t{self.given}\t{self.family}\t{self.former}\t{self.gender}\t{self.born}\t"
            f"{self.address}\t{self.postcode}\t{self.authority}\t{shielded}"
        )

    def export(self) -> str:
        """Return the line that an extract of it has."""
        born = self.born.strftime("%d/%m/%Y")
        return f"{self.number},{self.family},{self.given},{born},{self.address},{self.postcode}\n"


def number(index: int) -> str:
    """Return the number of the `index`th child: eleven digits and a check digit (modulus 11)."""
    digits = f"{(index + 1) * _SCATTER % 10**DIGITS:011d}"
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    return f"{digits}{total % 11 % 10}"


def authority_codes(most: int = AUTHORITIES) -> list[str]:
    """Return the codes of the authorities that took part."""
    return [a.code for a in local_authorities()[:most]]


class Names:
    """Names of every community, drawn beforehand so that a child costs a few microseconds."""

    def __init__(self, rng: Random) -> None:
        communities = sorted(communities_named())
        drawn = [(c, "M" if n % 2 else "F") for n, c in enumerate(rng.choices(communities, k=_POOL))]
        self.people = [(given_names(c, sex).draw(rng), family_names(c).draw(rng), sex) for c, sex in drawn]


@cache
def _places(codes: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the postcodes of some authorities: the list is long, and read once."""
    return [(code, found.postcodes) for code, found in places_of(codes).items()]


def children(count: int, seed: int, codes: list[str]) -> Iterator[LegacyChild]:
    """Yield `count` children of some authorities."""
    rng = Random(seed)  # noqa: S311 (made-up children)
    pool = Names(rng).people
    places = _places(tuple(codes))
    for index in range(count):
        given, _, gender = rng.choice(pool)
        family = rng.choice(pool)[1]
        code, postcodes = rng.choice(places)
        yield LegacyChild(
            number(index), given, family, _FIRST_BORN + timedelta(days=rng.randrange(6570)), gender,
            f"{rng.randrange(1, 200)} {rng.choice(_STREETS)}", rng.choice(postcodes), code,
            rng.choice(pool)[1] if index % 31 == 0 else "", index % 211 == 0,
        )  # fmt: skip
