"""Linking by the machine: records that are due are compared with their candidates, then trails are changed.

It runs straight after a feed has committed, never inside it: two authorities that load side by side then see
each other's records, because whoever commits last looks last (docs/decisions/0006-trails.md).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LinksMade
from fingerpost.matching import speaks_against
from fingerpost.signposts import handed_on_store
from fingerpost.signposts import trails_store as store
from fingerpost.signposts.apart import spread
from fingerpost.signposts.handed_on import HandedOn, began_then, weighed
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.signposts.trails import (
    APART,
    LIVE,
    UNDECIDED,
    Before,
    Comparable,
    Groups,
    Link,
    LinkState,
    Made,
    Pair,
    is_sure,
    make,
    ordered,
)
from fingerpost.signposts.trails_store import Due, Near, Stated
from fingerpost.vault import Candidate, Question, Vault
from fingerpost.words.errors import Unavailable
from fingerpost.words.vocabulary import Band

BATCH = 500  # records a statement: bounds what is unsealed at once
ATTEMPTS = 3  # a feed that removes records meanwhile can deadlock with us; the one sent back starts again

Progress = Callable[[str, int, int], None]


class Linked(Struct, frozen=True):
    """What looking for links changed, in numbers. What was refused is on the ledger alone.

    An authority that saw how many pairs must stay apart could sense an adoption in its own feed's report.
    """

    linked: int
    proposed: int
    withdrawn: int


class _Comparing:
    """Compares an authority's due records with their candidates; holds ids and weights, never details."""

    def __init__(self, database: Database, vault: Vault, authority: str) -> None:
        self._database, self._vault, self._authority = database, vault, authority
        self.due: list[Due] = []
        self.found: dict[Pair, Comparable] = {}
        self.fingerprints: dict[UUID, bytes] = {}
        self.standing: dict[UUID, tuple[bytes, bytes]] = {}
        self._handed_on: dict[Pair, HandedOn] = {}  # by who handed on and who began

    def run(self, progress: Progress) -> None:
        for batch in self._batches():
            self._compare(batch)
            self.due += batch
            progress("linking", len(self.due), len(self.due))
        self.found |= weighed(self._handed_on.values())

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
        nears = self._near(batch, questions)
        for due, question, near in zip(batch, questions, nears, strict=True):
            self.fingerprints[due.record.id] = due.fingerprint
            self._weigh(due.record.id, question, near)
        self._weigh_hand_overs(batch, nears)

    def _near(self, batch: list[Due], questions: list[Question]) -> list[list[Near]]:
        """Return the candidates of each record of a batch, by one statement."""
        probes = [(place, token) for place, q in enumerate(questions, start=1) for token in q.tokens]
        near: list[list[Near]] = [[] for _ in batch]
        with self._database.statement() as session:
            for candidate in store.candidates(session, [due.record.id for due in batch], probes):
                near[candidate.place - 1].append(candidate)
        return near

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
        for pair, (due, near) in pairs.items():
            for old, new in ((due, near), (near, due)):
                fits = began_then(closed.get(old.record.id), begun.get(new.record.id, ()))
                if fits and near.record.id not in planted:
                    weighed_with = self._hand_over(pair, old.record, new.record)
                    self._handed_on[old.record.id, new.record.id] = weighed_with
                    self.fingerprints.setdefault(near.record.id, near.fingerprint)

    def _hand_over(self, pair: Pair, old: Candidate, new: Candidate) -> HandedOn:
        compared = self._vault.compare(old, new)
        bits = sum(row.match_weight for row in compared.comparisons)
        return HandedOn(
            old.id, new.id, (old.authority, new.authority),
            self.found.get(pair, Comparable(pair, Band.POSSIBLE, bits, sure=False)),
            compared.match_weight,
            speaks_against([row.level for row in compared.comparisons]),
        )  # fmt: skip


class Linking:
    """Looks for the links of records that are due. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock

    def link(self, authority: str, progress: Progress | None = None) -> Linked:
        """Link an authority's records that are due. What cannot be done now stays due."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(authority, progress)
            except Unavailable:
                continue
        return self._once(authority, progress)

    def link_all(self) -> dict[str, Linked]:
        """Link what is due anywhere, as after an upgrade or a night that was cut short; by authority."""
        with self._database.statement() as session:
            waiting = store.authorities_due(session)
        return {authority: self.link(authority) for authority in waiting}

    def _once(self, authority: str, progress: Progress | None) -> Linked:
        comparing = _Comparing(self._database, self._vault, authority)
        comparing.run(progress or (lambda _, __, ___: None))
        if not comparing.due:
            return Linked(0, 0, 0)
        with self._database.transaction() as session:
            store.take_turn(session)
            event = _Changing(session, self._vault, authority, comparing, self._clock()).run()
            if event.linked or event.proposed or event.withdrawn or event.refused:
                self._ledger.record(session, event)
        return Linked(len(event.linked), len(event.proposed), len(event.withdrawn))


class _Changing:
    """Changes trails by what a comparison found, inside one transaction and under the nation's turn."""

    def __init__(
        self, session: Session, vault: Vault, authority: str, comparing: _Comparing, moment: datetime
    ) -> None:
        self._session, self._vault, self._authority, self._comparing = session, vault, authority, comparing
        self._moment = moment
        self._due = [due.record.id for due in comparing.due]
        touched = {*self._due, *(record for pair in comparing.found for record in pair)}
        # In one order for all: a feed that takes records away meanwhile waits for us, or we for it.
        store.hold(session, sorted(touched))
        self._links = store.around(session, list(touched))

    def run(self) -> LinksMade:
        again = self._reconsidered()
        made = self._made({link.pair for link in again})
        stands = {found.pair for found in (*made.linked, *made.proposed)}
        withdrawn = [link.id for link in again if link.pair not in stands]
        store.withdraw(self._session, withdrawn)
        store.forget_verdicts(self._session, self._due)
        saved = store.save(self._session, self._stated(made), self._moment)
        spread(self._session, self._due, self._moment)
        store.settle_due(self._session, self._comparing.due)
        told = self._tell(again, {found.pair for found in made.linked})
        return LinksMade(
            authority=self._authority,
            linked=tuple(row for row, state in saved if state == LinkState.LINKED.value),
            proposed=tuple(row for row, state in saved if state == LinkState.PROPOSED.value),
            withdrawn=tuple(withdrawn),
            refused=made.refused,
            told=told,
        )

    def _tell(self, again: list[Link], linked: set[Pair]) -> tuple[UUID, ...]:
        """Tell both authorities of every link that stood and stands no longer."""
        gone = [link for link in again if link.state is LinkState.LINKED and link.pair not in linked]
        if not gone:
            return ()
        sealed = store.sealed(self._session, sorted({record for link in gone for record in link.pair}))
        return tell(self._session, self._vault, ToldKind.RECALLED, sealed.values(), self._moment)

    def _reconsidered(self) -> list[Link]:
        """Return links that nobody decided, of records that are due: they stand only if found again.

        One that came, or whose other record changed, since we looked is left to whoever made that change:
        they looked later than we did.
        """
        before, now = self._comparing.standing, store.standing(self._session, self._due)
        due = {row for row, prints in now.items() if before.get(row) == prints}
        return [link for link in self._links if link.state in UNDECIDED and link.id in due]

    def _made(self, again: set[Pair]) -> Made:
        groups = Groups(
            (link for link in self._links if link.state in LIVE and link.pair not in again),
            (link.pair for link in self._links if link.state in APART),
        )
        settled = {link.pair: link.state for link in self._links if link.state not in UNDECIDED}
        waiting = frozenset(link.pair for link in self._links if link.state is LinkState.PROPOSED)
        live = Groups((link for link in self._links if link.state in LIVE), ())
        before = Before(live, waiting & again, waiting - again)
        return make(self._found(groups), groups, settled, before)

    def _found(self, groups: Groups) -> list[Comparable]:
        """Return what was found; whom an authority's other record has taken up already, people are asked."""
        found = list(self._comparing.found.values())
        trails = {one.pair: groups.of(one.pair[0]) | groups.of(one.pair[1]) for one in found if one.handed_on}
        if not trails:
            return found
        members = sorted({record for trail in trails.values() for record in trail})
        whose = handed_on_store.authorities(self._session, members)
        taken = {
            pair for pair, trail in trails.items()
            if {whose.get(end) for end in pair} & {whose.get(other) for other in trail.difference(pair)}
        }  # fmt: skip
        return [structs.replace(one, sure=False) if one.pair in taken else one for one in found]

    def _stated(self, made: Made) -> Sequence[Stated]:
        prints = self._comparing.fingerprints
        states = ((made.linked, LinkState.LINKED), (made.proposed, LinkState.PROPOSED))
        return [
            Stated(found.pair, found.band, state, (prints[found.pair[0]], prints[found.pair[1]]))
            for some, state in states
            for found in some
        ]
