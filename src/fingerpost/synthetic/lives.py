"""What is true of families and children, before any authority writes it down. Days are ordinals."""

from msgspec import Struct

from fingerpost.synthetic.communities import Parents
from fingerpost.synthetic.places import Home
from fingerpost.words.vocabulary import Labelled


class Ending(Labelled):
    """How one authority's work with a family ended."""

    OPEN = "open", "still open"
    CEASED = "ceased", "services ceased"
    TRANSFERRED = "transferred", "handed to another authority"
    ORPHANED = "orphaned", "handed to another authority, which never opened"
    UNTOLD = "untold", "still open, though the family has left"


class Tenancy(Struct, frozen=True):
    """A family at one address; `until` is None at the present one."""

    home: Home
    since: int
    until: int | None


class Stay(Struct, frozen=True):
    """A family known to one authority: `area` is its position in the country; `closed` None while open."""

    area: int
    opened: int
    closed: int | None
    ending: Ending
    tenancies: tuple[Tenancy, ...]

    def seen_until(self, as_of: int) -> int:
        """Return the last day on which the authority's record could change."""
        return as_of if self.closed is None else self.closed


class Child(Struct, frozen=True, kw_only=True):
    """One child as it truly is. `index` numbers the country's children; `twin_of` is another's index."""

    index: int
    sex: str
    born: int
    community: str
    given: str
    middle: str
    family: str
    later_family: str = ""  # after `renamed_on`: a mother's new partner, a marriage
    renamed_on: int = 0
    nhs_number: str = ""
    upn: str = ""
    twin_of: int | None = None
    unaccompanied: bool = False
    first_of_january: bool = False
    adopted_away_on: int | None = None
    adopted_from: int | None = None
    never_join: str = ""
    died: int | None = None

    def family_on(self, day: int) -> str:
        """Return the family name borne on a day."""
        return self.later_family if self.later_family and day >= self.renamed_on else self.family


class Family(Struct, frozen=True):
    """A household: where it lived and was known, and its children. `mother_born` is an ordinal day."""

    index: int
    community: str
    parents: Parents
    mother_born: int
    stays: tuple[Stay, ...]
    children: tuple[Child, ...]
