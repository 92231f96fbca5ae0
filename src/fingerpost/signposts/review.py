"""What people decide of links: the queue, two people's word, and breaks for good. Each is on the ledger."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LinkBroken, LinkDecided, LinksShown
from fingerpost.ledger.linkings import Evidence
from fingerpost.signposts import review_store as store
from fingerpost.signposts import trails_store
from fingerpost.signposts.apart import Parted, lives, part, spread
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.review_store import Ends, Queue
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.signposts.trails import (
    LIFE,
    MOST_IN_TRAIL,
    REVIEW_DAYS,
    BreakReason,
    Link,
    LinkState,
    grouped,
    verdict,
)
from fingerpost.vault import Vault
from fingerpost.vault.vault import Compared
from fingerpost.words.clock import LONDON, today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.working_time import working_days_before

_GONE = "no link with that id; it goes when a record it joins is corrected or leaves"


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
        self._reviewers = Reviewers(database, ledger, clock)

    @property
    def linking(self) -> Linking:
        """The machine's half."""
        return self._linking

    def queue(self, by: Person, most: int = 100) -> Queue:
        """Return the queue of the person's authority, or of all for the service's officers."""
        whose = self._reviewers.reach(by, RecordsAct.REVIEW)
        with self._database.transaction() as session:
            found = store.queue(session, whose, most, overdue_since(self._clock()))
            self._ledger.record(session, LinksShown(by=str(by), links=tuple(row.id for row in found.links)))
        return found

    def show(self, link: UUID, by: Person) -> Shown:
        """Return one link with its comparison, made afresh from the sealed records."""
        ends, _ = self._allowed(link, by, RecordsAct.REVIEW)
        with self._database.statement() as session:
            self._ledger.record(session, LinksShown(by=str(by), links=(link,)))
        return Shown(link, ends.link.state, ends.authorities, self._vault.compare(*ends.records))

    def trail_of(self, reference: str, by: Person) -> Trail:
        """Return the trail of a child of the person's own authority, named by that authority's reference."""
        self._reviewers.allow(by, RecordsAct.REVIEW, {by.authority})
        with self._database.statement() as session:
            record = store.record_by(session, by.authority, self._vault.reference(by.authority, reference))
        if record is None:
            raise NotFound("your authority holds no child of that reference")
        return self.trail(record, by)

    def trail(self, some: UUID, by: Person) -> Trail:
        """Return the trail of a record, named by its own id or by one of its signposts."""
        with self._database.statement() as session:
            record = store.record_of(session, some, by.authority)
            if record is None:
                raise NotFound("no record or signpost with that id")
            links = trails_store.around(session, [record])
            members = sorted(grouped(links).of(record))
            held = store.references(session, members)
            unseen = store.hidden(session, sorted({end for link in links for end in link.pair}))
        self._reviewers.allow(by, RecordsAct.REVIEW, {authority for authority, _ in held.values()})
        shown = sorted(link for link in links if unseen.isdisjoint(link.pair))
        with self._database.statement() as session:
            self._ledger.record(session, LinksShown(by=str(by), links=tuple(link.id for link in shown)))
        return Trail({row: held[row][0] for row in sorted(held)}, tuple(shown))

    def decide(self, link: UUID, by: Person, *, same: bool) -> LinkState:
        """Note what one person says of a proposed link; return where that leaves it."""
        seen, who = self._allowed(link, by, RecordsAct.REVIEW)

        def said(session: Session) -> tuple[LinkState, Parted]:
            ends = _held(session, seen)
            _require(ends.link, LinkState.CONFIRMED if same else LinkState.DISMISSED)
            if same:
                self._require_joinable(session, ends.link)
            state = verdict(store.say(session, link, who, same=same))
            parted, told = self._settle(session, ends, state, who)
            event = LinkDecided(
                link=link, authorities=ends.authorities, by=str(by), same=same, state=state.value,
                evidence=self._evidence(ends), withdrawn=parted.taken, told=told, references=ends.named,
            )  # fmt: skip
            self._ledger.record(session, event)
            return state, parted

        state, parted = self._database.attempt(said)
        if parted.links:
            self._linking.follow(parted.authorities)
        return state

    def break_link(self, link: UUID, by: Person, reason: BreakReason) -> list[UUID]:
        """Break a link for good; return the links taken back because they still joined its two records."""
        seen, who = self._allowed(link, by, RecordsAct.REVIEW)

        def broken(session: Session) -> Parted:
            ends = _held(session, seen)
            _require(ends.link, LinkState.BROKEN)
            return self._break(session, ends, by, who, reason)

        parted = self._database.attempt(broken)
        # A link refused until now because of the broken one may have its turn.
        self._linking.follow({*seen.authorities, *parted.authorities})
        return list(parted.taken)

    def _break(self, session: Session, ends: Ends, by: Person, who: UUID, reason: BreakReason) -> Parted:
        parted = part(session, self._vault, ends.link.pair, besides=ends.link.id)
        told = self._tell(session, ends, parted)
        store.decide(session, ends.link.id, LinkState.BROKEN, who, self._clock())
        store.remember(session, [ends.known], reason, who, self._clock())
        event = LinkBroken(
            link=ends.link.id, authorities=ends.authorities, by=str(by), reason=reason.value,
            withdrawn=parted.taken, told=told, evidence=self._evidence(ends), references=ends.named,
        )  # fmt: skip
        self._ledger.record(session, event)
        return parted

    def _tell(self, session: Session, ends: Ends, parted: Parted) -> tuple[UUID, ...]:
        """Tell each side of a break, and whoever else was joined by what was taken back with it."""
        moment, both = self._clock(), {record.id: record for record in ends.records}
        others = [record for row, record in parted.records.items() if row not in both]
        broken = tell(session, self._vault, ToldKind.LINK_BROKEN, both.values(), moment)
        return broken + tell(session, self._vault, ToldKind.RECALLED, others, moment)

    def _settle(
        self, session: Session, ends: Ends, state: LinkState, who: UUID
    ) -> tuple[Parted, tuple[UUID, ...]]:
        """Write what was decided. Return what it took back, and by which items that is told."""
        moment = self._clock()
        if state is LinkState.PROPOSED:
            return Parted((), {}), ()
        store.decide(session, ends.link.id, state, who, moment)
        if state is LinkState.CONFIRMED:
            spread(session, self._vault, ends.link.pair)
            return Parted((), {}), ()
        store.remember(session, [ends.known], BreakReason.WRONG_MATCH, who, moment)
        # Other links may have joined the two since this one was proposed.
        parted = part(session, self._vault, ends.link.pair, besides=ends.link.id)
        told = tell(session, self._vault, ToldKind.RECALLED, parted.records.values(), moment)
        return parted, told

    def _require_joinable(self, session: Session, link: Link) -> None:
        links = trails_store.around(session, link.pair)
        members = {end for known in links for end in known.pair}
        groups = grouped(links)
        if not grouped(links, lives(session, self._vault, members)).may_join(*link.pair):
            if groups.may_join(*link.pair):
                raise NotFound(_GONE)  # two lives: a word about it would tell that there are two
            raise Refused("two records of these trails were set apart; nobody may join them")
        if groups.joined(*link.pair) > MOST_IN_TRAIL:
            raise Refused(
                f"a trail holds at most {MOST_IN_TRAIL} records; look for the number that joins so many"
            )

    def _evidence(self, ends: Ends) -> tuple[Evidence, ...]:
        compared = self._vault.compare(*ends.records)
        return tuple(Evidence(c.level, c.match_weight) for c in compared.comparisons)

    def _allowed(self, link: UUID, by: Person, act: RecordsAct) -> tuple[Ends, UUID]:
        """Return a link's ends and the id of a person who may do this to it, or raise `Refused`."""
        with self._database.statement() as session:
            ends = _ends(session, link)
        return ends, self._reviewers.allow(by, act, set(ends.authorities))


def overdue_since(moment: datetime) -> datetime:
    """Return from when on a link that waits is in time: before, it is overdue."""
    first = working_days_before(today(moment), REVIEW_DAYS + 1) + timedelta(days=1)
    return datetime.combine(first, time(), LONDON)


def _ends(session: Session, link: UUID) -> Ends:
    """Return a link's two sides."""
    found = store.ends(session, link)
    if found is None:
        raise NotFound(_GONE)
    return found


def _held(session: Session, seen: Ends) -> Ends:
    """Return a link as it now is, in the turn of all who change links. Nobody takes it or its records away.

    They are held in the order in which records are taken away: first they, then their links.
    """
    trails_store.take_turn(session)
    trails_store.hold(session, seen.link.pair)
    trails_store.hold_links(session, [seen.link.id])
    return _ends(session, seen.link.id)


def _require(link: Link, later: LinkState) -> None:
    if later not in LIFE[link.state]:
        raise Invalid(Problem("link", f"is {link.state} ({link.state.label}) and cannot become {later}"))
