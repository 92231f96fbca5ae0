"""Child details: what identifies a child. They exist in clear only in a request and inside the vault."""

from datetime import date, timedelta

from msgspec import Struct

from fingerpost.words.vocabulary import Sex

# How long after birth the mother's name is kept: another authority may know the pregnancy alone, and its
# record of that lapses within a year of its last word.
MOTHER_STANDS_IN = timedelta(days=366)


class PersonName(Struct, frozen=True, array_like=True):
    """A name as written. Either part may be empty; parts are never split or folded here."""

    given: str = ""
    family: str = ""

    def __repr__(self) -> str:
        return "PersonName(…)"


class ChildDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one child. Every field is optional; `words.checks` says what cannot be right.

    `names` holds the current name first, then former and known-as names. A birth is one of: a known
    date, an estimated interval (`born_from` to `born_to`), or an expected date (an unborn child, for
    whom `mother` stands in; she is kept for a while after birth, for those who knew the pregnancy alone).
    `postcodes` are newest first, in the form "SW1A 1AA". `nhs_number` is ten digits, `upn` thirteen
    characters, both unspaced; a number that was superseded or merged away stays as a former one, because
    another authority may hold that alone.
    """

    names: tuple[PersonName, ...] = ()
    date_of_birth: date | None = None
    born_from: date | None = None
    born_to: date | None = None
    expected_on: date | None = None
    sex: Sex | None = None
    postcodes: tuple[str, ...] = ()
    nhs_number: str | None = None
    upn: str | None = None
    former_nhs_numbers: tuple[str, ...] = ()
    former_upns: tuple[str, ...] = ()
    mother: PersonName | None = None

    def __repr__(self) -> str:
        return "ChildDetails(…)"


def also_by_mother(names: tuple[PersonName, ...], mother: PersonName | None) -> tuple[PersonName, ...]:
    """Return the names of a child born lately, and the family name it was known by before: its mother's."""
    families = {name.family.casefold() for name in names[:1]}
    if mother is None or not mother.family or mother.family.casefold() in families:
        return names
    return (*names, PersonName("", mother.family))
