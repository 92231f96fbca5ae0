"""Blocking keys: which records are worth scoring against a question.

A record stores few keys (`record_keys`); a question tries many (`question_keys`): swapped names and dates,
secondary sounds, other forms of a name. Names are kept without their role, so that given and family names
the wrong way round need no key of their own. Every key joins at least two strong parts, or is a whole
identifier: a single field, even keyed, gives its values away by how often each occurs (design §5).

Christen 2012, *Data Matching*, ch. 4 (blocking); measured in docs/matching.md.
"""

from collections.abc import Iterable, Iterator
from itertools import product

from fingerpost.matching.names import SHARED_FIRST, codes, kin
from fingerpost.matching.normalise import KNOWN, NameParts, Prepared, Tokens, is_english

MOST_RECORDS_PER_TOKEN = 25  # a token shared by more is dropped: it tells little, and costs and leaks most
MOST_RECORD_KEYS = 48
MOST_QUESTION_KEYS = 120
_MOST_KEYED_NAMES = 4
_MOST_KEYED_POSTCODES = 4
_MOST_MONTHS = 24  # of an estimated birth
_MOST_KIN = 6  # other forms of a name that a question tries
_SHORTEST_PREFIX = 2
_PREFIX = 3  # first letters of a name: a slip later in it changes how it sounds, not how it starts

Month = int  # yyyymm


class Spoken:
    """One name as keys see it: the sound codes of its parts, and what it starts with."""

    __slots__ = ("family", "given", "prefixes")

    def __init__(self, name: NameParts) -> None:
        self.given = _sounds(name[0])
        self.family = _sounds(name[1])
        self.prefixes = name

    @property
    def all(self) -> tuple[str, ...]:
        """Every code of the name, first given first."""
        return tuple(dict.fromkeys((*self.given[:2], *self.family)))


def _sounds(parts: Tokens) -> tuple[str, ...]:
    """Codes of each part and, where there are several, of the parts written as one word."""
    if parts and parts[0].startswith("#"):
        return ()
    words = (*parts[:3], "".join(parts)) if len(parts) > 1 else parts
    return tuple(dict.fromkeys(codes(word)[0] for word in words))


def _called(name: NameParts) -> NameParts:
    """Return a name by what its bearer is called first: tokens of Muhammad tell little, and are dropped."""
    if len(name[0]) > 1 and name[0][0] in SHARED_FIRST:
        return tuple(sorted(name[0], key=SHARED_FIRST.__contains__)), name[1]
    return name


def _pair(one: str, other: str) -> str:
    return f"{one}+{other}" if one <= other else f"{other}+{one}"


def _initials(name: NameParts) -> str:
    return _pair(name[0][0][0], name[1][0][0]) if name[0] and name[1] else ""


def _months(prepared: Prepared) -> list[Month]:
    """Return the months a child may have been born in; none where that is too many to tell anything."""
    if not prepared.birth:
        return []
    first, last = prepared.born_from // 100, prepared.born_to // 100
    months: list[Month] = []
    while first <= last and len(months) <= _MOST_MONTHS:
        months.append(first)
        first += 1 if first % 100 < 12 else 89
    return months if len(months) <= _MOST_MONTHS else []


def _areas(code: str) -> tuple[str, ...]:
    """Return the letters a British postcode starts with; of another country's code its region and its digits.

    Other codes are short, so their digits in order of size stand for all ways to mistype their order.
    """
    if not is_english(code):
        return code[:2], _place(code)
    return (code[:2] if code[1].isalpha() else code[0],)


def _place(code: str) -> str:
    return code if is_english(code) else "".join(sorted(code))


def _swapped(day: int) -> int:
    """Return yyyymmdd with day and month changed places, or 0 where that is no date or the same."""
    year, month, day_of_month = day // 10_000, day // 100 % 100, day % 100
    if day_of_month > 12 or day_of_month == month:
        return 0
    return year * 10_000 + day_of_month * 100 + month


def _day_keys(day: int, name: NameParts, sounds: Iterable[str]) -> Iterator[str]:
    for code in sounds:
        yield f"a:{day}-{code}"
    for part in (*name[0][:1], *name[1][:1]):
        yield f"j:{day}-{part[:_PREFIX]}"
    if initials := _initials(name):
        yield f"b:{day}-{initials}"


def _pair_keys(pairs: Iterable[str], day: int) -> Iterator[str]:
    year, month_day, month, day_of_month = day // 10_000, day % 10_000, day // 100, day % 100
    for pair in pairs:
        yield f"c:{pair}{month}"
        yield f"d:{pair}{month_day}"
        yield f"e:{pair}{year}-{day_of_month}"


def _month_keys(day: int, sounds: Iterable[str]) -> Iterator[str]:
    return (f"o:{code}-{day // 100}" for code in sounds)


def _prefix_key(given: str, family: str) -> str | None:
    if min(len(given), len(family)) < _SHORTEST_PREFIX:
        return None
    return f"f:{given[:3]}+{family[:4]}"


def _place_keys(codes_of_places: Tokens, sounds: Iterable[str]) -> Iterator[str]:
    for code, sound in product(codes_of_places[:_MOST_KEYED_POSTCODES], sounds):
        yield f"h:{_place(code)}-{sound}"


def _place_starts(codes_of_places: Tokens, name: NameParts) -> Iterator[str]:
    """Where no birth is known, slips in both names would leave nothing else in common."""
    starts = [part[:_PREFIX] for part in (*name[0][:1], *name[1][:1]) if len(part) >= _PREFIX]
    for code, start in product(codes_of_places[:_MOST_KEYED_POSTCODES], starts):
        yield f"k:{_place(code)}-{start}"


def _area_keys(places: Tokens, day: int) -> Iterator[str]:
    for code in places[:_MOST_KEYED_POSTCODES]:
        yield from (f"i:{area}-{day}" for area in _areas(code))


def _identifier_keys(prepared: Prepared) -> Iterator[str]:
    yield from (f"n:{number}" for number in prepared.nhs_numbers)
    yield from (f"u:{number}" for number in prepared.upns)


def _mother_keys(prepared: Prepared, months: Iterable[Month]) -> Iterator[str]:
    for given, family in prepared.mother:
        if given and family:
            pair = _pair(codes(given[0])[0], codes(family[-1])[0])
            yield from (f"m:{pair}{month}" for month in months)


def _keys_of_name(prepared: Prepared, name: NameParts) -> Iterator[str]:
    spoken = Spoken(name)
    pairs = [_pair(*both) for both in product(spoken.given[:1], spoken.family[:2])]
    if prepared.birth == KNOWN:
        yield from _day_keys(prepared.born_from, name, spoken.all)
        yield from _pair_keys(pairs, prepared.born_from)
    else:
        yield from (f"c:{pair}{month}" for pair, month in product(pairs, _months(prepared)))
    yield from (f"g:{pair}" for pair in pairs)
    if name[0] and name[1] and (prefix := _prefix_key(name[0][0], name[1][0])):
        yield prefix
    yield from _place_keys(prepared.postcodes, (*spoken.given[:1], *spoken.family))
    yield from _place_starts(prepared.postcodes, name)


def _first(keys: Iterable[str | None], most: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in keys:
        if key is not None:
            found[key] = None
            if len(found) == most:
                break
    return tuple(found)


def _half_named(prepared: Prepared) -> Iterator[str]:
    """A record that lacks a name has few keys: only such a one stores these, every question asks for them."""
    for name in _keyed(prepared):
        if prepared.birth == KNOWN and not (name[0] and name[1]):
            yield from _month_keys(prepared.born_from, Spoken(name).all)


def _keyed(prepared: Prepared) -> list[NameParts]:
    return [_called(name) for name in prepared.names[:_MOST_KEYED_NAMES]]


def _stored(prepared: Prepared) -> Iterator[str]:
    yield from _identifier_keys(prepared)
    if prepared.birth == KNOWN:
        yield from _area_keys(prepared.postcodes, prepared.born_from)
    for name in _keyed(prepared):
        yield from _keys_of_name(prepared, name)
    yield from _half_named(prepared)
    yield from _mother_keys(prepared, _months(prepared))


def record_keys(prepared: Prepared) -> tuple[str, ...]:
    """Return the keys to store for a record: 12 to 14 for one name, more with former names, capped."""
    return _first(_stored(prepared), MOST_RECORD_KEYS)


def _other_sounds(parts: Tokens) -> list[str]:
    """Secondary codes of a name's parts, then the codes of its other forms."""
    found: dict[str, None] = {}
    for part in parts[:3]:
        found.update(dict.fromkeys(codes(part)[1:]))
    for part in parts[:2]:
        for other in kin(part)[:_MOST_KIN]:
            found[codes(other)[0]] = None
    return list(found)


def _widened_name(prepared: Prepared, name: NameParts) -> Iterator[str | None]:
    given, family = _other_sounds(name[0]), _other_sounds(name[1])
    spoken = Spoken(name)
    pairs = [_pair(g, f) for g, f in product(given[:4], spoken.family[:1])]
    pairs += [_pair(g, f) for g, f in product(spoken.given[:1], (*family[:3], *spoken.family[1:]))]
    pairs += [_pair(g, f) for g, f in product(spoken.given[1:3], spoken.family[:1])]
    if prepared.birth == KNOWN:
        day, swapped = prepared.born_from, _swapped(prepared.born_from)
        yield from _month_keys(day, spoken.all)
        yield from _day_keys(day, name, (*given, *family))
        if swapped:
            yield from (f"a:{swapped}-{code}" for code in spoken.all)
        yield from (f"c:{pair}{day // 100}" for pair in pairs)
        yield from (f"d:{pair}{day % 10_000}" for pair in pairs[:3])
    yield from _place_keys(prepared.postcodes, (*given[:3], *family[:3]))
    if name[0] and name[1]:
        yield _prefix_key(name[1][0], name[0][0])
        yield from (_prefix_key(other, name[1][0]) for other in kin(name[0][0])[:3])


def _neighbours(months: list[Month]) -> list[Month]:
    """Return the months either side too: an expected date moves when a child is born."""
    wider = [
        month + step + (88 if (month + step) % 100 > 12 else 0) for month in months for step in (1, 2, 3)
    ]
    back = [month - 1 if month % 100 > 1 else month - 89 for month in months]
    return [*wider, *back]


def _widened(prepared: Prepared) -> Iterator[str | None]:
    for name in _keyed(prepared):
        yield from _widened_name(prepared, name)
    yield from _mother_keys(prepared, _neighbours(_months(prepared)))


def question_keys(prepared: Prepared) -> tuple[str, ...]:
    """Return the keys to look for: every `record_keys`, then what errors and other forms would give."""
    stored = record_keys(prepared)
    return _first((*stored, *_widened(prepared)), max(MOST_QUESTION_KEYS, len(stored)))
