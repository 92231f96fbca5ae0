"""Who takes part; legal basis and holds, canaries, inventory, freeze: steps 1 to 4."""

from datetime import datetime
from enum import unique

from msgspec import Struct

from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.item import Item
from fingerpost.decommission.people import Person
from fingerpost.words.vocabulary import Labelled

# Who takes part


class Opened(Act, frozen=True, kw_only=True):
    """A procedure was opened on one target, by whom, under which law, to be switched off at a set minute."""

    procedure: str  # its name: one word, the origin of its checkpoints
    target: str  # where the live store stands below the root: it is frozen, switched off and ended
    root: str  # the folder outside of which nothing is touched
    basis: str
    switch_off_at: datetime
    people: tuple[Person, ...]
    partners: tuple[str, ...]  # codes: each must attest
    canaries: int = 500
    sample: int = 10_000  # identifiers sampled for the scan list


class PersonAdmitted(Act, frozen=True, kw_only=True):
    """Somebody was let in by an approver. Who is to approve waits for the word of a second one."""

    person: Person


class PersonSeconded(Act, frozen=True, kw_only=True):
    """A second approver agreed that somebody may approve."""

    person: str


class PersonLeft(Act, frozen=True, kw_only=True):
    """Somebody takes no further part."""

    person: str


class Approved(Act, frozen=True, kw_only=True):
    """One approver found a step complete. Its gate opens at the second one's word."""

    step: int


# 1. Legal basis and holds


@unique
class Duty(Labelled):
    """What has to be met before anything ends."""

    ACCESS_REQUESTS = "access_requests", "subject access requests"
    ENQUIRIES = "enquiries", "open enquiries about a child"
    COURT_ORDERS = "court_orders", "court orders and inquiries"
    SHIELDS = "shields", "children shielded, and who must keep it so"


class DutyMet(Act, frozen=True, kw_only=True):
    """How many matters of one kind are open, and how they were looked for. Another count replaces it."""

    duty: Duty
    outstanding: int
    how: str


class HoldPlaced(Act, frozen=True, kw_only=True):
    """Somebody with a legal basis forbade destruction. It may come at any time, and stops it at once."""

    hold: str
    basis: str


@unique
class HoldEnd(Labelled):
    """How a hold ended."""

    LIFTED = "lifted", "lifted by whoever placed it"
    SEALED_APART = "sealed_apart", "what it is about was sealed and handed to whoever placed it"


class HoldEnded(Act, frozen=True, kw_only=True):
    """A hold ended, by which decision."""

    hold: str
    how: HoldEnd
    basis: str


# 2. Canaries


@unique
class Place(Labelled):
    """Where canaries go, so that each kind of store is known to be searched."""

    DATABASE = "database", "the database"
    FEEDS = "feeds", "what was received"
    EXTRACTS = "extracts", "what was handed out"
    BACKUPS = "backups", "the backups"


class CanariesPlanted(Act, frozen=True, kw_only=True):
    """Children whom nobody is were planted in one place. `commitment`: SHA-256 of what they are made from."""

    place: Place
    planted: int
    commitment: str


# 3. Inventory


@unique
class Search(Labelled):
    """How copies are found. Two methods, so that what one misses the other may meet."""

    REGISTER = "register", "declared by the owner"
    WALK = "walk", "every file below the root, by its content"
    CATALOGUE = "catalogue", "what the server and its backups say of themselves"


class Searched(Act, frozen=True, kw_only=True):
    """A search for copies came to its end. One by two methods other than the register is needed."""

    search: Search
    found: int


class ItemDeclared(Act, frozen=True, kw_only=True):
    """The owner's register names a copy."""

    item: Item


class ItemDiscovered(Act, frozen=True, kw_only=True):
    """A search met a copy. One that nobody declared is a stray, and presumed to be one until explained."""

    item: Item
    search: Search


@unique
class Explanation(Labelled):
    """What becomes of an item that only the register or only a search knows."""

    ADOPTED = "adopted", "a copy that nobody declared: ended like any other"
    BY_HAND = "by_hand", "cannot be reached from here: ended by hand, with witnesses"
    NO_COPY = "no_copy", "looked at: holds no child"
    GONE = "gone", "ended before, by evidence of its own"


class ItemExplained(Act, frozen=True, kw_only=True):
    """Somebody says what a stray, or a declared item that was not found, is."""

    item: str
    explanation: Explanation
    how: str


# 4. Freeze


class FeedsStopped(Act, frozen=True, kw_only=True):
    """Nothing comes in any more."""

    accounts: int


class Table(Struct, frozen=True):
    """One table as it was frozen. `root`: of RFC 6962, over its rows in the order of its key."""

    name: str
    rows: int
    root: str


class Frozen(Act, frozen=True, kw_only=True):
    """The target takes no change any more; what it holds was counted."""

    store: str
    tables: tuple[Table, ...]
    root: str  # over the tables


class FreezeBroken(Act, frozen=True, kw_only=True):
    """The target holds something else than was frozen. It has to be frozen and approved again."""

    store: str
    root: str


class ScanListMade(Act, frozen=True, kw_only=True):
    """The list for the residual scan was made from the frozen target: keyed tokens, never names.

    `seed`: what children were drawn by, fixed by the ledger, so that nobody chooses.
    """

    digest: str
    seed: str
    canaries: int
    sampled: int


class InvestmentKept(Act, frozen=True, kw_only=True):
    """What holds no child was carried over."""

    digest: str
    tables: tuple[Table, ...]


class MinimumSealed(Act, frozen=True, kw_only=True):
    """Who looked was sealed for the legal period, under a key of its own that ends on its own day."""

    digest: str
    rows: int
    until: datetime
    key: str  # the key's id
