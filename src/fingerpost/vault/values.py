"""What the vault takes and gives: sealed bytes, tokens, how well records answer. No detail in clear."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from fingerpost.matching import Comparison
from fingerpost.vault.release import Words
from fingerpost.vault.seal import SCHEMA_VERSION
from fingerpost.words.vocabulary import Band


class SealedRecord(Struct, frozen=True):
    """A record as the database holds it."""

    id: UUID
    authority: str
    cohort: date
    sealed: bytes
    tokens: list[int]
    index_generation: int
    schema_version: int = SCHEMA_VERSION


class Candidate(Struct, frozen=True, gc=False):
    """A record that shares a token with a question, still sealed."""

    id: UUID
    authority: str
    cohort: date
    schema_version: int
    sealed: bytes


class Question(Struct, frozen=True):
    """A question as held outside: tokens that find candidates, and `own`, which the vault alone opens.

    `own` is its comparable form, closed: what is asked by a record itself would else show that record.
    """

    own: bytes
    tokens: list[int]

    def __repr__(self) -> str:
        return f"Question({len(self.tokens)} tokens)"


class Weighed(Struct, frozen=True):
    """A record that may be shown: how sure, why, and which records are the same child (`child`).

    One that was `planted` is of nobody; who is shown it is browsing. What is said `beside` speaks of another
    record, and is for whoever is shown that too.
    """

    record: UUID
    child: int
    band: Band
    match_weight: float
    explanation: Words
    planted: bool = False
    beside: Words = ()


class Alike(Struct, frozen=True):
    """A record that is like another one, how sure that is, and whether people must say.

    They must where a field speaks against it, or hardly more than a guessed birth for it (`doubted`).
    `bits` is what its fields weigh together; a match weight has a ceiling, and two sure ones would be equal.
    """

    record: UUID
    band: Band
    bits: float
    doubted: bool


class Touched(Struct, frozen=True):
    """A record that a shield may be of: `shown` if a question with its details would show it."""

    record: UUID
    shown: bool


class Compared(Struct, frozen=True):
    """Two records beside each other: how sure it is, and why, in a sentence and by field. Holds no value."""

    band: Band | None
    match_weight: float
    explanation: str
    comparisons: tuple[Comparison, ...]


class Entered(Struct, frozen=True):
    """What the ledger stores of an entry: its leaf, its receipt's signature, its nonce and event sealed.

    `keys_made` names the month's audit key where there was none: that goes on the ledger too.
    """

    cohort: date
    leaf: bytes
    signature: bytes
    sealed: bytes
    keys_made: list[str]
