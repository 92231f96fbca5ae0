"""Every message that the vault takes: who may send it, what it holds, and what comes back. Default deny.

This is the whole of what a process without keys can do. `vault.LocalVault` answers, in the one process that
holds the keyring; `remote.py` carries the same messages there from any other, and `serve.py` lets none
through that the sender's row does not name. What each does is said where it is done (`vault.py`,
`entries.py`, `seals.py`). A test holds this table and those methods together.

Who a sender is, the kernel says (`serve.py`): a Unix user, who may be several of these callers.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from fingerpost.vault.beside import Line
from fingerpost.vault.ending import NoteKind, Pointer, Sealed, ToldItem
from fingerpost.vault.memory import Head
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.release import Withheld, Words
from fingerpost.vault.seal import SCHEMA_VERSION
from fingerpost.vault.standing import StandingShield
from fingerpost.vault.values import (
    Alike,
    Candidate,
    Compared,
    Entered,
    Question,
    SealedRecord,
    Touched,
    Weighed,
)
from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import Labelled

Message = TypeVar("Message", bound=Callable[..., object])


class Caller(Labelled):
    """What a process does that asks the vault: as a rule each is a Unix user of its own."""

    WEB = "web", "answers questions, and keeps people's sessions"
    FEED = "feed", "publishes what authorities send, and links it"
    RECORDS = "records", "records officers: reads the ledger, decides on links"
    SHIELDS = "shields", "keeps shields, and watches for who asks about them"
    RETENTION = "retention", "ends things: the purge, holds, erasure, destruction, restores"
    LEDGER = "ledger", "grows the ledger's tree"
    ADMIN = "admin", "keeps authorities, people and clients"
    REQUESTS = "requests", "brokers contact: opens the answer that a request is about"
    MOVES = "moves", "follows children who move, and tells authorities of each other"


WEB, FEED, RECORDS, SHIELDS = Caller.WEB, Caller.FEED, Caller.RECORDS, Caller.SHIELDS
RETENTION, LEDGER, ADMIN, REQUESTS = Caller.RETENTION, Caller.LEDGER, Caller.ADMIN, Caller.REQUESTS
MOVES = Caller.MOVES
EVERYONE = tuple(Caller)
NOBODY = ()  # done where the keyring is alone: `fingerpost keys …`, as the vault's own user

MAY: dict[str, frozenset[Caller]] = {}


def may_send(*callers: Caller) -> Callable[[Message], Message]:
    """Name who may send a message."""

    def enter(message: Message) -> Message:
        MAY[message.__name__] = frozenset(callers)
        return message

    return enter


class Vault(Protocol):
    """The vault, in this process or in one of its own."""

    # A question. Nothing here gives a detail back: tokens, how sure, and words against a receipt, once.

    @may_send(WEB)
    def warm(self) -> None: ...

    @may_send(WEB, FEED, SHIELDS, MOVES)
    def question(self, details: ChildDetails) -> Question: ...

    @may_send(WEB)
    def weigh(self, question: Question, candidates: Iterable[Candidate]) -> list[Weighed]: ...

    @may_send(WEB)
    def why_linked(self, one: Candidate, other: Candidate) -> Withheld: ...

    @may_send(WEB)
    def release(self, receipt: Receipt, withheld: Sequence[Words]) -> list[str]: ...

    @may_send(WEB, FEED, ADMIN, RECORDS, RETENTION, MOVES)
    def guard_tokens(self, use: str, texts: Sequence[str]) -> list[bytes]: ...

    @may_send(WEB)
    def meant_by(self, subjects: Collection[bytes], records: Iterable[Candidate]) -> set[UUID]: ...

    # What a page holds until its person is done with it.

    @may_send(WEB)
    def keep(self, session: UUID, page: UUID, content: bytes) -> bytes: ...

    @may_send(WEB)
    def kept(self, session: UUID, page: UUID, sealed: bytes) -> bytes | None: ...

    # The ledger. Whoever discloses or changes adds to it; those who answer for it read it.

    @may_send(*EVERYONE)
    def verifying_key(self) -> bytes: ...

    @may_send(WEB, FEED, RECORDS, SHIELDS, RETENTION, ADMIN, REQUESTS, MOVES)
    def enter(self, entry: UUID, recorded_at: datetime, content: bytes) -> Entered: ...

    @may_send(RECORDS, RETENTION, ADMIN, SHIELDS)
    def end(self, line: Line) -> None: ...

    @may_send(RECORDS, SHIELDS, RETENTION, REQUESTS, MOVES)
    def open_event(self, entry: UUID, cohort: date, sealed: bytes) -> bytes: ...

    # What a database is held against, before anything is answered from it.

    @may_send(*EVERYONE)
    def last_signed(self) -> Head | None: ...

    @may_send(*EVERYONE)
    def newest_ended(self) -> list[UUID]: ...

    @may_send(RETENTION)
    def ended(self, after: int) -> list[Line]: ...

    # The tree.

    @may_send(LEDGER, RETENTION)
    def sign_checkpoint(self, origin: str, size: int, root: bytes) -> bytes: ...

    @may_send(LEDGER)
    def remember_signed(self, size: int, root: bytes) -> None: ...

    @may_send(LEDGER)
    def keep_leaves(self, first: int, entries: Sequence[bytes]) -> None: ...

    @may_send(RETENTION)
    def leaves(self, start: int, end: int) -> list[bytes]: ...

    # Notices: a message that says how many wait, signed so that whoever gets it can tell.

    @may_send(MOVES)
    def sign_notice(self, delivery: UUID, stamp: int, body: bytes) -> bytes: ...

    # Moves: in whose area a child lives, and nothing else of what is known.

    @may_send(MOVES)
    def newest_postcode(self, record: Candidate) -> str | None: ...

    # A feed. It has its authority's rows in clear before they are sealed.

    @may_send(FEED, RECORDS, SHIELDS, RETENTION, MOVES)
    def reference(self, authority: str, child_reference: str) -> bytes: ...

    @may_send(FEED)
    def source(self, authority: str, table: str, row_id: str) -> bytes: ...

    @may_send(FEED)
    def fingerprint(self, authority: str, child_reference: str, details: ChildDetails) -> bytes: ...

    @may_send(FEED, SHIELDS)
    def seal_record(
        self, row: UUID, authority: str, cohort: date, details: ChildDetails, reference: str
    ) -> SealedRecord: ...

    @may_send(FEED)
    def seal_source(self, signpost: UUID, authority: str, cohort: date, row_id: str) -> bytes: ...

    @may_send(FEED)
    def open_source(self, signpost: UUID, authority: str, cohort: date, sealed: bytes) -> str: ...

    @may_send(FEED, RECORDS)  # it fills in what an unreadable source left out; subject access
    def open_details(self, candidate: Candidate) -> ChildDetails: ...

    # Children who do not exist, planted among those of a feed: no page lists them.

    @may_send(FEED)
    def planted_id(self) -> UUID: ...

    @may_send(WEB, FEED, RECORDS)
    def planted(self, records: Iterable[UUID]) -> set[UUID]: ...

    @may_send(FEED, SHIELDS, RETENTION, REQUESTS)
    def ensure_cohorts(self, authority: str, cohorts: Iterable[date]) -> list[str]: ...

    @may_send(FEED)
    def seal_sensitive(self, record: UUID, authority: str, cohort: date, note: bytes) -> bytes: ...

    @may_send(RECORDS)  # subject access
    def open_sensitive(self, record: UUID, authority: str, cohort: date, sealed: bytes) -> bytes: ...

    # Links: how alike, and nothing of what is alike.

    @may_send(FEED, RECORDS, SHIELDS, RETENTION)  # which puts shields on again
    def asking(self, record: Candidate) -> Question: ...

    @may_send(FEED, RECORDS, MOVES)
    def alike(self, question: Question, candidates: Iterable[Candidate]) -> list[Alike]: ...

    @may_send(FEED, RECORDS, RETENTION)
    def compare(self, one: Candidate, other: Candidate) -> Compared: ...

    @may_send(FEED, RECORDS)
    def seal_told(self, item: UUID, record: Candidate) -> bytes: ...

    @may_send(RECORDS)
    def open_told(self, item: UUID, authority: str, cohort: date, sealed: bytes) -> str: ...

    # Shields.

    @may_send(FEED, RECORDS, SHIELDS, RETENTION)
    def touched(self, question: Question, candidates: Iterable[Candidate]) -> list[Touched]: ...

    # Shields that stand, beside the keyring: put on again where a restored database lacks them.

    @may_send(SHIELDS)
    def keep_shield(self, shield: StandingShield) -> list[str]: ...

    @may_send(SHIELDS, RETENTION)
    def forget_shield(self, shield: UUID) -> None: ...

    @may_send(SHIELDS, RETENTION)
    def standing_shields(self) -> list[UUID]: ...

    @may_send(RETENTION)
    def standing_shield(self, shield: UUID) -> StandingShield | None: ...

    @may_send(FEED, SHIELDS, REQUESTS, MOVES, RETENTION)
    def own_reference(self, record: Candidate) -> str: ...

    @may_send(SHIELDS)
    def seal_note(self, kind: NoteKind, row: UUID, authority: str, cohort: date, note: bytes) -> bytes: ...

    @may_send(SHIELDS)
    def open_note(self, kind: NoteKind, row: UUID, authority: str, cohort: date, sealed: bytes) -> bytes: ...

    # Contact requests.

    @may_send(REQUESTS)
    def seal_request(self, row: UUID, authority: str, cohort: date, note: bytes) -> bytes: ...

    @may_send(REQUESTS)
    def open_request(self, row: UUID, authority: str, cohort: date, sealed: bytes) -> bytes: ...

    # What ends.

    @may_send(RETENTION)
    def told_about(self, items: Iterable[ToldItem], references: Collection[bytes]) -> list[UUID]: ...

    @may_send(RETENTION)
    def seal_order(self, hold: UUID, authority: str, cohort: date, text: str) -> bytes: ...

    @may_send(RETENTION)
    def open_order(self, hold: UUID, authority: str, cohort: date, sealed: bytes) -> str: ...

    @may_send(FEED, RETENTION)
    def seal_copy(self, row: UUID, record: Candidate, cohort: date, pointers: Sequence[Pointer]) -> bytes: ...

    @may_send(RETENTION)
    def open_copy(
        self, row: UUID, authority: str, cohort: date, sealed: bytes
    ) -> tuple[ChildDetails, list[str]]: ...

    @may_send(RETENTION)
    def reseal(
        self, kind: Sealed, row: UUID, authority: str, cohort: date, sealed: bytes, *,
        to: date | None = None, schema_version: int = SCHEMA_VERSION,
    ) -> bytes: ...  # fmt: skip

    @may_send(RETENTION)
    def key_of(self, authority: str, cohort: date, sealed: bytes) -> str: ...

    @may_send(RETENTION)
    def renew_keys(self, authority: str, cohorts: Iterable[date]) -> tuple[list[str], list[str]]: ...

    @may_send(RETENTION)
    def data_keys(self, month: date | None = None) -> list[str]: ...

    @may_send(RETENTION)
    def holds_audit(self, month: date) -> bool: ...

    @may_send(RETENTION)
    def destroy_keys(self, names: Sequence[str]) -> list[str]: ...

    # The index under a new key: a ceremony.

    @may_send(SHIELDS, MOVES, RETENTION)
    def index_generations(self) -> list[int]: ...

    @may_send(*NOBODY)
    def add_index(self) -> list[str]: ...

    @may_send(*NOBODY)
    def records_tokens(self, records: Iterable[Candidate]) -> tuple[int, list[list[int]]]: ...

    @may_send(*NOBODY)
    def shields_tokens(self, shields: Iterable[Candidate]) -> tuple[int, list[list[int]]]: ...

    @may_send(*NOBODY)
    def destroy_indexes(self) -> list[str]: ...


def why_not(callers: frozenset[Caller], message: str) -> str | None:
    """Return why these callers may not send a message, or None. A message's name is no value anyone typed."""
    if callers & MAY.get(message, frozenset()):
        return None
    return f"the vault does not do that for {' or '.join(sorted(callers))}"
