"""An authority as people write it, its code or enough of its name, and as they read it."""

from fingerpost.reference import authorities
from fingerpost.words.errors import Invalid, Problem

LISTED = 5  # of several that fit, so many are named


def authority_name(code: str) -> str:
    """Return what an authority is called; its code where that is not known here."""
    known = authorities().get(code)
    return known.name if known else code


def authority_code(written: str) -> str:
    """Return the code of the one authority that fits, or raise `Invalid` saying which fit."""
    known, text = authorities(), " ".join(written.split())
    if text.upper() in known:
        return text.upper()
    folded = text.casefold()
    named = [a for a in known.values() if a.name.casefold() == folded]
    found = named or sorted(a for a in known.values() if folded in a.name.casefold())
    match found:
        case []:
            raise Invalid(
                Problem("authority", "must be the name or code of an authority, such as Kent or E10000016")
            )
        case [one]:
            return one.code
        case _:
            listed = ", ".join(f"{a.name} ({a.code})" for a in found[:LISTED])
            others = " and others" if len(found) > LISTED else ""
            raise Invalid(Problem("authority", f"may be one of several: {listed}{others}"))
