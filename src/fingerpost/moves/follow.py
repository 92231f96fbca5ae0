"""Behind the feeds: every record that changed is followed, and whoever must know is told with it.

What is due is written by triggers with the change itself (0020_moves.sql) and taken away with what follows
from it, so a worker that dies leaves the work and no half of it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import MovesFollowed
from fingerpost.moves import hand_over_store, rules, store, waiting
from fingerpost.moves.hosts import Hosts
from fingerpost.moves.store import Held, Orphan
from fingerpost.moves.watch import News, Watching
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling, recall, tell
from fingerpost.signposts.trails import grouped
from fingerpost.signposts.trails_store import around
from fingerpost.vault import Vault
from fingerpost.words.clock import today

MOST_DUE = 5_000  # rows in one transaction
# Time makes an orphan within three weeks; but nobody may have looked for long.
_LOOKED_BACK = timedelta(days=400)


class Follow:
    """Follows what is due. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._hosts, self._watching = Hosts(vault), Watching(vault, ledger)

    def run(self) -> int:
        """Follow all that is due. Return how many records that were."""
        total = 0
        while (done := self._once()) is not None:
            total += done
        return total

    def look_again(self, since: date | None = None) -> None:
        """Make due what time alone may have changed: transfers of the last year, or since a day."""
        moment = self._clock()
        with self._database.transaction() as session:
            store.due_handed_on(session, since or today(moment) - _LOOKED_BACK)
            again = waiting.again(session, moment) if store.alone(session) else []
            if told := tell(session, again, moment):
                self._ledger.record(session, MovesFollowed(told=told, recalled=()))

    def _once(self) -> int | None:
        moment = self._clock()
        with self._database.transaction() as session:
            if not store.alone(session) or not (due := store.take(session, MOST_DUE)):
                return None
            moved = _Following(session, self._hosts, due, moment).run()
            watched = self._watching.follow(session, due, today(moment))
            recalled = recall(session, moved.recalled + watched.recalled, moment)
            waits = waiting.follow(session, due, moment)
            notices = tell(session, [*moved.items, *watched.items, *waits], moment)
            if notices or recalled:
                self._ledger.record(session, MovesFollowed(told=notices, recalled=recalled))
        return len(due)


class _Following:
    """Follows some records inside one transaction."""

    def __init__(self, session: Session, hosts: Hosts, due: list[UUID], moment: datetime) -> None:
        self._session, self._hosts, self._moment = session, hosts, moment
        self._today = today(moment)
        groups = grouped(around(session, due))
        self._trails = rules.trails_of(due, groups)
        self._trail = {record: trail for trail in self._trails for record in trail}
        self._records = sorted(self._trail)
        self._held = store.held(
            session, self._records, self._today, taking_up=sorted(rules.TAKING_UP), cases=sorted(rules.CASES)
        )
        self._news = News([], [])

    def run(self) -> News:
        """Return whom to tell what."""
        self._meet()
        lives_in = self._hosts.of(self._session, [h for h in self._held.values() if h.current or h.handed_on])
        self._orphans(lives_in)
        self._placements(lives_in)
        self._returned()
        return self._news

    def _meet(self) -> None:
        known = {(m.record_a, m.record_b): m.id for m in store.meetings(self._session, self._records)}
        may = {pair for trail in self._trails for pair in rules.may_meet(trail, self._held)}
        parted = [meeting for pair, meeting in known.items() if pair not in may]
        store.part(self._session, parted)
        self._news.recalled += parted
        new = [pair for pair in sorted(may - known.keys()) if rules.should_meet(pair, self._held)]
        for meeting in store.meet(self._session, new, self._moment) if new else ():
            pair = (meeting.record_a, meeting.record_b)
            for one, other in (pair, pair[::-1]):
                self._say(NoticeKind.SHARED, meeting.id, self._held[one].authority, one, other)

    def _orphans(self, lives_in: Mapping[UUID, str]) -> None:
        """List whom nobody took up; where people are asked whether somebody has, later, and told as that."""
        known = {orphan.record_id: orphan for orphan in store.orphans(self._session, self._records)}
        candidates = [h for h in self._held.values() if h.handed_on and not h.current]
        doubted = set(store.in_doubt(self._session, [h.id for h in candidates]) if candidates else ())
        found = [h for h in candidates if self._is_orphan(h, doubted=h.id in doubted, listed=h.id in known)]
        self._found_again(known, {h.id for h in found})
        rows = [(h.id, h.handed_on, lives_in.get(h.id)) for h in found if h.handed_on and h.id not in known]
        for orphan, record in store.add_orphans(self._session, rows, self._moment) if rows else ():
            kind = NoticeKind.ORPHAN_ASKED if record in doubted else NoticeKind.ORPHANED
            for authority in {self._held[record].authority, lives_in.get(record)} - {None}:
                self._say(kind, orphan, str(authority), record, record)
        self._decided({known[h.id].id: h.id for h in found if h.id in known.keys() - doubted})

    def _decided(self, orphans: Mapping[UUID, UUID]) -> None:
        """Tell whoever was told that people are asked of a child, once nobody has it after all."""
        for orphan, authority in store.asked_of(self._session, list(orphans)) if orphans else ():
            self._say(NoticeKind.ORPHANED, orphan, authority, orphans[orphan], orphans[orphan])

    def _is_orphan(self, record: Held, *, doubted: bool, listed: bool) -> bool:
        others = self._others(record.id)
        return rules.orphaned(record, others, doubted=doubted, listed=listed, today=self._today)

    def _found_again(self, known: Mapping[UUID, Orphan], orphaned: set[UUID]) -> None:
        found = [orphan.id for record, orphan in known.items() if record not in orphaned]
        store.drop_orphans(self._session, found)
        self._news.recalled += found

    def _placements(self, lives_in: Mapping[UUID, str]) -> None:
        """Tell hosts of children of others; one that holds the child itself was told that already."""
        stand = {record: host for record, host in lives_in.items() if self._is_hosted(record, host)}
        known = store.placements(self._session, self._records)
        gone = [p.id for p in known if stand.get(p.record_id) != p.host]
        store.displace(self._session, gone)
        self._news.recalled += gone
        stays = {p.record_id for p in known} - {p.record_id for p in known if p.id in gone}
        new = [(record, host) for record, host in stand.items() if record not in stays]
        for placement in store.place(self._session, new, self._moment) if new else ():
            self._say(
                NoticeKind.OUT_OF_AREA, placement.id, placement.host, placement.record_id, placement.record_id
            )

    def _is_hosted(self, record: UUID, host: str) -> bool:
        """Tell whether a child of another lives in the host's area, worked with or just handed on."""
        held, others = self._held[record], self._others(record)
        return (held.current or rules.between_two(held, others)) and all(o.authority != host for o in others)

    def _returned(self) -> None:
        """Tell who noted a child as leaving England that an authority works with the child again.

        Who worked with the child when it left, and has not said yet that this is over, is no return.
        """
        for left in hand_over_store.asleep(self._session, self._records):
            if left.record is None:
                continue
            others = self._others(left.record)
            noted = today(left.offered_at)
            again = (h for h in others if h.since and h.since >= noted and h.authority != left.sender)
            back = next(again, None)
            if back is not None:
                hand_over_store.wake(self._session, left.id, self._moment)
                self._say(NoticeKind.RETURNED, left.id, left.sender, left.record, back.id)

    def _others(self, record: UUID) -> list[Held]:
        """Return the other visible records of a record's trail."""
        trail = self._trail.get(record, frozenset())
        return [self._held[other] for other in trail if other != record and other in self._held]

    def _say(self, kind: NoticeKind, cause: UUID, authority: str, record: UUID, other: UUID) -> None:
        self._news.items.append(
            Telling(authority=authority, kind=kind, cause=cause, record=record, other=other)
        )
