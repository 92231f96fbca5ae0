"""What people decide of links: the queue, two people's word, and breaks for good. Each is on the ledger."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import may_review
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import Evidence, LinkBroken, LinkDecided
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.apart import spread
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.review_store import Ends, Known, Waiting
from fingerpost.signposts.trails import LIFE, BreakReason, Link, LinkState, cut, grouped, verdict
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.vault import Compared
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused


class Person(Struct, frozen=True):
    """Who decides: CODE/REFERENCE."""

    authority: str
    reference: str

    def __str__(self) -> str:
        return f"{self.authority}/{self.reference}"


class Shown(Struct, frozen=True):
    """One link as a reviewer sees it: whose records, where it stands, and what is alike. No child's value."""

    link: UUID
    state: LinkState
    authorities: tuple[str, str]
    compared: Compared


class Trail(Struct, frozen=True):
    """The trail of one record: who holds each record of it, and every link that touches one."""

    records: dict[UUID, str]
    links: tuple[Link, ...]


class Review:
    """Decides links by hand. `database` connects as the role that may publish."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._linking = Linking(database, vault, ledger, clock)

    @property
    def linking(self) -> Linking:
        """The machine's half."""
        return self._linking

    def waiting(self, most: int = 100) -> list[Waiting]:
        """Return the queue: proposed links, oldest first, with what was said of each."""
        with self._database.statement() as session:
            return store.waiting(session, most)

    def show(self, link: UUID) -> Shown:
        """Return one link with its comparison, made afresh from the sealed records."""
        with self._database.statement() as session:
            ends = _ends(session, link)
        return Shown(link, ends.link.state, ends.authorities, self._vault.compare(*ends.records))

    def trail(self, some: UUID) -> Trail:
        """Return the trail of a record, named by its own id or by one of its signposts."""
        with self._database.statement() as session:
            record = store.record_of(session, some)
            if record is None:
                raise NotFound("no record or signpost with that id")
            links = trails_store.around(session, [record])
            members = grouped(links).of(record)
            held = store.references(session, sorted(members))
        return Trail({row: held[row][0] for row in sorted(held)}, tuple(sorted(links)))

    def decide(self, link: UUID, by: Person, *, same: bool) -> LinkState:
        """Note what one person says of a proposed link; return where that leaves it."""
        with self._database.transaction() as session:
            who = self._reviewer(session, by)
            trails_store.take_turn(session)
            ends = _ends(session, link)
            _require(ends.link, LinkState.CONFIRMED if same else LinkState.DISMISSED)
            if same:
                _require_joinable(session, ends.link)
            state = verdict(store.say(session, link, who, same=same))
            if state is not LinkState.PROPOSED:
                self._settle(session, ends, state, who)
            self._ledger.record(
                session,
                LinkDecided(
                    link=link, authorities=ends.authorities, by=str(by), same=same, state=state.value,
                    evidence=self._evidence(ends),
                ),
            )  # fmt: skip
        return state

    def break_link(self, link: UUID, by: Person, reason: BreakReason) -> list[UUID]:
        """Break a link for good; return the links taken back because they still joined its two records."""
        with self._database.transaction() as session:
            who = self._reviewer(session, by)
            trails_store.take_turn(session)
            ends = _ends(session, link)
            _require(ends.link, LinkState.BROKEN)
            evidence, moment = self._evidence(ends), self._clock()
            links, sealed = trails_store.trails(session, ends.link.pair)
            others = [other for other in links if other.id != link]
            taken = cut(others, *ends.link.pair, lambda other: self._bits(sealed, other))
            trails_store.withdraw(session, [other.id for other in taken])
            store.decide(session, link, LinkState.BROKEN, who, moment)
            self._remember(session, ends, reason, who)
            touched = {record for other in (ends.link, *taken) for record in other.pair}
            trails_store.note_due(session, sorted(touched))
            event = LinkBroken(
                link=link, authorities=ends.authorities, by=str(by), reason=reason.value,
                withdrawn=tuple(other.id for other in taken), evidence=evidence,
            )  # fmt: skip
            self._ledger.record(session, event)
        self._linking.link_all()  # a link refused until now because of the broken one may have its turn
        return [other.id for other in taken]

    def _settle(self, session: Session, ends: Ends, state: LinkState, who: UUID) -> None:
        moment = self._clock()
        store.decide(session, ends.link.id, state, who, moment)
        if state is LinkState.DISMISSED:
            known = Known(ends.references, ends.authorities)
            store.remember(session, [known], BreakReason.WRONG_MATCH, who, moment)
        else:
            spread(session, ends.link.pair, moment)

    def _remember(self, session: Session, ends: Ends, reason: BreakReason, who: UUID) -> None:
        moment = self._clock()
        store.remember(session, [Known(ends.references, ends.authorities)], reason, who, moment)
        if reason is BreakReason.NEVER_JOIN:
            spread(session, ends.link.pair, moment)

    def _bits(self, sealed: Mapping[UUID, Candidate], link: Link) -> float:
        """Return what every field of a link weighs together, without the ceiling of a match weight."""
        compared = self._vault.compare(sealed[link.record_a], sealed[link.record_b])
        return sum(row.match_weight for row in compared.comparisons)

    def _evidence(self, ends: Ends) -> tuple[Evidence, ...]:
        compared = self._vault.compare(*ends.records)
        return tuple(Evidence(c.level, c.match_weight) for c in compared.comparisons)

    def _reviewer(self, session: Session, by: Person) -> UUID:
        person = access_store.practitioner(session, by.authority, by.reference)
        if refusal := may_review(person).refusal:
            raise Refused(refusal)
        who = store.practitioner_id(session, by.authority, by.reference)
        assert who is not None  # noqa: S101  found in the same transaction a line above
        return who


def _ends(session: Session, link: UUID) -> Ends:
    found = store.ends(session, link)
    if found is None:
        raise NotFound("no link with that id; it goes when a record it joins is corrected or leaves")
    return found


def _require(link: Link, later: LinkState) -> None:
    if later not in LIFE[link.state]:
        raise Invalid(Problem("link", f"is {link.state} ({link.state.label}) and cannot become {later}"))


def _require_joinable(session: Session, link: Link) -> None:
    if not grouped(trails_store.around(session, link.pair)).may_join(*link.pair):
        raise Refused("two records of these trails were set apart; nobody may join them")
