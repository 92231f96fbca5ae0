"""Questions that stand: watches (design, section 2), asked again with every record that changes.

What was asked stays where it is, sealed on the ledger; a watch is its entry's id and keyed tokens. Asked
again, it finds what a lookup would find then, and no more: what cannot be sensed is in no index it reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.matrix import row_for
from fingerpost.db.database import Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LookupAnswered
from fingerpost.ledger.store import Stored
from fingerpost.moves import watch_store as store
from fingerpost.moves.watch_store import Hit, Watched
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling
from fingerpost.signposts.apart import lives
from fingerpost.signposts.trails import is_sure
from fingerpost.vault import Vault
from fingerpost.words.vocabulary import AlertKind, Level, Service

MOST_RENEWED = 500  # in one transaction
# What was answered beside the truth, on purpose, is never followed.
BESIDE_THE_TRUTH = frozenset({AlertKind.CONFLICT, AlertKind.HONEY})


class News(Struct):
    """Whom to tell what, and the causes of what is not so any more."""

    items: list[Telling]
    recalled: list[UUID]


class _Found(Struct, frozen=True):
    """A record that a question surely finds now: whose it is, who asked, and in which entry."""

    authority: str
    asker: str
    entry: UUID


class Watching:
    """Keeps questions that stand, inside the caller's transaction."""

    def __init__(self, vault: Vault, ledger: Ledger) -> None:
        self._vault, self._ledger = vault, ledger

    def asked(self, row: Stored) -> LookupAnswered | None:
        """Return the answer that an entry holds; None where it is none, or cannot be read any more."""
        event = self._ledger.said(row)
        return event if isinstance(event, LookupAnswered) else None

    def stand(
        self, session: Session, entry: UUID, asked: LookupAnswered, *, standing: UUID, until: date
    ) -> bool:
        """Let a question stand until a day, for an answer or an alert. Tell whether it does so newly."""
        index = (self._vault.index_generations()[-1], self._vault.question(asked.asked).tokens)
        return store.stand(session, entry, standing, until, index)

    def follow(self, session: Session, changed: Sequence[UUID], day: date) -> News:
        """Ask again what stands near records that changed."""
        return self.look(session, store.concerned(session, changed), day, changed)

    def look(
        self, session: Session, standing: Sequence[UUID], day: date, changed: Iterable[UUID] = ()
    ) -> News:
        """Ask again what stands for these; of records that `changed`, take back what is not so any more."""
        news, may_be_gone = News([], []), set(changed)
        watched = store.watched(session, standing) if standing else []
        hits = store.hits(session, standing) if standing else []
        for one in standing:
            before = {hit.record_id: hit for hit in hits if hit.standing == one}
            found = self._found(session, [w for w in watched if w.standing == one], day)
            news.recalled += [before[record].id for record in before.keys() & may_be_gone - found.keys()]
            # Told already, or by another question only, which may find it no more.
            news.items += [t for r in before.keys() & found.keys() for t in _tellings(before[r], found[r])]
            of = lives(session, self._vault, {*before, *found}) if len({*before, *found}) > 1 else {}
            for record in _of_one_life(before, found, of):
                hit = Hit(uuid4(), one, record, found[record].authority)
                store.hit(session, hit)
                news.items += _tellings(hit, found[record])
        store.take_back(session, news.recalled)
        news.items = _once_each(session, news.items)
        return news

    def behind(self, session: Session) -> list[UUID]:
        """Return some of what stands by tokens of a key of the index that is not the live one."""
        return store.behind(session, self._vault.index_generations()[-1], MOST_RENEWED)

    def renew(self, session: Session, standing: Sequence[UUID], day: date) -> list[Telling]:
        """Bring these under the live key, and ask again: return what is to be told that came meanwhile."""
        generation = self._vault.index_generations()[-1]
        for watch in store.watched(session, standing):
            asked = self.asked(watch.asked)
            tokens = self._vault.question(asked.asked).tokens if asked else []
            store.renew(session, watch.id, generation, tokens)
        return self.look(session, standing, day).items

    def _found(self, session: Session, watched: Iterable[Watched], day: date) -> dict[UUID, _Found]:
        """Return the records that these questions find now, the surest of each first."""
        found: dict[UUID, _Found] = {}
        for watch in watched:
            asked = self.asked(watch.asked)
            if asked is None or BESIDE_THE_TRUTH & set(asked.alerts):
                continue
            late = watch.standing == watch.asked.id  # what one holds oneself is no news
            for record, authority in self._sure(session, asked, day):
                if not (late and authority == asked.asker.authority):
                    found.setdefault(record, _Found(authority, asked.asker.authority, watch.asked.id))
        return found

    def _sure(self, session: Session, asked: LookupAnswered, day: date) -> list[tuple[UUID, str]]:
        """Return (record, its authority) of what the asker would surely be shown now, the surest first."""
        role = asked.asker.role
        row = row_for(role, asked.purpose) if role else None
        if row is None:
            return []
        question = self._vault.question(asked.asked)
        near = {c.id: c for c in store.candidates(session, question.tokens)}
        alike = self._vault.alike(question, near.values())
        sure = [a for a in alike if is_sure(a.band, doubted=a.doubted, one_authority=False)]
        services = store.services(session, [a.record for a in sure], day) if sure else []
        shown = {r for r, service in services if row.levels[Service(service)] is not Level.NONE}
        surest = sorted((a for a in sure if a.record in shown), key=lambda a: -a.bits)
        return [(a.record, near[a.record].authority) for a in surest]


def _once_each(session: Session, items: Sequence[Telling]) -> list[Telling]:
    """Leave out a late hit of which the authority was told by another of its questions."""
    late = {item.other for item in items if item.kind is NoticeKind.LATE_HIT and item.other}
    told: set[tuple[str, UUID | None]] = set()
    if late:
        told.update(store.late_hits(session, sorted(late)))
    kept: list[Telling] = []
    for item in items:
        if item.kind is NoticeKind.LATE_HIT:
            if (item.authority, item.other) in told:
                continue
            told.add((item.authority, item.other))
        kept.append(item)
    return kept


def _of_one_life(before: Iterable[UUID], found: Iterable[UUID], lives: Mapping[UUID, UUID]) -> list[UUID]:
    """Return what is new of what was found: of lives that must never be joined, the first stands."""
    stands = list(before)
    new = [record for record in found if record not in stands]
    for record in new:
        if len({lives.get(other) for other in (record, *stands)} - {None}) < 2 or record not in lives:
            stands.append(record)
    return [record for record in new if record in stands]


def _tellings(hit: Hit, found: _Found) -> list[Telling]:
    """Return whom to tell that a question found a record: of an alert, both sides."""
    if hit.standing == found.entry:
        return [
            Telling(
                authority=found.asker, kind=NoticeKind.LATE_HIT, cause=hit.id, other=hit.record_id,
                entry=found.entry,
            )
        ]  # fmt: skip
    if hit.authority == found.asker:
        return [Telling(authority=hit.authority, kind=NoticeKind.ALERT, cause=hit.id, record=hit.record_id)]
    return [
        Telling(
            authority=hit.authority, kind=NoticeKind.ALERT, cause=hit.id, record=hit.record_id,
            ring_at=found.asker,
        ),
        Telling(
            authority=found.asker, kind=NoticeKind.ALERT_FOUND, cause=hit.id, other=hit.record_id,
            entry=found.entry,
        ),
    ]  # fmt: skip
