"""References as they are said aloud: of an answer to the desk, of a hand-over to the other authority."""

from collections.abc import Callable, Collection
from uuid import UUID

from fingerpost.words.errors import Invalid, NotFound, Problem

# No letter or digit that is misheard for another on the phone.
_SPOKEN = "23456789CDFGHJKMNPQRTVWX"
_GROUP = 4


def speakable(entry: UUID) -> str:
    """Return a reference of two groups of four that can be said aloud, made from the entry's id."""
    number, letters = entry.int, ""
    for _ in range(2 * _GROUP):
        number, place = divmod(number, len(_SPOKEN))
        letters += _SPOKEN[place]
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def heard(text: str) -> str | None:
    """Return a reference, or a whole id, in the one way it is written; None where it can be neither."""
    if (whole := _id(text)) is not None:
        return speakable(whole)
    letters = "".join(letter for letter in text.upper() if letter not in " -")
    if len(letters) != 2 * _GROUP or not set(letters) <= set(_SPOKEN):
        return None
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def ending(said: str) -> str:
    """Return the last six hexadecimal digits of every id that is said so: a database finds it by them.

    An id's remainder by 24⁸ is what is said, and 24⁸ is a multiple of 16⁶.
    """
    number = 0
    for letter in reversed(said.replace("-", "")):
        number = number * len(_SPOKEN) + _SPOKEN.index(letter)
    return f"{number % 16**6:06x}"


def meant(text: str, among: Callable[[], Collection[UUID]]) -> UUID:
    """Return the id that a person means: written whole, or as it is said aloud `among` what they may mean.

    Raise `NotFound` where none is said so, `Invalid` where two are: then the whole id is needed.
    """
    if (whole := _id(text)) is not None:
        return whole
    if (said := heard(text)) is None:
        raise Invalid(Problem("reference", "is two groups of four, such as 2CDF-3GHJ, or a whole id"))
    match [one for one in among() if speakable(one) == said]:
        case []:
            raise NotFound("nothing of yours has that reference")
        case [one]:
            return one
        case _:
            raise Invalid(Problem("reference", "is said of more than one: give the whole id"))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
