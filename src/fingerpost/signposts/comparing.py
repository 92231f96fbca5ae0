"""Which records are alike: an authority's due records beside their candidates, a batch at a time."""

from collections.abc import Callable, Iterator
from uuid import UUID

from msgspec.structs import replace

from fingerpost.db.database import Database
from fingerpost.signposts import handed_on_store
from fingerpost.signposts import trails_store as store
from fingerpost.signposts.handed_on import weight_of
from fingerpost.signposts.supported import Supported, supported, weighed
from fingerpost.signposts.together import BATCH, Families
from fingerpost.signposts.trails import Comparable, Pair, is_sure, ordered
from fingerpost.signposts.trails_store import Due, Near
from fingerpost.vault import Question, Vault

Progress = Callable[[str, int, int], None]


class Comparing:
    """Compares an authority's due records with their candidates; holds ids and weights, never details."""

    def __init__(self, database: Database, vault: Vault, authority: str) -> None:
        self._database, self._vault, self._authority = database, vault, authority
        self.due: list[Due] = []
        self.found: dict[Pair, Comparable] = {}
        self.fingerprints: dict[UUID, bytes] = {}
        self.standing: dict[UUID, tuple[bytes, bytes]] = {}
        self._handed_on: dict[Pair, Supported] = {}  # by who handed on and who began
        self._families = Families(vault, authority)

    def run(self, progress: Progress) -> None:
        """Compare all that is due."""
        for batch in self._batches():
            self._compare(batch)
            self.due += batch
            progress("linking", len(self.due), len(self.due))
        self.found |= weighed(self._handed_on.values())
        with self._database.statement() as session:
            self.found |= weighed(self._families.pairs(session, self.found))
        self.fingerprints = self._families.fingerprints | self.fingerprints

    def _batches(self) -> Iterator[list[Due]]:
        after: UUID | None = None
        while True:
            with self._database.statement() as session:
                batch = store.due(session, self._authority, after, BATCH)
            if not batch:
                return
            after = batch[-1].record.id
            yield batch

    def _compare(self, batch: list[Due]) -> None:
        planted = self._vault.planted(due.record.id for due in batch)
        batch = [due for due in batch if due.record.id not in planted]
        with self._database.statement() as session:  # before the candidates: what is made later is not judged
            self.standing |= store.standing(session, [due.record.id for due in batch])
        questions = [self._vault.asking(due.record) for due in batch]
        with self._database.statement() as session:
            nears = store.candidates(session, [due.record.id for due in batch], [q.tokens for q in questions])
        for due, question, near in zip(batch, questions, nears, strict=True):
            self.fingerprints[due.record.id] = due.fingerprint
            self._weigh(due.record.id, question, near)
            self._families.note(due, question, near)
        self._weigh_hand_overs(batch, nears)

    def _weigh(self, record: UUID, question: Question, near: list[Near]) -> None:
        fresh = [n for n in near if n.record.id != record and ordered(record, n.record.id) not in self.found]
        prints = {n.record.id: n.fingerprint for n in fresh}
        ours = {n.record.id: n.record.authority == self._authority for n in fresh}
        for alike in self._vault.alike(question, (n.record for n in fresh)):
            pair = ordered(record, alike.record)
            sure = is_sure(alike.band, doubted=alike.doubted, one_authority=ours[alike.record])
            self.found[pair] = Comparable(pair, alike.band, alike.bits, sure)
            self.fingerprints.setdefault(alike.record, prints[alike.record])

    def _weigh_hand_overs(self, batch: list[Due], nears: list[list[Near]]) -> None:
        """Weigh pairs of which one was handed on when the other began; also those that are not shown."""
        pairs = {
            ordered(due.record.id, near.record.id): (due, near)
            for due, some in zip(batch, nears, strict=True) for near in some
            if near.record.authority != self._authority
        }  # fmt: skip
        records = sorted({record for pair in pairs for record in pair})
        with self._database.statement() as session:
            closed = handed_on_store.closed(session, records)
            begun = handed_on_store.begun(session, records) if closed else {}
        planted = self._vault.planted(near.record.id for _, near in pairs.values()) if closed else set[UUID]()
        beside = {due.record.id: some for due, some in zip(batch, nears, strict=True)}
        for due, near in pairs.values():
            for old, new in ((due, near), (near, due)):
                weight = weight_of(closed.get(old.record.id, ()), begun.get(new.record.id, ()))
                if weight and near.record.id not in planted:
                    both = supported(self._vault, weight, old.record, new.record, self.found)
                    if both.outweighed and self._another(both, due, near, beside[due.record.id]):
                        both = replace(both, doubted=True)
                    self._handed_on[old.record.id, new.record.id] = both
                    self.fingerprints.setdefault(near.record.id, near.fingerprint)

    def _another(self, pair: Supported, due: Due, near: Near, beside: list[Near]) -> bool:
        """Tell whether another record of either authority may be meant: a twin, whose number was mistaken."""
        if pair.match_weight < pair.weight.sure:
            return False
        ends = {due.record.id, near.record.id}
        others = [
            one.record for one in beside
            if one.record.id not in ends and one.record.authority in pair.authorities
        ]  # fmt: skip
        met = {self._authority: near.record, near.record.authority: due.record}
        compared = (self._vault.compare(met[other.authority], other) for other in others)
        return any(one.match_weight >= pair.weight.asked for one in compared)
