"""Lives kept apart: each bears a mark of its own, and no pair says which goes with which (decision 37).

Whose mark it is the vault alone can tell: it stands under a token of the record's reference that is in no
other table. A trail holds one life at most, whoever joins it: what joins a marked trail bears its mark from
then on, so that the order still holds when the first record has left.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.db.database import Session
from fingerpost.signposts import apart_store as store
from fingerpost.signposts import review_store, trails_store
from fingerpost.signposts.apart_store import Mark
from fingerpost.signposts.trails import Link, LinkState, Pair, cut, grouped, ordered
from fingerpost.vault import Candidate, Vault

_USE = "apart"
_TOKENS = 5_000  # asked of the vault in one message


class Parted(Struct, frozen=True):
    """The links taken back between two records, and the sealed records that these had joined."""

    links: tuple[Link, ...]
    records: dict[UUID, Candidate]

    @property
    def taken(self) -> tuple[UUID, ...]:
        """The ids of those links."""
        return tuple(link.id for link in self.links)

    @property
    def authorities(self) -> set[str]:
        """Whose records those are."""
        return {record.authority for record in self.records.values()}


def part(session: Session, vault: Vault, pair: Pair, besides: UUID | None = None) -> Parted:
    """Take back the weakest link of every way between two records; `besides` is left to the caller."""
    _, met = trails_store.trails(session, pair)
    trails_store.hold(session, sorted({*pair, *met}))  # and read again: who was about to go has gone
    links, sealed = trails_store.trails(session, pair)
    others = [link for link in links if link.id != besides]
    taken = cut(others, *pair, lambda link: weight(vault, sealed, link))
    trails_store.withdraw(session, [link.id for link in taken])
    ends = {record for link in taken for record in link.pair}
    trails_store.note_due(session, sorted({*pair, *ends}))
    return Parted(tuple(taken), {record: sealed[record] for record in sorted(ends)})


def weight(vault: Vault, sealed: Mapping[UUID, Candidate], link: Link) -> float:
    """Return what every field of a link weighs together, without the ceiling of a match weight."""
    compared = vault.compare(sealed[link.record_a], sealed[link.record_b])
    return sum(row.match_weight for row in compared.comparisons)


def lives(session: Session, vault: Vault, records: Collection[UUID]) -> dict[UUID, UUID]:
    """Return which life each of these records is of, where it is kept apart from others."""
    if not store.any_marks(session):
        return {}
    return {record: held.life for record, held in _marks(session, vault, records).items()}


def mark(session: Session, vault: Vault, reference: bytes, record: UUID | None) -> Parted:
    """Keep the life of a reference, and of its `record` if it is held, apart from every other that is marked.

    What joined the two is taken back. Said of the same reference again it changes nothing.
    """
    (token,) = _tokens(vault, [reference])
    before = store.marks(session, [token]).get(token)
    if before is not None and before.spoken:
        return Parted((), {})
    store.speak(session, token, uuid4())
    if record is None:
        return Parted((), {})
    others = grouped(trails_store.around(session, [record])).of(record) - {record}
    parted = [
        part(session, vault, ordered(record, other))
        for other in _of_another(session, vault, others, alone=before is not None)
    ]
    spread(session, vault, [record, *others])
    return Parted(
        tuple(link for one in parted for link in one.links),
        {row: sealed for one in parted for row, sealed in one.records.items()},
    )


def _of_another(session: Session, vault: Vault, others: set[UUID], *, alone: bool) -> list[UUID]:
    """Return which records of a trail are of another life: of whom that was said; if nobody is left, all.

    `alone`: a life stood for the whole trail before.
    """
    spoken = [record for record, held in _marks(session, vault, others).items() if held.spoken]
    return spoken or (sorted(others) if alone else [])


def _forget_proposals(session: Session, vault: Vault, trail: Collection[UUID]) -> None:
    """Take back what waits for people between two lives: they would be asked about what is kept from them."""
    links = trails_store.around(session, sorted(trail))
    waiting = [link for link in links if link.state is LinkState.PROPOSED]
    life = lives(session, vault, {end for link in waiting for end in link.pair})
    trails_store.withdraw(
        session, [k.id for k in waiting if len({life.get(end) for end in k.pair} - {None}) > 1]
    )


def spread(session: Session, vault: Vault, records: Iterable[UUID]) -> None:
    """Let every record of these records' trails bear the mark that one of its trail bears."""
    start = set(records)
    if not start or not store.any_marks(session):
        return
    groups = grouped(trails_store.around(session, sorted(start)))
    held = _marks(session, vault, {member for record in start for member in groups.of(record)})
    for trail in {frozenset(groups.of(record)) for record in start}:
        if found := [held[member] for member in trail if member in held]:
            life = max(found, key=lambda known: known.spoken).life
            store.join(session, list(_tokens_of(session, vault, trail).values()), life)
            _forget_proposals(session, vault, trail)


def turn_over(session: Session, vault: Vault) -> None:
    """Mark each side of what was kept as a pair once, and forget the pair: what it parted is apart."""
    for pair in store.take_pairs(session):
        tokens = _tokens(vault, pair)
        held = store.marks(session, tokens)
        for token in tokens:
            if token not in held:
                store.speak(session, token, uuid4())
        spread(session, vault, store.records(session, pair))


def _marks(session: Session, vault: Vault, records: Collection[UUID]) -> dict[UUID, Mark]:
    tokens = _tokens_of(session, vault, records)
    held = store.marks(session, list(tokens.values()))
    return {record: held[token] for record, token in tokens.items() if token in held}


def _tokens_of(session: Session, vault: Vault, records: Collection[UUID]) -> dict[UUID, bytes]:
    held = review_store.references(session, sorted(records))
    return dict(zip(held, _tokens(vault, [reference for _, reference in held.values()]), strict=True))


def _tokens(vault: Vault, references: Sequence[bytes]) -> list[bytes]:
    """Return the token under which each reference's mark stands."""
    texts = [reference.hex() for reference in references]
    steps = range(0, len(texts), _TOKENS)
    return [token for start in steps for token in vault.guard_tokens(_USE, texts[start : start + _TOKENS])]
