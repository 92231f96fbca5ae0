"""Two made-up populations to train and measure on: families with children, and adults on a badly typed list.

The labelled public sets are never trained on. Families hold twins, brothers and sisters, moves, changed and
transliterated names, numbers on half the records. Adults have no households and many slips (as in Febrl:
Christen 2005). Both are deterministic by seed.
"""

import csv
import random
import string
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from fingerpost.matching.names import FAMILY_SHARES, FORMS, SPELLINGS

FIELDS = (
    "record_id",
    "cluster_id",
    "household_id",
    "given_names",
    "family_name",
    "date_of_birth",
    "sex",
    "postcode",
    "nhs_number",
    "origin",
)
_WORDS = {
    kind: words.split()
    for kind, words in tomllib.loads(Path(__file__).with_name("names.toml").read_text()).items()
}
_MIDDLES = ("", "", "er", "ing")
_ORIGINS = {
    "british": (0.70, ()),
    "south_asian": (0.12, ("IN", "BD", "LK", "NP")),
    "east_european": (0.06, ("PL", "RO", "UA", "LT", "BG", "SK")),
    "arabic_turkish": (0.05, ("TR",)),
    "african": (0.04, ()),
    "iberian": (0.02, ("PT", "ES", "BR")),
    "east_asian": (0.01, ("CN", "VN", "KH")),
}
_LETTERS = string.ascii_lowercase
_FIRST_BIRTH, _LAST_BIRTH = date(2006, 1, 1), date(2024, 12, 31)


class Weighted:
    """Draws by share."""

    def __init__(self, shares: dict[str, float]) -> None:
        self.words, self.sums = list(shares), list(accumulate(shares.values()))

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self.words, cum_weights=self.sums)[0]


@dataclass
class Person:
    number: int
    household: int
    origin: str
    given: list[str]
    family: str
    born: date
    sex: str
    postcode: str
    nhs: str
    others: list[str] = field(default_factory=list)  # numbers of the rest of the household


def _zipf(words: list[str], head: int = 3) -> dict[str, float]:
    return {word: 1 / (rank + head) for rank, word in enumerate(words)}


def _by_country(path: Path, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["Country"], []).append(row[column])
    return found


class Names:
    """Given and family names by origin."""

    def __init__(self, sources: Path, rng: random.Random) -> None:
        self.given = self._given(sources / "uk_given_names_2008_2020.csv")
        abroad = _by_country(sources / "common-surnames-by-country.csv", "Romanized Name")
        first = _by_country(sources / "common-forenames-by-country.csv", "Romanized Name")
        tail = [a + m + e for a in _WORDS["starts"] for m in _MIDDLES for e in _WORDS["ends"]]
        rng.shuffle(tail)
        counted = {word.title(): share for word, share in FAMILY_SHARES.items() if share >= 0.0002}
        rest = _zipf(tail, 300)
        scale = 0.6 / sum(rest.values())
        british = counted | {word: share * scale for word, share in rest.items()}
        extra = {
            "south_asian": _WORDS["muslim"] * 2,
            "arabic_turkish": _WORDS["muslim"],
            "african": _WORDS["african"],
        }
        self.family = {"british": Weighted(british)}
        self.abroad: dict[str, list[str]] = {}
        for origin, (_, countries) in _ORIGINS.items():
            words = extra.get(origin, []) + [
                word for country in countries for word in abroad.get(country, [])
            ]
            if words:
                self.family[origin] = Weighted(_zipf(list(dict.fromkeys(words))))
            self.abroad[origin] = [word for country in countries for word in first.get(country, [])]
        spelt = sorted(SPELLINGS)
        self.abroad["arabic_turkish"] += spelt[:160]
        self.abroad["south_asian"] += spelt[40:160]

    @staticmethod
    def _given(path: Path) -> dict[str, Weighted]:
        shares: dict[str, dict[str, float]] = {"M": {}, "F": {}}
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if float(row["n"]) >= 5:
                    shares[row["sex"]][row["name"].title()] = float(row["n"])
        return {sex: Weighted(counts) for sex, counts in shares.items()}

    def first(self, rng: random.Random, origin: str, sex: str) -> str:
        abroad = self.abroad[origin]
        return rng.choice(abroad).title() if abroad and rng.random() < 0.6 else self.given[sex].draw(rng)


def _postcode(rng: random.Random, areas: list[str]) -> str:
    letters = "".join(rng.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in "ab")
    return f"{rng.choice(areas)}{rng.randint(1, 20)} {rng.randint(0, 9)}{letters}"


def _number(rng: random.Random) -> str:
    while True:
        digits = [rng.randint(4, 7), *(rng.randint(0, 9) for _ in range(8))]
        check = (11 - sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            return "".join(map(str, [*digits, check]))


def families(sources: Path, children: int, seed: int) -> list[Person]:
    """Return children in households of one to four, three in a hundred of them twins."""
    rng = random.Random(seed)
    names = Names(sources, rng)
    areas = [a + b for a in "BCDEGLMNPSTW" for b in ("", *"ABDEHLNRST")]
    origins = Weighted({origin: share for origin, (share, _) in _ORIGINS.items()})
    people: list[Person] = []
    household = 0
    while len(people) < children:
        household += 1
        people += _household(
            rng,
            names,
            origins.draw(rng),
            household=household,
            first=len(people),
            postcode=_postcode(rng, areas),
        )
    return people[:children]


def _household(
    rng: random.Random, names: Names, origin: str, *, household: int, first: int, postcode: str
) -> list[Person]:
    family = names.family[origin].draw(rng)
    members: list[Person] = []
    born = _FIRST_BIRTH + timedelta(days=rng.randrange((_LAST_BIRTH - _FIRST_BIRTH).days))
    for place in range(rng.choices((1, 2, 3, 4), (45, 35, 14, 6))[0]):
        twin = place > 0 and rng.random() < 0.035
        if place and not twin:
            step = rng.randint(330, 1800)
            born += timedelta(days=step if born + timedelta(days=step) <= _LAST_BIRTH else -step)
        sex = rng.choice("MF")
        given = [names.first(rng, origin, sex)]
        if rng.random() < 0.5:
            given.append(names.first(rng, origin, sex))
        surname = family if rng.random() < 0.92 else names.family["british"].draw(rng)
        if given[0] not in {member.given[0] for member in members}:
            number = first + len(members)
            members.append(
                Person(number, household, origin, given, surname, born, sex, postcode, _number(rng))
            )
    for member in members:
        member.others = [other.nhs for other in members if other is not member]
    return members


def adults(sources: Path, people: int, seed: int) -> list[Person]:
    """Return adults of four generations, one to a household, on four-digit postcodes."""
    rng = random.Random(seed)
    names = Names(sources, rng)
    codes = [str(rng.randint(800, 7999)) for _ in range(2500)]
    found: list[Person] = []
    for number in range(people):
        sex = rng.choice("MF")
        born = date(1910, 1, 1) + timedelta(days=rng.randrange(34_000))
        given, family = [names.given[sex].draw(rng)], names.family["british"].draw(rng)
        nhs = str(rng.randint(1_000_000, 9_999_999))
        found.append(Person(number, number, "british", given, family, born, "", rng.choice(codes), nhs))
    return found


def slip(rng: random.Random, word: str) -> str:
    """Return a word with one slip of the pen."""
    if len(word) < 2:
        return word
    at, letter = rng.randrange(len(word) - 1), rng.choice(_LETTERS)
    made: list[Callable[[], str]] = [
        lambda: word[:at] + letter + word[at:],
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + letter + word[at + 1 :],
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    return rng.choice(made)()


def _digit_slip(rng: random.Random, digits: str) -> str:
    at = rng.randrange(len(digits))
    if rng.random() < 0.35 and at + 1 < len(digits):
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + rng.choice(string.digits) + digits[at + 1 :]


def _other_form(rng: random.Random, name: str) -> str:
    known = sorted(SPELLINGS.get(name.lower(), ())) * 2 + sorted(FORMS.get(name.lower(), ()))
    return rng.choice(known).title() if known else name


def _wrong_day(rng: random.Random, born: date) -> str:
    kind = rng.random()
    if kind < 0.25:
        return f"{born.year}-{born.day:02d}-{born.month:02d}" if born.day <= 12 else born.isoformat()
    if kind < 0.4:
        return f"{born.year}-01-01"
    if kind < 0.55:
        return f"{born.year + rng.choice((-1, 1))}-{born.month:02d}-{born.day:02d}"
    if kind < 0.65:
        return (born + timedelta(days=rng.randint(-40, 40))).isoformat()
    if kind < 0.7:
        return (_FIRST_BIRTH + timedelta(days=rng.randrange(6_500))).isoformat()
    text = _digit_slip(rng, born.strftime("%Y%m%d"))
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def child_record(
    rng: random.Random, names: Names, person: Person, later: bool, numbered: float
) -> dict[str, str]:
    """Return one authority's record of a child; a later one may be after a move or a change of name."""
    given, family, postcode, born = (
        list(person.given),
        person.family,
        person.postcode,
        person.born.isoformat(),
    )
    if later and rng.random() < 0.35:
        areas = [person.postcode[:2].rstrip(string.digits)] * 3 + ["B", "LS", "M", "NE", "SE", "BS"]
        postcode = _postcode(rng, areas)
    if later and rng.random() < 0.06:
        new = names.family[person.origin].draw(rng)
        family = f"{family}-{new}" if rng.random() < 0.35 else new
    if rng.random() < 0.10:
        given[0] = _other_form(rng, given[0])
    if rng.random() < 0.06:
        family = _other_form(rng, family)
    if len(given) > 1 and rng.random() < 0.5:
        given = given[:1] if rng.random() < 0.96 else given[::-1]
    if rng.random() < 0.04:
        given[0] = slip(rng, given[0])
    if rng.random() < 0.04:
        family = slip(rng, family)
    if rng.random() < 0.03:
        born = _wrong_day(rng, person.born)
    if rng.random() < 0.01:
        given, family = [family], given[0]
    nhs = person.nhs if rng.random() < numbered else ""
    if nhs and rng.random() < 0.006:
        nhs = _digit_slip(rng, nhs)
    elif nhs and person.others and rng.random() < 0.003:
        nhs = rng.choice(person.others)
    if rng.random() < 0.02:
        postcode = postcode[:-1] + rng.choice("ABDEFGHJ")
    return {
        "given_names": " ".join(given) if rng.random() > 0.004 else rng.choice(("", "Baby", given[0][0])),
        "family_name": family,
        "date_of_birth": born if rng.random() > 0.005 else "",
        "sex": "" if rng.random() < 0.05 else person.sex if rng.random() > 0.007 else "MF"[person.sex == "M"],
        "postcode": postcode if rng.random() > 0.06 else "",
        "nhs_number": nhs,
    }


def adult_record(rng: random.Random, names: Names, person: Person, faults: int) -> dict[str, str]:
    """Return one typed copy of an adult's record with so many faults spread over it."""
    row = {
        "given_names": person.given[0].lower(),
        "family_name": person.family.lower(),
        "date_of_birth": person.born.strftime("%Y%m%d"),
        "postcode": person.postcode,
        "nhs_number": person.nhs,
        "sex": "",
    }
    for _ in range(faults):
        _fault(rng, names, row)
    return row


def _fault(rng: random.Random, names: Names, row: dict[str, str]) -> None:
    part = rng.choice(
        (
            "given_names",
            "family_name",
            "given_names",
            "family_name",
            "date_of_birth",
            "postcode",
            "nhs_number",
        )
    )
    kind = rng.random()
    if kind < 0.08:
        row[part] = ""
    elif kind < 0.10 and part == "date_of_birth":
        row[part] = (date(1910, 1, 1) + timedelta(days=rng.randrange(34_000))).strftime("%Y%m%d")
    elif part in {"date_of_birth", "postcode", "nhs_number"}:
        row[part] = _digit_slip(rng, row[part]) if row[part] else ""
    elif kind < 0.14:
        row[part] = (names.given["M"] if part == "given_names" else names.family["british"]).draw(rng).lower()
    elif kind < 0.18:
        row["given_names"], row["family_name"] = row["family_name"], row["given_names"]
    elif kind < 0.26:
        row[part] = _other_form(rng, row[part]).lower()
    else:
        row[part] = slip(rng, row[part])


def family_rows(sources: Path, children: int, seed: int, numbered: float = 0.7) -> list[dict[str, str]]:
    """Return rows of a sample of children: one to three records each."""
    rng = random.Random(seed + 1)
    names = Names(sources, random.Random(seed))
    rows: list[dict[str, str]] = []
    for person in families(sources, children, seed):
        for copy in range(rng.choices((1, 2, 3), (50, 38, 12))[0]):
            row = child_record(rng, names, person, copy > 0, numbered)
            rows.append(labelled(row, person, copy))
    return rows


def adult_rows(sources: Path, people: int, seed: int) -> list[dict[str, str]]:
    """Return rows of a list of adults: an original and up to four bad copies."""
    rng = random.Random(seed + 1)
    names = Names(sources, random.Random(seed))
    rows: list[dict[str, str]] = []
    for person in adults(sources, people, seed):
        for copy in range(rng.choices((1, 2, 3, 4), (40, 35, 15, 10))[0]):
            row = adult_record(rng, names, person, rng.randint(1, 4) if copy else 0)
            rows.append(labelled(row, person, copy))
    return rows


def labelled(row: dict[str, str], person: Person, copy: int) -> dict[str, str]:
    labels = {"record_id": f"{person.number}-{copy}", "cluster_id": str(person.number)}
    return labels | {"household_id": str(person.household), "origin": person.origin} | row


def write(rows: list[dict[str, str]], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(rows)
