"""The reference of an answer as it is said aloud: to the desk, by somebody who is worried."""

from uuid import UUID

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
    """Return a reference in the one way it is written, or None where it cannot be one."""
    letters = "".join(letter for letter in text.upper() if letter not in " -")
    if len(letters) != 2 * _GROUP or not set(letters) <= set(_SPOKEN):
        return None
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"
