"""What goes wrong between a mouth, an ear and a keyboard. Every function returns its input changed once."""

from collections.abc import Callable
from datetime import date
from random import Random

_NEXT_TO = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sfe", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad",
    "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xa",
}  # fmt: skip
_HEARD = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "ie"), ("ee", "ea"),
    ("ea", "ee"), ("ei", "ie"), ("ou", "oo"), ("oo", "u"), ("s", "z"), ("z", "s"), ("th", "t"), ("t", "th"),
    ("q", "k"), ("x", "ks"), ("ai", "ay"), ("ay", "ai"), ("i", "y"), ("ll", "l"), ("l", "ll"), ("nn", "n"),
    ("n", "nn"), ("tt", "t"), ("t", "tt"), ("m", "n"), ("b", "p"), ("d", "t"), ("v", "w"), ("w", "v"),
    ("j", "g"), ("er", "a"), ("a", "er"), ("o", "u"), ("e", "i"), ("gh", ""), ("h", ""),
)  # fmt: skip


def _swap(rng: Random, text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _drop(rng: Random, text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _double(rng: Random, text: str, at: int) -> str:
    return text[: at + 1] + text[at:]


def _slip(rng: Random, text: str, at: int) -> str:
    neighbours = _NEXT_TO.get(text[at].lower(), "")
    if not neighbours:
        return _drop(rng, text, at)
    slipped = rng.choice(neighbours)
    return text[:at] + (slipped.upper() if text[at].isupper() else slipped) + text[at + 1 :]


_SLIPS: tuple[Callable[[Random, str, int], str], ...] = (_swap, _drop, _double, _slip)


def mistyped(rng: Random, text: str) -> str:
    """Return a name with one slip of the fingers after its first letter; two letters stay as they are."""
    if len(text) < 3:
        return text
    return rng.choice(_SLIPS)(rng, text, rng.randint(1, len(text) - 2))


def misheard(rng: Random, text: str) -> str:
    """Return a name spelt as it might be heard; unchanged where no sound of it is commonly mistaken."""
    places = [(old, new) for old, new in _HEARD if old in text[1:]]
    if not places:
        return text
    old, new = rng.choice(places)
    return text[0] + text[1:].replace(old, new, 1)


def wrong_day(rng: Random, day: int, as_of: int) -> int:
    """Return a date of birth miswritten: day and month changed over, a digit wrong, or a year out."""
    born = date.fromordinal(day)
    match rng.randrange(10):
        case 0 | 1 | 2 | 3 if born.day <= 12 and born.day != born.month:
            wrong = born.replace(month=born.day, day=born.month).toordinal()
        case 4 | 5 | 6 if day + 365 <= as_of:
            wrong = day + rng.choice((-365, 365))
        case 7:
            wrong = day + rng.choice((-30, -31, 10, -10))
        case _:
            wrong = day + rng.choice((-1, 1, -2, 9))
    return min(wrong, as_of)


def wrong_postcode(rng: Random, postcode: str) -> str:
    """Return a postcode with one character of its last part wrong, still of the right form."""
    digit, letters = postcode[-3], postcode[-2:]
    if rng.random() < 0.4:
        digit = rng.choice("123456789")
    else:
        at = rng.randrange(2)
        letters = letters[:at] + rng.choice("ABDEFGHJLNPQRSTUWXYZ") + letters[at + 1 :]
    return postcode[:-3] + digit + letters


def wrong_digit(rng: Random, number: str) -> str:
    """Return a number with two neighbouring digits changed over: the slip a check digit is there to catch."""
    at = rng.randint(3, len(number) - 2)
    return _swap(rng, number, at)
