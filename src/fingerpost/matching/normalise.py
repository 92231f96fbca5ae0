"""Details as written become details as compared: folded, split, without what only decorates a name.

`prepare` is the only place where text is interpreted; a `Prepared` is sealed beside the details, so a
candidate is scored without doing this again.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from anyascii import anyascii
from msgspec import Struct

from fingerpost.matching.names import word_set
from fingerpost.words.checks import NO_PLACE
from fingerpost.words.child import ChildDetails, PersonName

Tokens = tuple[str, ...]
NameParts = tuple[Tokens, Tokens]

MOST_NAMES = 8  # a child with more names than this is not helped by the ninth
MOST_PARTS = 6  # parts of a given or family name that are compared
MOST_POSTCODES = 12
MOST_FORMER = 4  # superseded numbers of one kind
LONGEST_PART = 40
LONGEST_TEXT = 200

KNOWN, ESTIMATED, EXPECTED = 1, 2, 3
EARLIEST_BIRTH = timedelta(days=110)  # before an expected date; babies live from 24 weeks
LATEST_BIRTH = timedelta(days=21)

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´ʻ′\x00")
_WORD = re.compile(r"[a-z0-9]+")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_PARTICLES = word_set("particles")
_TITLES = word_set("titles")
_PREFIXES = word_set("prefixes")
_PLACEHOLDERS = word_set("placeholders")
_NO_NAMES = _PLACEHOLDERS | word_set("names_too")
_BIRTH_ORDERS = {
    written: f"#{order}"
    for order, words in enumerate(
        ("1 i a one first 1st", "2 ii b two second 2nd", "3 iii c three third 3rd"), start=1
    )
    for written in words.split()
}
_MULTIPLES = frozenset({"twin", "twins", "triplet", "triplets", "baby", "infant"})
_NUMBERED = re.compile(r"(twin|triplet|baby)([1-3a-c])")
_OF_HIS_MOTHER = re.compile(r"(^|[^a-z])[bsd]/o(?=[^a-z]|$)", re.IGNORECASE)  # baby, son or daughter of


class Prepared(Struct, frozen=True, array_like=True, gc=False):
    """Details ready to be compared. `repr` shows nothing; msgpack holds it in about 60 bytes.

    `names` are (given parts, family parts); `birth` is 0, 1 (known), 2 (estimated) or 3 (expected), with
    `born_from` and `born_to` as yyyymmdd; `postcodes` are unspaced, identifiers too, the present one first;
    `mother` is empty or one name.
    """

    names: tuple[NameParts, ...] = ()
    birth: int = 0
    born_from: int = 0
    born_to: int = 0
    sex: str = ""
    postcodes: Tokens = ()
    nhs_numbers: Tokens = ()
    upns: Tokens = ()
    mother: tuple[NameParts, ...] = ()

    def __repr__(self) -> str:
        return "Prepared(…)"


def fold(text: str) -> list[str]:
    """Return the words of `text` in plain small letters: no accents, apostrophes or marks, any script."""
    plain = text[:LONGEST_TEXT].translate(_APOSTROPHES)
    if not plain.isascii():
        plain = anyascii(plain).translate(_APOSTROPHES)
    return [word[:LONGEST_PART] for word in _WORD.findall(plain.lower())]


def _words(text: str) -> list[str]:
    """Return the words of a name; none for "NA", which is "not available", while Na is a name."""
    return [] if text.strip() == "NA" else fold(text)


def _join_prefixes(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _PREFIXES and len(word) > 1:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _without(words: list[str], unwanted: frozenset[str]) -> list[str]:
    return [word for word in words if word not in unwanted] or words


def _birth_order(words: list[str]) -> Tokens:
    if not _MULTIPLES.intersection(words):
        return ()
    return next(((_BIRTH_ORDERS[word],) for word in words[::-1] if word in _BIRTH_ORDERS), ())


def _unnamed(words: Iterable[str]) -> bool:
    return all(word in _NO_NAMES or word.isdigit() or word in _BIRTH_ORDERS for word in words)


def _own_words(words: list[str]) -> list[str]:
    """Return what is said of the child: not the 2 of "Twin 1 of 2", nor whose baby it is, "Baby of Zara"."""
    words = [part for word in words for part in (_NUMBERED.sub(r"\1 \2", word).split())]
    if "of" not in words:
        return words
    at = words.index("of")
    return words[:at] + [word for word in words[at:] if word in _PLACEHOLDERS]


def given_parts(text: str, family: Tokens = ()) -> Tokens:
    """Return the parts of a given name; ("#2",) for "Twin 2"; none for "Baby", or "Baby Smith" of a Smith."""
    words = _own_words(_words(_OF_HIS_MOTHER.sub(r"\1baby of", text)))
    if not words:
        return ()
    if not _PLACEHOLDERS.isdisjoint(words):
        if _unnamed(word for word in words if word not in family):
            return _birth_order(words)
        words = [word for word in words if not (word in _NO_NAMES or word in family or word.isdigit())]
    return tuple(_without(_join_prefixes(words), _TITLES | _PARTICLES)[:MOST_PARTS])


def family_parts(text: str) -> Tokens:
    """Return the parts of a family name, particles dropped and "O'", "Mc", "St" joined to what follows."""
    words = _words(text)
    if not words or (words[0] in _PLACEHOLDERS and _unnamed(words)):
        return ()
    return tuple(_without(_join_prefixes(_without(words, _PARTICLES)), _TITLES)[:MOST_PARTS])


def _parts(name: PersonName) -> NameParts:
    family = family_parts(name.family)
    given = given_parts(name.given, family)
    if family and fold(name.given):
        return given, family
    alone = given or family
    if not _PLACEHOLDERS.isdisjoint(words := fold(name.given or name.family)):  # "Baby Smith" in one box
        alone = given_parts(name.given or name.family)
        if len(alone) == 1 and alone[0][0] != "#":
            return _birth_order(_own_words(words)), alone
    if len(alone) > 1:  # a whole name written in one box
        return alone[:-1], alone[-1:]
    return given, family


def _readings(name: PersonName) -> Iterator[NameParts]:
    """Yield a name as read; words in the box for family names may be two of those, or a whole name."""
    given, family = _parts(name)
    yield given, family
    if given and family and not fold(name.given):
        yield (), (*given, *family)


def _names(details: ChildDetails) -> tuple[NameParts, ...]:
    names = [read for name in details.names[:MOST_NAMES] for read in _readings(name)]
    if details.mother is not None and details.expected_on is not None:
        names.append(((), family_parts(details.mother.family)))  # she stands in until the child is named
    return tuple(dict.fromkeys(name for name in names if name[0] or name[1]))


def number_of(day: date) -> int:
    """Return a date as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def _shift(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


def _birth(details: ChildDetails) -> tuple[int, int, int]:
    if details.date_of_birth is not None:
        day = number_of(details.date_of_birth)
        return KNOWN, day, day
    if details.expected_on is not None:
        first, last = _shift(details.expected_on, -EARLIEST_BIRTH), _shift(details.expected_on, LATEST_BIRTH)
        return EXPECTED, number_of(first), number_of(last)
    first, last = details.born_from or details.born_to, details.born_to or details.born_from
    if first is None or last is None:
        return 0, 0, 0
    return ESTIMATED, number_of(min(first, last)), number_of(max(first, last))


def postcode(text: str) -> str:
    """Return a postcode unspaced in capitals, or another country's code as written, unspaced."""
    return "".join(c for c in text[:LONGEST_PART] if c.isalnum()).upper()


@lru_cache(maxsize=65_536)
def is_english(code: str) -> bool:
    """Whether an unspaced code has the form of a British postcode, which names about 15 addresses."""
    return _POSTCODE.fullmatch(code) is not None


def _identifiers(present: str | None, former: Tokens) -> Tokens:
    written = (text[:LONGEST_PART] for text in (present or "", *former[:MOST_FORMER]))
    return _each_once("".join(c for c in text if c.isalnum()).upper() for text in written)


def _each_once(words: Iterable[str]) -> Tokens:
    return tuple(dict.fromkeys(word for word in words if word))


def prepare(details: ChildDetails) -> Prepared:
    """Return `details` ready to be compared. Never fails: what cannot be read is left out."""
    mother = _parts(details.mother) if details.mother is not None else ((), ())
    birth, born_from, born_to = _birth(details)
    codes = (postcode(code) for code in details.postcodes[:MOST_POSTCODES])
    return Prepared(
        names=_names(details),
        birth=birth,
        born_from=born_from,
        born_to=born_to,
        sex=details.sex.value if details.sex is not None and details.sex.value != "I" else "",
        postcodes=_each_once(code for code in codes if not code.startswith(NO_PLACE)),
        nhs_numbers=_identifiers(details.nhs_number, details.former_nhs_numbers),
        upns=_identifiers(details.upn, details.former_upns),
        mother=(mother,) if mother[0] or mother[1] else (),
    )
