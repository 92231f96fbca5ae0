"""Days are whole numbers inside the country (proleptic ordinals): adding and drawing them is then cheap."""

from datetime import date

AS_OF = date(2026, 11, 22)
"""The night of the extract, unless told otherwise."""

YEAR = 365.25
WINDOW = round(6 * YEAR)
"""The dataset holds six years of history."""

_FIRST = date(1965, 1, 1).toordinal()
_ISO = tuple(date.fromordinal(_FIRST + n).isoformat() for n in range(38_000))


def iso(day: int | None) -> str:
    """Return an ordinal as YYYY-MM-DD; nothing for None."""
    return "" if day is None else _ISO[day - _FIRST]
