"""Families move together: a child's brother or sister who is linked speaks for the child beside.

Of any two records of the country few are of one child. But where a record of one home is linked to a record
elsewhere, every second one of that home is of somebody of the other home too: one of a handful of pairs. Two
homes known to be one family's share its name and its addresses, so only what is a child's own counts: twelve
bits are right 500 times for each time they are wrong. It finds a child whose family name changed on the way,
who has no number and shares no key of the index with the record left behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.signposts import trails_store as store
from fingerpost.signposts.supported import Supported, Weight, supported
from fingerpost.signposts.trails import Comparable, LinkState, Pair
from fingerpost.signposts.trails_store import Due, Near
from fingerpost.vault import Candidate, Question, Vault

WEIGHT = Weight(sure=12.0, asked=5.0, own=True)
BATCH = 500  # records: bounds what is unsealed at once


class Families:
    """The homes of an authority's due records, and which of their members are linked elsewhere."""

    def __init__(self, vault: Vault, authority: str) -> None:
        self._vault, self._authority = vault, authority
        self._home: dict[UUID, set[UUID]] = {}  # of due records: others of the authority at the same home
        self.fingerprints: dict[UUID, bytes] = {}

    def note(self, due: Due, question: Question, near: Iterable[Near]) -> None:
        """Note who of the same authority shares a home with a due record."""
        home = self._at_home(due.record, question, near)
        if home:
            self._home[due.record.id] = set(home)
            self.fingerprints |= {row: one.fingerprint for row, one in home.items()}
            self.fingerprints[due.record.id] = due.fingerprint

    def pairs(self, session: Session, found: Mapping[Pair, Comparable]) -> list[Supported]:
        """Return each record of these homes beside those of the home that another of them is linked to.

        Only where neither has somebody there already, and no field speaks against one child: who was adopted
        has another number, and nobody is asked about that.
        """
        linked = self._linked(session, found)
        taken = set(chain.from_iterable(linked.values()))
        far = store.sealed(session, sorted(taken))
        asked: dict[UUID, set[UUID]] = defaultdict(set)
        for record, other in self._beside(linked):
            known = {self._authority} | {far[row].authority for row in linked[record] & far.keys()}
            if other in far and far[other].authority not in known:
                asked[other].add(record)
        ours = store.sealed(session, sorted(set(chain.from_iterable(asked.values()))))
        beside = {
            (record, one.record.id): (ours[record], one.record)
            for other, home in self._homes(session, [far[other] for other in asked])
            for one in home if one.record.id not in taken
            for record in asked[other] & ours.keys()
        }  # fmt: skip
        compared = (supported(self._vault, WEIGHT, *both, found) for both in beside.values())
        return [one for one in compared if not one.doubted]

    def _at_home(self, record: Candidate, question: Question, near: Iterable[Near]) -> dict[UUID, Near]:
        ours = (n for n in near if n.record.authority == record.authority)
        own = {n.record.id: n for n in ours if n.record.id != record.id}
        planted = self._vault.planted(own) if own else set[UUID]()
        real = [one.record for row, one in own.items() if row not in planted]
        return {touched.record: own[touched.record] for touched in self._vault.touched(question, real)}

    def _linked(self, session: Session, found: Mapping[Pair, Comparable]) -> dict[UUID, set[UUID]]:
        """Return to which records elsewhere the members of these homes are linked, or are about to be.

        What the machine linked of a due record stands only if it is found again.
        """
        members = self._home.keys() | set(chain.from_iterable(self._home.values()))
        stands = [
            link.pair for link in store.live(session, sorted(members))
            if link.state is LinkState.CONFIRMED or not self._home.keys() & set(link.pair)
        ]  # fmt: skip
        linked: dict[UUID, set[UUID]] = defaultdict(set)
        for one, other in chain((pair for pair, one in found.items() if one.sure), stands):
            for member, far in ((one, other), (other, one)):
                if member in members and far not in members:
                    linked[member].add(far)
        return linked

    def _beside(self, linked: Mapping[UUID, set[UUID]]) -> Iterator[Pair]:
        """Yield a record, and one elsewhere that another member of its home is linked to."""
        for due, home in self._home.items():
            for member in home:
                yield from ((due, other) for other in linked.get(member, ()))
                yield from ((member, other) for other in linked.get(due, ()))

    def _homes(self, session: Session, far: list[Candidate]) -> Iterator[tuple[UUID, list[Near]]]:
        """Yield, of each of these records of others, who of its authority shares its home."""
        for start in range(0, len(far), BATCH):
            batch = far[start : start + BATCH]
            questions = [self._vault.asking(record) for record in batch]
            nears = store.candidates(session, [r.id for r in batch], [q.tokens for q in questions])
            for record, question, near in zip(batch, questions, nears, strict=True):
                home = self._at_home(record, question, near)
                self.fingerprints |= {row: one.fingerprint for row, one in home.items()}
                yield record.id, list(home.values())
