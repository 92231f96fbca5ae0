"""Which records no lookup may sense: decided before they become visible, and at once by a new shield.

A record is covered when it may be of a shield's child, or lead to that child. What a shield covers speaks for
the child too: other records of the same child, by comparison or by trail, are covered with it, so that no
trail leads around a shield. Nothing here is ever told to whoever publishes (promise 6).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import unique
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.signposts import shielding_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.shielding_store import Cover
from fingerpost.signposts.store import drop_common_tokens
from fingerpost.signposts.trails import LIVE, Groups
from fingerpost.vault import Candidate, Question, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.standing import StandingShield
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Labelled

BATCH = 500  # records: bounds what is unsealed at once
MOST_COVERED = 60  # records of one shield at first; details that fit more are of no one child


@unique
class Hidden(Labelled):
    """Why a record is in no index that a lookup reads."""

    UNCONFIRMED = "unconfirmed", "its authority has not confirmed its list of shields yet"
    SHIELDED = "shielded", "it is, or may be, of a shielded child"
    SENSITIVE = "sensitive", "it is of a sensitive service, whose presence is never shown"


def settle(session: Session, vault: Vault, authority: str, records: Sequence[UUID]) -> None:
    """Hide what must be hidden of records that were just written, in the transaction that wrote them."""
    store.take_turn(session)
    if not store.is_confirmed(session, authority):
        store.hide_unconfirmed(session, records)
    if store.any_shield(session):
        cover(session, vault, store.returned(session, records))
        for start in range(0, len(records), BATCH):
            _cover_arrived(session, vault, records[start : start + BATCH])


def take(session: Session, vault: Vault, shield: UUID, asked: Question) -> list[UUID]:
    """Cover the records that a new shield touches. Return them; raise `Invalid` where they are too many."""
    found = _touched_by(session, vault, shield, asked)
    if len(found) > MOST_COVERED:
        raise Invalid(Problem("child", "fits too many children for a shield; add detail"))
    return cover(session, vault, found)


def take_again(session: Session, vault: Vault, kept: StandingShield, asked: Question) -> None:
    """Cover what a shield that was taken before touches, however many, and what it covered, by reference.

    What its keeper had cleared stays cleared, or is so again, where it is as it was then.
    """
    cleared = store.clear_again(session, kept.id, kept.cleared)
    awaited = store.await_references(session, kept.id, kept.covered)
    cover(session, vault, [*_touched_by(session, vault, kept.id, asked), *awaited])
    reveal(session, cleared)


def _touched_by(session: Session, vault: Vault, shield: UUID, asked: Question) -> list[Cover]:
    near = store.near(session, asked.tokens)
    return [(shield, touched.record) for touched in vault.touched(asked, near)]


def cover(session: Session, vault: Vault, pairs: Iterable[Cover]) -> list[UUID]:
    """Cover records, the trails they are in, and what is held to be of the same child; return all of them."""
    covered: list[UUID] = []
    trails = Groups((), ())
    waiting = list(pairs)
    while waiting and (fresh := store.cover(session, waiting)):
        trails_store.take_turn(session)
        by_trail = list(_along_trails(session, waiting, fresh, trails))
        store.hide(session, fresh)
        covered += fresh
        waiting = by_trail + list(_alike(session, vault, waiting, fresh))
    members = {member for record in covered for member in trails.of(record)}
    store.remember_trails(
        session, {member: min(trails.of(member)) for member in members if len(trails.of(member)) > 1}
    )
    return covered


def hand_down(session: Session, vault: Vault, shield: UUID) -> None:
    """Have the other shields of a shield's child cover what it covers: it is about to be lifted, they stand.

    Its details go with it, and so would all that they alone had found, or found before it was corrected.
    """
    heirs = _heirs(session, vault, *store.shields(session, [shield]))
    store.await_too(session, shield, heirs)
    cover(session, vault, [(heir, record) for record in store.covered_by(session, shield) for heir in heirs])


def _heirs(session: Session, vault: Vault, lifted: Candidate) -> list[UUID]:
    """Return the other shields that may be of a shield's child; of one that no key opens, all near it."""
    try:
        question = vault.asking(lifted)
    except KeyDestroyed:
        question = None
    tokens = question.tokens if question else store.tokens(session, lifted.id)
    near = store.touching(session, [(0, token) for token in tokens])
    others = store.shields(session, sorted({source for _, source in near} - {lifted.id}))
    if question is None:
        return [other.id for other in others]
    return [touched.record for touched in vault.touched(question, others)]


def reveal(session: Session, records: Sequence[UUID]) -> set[str]:
    """Show again what no shield covers any more. Return whose it is: its links are due (`Linking.follow`)."""
    shown = store.reveal(session, records)
    trails_store.note_due(session, [record for record, _, _ in shown])
    tokens = [token for _, _, some in shown for token in some]
    drop_common_tokens(session, tokens, MOST_RECORDS_PER_TOKEN)
    return {authority for _, authority, _ in shown}


def confirm(session: Session, vault: Vault, authority: str) -> None:
    """Show an authority's records that no shield covers: its list is confirmed in this transaction."""
    after: UUID | None = None
    while batch := store.unconfirmed(session, authority, after, BATCH):
        _cover_arrived(session, vault, batch)
        reveal(session, batch)
        after = batch[-1]


def _cover_arrived(session: Session, vault: Vault, records: Sequence[UUID]) -> None:
    arrived = list(trails_store.sealed(session, records).values())
    questions = [vault.asking(record) for record in arrived]
    near = _near(session, questions)
    sources = sorted({source for some in near.values() for source in some})
    shields = {shield.id: shield for shield in store.shields(session, sources)}
    by_record = _shields_of(store.covers(session, sources))
    # A sensitive record that no shield covers tells nothing here.
    hidden = trails_store.sealed(session, sorted(by_record))
    pairs: list[Cover] = []
    for place, sought in near.items():
        record, question = arrived[place].id, questions[place]
        direct = vault.touched(question, [shields[source] for source in sought if source in shields])
        others = [hidden[source] for source in sought if source in hidden and source != record]
        pairs += [(touched.record, record) for touched in direct]
        pairs += [(shield, record) for shield in _through(vault, question, others, by_record)]
    cover(session, vault, pairs)


def _near(session: Session, questions: Sequence[Question]) -> Mapping[int, list[UUID]]:
    """Return the shields and hidden records near each question, by its place."""
    probes = [(place, token) for place, question in enumerate(questions) for token in question.tokens]
    near: defaultdict[int, list[UUID]] = defaultdict(list)
    for place, source in store.touching(session, probes):
        near[place].append(source)
    return near


def _through(
    vault: Vault, question: Question, others: Sequence[Candidate], by_record: Mapping[UUID, set[UUID]]
) -> Iterator[UUID]:
    """Yield the shields of covered records that a question would show: they tell more of their child."""
    for touched in vault.touched(question, others):
        if touched.shown:
            yield from by_record.get(touched.record, ())


def _shields_of(covers: Iterable[Cover]) -> Mapping[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for shield, record in covers:
        found[record].add(shield)
    return found


def _along_trails(
    session: Session, pairs: Iterable[Cover], fresh: Sequence[UUID], trails: Groups
) -> Iterator[Cover]:
    """Yield the other records of the trails of what was covered, each under the same shields.

    Of what another shield covers already no link is left: what it was joined to is remembered with the cover.
    """
    live = (link.pair for link in trails_store.around(session, fresh) if link.state in LIVE)
    for pair in (*live, *store.once_joined(session, fresh)):
        trails.join(*pair)
    by_record = _shields_of(pairs)
    for record in fresh:
        for other in trails.of(record):
            if other != record:
                yield from ((shield, other) for shield in by_record[record])


def _alike(session: Session, vault: Vault, pairs: Iterable[Cover], fresh: Sequence[UUID]) -> Iterator[Cover]:
    """Yield records that a question with the details of a covered one would show."""
    by_record = _shields_of(pairs)
    for record in trails_store.sealed(session, fresh).values():
        question = vault.asking(record)
        for touched in vault.touched(question, store.near(session, question.tokens)):
            if touched.shown and touched.record != record.id:
                yield from ((shield, touched.record) for shield in by_record[record.id])
