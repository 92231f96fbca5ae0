"""What is known of names: how common, which are spellings of one name, how they sound.

The lists are public and shipped (`data/`, each with its source and licence in its first line). Frequencies
are never taken from live data of children.
"""

import re
import tomllib
from functools import lru_cache
from itertools import combinations, product
from pathlib import Path
from typing import cast

import doublemetaphone as metaphone  # pyright: ignore[reportMissingTypeStubs]

_DATA = Path(__file__).parent / "data"
_UNIT = 1e7  # shares in the lists are per ten million
RAREST_GIVEN: float = 2.0**-12  # a name on no list; also the floor, so that a rare name cannot decide alone
# Three in five people bear a family name off the list, and many of those are not rare.
RAREST_FAMILY: float = 2.0**-13
_FATHERS = 0.5  # how much of a given name's share it has as a family name


def _lines(name: str) -> list[str]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _shares(name: str, rarest: float) -> dict[str, float]:
    pairs = (line.split("\t") for line in _lines(name))
    return {word: max(int(count) / _UNIT, rarest) for word, count in pairs}


_WORDS = cast("dict[str, str]", tomllib.loads((_DATA / "words.toml").read_text(encoding="utf-8")))


def word_list(kind: str) -> list[str]:
    """Return one of the lists of `data/words.toml`."""
    return _WORDS[kind].split()


def word_set(kind: str) -> frozenset[str]:
    """Return one of the lists of `data/words.toml` as a set."""
    return frozenset(word_list(kind))


SHARED_FIRST = word_set("shared_first")
_BORNE_IN_FRONT = tuple(word_list("borne_in_front"))
_TWO_NAMES = [words.partition("/") for words in word_list("apart")]
_APART = frozenset(pair for one, _, other in _TWO_NAMES for pair in ((one, other), (other, one)))


def are_apart(one: str, other: str) -> bool:
    """Whether two names are known to be two, however alike."""
    return (one, other) in _APART


def _join(pairs: dict[str, set[str]], one: str, other: str) -> None:
    if one != other and not are_apart(one, other):
        pairs.setdefault(one, set()).add(other)
        pairs.setdefault(other, set()).add(one)


def _as_endings(pet: str) -> set[str]:
    """Return a pet form with every ending that children are given it with: Teddy, Teddie."""
    stem = _PET_ENDING.sub("", pet)
    if stem == pet or len(stem) < 3:
        return {pet}
    return {pet, *(stem + ending for ending in ("y", "ie", "ey", "i") if stem + ending in GIVEN_SHARES)}


def _load_classes() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return (spellings of a name, forms that may stand for it), both symmetrical."""
    spellings: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    for line in _lines("families.txt") + _lines("nicknames.txt"):
        head, colon, rest = line.partition(":")
        if colon:
            for word in rest.split():
                _join(forms, head, word)
        else:
            for one, other in combinations(line.split(), 2):
                _join(spellings, one, other)
    for line in _lines("pet_forms.txt"):
        head, _, rest = line.partition(":")
        pets = {pet for word in rest.split() for pet in _as_endings(word)}
        for name, pet in product((head, *spellings.get(head, ())), pets):
            if pet not in spellings.get(name, ()):
                _join(forms, name, pet)
    return spellings, forms


GIVEN_SHARES = _shares("given.tsv", RAREST_GIVEN)
FAMILY_SHARES = _shares("family.tsv", RAREST_FAMILY)
_PET_ENDING = re.compile(r"(?:y|ie|ey)$")
SPELLINGS, FORMS = _load_classes()
_NONE: set[str] = set()


def given_share(part: str) -> float:
    """Return the share of children who bear this given name (England and Wales)."""
    return GIVEN_SHARES.get(part, RAREST_GIVEN)


def family_share(part: str) -> float:
    """Return the share of people who bear this family name (Britain).

    Where a child's family name is its father's given name (Ibrahim, Mohamed), lists of family names know
    nothing of how common it is; lists of given names do.
    """
    return max(FAMILY_SHARES.get(part, RAREST_FAMILY), GIVEN_SHARES.get(part, 0.0) * _FATHERS)


def is_given(part: str) -> bool:
    """Whether this is a given name in its own right: two such names that differ may be twins."""
    return part in GIVEN_SHARES or part in SPELLINGS


def same_spelling_family(one: str, other: str) -> bool:
    """Whether two words are spellings of one name (Mohammed, Muhammad)."""
    return other in SPELLINGS.get(one, _NONE)


def stands_for(one: str, other: str) -> bool:
    """Whether one may stand for the other (Kasia for Katarzyna, Bill for William, Tobi for Oluwatobi)."""
    return other in FORMS.get(one, _NONE) or _is_last_of(one, other) or _is_last_of(other, one)


def _is_last_of(short: str, long: str) -> bool:
    """Whether a name is another without what many bear in front of theirs, in one word."""
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in _BORNE_IN_FRONT


@lru_cache(maxsize=65_536)
def kin(part: str) -> tuple[str, ...]:
    """Return every other form of a name, spellings first, in a fixed order."""
    return (*sorted(SPELLINGS.get(part, _NONE)), *sorted(FORMS.get(part, _NONE)))


@lru_cache(maxsize=65_536)
def long_kin(part: str) -> tuple[str, ...]:
    """Return every other form of a name that is long enough for a slip in it to be told from another name."""
    return tuple(form for form in kin(part) if len(form) > 4)


# Rules of `sound`, in order. Unlike double metaphone it keeps vowels, which is what parts Jack from Jake and
# Ella from Ellie, and it folds what transliteration varies (ou/u/o, ee/i/y, q/k, kh/h).
_RULES = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"ph", "f"),
        (r"sch", "sh"),
        (r"tch", "ch"),
        (r"kh|gh(?=[aeiouy])", "h"),
        (r"gh", ""),
        (r"ck|q|c(?=[^eiyh]|$)", "k"),
        (r"c(?=[eiy])", "s"),
        (r"x", "ks"),
        (r"wr", "r"),
        (r"(.)\1+", r"\1"),
        (r"([aeiouy])([bdfgklmnprstv])e$", r"\1\1\2"),  # a silent e lengthens: Jake is not Jack
        (r"(?<=.{3})[aeiouy]+(?=[bdfgklmnprst]$)", "@"),  # an unstressed last vowel: Aiden, Aidan
        (r"(?:ie|ee|ey|y|ea)$", "i"),
        (r"(?<=[aeiou])h(?=[^aeiou]|$)", ""),
        (r"ou|oo|o|w", "u"),
        (r"ee|ea|ie", "i"),
        (r"ei|ai|ae|[ae]y(?![aeiou])", "e"),
        (r"e|y", "i"),
    )
]


# Rules of `written`: letters that are written either way. Far narrower than `sound`: among the 3,000
# commonest given names nearly all it joins are spellings of one name (Inaya, Inaayah; Wiktoria, Victoria).
_LETTERS = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"aa", "a"),
        (r"ija$", "ia"),  # Amelija
        (r"(?<=[^aeiouy])y(?=[^aeiouy]{2}|[^aeiouy]$)", "i"),  # Krystian, Eryn; but Myla is not Mila
        (r"^(?=.{5})(.*?[td])h", r"\1"),  # Mathilda, Dhanush; but Thu is not Tu
        (r"^e(?=[^aeiourv]..)|ee|ii", "i"),
        (r"ou|oo", "u"),
        (r"iyy?(?=[aeiou])", "i"),
        (r"(?<=[aeou])i(?=[aeiou])", "y"),
        (r"(.)\1", r"\1"),
        (r"^(?=.{6})(.+?)z", r"\1s"),  # Izabelle, Jazmine; but Ezra is not Esra
        (r"(?<=[aeiou])h$", ""),
        (r"w", "v"),
        (r"ks|cks|cs", "x"),
        (r"ph", "f"),
        (r"q", "k"),
        (r"ck|c(?=[aouklrt]|$)", "k"),
    )
]
# First letters that `written` may make one; words that begin otherwise need not be rewritten to be compared.
_BEGIN_AS = {"c": "k", "q": "k", "x": "k", "e": "i", "o": "u", "p": "f", "w": "v"}


@lru_cache(maxsize=65_536)
def written(part: str) -> str:
    """Return a word in one spelling of letters that are written either way; equal for Zakariya, Zakaria."""
    for rule, replacement in _LETTERS:
        part = rule.sub(replacement, part)
    return part


def are_written_alike(one: str, other: str) -> bool:
    """Whether two words are one in a spelling of letters that are written either way."""
    first, second = one[0], other[0]
    begin_alike = _BEGIN_AS.get(first, first) == _BEGIN_AS.get(second, second)
    return begin_alike and written(one) == written(other)


@lru_cache(maxsize=65_536)
def sound(part: str) -> str:
    """Return a spelling of how a word sounds, vowels kept; equal for Yusuf and Youssef."""
    for rule, replacement in _RULES:
        part = rule.sub(replacement, part)
    return part


@lru_cache(maxsize=65_536)
def codes(part: str) -> tuple[str, ...]:
    """Return the double metaphone codes of a word (Philips 2000), primary first; the word if too short."""
    both = cast("tuple[str, str]", metaphone.doublemetaphone(part))  # pyright: ignore[reportUnknownMemberType]
    found = [code for code in both if len(code) > 1]
    return tuple(dict.fromkeys(found)) or (part,)
