"""Linking by the machine: records that are due are compared with their candidates, then trails are changed.

It runs straight after a feed has committed, never inside it: two authorities that load side by side then see
each other's records, because whoever commits last looks last (docs/decisions/0006-trails.md).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.event import parted
from fingerpost.ledger.events import LinksMade
from fingerpost.signposts import handed_on_store
from fingerpost.signposts import trails_store as store
from fingerpost.signposts.apart import lives, spread, turn_over, weight
from fingerpost.signposts.comparing import Comparing, Progress
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.signposts.trails import (
    APART,
    LIVE,
    MOST_IN_TRAIL,
    UNDECIDED,
    Before,
    Comparable,
    Groups,
    Link,
    LinkState,
    Made,
    Pair,
    grouped,
    make,
)
from fingerpost.signposts.trails_store import Stated
from fingerpost.vault import Vault
from fingerpost.words.errors import Unavailable

ATTEMPTS = 3  # a shield that hides records meanwhile can deadlock with us; the one sent back starts again


class Linked(Struct, frozen=True):
    """What looking for links changed, in numbers. What was refused is on the ledger alone.

    An authority that saw how many pairs must stay apart could sense an adoption in its own feed's report.
    """

    linked: int
    proposed: int
    withdrawn: int


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

    def follow(self, authorities: Iterable[str]) -> None:
        """Link what is due of these after a person's decision: it stands whatever happens here."""
        for authority in sorted(set(authorities)):
            try:
                self.link(authority)
            except Unavailable:
                return

    def link_all(self) -> dict[str, Linked]:
        """Link what is due anywhere, as after an upgrade or a night that was cut short; by authority."""
        with self._database.transaction() as session:
            turn_over(session, self._vault)
            waiting = store.authorities_due(session)
        return {authority: self.link(authority) for authority in waiting}

    def _once(self, authority: str, progress: Progress | None) -> Linked:
        comparing = Comparing(self._database, self._vault, authority)
        comparing.run(progress or (lambda _, __, ___: None))
        if not comparing.due:
            return Linked(0, 0, 0)
        with self._database.transaction() as session:
            store.take_turn(session)
            event = _Changing(session, self._vault, authority, comparing, self._clock()).run()
            if event.linked or event.proposed or event.withdrawn or event.refused or event.restored:
                self._record(session, event)
        return Linked(len(event.linked), len(event.proposed), len(event.withdrawn))

    def _record(self, session: Session, event: LinksMade) -> None:
        """Record what was made, in as many entries as name it all."""
        refused = event.refused
        for linked, proposed, withdrawn, told, restored in parted(
            event.linked, event.proposed, event.withdrawn, event.told, event.restored
        ):
            part = structs.replace(
                event, linked=linked, proposed=proposed, withdrawn=withdrawn, told=told, restored=restored,
                refused=refused,
            )  # fmt: skip
            self._ledger.record(session, part)
            refused = 0  # counted once


class _Changing:
    """Changes trails by what a comparison found, inside one transaction and under the nation's turn."""

    def __init__(
        self, session: Session, vault: Vault, authority: str, comparing: Comparing, moment: datetime
    ) -> None:
        self._session, self._vault, self._authority, self._comparing = session, vault, authority, comparing
        self._moment = moment
        self._due = [due.record.id for due in comparing.due]
        back = store.set_aside(session, self._due)
        pairs = (*comparing.found, *(link.pair for link in back))
        touched = {*self._due, *(record for pair in pairs for record in pair)}
        # In one order for all: a feed that takes records away meanwhile waits for us, or we for it.
        store.hold(session, sorted(touched))
        store.remember_breaks(session, sorted(touched))  # who was left out when they returned
        self._restored, self._refused = self._again(back)
        known = store.around(session, list(touched))
        store.hold_links(session, [link.id for link in known])
        self._touched = touched.union(*(link.pair for link in known))
        self._doubted = self._against(known)
        self._links = [self._doubted.get(link.id, link) for link in known]

    def _again(self, back: Sequence[Link]) -> tuple[list[Link], list[Link]]:
        """Let what two people confirmed stand again after a shield, but what has been set apart meanwhile."""
        if not back:
            return [], []
        links = store.around(self._session, sorted({end for link in back for end in link.pair}))
        members = {end for link in (*links, *back) for end in link.pair}
        groups = grouped(links, lives(self._session, self._vault, members))
        restored: list[Link] = []
        for link in back:
            if groups.may_join(*link.pair) and groups.joined(*link.pair) <= MOST_IN_TRAIL:
                groups.join(*link.pair)
                restored.append(link)
        refused = [link for link in back if link not in restored]
        store.stand_again(self._session, [link.id for link in restored])
        store.forget_set_aside(self._session, [link.id for link in refused])
        return restored, refused

    def run(self) -> LinksMade:
        store.doubt(self._session, list(self._doubted), self._moment)
        again = self._reconsidered()
        made = self._made({link.pair for link in again})
        stands = {found.pair for found in (*made.linked, *made.proposed)}
        withdrawn = [link.id for link in again if link.pair not in stands]
        store.withdraw(self._session, withdrawn)
        store.forget_verdicts(self._session, self._due)
        saved = store.save(self._session, self._stated(made), self._moment)
        spread(self._session, self._vault, self._due)
        store.settle_due(self._session, self._comparing.due)
        told = self._tell(again, {found.pair for found in made.linked})
        return LinksMade(
            authority=self._authority,
            linked=tuple(row for row, state in saved if state == LinkState.LINKED.value),
            proposed=(
                *(row for row, state in saved if state == LinkState.PROPOSED.value),
                *self._doubted,
            ),
            withdrawn=(*withdrawn, *(link.id for link in self._refused)),
            refused=made.refused,
            told=told,
            restored=tuple(link.id for link in self._restored if link.id not in self._doubted),
        )

    def _tell(self, again: list[Link], linked: set[Pair]) -> tuple[UUID, ...]:
        """Tell both authorities of every link that stood and stands no longer."""
        unlinked = (link for link in again if link.state is LinkState.LINKED and link.pair not in linked)
        gone = [*unlinked, *self._doubted.values(), *self._refused]
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
        return [
            link for link in self._links
            if link.state in UNDECIDED and link.id in due and link.id not in self._doubted
        ]  # fmt: skip

    def _against(self, links: Iterable[Link]) -> dict[UUID, Link]:
        """Return what people confirmed and a correction speaks against, on the whole, as it stands then.

        The reference of one of the two means another child since: nobody has said anything of that one.
        """
        due = set(self._due)
        confirmed = [k for k in links if k.state is LinkState.CONFIRMED and not due.isdisjoint(k.pair)]
        sealed = store.sealed(self._session, sorted({end for link in confirmed for end in link.pair}))
        return {
            link.id: structs.replace(link, state=LinkState.PROPOSED) for link in confirmed
            if weight(self._vault, sealed, link) < 0
        }  # fmt: skip

    def _made(self, again: set[Pair]) -> Made:
        groups = Groups(
            (link for link in self._links if link.state in LIVE and link.pair not in again),
            (link.pair for link in self._links if link.state in APART),
            lives(self._session, self._vault, self._touched),
        )
        settled = {
            link.pair: link.state for link in self._links
            if link.state not in UNDECIDED or link.id in self._doubted
        }  # fmt: skip
        waiting = frozenset(link.pair for link in self._links if link.state is LinkState.PROPOSED)
        live = Groups((link for link in self._links if link.state in LIVE), ())
        before = Before(live, waiting & again, waiting - again)
        return make(self._found(groups), groups, settled, before)

    def _found(self, groups: Groups) -> list[Comparable]:
        """Return what was found; whom an authority's other record has taken up already, people are asked."""
        found = list(self._comparing.found.values())
        trails = {one.pair: groups.of(one.pair[0]) | groups.of(one.pair[1]) for one in found if one.supported}
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
