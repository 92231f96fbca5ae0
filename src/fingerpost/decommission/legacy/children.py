"""Made-up children of a legacy, as rows of COPY text: about 30,000 a second with all that hangs on them."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from msgspec import Struct

from fingerpost.reference.authorities import local_authorities
from fingerpost.reference.postcodes import postcodes_of
from fingerpost.synthetic.names import communities_named, family_names, given_names

AUTHORITIES = 150  # ContactPoint's, of 2009
DIGITS = 11  # of a number, before its check digit
_SCATTER = 48_271_234_577  # prime to 10**11: neighbouring children have no neighbouring numbers
_WEIGHTS = range(12, 1, -1)
_FIRST_BORN = date(1992, 8, 6)
_STREETS = ("Mill Lane", "Station Road", "Church Street", "Victoria Road", "The Green", "Park Avenue")
_SERVICES = (
    "school nursing",
    "speech therapy",
    "education welfare",
    "youth offending",
    "children's social care",
)
_SENSITIVE = ("sexual health", "mental health", "substance misuse")
_CHUNK = 5_000
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
            f"{self.address}\t{self.postcode}\t{self.authority}\t{shielded}\n"
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


def children(count: int, seed: int, codes: list[str]) -> Iterator[LegacyChild]:
    """Yield `count` children of some authorities."""
    rng = Random(seed)  # noqa: S311 (made-up children)
    pool = Names(rng).people
    places = [(code, postcodes_of(code)) for code in codes]
    for index in range(count):
        given, _, gender = rng.choice(pool)
        family = rng.choice(pool)[1]
        code, postcodes = rng.choice(places)
        yield LegacyChild(
            number(index), given, family, _FIRST_BORN + timedelta(days=rng.randrange(6570)), gender,
            f"{rng.randrange(1, 200)} {rng.choice(_STREETS)}", rng.choice(postcodes), code,
            rng.choice(pool)[1] if index % 31 == 0 else "", index % 211 == 0,
        )  # fmt: skip


class Rows:
    """Gathers the rows of every table about children, and hands them on in blocks."""

    TABLES = ("child", "carer", "education", "health", "involvement", "shield", "archive", "feed",
              "data_quality", "access_audit")  # fmt: skip

    def __init__(self, accounts: int) -> None:
        self.lines: dict[str, list[str]] = {table: [] for table in self.TABLES}
        self._accounts = accounts
        self._next = 0

    def add(self, c: LegacyChild) -> None:
        """Add a child and what hangs on it."""
        n = self._next = self._next + 1
        put = self.lines
        put["child"].append(c.line())
        put["carer"].append(f"{n}\t{c.number}\tPat {c.family}\tparent\t01632 960{n % 1000:03d}\n")
        put["education"].append(f"{c.number}\tSchool {n % 20_000}\t{c.born.year + 5}-09-01\n")
        put["health"].append(f"{c.number}\tPractice {n % 8_000}\n")
        if n % 3 == 0:
            sensitive = n % 60 == 0
            service = (_SENSITIVE if sensitive else _SERVICES)[n % 3]
            since = f"2009-03-{n % 28 + 1:02d}"
            put["involvement"].append(
                f"{n}\t{c.number}\t{service}\tWorker {n % 9_000}\t{since}\t{'ft'[sensitive]}\n"
            )
            at = f"2010-0{n % 7 + 1}-1{n % 9} 10:{n % 60:02d}:00+00"
            asked = f"family={c.family} born={c.born}"
            put["access_audit"].append(
                f"{n}\t{n % self._accounts + 1}\t{c.number}\tassessment\t{asked}\t{at}\n"
            )
        self._more(n, c)

    def _more(self, n: int, c: LegacyChild) -> None:
        put = self.lines
        if c.shielded:
            put["shield"].append(f"{c.number}\t2010-01-05\t2010-07-05\n")
        if n % 13 == 0:  # long and alike, so that the server keeps it out of line and compressed
            told = "involvement ceased; record moved to the archive by agreement. " * 60
            put["archive"].append(f"{c.number}\t2010-02-01\t{told}{c.export().strip()} {told}\n")
        if n % 17 == 0:
            put["feed"].append(f"{n}\t{c.authority}\t2010-06-01\t{c.export().strip()}\n")
        if n % 19 == 0:
            put["data_quality"].append(
                f"{n}\t{c.number}\tpostcode not found\t{c.given} {c.family} {c.born}\n"
            )

    def take(self) -> dict[str, str]:
        """Return each table's block of text, and begin anew."""
        blocks = {table: "".join(lines) for table, lines in self.lines.items() if lines}
        self.lines = {table: [] for table in self.TABLES}
        return blocks


def blocks(found: Iterator[LegacyChild], accounts: int) -> Iterator[dict[str, str]]:
    """Yield blocks of COPY text by table, some thousand children each."""
    rows = Rows(accounts)
    for place, child in enumerate(found, start=1):
        rows.add(child)
        if place % _CHUNK == 0:
            yield rows.take()
    yield rows.take()
