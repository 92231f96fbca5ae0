"""The vault: sealing, tokens and scoring, the only place where keys and details meet.

Narrow on purpose: what comes out is sealed bytes, tokens, or how well a record answers a question.
Details themselves come out in `open_details` alone, which the feed and subject access use. What explains an
answer comes out against its receipt (`release.py`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from fingerpost.matching import (
    Assessment,
    Comparison,
    Model,
    Prepared,
    among,
    assess,
    comparisons,
    explain,
    may_be_touched,
    prepare,
    question_keys,
    record_keys,
    shipped,
    speaks_against,
)
from fingerpost.vault.ending import OpenPointer, Pointer, ToldItem
from fingerpost.vault.keys import (
    REFERENCE,
    SIGNING,
    FileKeyring,
    KeyDestroyed,
    index_key,
)
from fingerpost.vault.pages import Pages
from fingerpost.vault.planted import is_planted, planted_id
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.release import Releases, Withheld, Words
from fingerpost.vault.seal import SCHEMA_VERSION, Context
from fingerpost.vault.seals import Seals
from fingerpost.vault.tokens import IndexKey, ReferenceKey
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band

# Every authority reads the ledger under its own rules, so its bodies are sealed for the nation.
_NATION = "ENGLAND"
_Shown = tuple[UUID, Prepared, Assessment, Band]
_SAME = (Band.CERTAIN, Band.PROBABLE)
_PLAIN = 2  # raised when what a record seals changes: the next feed then seals it anew
MOST_GROUPED = 40  # records; pairs grow with the square, and this is far beyond what is ever shown


class SealedRecord(Struct, frozen=True):
    """A record as the database holds it."""

    id: UUID
    authority: str
    cohort: date
    sealed: bytes
    tokens: list[int]
    index_generation: int
    schema_version: int = SCHEMA_VERSION


class Candidate(Struct, frozen=True):
    """A record that shares a token with a question, still sealed."""

    id: UUID
    authority: str
    cohort: date
    schema_version: int
    sealed: bytes


class _Plain(Struct, frozen=True, array_like=True):
    """What a record seals: the details as given, the form that is compared, the authority's own reference.

    The reference is empty in a record sealed before it was kept.
    """

    details: msgspec.Raw
    prepared: msgspec.Raw
    reference: str = ""


class Question(Struct, frozen=True):
    """A question inside the vault: its comparable form and the tokens that find candidates."""

    prepared: Prepared
    tokens: list[int]

    def __repr__(self) -> str:
        return f"Question({len(self.tokens)} tokens)"


class Weighed(Struct, frozen=True):
    """A record that may be shown: how sure, why, and which records are the same child (`child`).

    One that was `planted` is of nobody; who is shown it is browsing.
    """

    record: UUID
    child: int
    band: Band
    match_weight: float
    explanation: Words
    planted: bool = False


class Alike(Struct, frozen=True):
    """A record that is like another one, how sure that is, and whether any field speaks against it.

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


_encode = msgspec.msgpack.Encoder().encode
_decode_plain = msgspec.msgpack.Decoder(_Plain).decode
_decode_prepared = msgspec.msgpack.Decoder(Prepared).decode
_decode_copy = msgspec.msgpack.Decoder(tuple[_Plain, list[OpenPointer]]).decode
_decode_details = msgspec.msgpack.Decoder(ChildDetails).decode


class Vault(Seals):
    """Holds the keyring. One for each process."""

    def __init__(self, keyring: FileKeyring, releases: Releases, model: Model | None = None) -> None:
        super().__init__(keyring)
        self._model = model or shipped()
        self._releases = releases
        self._references = ReferenceKey(keyring.key(REFERENCE))
        self._pages = Pages()
        self._signing = Ed25519PrivateKey.from_private_bytes(keyring.key(SIGNING))

    def reference(self, authority: str, child_reference: str) -> bytes:
        """Return the token of an authority's own reference for a child."""
        return self._references.reference("child", authority, child_reference)

    def guard_tokens(self, use: str, texts: Sequence[str]) -> list[bytes]:
        """Return the 16-byte tokens by which the guard of lookups knows children and households again.

        `use` keeps apart what must not be compared; no token of another kind is ever equal to one of these.
        """
        return [self._references.reference("guard", use, text) for text in texts]

    def planted_id(self) -> UUID:
        """Return an id for a record of a child who does not exist."""
        return planted_id(self._references)

    def planted(self, records: Iterable[UUID]) -> set[UUID]:
        """Return which of these records are of children who do not exist."""
        return {record for record in records if is_planted(self._references, record)}

    def source(self, authority: str, table: str, row_id: str) -> bytes:
        """Return the token of a source row, by which a re-load finds its signpost."""
        return self._references.reference("source", authority, table, row_id)

    def fingerprint(self, authority: str, child_reference: str, details: ChildDetails) -> bytes:
        """Return a keyed digest that changes whenever the details, or how they are compared, change."""
        prepared = prepare(details)
        content = _encode([details, prepared, record_keys(prepared), SCHEMA_VERSION, _PLAIN])
        return self._references.reference("fingerprint", authority, child_reference, content.hex())

    def seal_record(
        self, row: UUID, authority: str, cohort: date, details: ChildDetails, reference: str
    ) -> SealedRecord:
        """Seal one child's details and own reference for one row; the cohort's key must exist."""
        prepared = prepare(details)
        plaintext = _encode([details, prepared, reference])
        sealed = self._seal(Context("record", row, authority, cohort), plaintext)
        generation, index = self._live_index()
        return SealedRecord(
            row, authority, cohort, sealed, index.tokens(record_keys(prepared)), index_generation=generation
        )

    def open_details(self, candidate: Candidate) -> ChildDetails:
        """Return a record's details."""
        return _decode_details(self._open(candidate).details)

    def own_reference(self, record: Candidate) -> str:
        """Return an authority's own reference of a record."""
        return self._open(record).reference

    def seal_told(self, item: UUID, record: Candidate) -> bytes:
        """Seal a record's own reference for an item that its authority is told, under the record's key."""
        self._newest.refresh()  # an erasure elsewhere may have renewed the month's key meanwhile
        context = Context("told", item, record.authority, record.cohort)
        return self._seal(context, self.own_reference(record).encode())

    def open_told(self, item: UUID, authority: str, cohort: date, sealed: bytes) -> str:
        """Return the own reference of an item that an authority is told."""
        return self._unseal(Context("told", item, authority, cohort), sealed).decode()

    def told_about(self, items: Iterable[ToldItem], references: Collection[bytes]) -> list[UUID]:
        """Return which items tell of a child with one of these reference tokens."""
        return [row for row, reference in self._told(items) if reference in references]

    def _told(self, items: Iterable[ToldItem]) -> Iterator[tuple[UUID, bytes]]:
        for item in items:
            try:
                own = self.open_told(item.id, item.authority, item.cohort, item.sealed)
            except KeyDestroyed:
                continue  # nobody can read it any more, whomever it told of
            yield item.id, self.reference(item.authority, own)

    def seal_copy(self, row: UUID, record: Candidate, cohort: date, pointers: Sequence[Pointer]) -> bytes:
        """Seal a held child's details with what pointed to it, under the month its hold ends in."""
        opened = [
            OpenPointer(p.said, self.open_source(p.id, record.authority, p.cohort, p.source))
            for p in pointers
        ]
        return self._seal(
            Context("copy", row, record.authority, cohort), _encode([self._open(record), opened])
        )

    def open_copy(
        self, row: UUID, authority: str, cohort: date, sealed: bytes
    ) -> tuple[ChildDetails, list[str]]:
        """Return a held child's details, and what each pointer said, its source row's id last."""
        record, pointers = _decode_copy(self._unseal(Context("copy", row, authority, cohort), sealed))
        return _decode_details(record.details), [", ".join((*p.said, p.source)) for p in pointers]

    def sign(self, message: bytes) -> bytes:
        """Return the ledger's Ed25519 signature of `message` (RFC 8032, 64 bytes)."""
        return self._signing.sign(message)

    def verifying_key(self) -> bytes:
        """Return the public half of the ledger's signing key (32 bytes): give it to anyone."""
        return self._signing.public_key().public_bytes_raw()

    def keep(self, session: UUID, page: UUID, content: bytes) -> bytes:
        """Seal what a page holds, under a key that lasts as long as this vault runs."""
        return self._pages.seal(session, page, content)

    def kept(self, session: UUID, page: UUID, sealed: bytes) -> bytes | None:
        """Return what a page holds, or None where an earlier run of the vault sealed it."""
        return self._pages.open(session, page, sealed)

    def warm(self) -> None:
        """Read the lists that matching compares by, so that no practitioner's question waits for them."""
        someone = ChildDetails(names=(PersonName("Ann", "Lee"),), date_of_birth=date(2015, 1, 1))
        assess(self.question(someone).prepared, prepare(someone))

    def question(self, details: ChildDetails) -> Question:
        """Return the question's comparable form and its tokens."""
        return self._asking(prepare(details))

    def weigh(self, question: Question, candidates: Iterable[Candidate]) -> list[Weighed]:
        """Score each candidate against the question, and tell which of those shown are one child.

        Details stay in here; records below the last band are left out.
        """
        shown = self._shown(question, candidates)
        children = _children([prepared for _, prepared, _, _ in shown], self._model)
        return [
            Weighed(
                row,
                child,
                band,
                assessment.match_weight,
                (self._releases.withhold(explain(assessment)),),
                is_planted(self._references, row),
            )
            for (row, _, assessment, band), child in zip(shown, children, strict=True)
        ]

    def _shown(self, question: Question, candidates: Iterable[Candidate]) -> list[_Shown]:
        """Score each candidate, beside the others of its authority, and keep those in a band."""
        tried = list(candidates)
        prepared = [self._prepared(candidate) for candidate in tried]
        alone = [assess(question.prepared, record, model=self._model) for record in prepared]
        beside = among(alone, [candidate.authority for candidate in tried], model=self._model)
        return [
            (candidate.id, record, found, found.band)
            for candidate, record, found in zip(tried, prepared, beside, strict=True)
            if found.band is not None
        ]

    def asking(self, record: Candidate) -> Question:
        """Return the question that a record itself asks of all others."""
        return self._asking(self._prepared(record))

    def _asking(self, prepared: Prepared) -> Question:
        """Ask under every key of the index there is: while it is rebuilt two, and a record is under one."""
        keys = question_keys(prepared)
        indexes = self._keyring.index_keys().values()
        return Question(prepared, [token for key in indexes for token in IndexKey(key).tokens(keys)])

    def index_generations(self) -> list[int]:
        """Return which keys of the index there are, the live one last: two while it is rebuilt."""
        return list(self._keyring.index_keys())

    def add_index(self) -> list[str]:
        """Make the key of the next index, under which records are written from now on. Return its name."""
        return self._keyring.ensure([index_key(self._live_index()[0] + 1)])

    def records_tokens(self, records: Iterable[Candidate]) -> tuple[int, list[list[int]]]:
        """Return the live index's generation, and each record's tokens under its key.

        A record whose own key is destroyed cannot be opened any more, so it is not to be found either: none.
        """
        generation, index = self._live_index()
        return generation, [index.tokens(self._record_keys(record)) for record in records]

    def shields_tokens(self, shields: Iterable[Candidate]) -> tuple[int, list[list[int]]]:
        """Return the live index's generation, and each shield's tokens under its key: those of a question."""
        generation, index = self._live_index()
        return generation, [index.tokens(question_keys(self._prepared(shield))) for shield in shields]

    def _record_keys(self, record: Candidate) -> tuple[str, ...]:
        try:
            return record_keys(self._prepared(record))
        except KeyDestroyed:
            return ()

    def destroy_indexes(self) -> list[str]:
        """Destroy every key of the index but the live one, in every backup too. Return those destroyed."""
        *before, _ = self.index_generations()
        return self._keyring.destroy([index_key(generation) for generation in before])

    def _live_index(self) -> tuple[int, IndexKey]:
        generation, key = list(self._keyring.index_keys().items())[-1]
        return generation, IndexKey(key)

    def alike(self, question: Question, candidates: Iterable[Candidate]) -> list[Alike]:
        """Return which candidates are shown beside the question, and how sure: nothing of what they hold.

        A planted child is like nobody: no trail leads to one.
        """
        real = [c for c in candidates if not is_planted(self._references, c.id)]
        return [
            Alike(
                record=row,
                band=band,
                bits=sum(bits for _, bits in assessment.found),
                doubted=speaks_against([level for level, _ in assessment.found]),
            )
            for row, _, assessment, band in self._shown(question, real)
        ]

    def touched(self, question: Question, candidates: Iterable[Candidate]) -> list[Touched]:
        """Return which candidates may be of the same child, or lead to that child: generously."""
        found: list[Touched] = []
        for candidate in candidates:
            assessment = assess(question.prepared, self._prepared(candidate), model=self._model)
            levels = [level for level, _ in assessment.found]
            if may_be_touched(assessment.probability, levels):
                found.append(Touched(candidate.id, assessment.band is not None))
        return found

    def compare(self, one: Candidate, other: Candidate) -> Compared:
        """Explain how alike two records are, without a value of either."""
        found = assess(self._prepared(one), self._prepared(other), model=self._model)
        return Compared(found.band, found.match_weight, explain(found), comparisons(found))

    def why_linked(self, one: Candidate, other: Candidate) -> Withheld:
        """Explain how alike two records are, in words that wait for the answer's receipt."""
        return self._releases.withhold(self.compare(one, other).explanation)

    def release(self, receipt: Receipt, withheld: Sequence[Words]) -> list[str]:
        """Let out what explains an answer, against the receipt of its entry, once. Raises `Unrecorded`."""
        return self._releases.release(receipt, self.verifying_key(), withheld)

    def _prepared(self, candidate: Candidate) -> Prepared:
        return _decode_prepared(self._open(candidate).prepared)

    def _open(self, candidate: Candidate) -> _Plain:
        context = Context(
            "record", candidate.id, candidate.authority, candidate.cohort, candidate.schema_version
        )
        return _decode_plain(self._unseal(context, candidate.sealed))


def _children(records: list[Prepared], model: Model) -> list[int]:
    """Return, for each record, the place of the first record held to be the same child.

    Two authorities' records of one child fit the question together and must count once; pairs below
    `probable` stay apart. Beyond a few dozen the answer is "add detail" whatever the grouping.
    """
    child = list(range(len(records)))
    for later in range(1, min(len(records), MOST_GROUPED)):
        for earlier in range(later):
            if child[earlier] == child[later]:
                continue
            if assess(records[later], records[earlier], model=model).band in _SAME:
                old, new = sorted((child[earlier], child[later]), reverse=True)
                child = [new if c == old else c for c in child]
    return child
