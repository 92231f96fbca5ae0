"""The vault: sealing, tokens and scoring, the only place where keys and details meet.

Narrow on purpose: what comes out is sealed bytes, tokens, or how well a record answers a question.
Details themselves come out in `open_details` and `open_copy` alone. A question's comparable form goes out
closed, under a key of this process, and what explains an answer comes out against its receipt (`release.py`).
Who may ask for what, and how it is asked from another process: `messages.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from fingerpost.matching import (
    MOST_COMPARED,
    Assessment,
    Model,
    Prepared,
    among,
    assess,
    comparisons,
    explain,
    explain_beside,
    leaves_doubt,
    may_be_touched,
    prepare,
    question_keys,
    record_keys,
    shipped,
)
from fingerpost.matching.subject import SUBJECT, subject_keys
from fingerpost.vault.beside import Beside
from fingerpost.vault.ending import OpenPointer, Pointer, ToldItem
from fingerpost.vault.entries import Entries
from fingerpost.vault.keys import REFERENCE, FileKeyring, KeyDestroyed, index_key
from fingerpost.vault.memory import LastSigned
from fingerpost.vault.pages import Pages
from fingerpost.vault.planted import is_planted, planted_id
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.release import Releases, Withheld, Words
from fingerpost.vault.seal import SCHEMA_VERSION, Context
from fingerpost.vault.tokens import IndexKey, ReferenceKey
from fingerpost.vault.values import (
    Alike,
    Candidate,
    Compared,
    Question,
    SealedRecord,
    Touched,
    Weighed,
)
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.vocabulary import Band

_Shown = tuple[UUID, Prepared, Assessment, Band]
_QUESTION = b"question"
_SAME = (Band.CERTAIN, Band.PROBABLE)
_PLAIN = 2  # raised when what a record seals changes: the next feed then seals it anew


class _Plain(Struct, frozen=True, array_like=True, gc=False):
    """What a record seals: the details as given, the form that is compared, the authority's own reference.

    The reference is empty in a record sealed before it was kept.
    """

    details: msgspec.Raw
    prepared: msgspec.Raw
    reference: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decode_plain = msgspec.msgpack.Decoder(_Plain).decode
_decode_prepared = msgspec.msgpack.Decoder(Prepared).decode
_decode_copy = msgspec.msgpack.Decoder(tuple[_Plain, list[OpenPointer]]).decode
_decode_details = msgspec.msgpack.Decoder(ChildDetails).decode


class LocalVault(Entries):
    """The vault itself, in the one process that holds the keyring."""

    def __init__(
        self, keyring: FileKeyring, releases: Releases, memory: LastSigned, beside: Beside,
        clock: Callable[[], datetime], *, model: Model | None = None,
    ) -> None:  # fmt: skip
        super().__init__(keyring, memory, beside, clock)
        self._model = model or shipped()
        self._releases = releases
        self._references = ReferenceKey(keyring.key(REFERENCE))
        self._pages = Pages(releases.own)

    def reference(self, authority: str, child_reference: str) -> bytes:
        """Return the token of an authority's own reference for a child."""
        return self._references.reference("child", authority, child_reference)

    def guard_tokens(self, use: str, texts: Sequence[str]) -> list[bytes]:
        """Return the 16-byte tokens by which children and households, and lives kept apart, are known again.

        `use` keeps apart what must not be compared; no token of another kind is ever equal to one of these.
        """
        return [self._references.reference("guard", use, text) for text in texts]

    def meant_by(self, subjects: Collection[bytes], records: Iterable[Candidate]) -> set[UUID]:
        """Return which records are of a child whom one of these tokens means (`matching/subject.py`)."""
        return {
            record.id
            for record in records
            if not set(self.guard_tokens(SUBJECT, subject_keys(self.open_details(record)))).isdisjoint(
                subjects
            )
        }

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

    def newest_postcode(self, record: Candidate) -> str | None:
        """Return the newest postcode of a record, if it has one: for whose area that is."""
        return next(iter(self.open_details(record).postcodes), None)

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
            OpenPointer(
                p.said, self._unseal(Context(p.kind, p.id, record.authority, p.cohort), p.source).decode()
            )
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

    def keep(self, session: UUID, page: UUID, content: bytes) -> bytes:
        """Seal what a page holds, under a key that lasts as long as this vault runs."""
        return self._pages.seal(session, page, content)

    def kept(self, session: UUID, page: UUID, sealed: bytes) -> bytes | None:
        """Return what a page holds, or None where an earlier run of the vault sealed it."""
        return self._pages.open(session, page, sealed)

    def warm(self) -> None:
        """Read the lists that matching compares by, so that no practitioner's question waits for them."""
        someone = ChildDetails(names=(PersonName("Ann", "Lee"),), date_of_birth=date(2015, 1, 1))
        assess(self._asked(self.question(someone)), prepare(someone))

    def question(self, details: ChildDetails) -> Question:
        """Return the question's tokens, and its comparable form for the vault's own later use."""
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
                (self._releases.withhold(said),) if (said := explain_beside(assessment)) else (),
            )
            for (row, _, assessment, band), child in zip(shown, children, strict=True)
        ]

    def _shown(self, question: Question, candidates: Iterable[Candidate]) -> list[_Shown]:
        """Score each candidate, beside the others of its authority, and keep those in a band."""
        asked, tried = self._asked(question), list(candidates)
        prepared = [self._prepared(candidate) for candidate in tried]
        alone = [assess(asked, record, model=self._model) for record in prepared]
        beside = among(alone, prepared, [candidate.authority for candidate in tried], model=self._model)
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
        own = self._releases.own.close(_QUESTION, _encode(prepared))
        return Question(own, [token for key in indexes for token in IndexKey(key).tokens(keys)])

    def _asked(self, question: Question) -> Prepared:
        return _decode_prepared(self._releases.own.open(_QUESTION, question.own))

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
        return generation, [index.tokens(self._keys_of(record, record_keys)) for record in records]

    def shields_tokens(self, shields: Iterable[Candidate]) -> tuple[int, list[list[int]]]:
        """Return the live index's generation, and each shield's tokens under its key: those of a question.

        None of one that no key opens: it is not to be forgotten, and whoever asks has to find others for it.
        """
        generation, index = self._live_index()
        return generation, [index.tokens(self._keys_of(shield, question_keys)) for shield in shields]

    def _keys_of(self, sealed: Candidate, keys: Callable[[Prepared], tuple[str, ...]]) -> tuple[str, ...]:
        try:
            return keys(self._prepared(sealed))
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
        shown = self._shown(question, real)
        return [_alike(row, assessment, band) for row, _, assessment, band in shown]

    def touched(self, question: Question, candidates: Iterable[Candidate]) -> list[Touched]:
        """Return which candidates may be of the same child, or lead to that child: generously.

        One that no key opens any more may be of any child that shares a token with it.
        """
        asked, found = self._asked(question), list[Touched]()
        for candidate in candidates:
            try:
                assessment = assess(asked, self._prepared(candidate), model=self._model)
            except KeyDestroyed:
                found.append(Touched(candidate.id, shown=False))
                continue
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


def _alike(row: UUID, assessment: Assessment, band: Band) -> Alike:
    doubted = leaves_doubt([level for level, _ in assessment.found])
    return Alike(row, band, sum(bits for _, bits in assessment.found), doubted)


def _children(records: list[Prepared], model: Model) -> list[int]:
    """Return, for each record, the place of the first record held to be the same child.

    Two authorities' records of one child fit the question together and must count once; pairs below
    `probable` stay apart. Beyond a few dozen the answer is "add detail" whatever the grouping.
    """
    child = list(range(len(records)))
    for later in range(1, min(len(records), MOST_COMPARED)):
        for earlier in range(later):
            if child[earlier] == child[later]:
                continue
            if assess(records[later], records[earlier], model=model).band in _SAME:
                old, new = sorted((child[earlier], child[later]), reverse=True)
                child = [new if c == old else c for c in child]
    return child
