"""What an authority's people read and acknowledge. Reading shows another's team, so it is recorded."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.access.matrix import level
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import NoticeAcknowledged, NoticesRead
from fingerpost.ledger.spoken import speakable
from fingerpost.lookup.answer import Contact
from fingerpost.lookup.contact import contact_at
from fingerpost.lookup.store import SignpostRow, signposts
from fingerpost.notices import prove_store, store
from fingerpost.notices.kinds import NoticeKind, Step
from fingerpost.notices.store import NoticeRow, TeamRow, Waiting
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.trails_store import sealed
from fingerpost.vault import Candidate, Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound
from fingerpost.words.vocabulary import Level, Purpose, Role, Service


class Team(Struct, frozen=True, kw_only=True):
    """Whom to ring. Which service, in which role and since when is for that team to tell.

    `status` is current or previous; front door, where the authority itself is rung; your own, of a test.
    """

    authority: str
    authority_name: str
    team: str
    status: str
    contact: Contact


class Item(Struct, frozen=True, kw_only=True):
    """One thing an authority is told.

    `reference` is its own of the child, null where it holds none. `asked` is the spoken reference of an
    answer. `cause` names what both sides mean when they speak on the phone, a hand-over say: `spoken` aloud.
    Recalled: not so any more.
    """

    id: UUID
    kind: NoticeKind
    words: str
    told_at: datetime
    step: Step
    cause: UUID
    spoken: str
    reference: str | None
    asked: str | None
    ring: tuple[Team, ...]
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    recalled_at: datetime | None


class Inbox:
    """An authority's notices. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def items(
        self, by: Person, *, most: int = 100, acknowledged: bool = False, kind: NoticeKind | None = None,
        after: UUID | None = None,
    ) -> list[Item]:  # fmt: skip
        """Return what waits for the person's authority, oldest first: of one kind, after one of them.

        If asked, what was acknowledged too.
        """
        self._reviewers.allow(by, RecordsAct.NOTICES, {by.authority})
        moment = self._clock()
        with self._database.transaction() as session:
            rows = store.items(
                session, by.authority, most, acknowledged=acknowledged, kind=kind or "", after=after
            )
            own = sealed(session, [row.record_id for row in rows if row.record_id])
            shown = self._shown(session, by.authority, rows, moment)
            disclosed = {s.id for some in shown.values() for s in some}
            self._ledger.record(
                session,
                NoticesRead(
                    by=str(by), notices=tuple(r.id for r in rows), disclosed=tuple(sorted(disclosed))
                ),
            )
            others = _others(session, rows, moment)
        return [self._item(row, by.authority, own, _ring(row, shown, others, moment)) for row in rows]

    def waiting(self, authority: str, most: int = 100) -> tuple[int, list[Waiting]]:
        """Return how many items wait for an authority, and which: for a system that polls."""
        with self._database.statement() as session:
            return store.count_waiting(session, authority), store.waiting(session, authority, most)

    def count(self, authority: str) -> int:
        """Return how many items wait for an authority."""
        with self._database.statement() as session:
            return store.count_waiting(session, authority)

    def acknowledge(self, notice: UUID, by: Person) -> None:
        """Note that a person of the authority has seen a notice. The first to say so stands."""
        who = self._reviewers.allow(by, RecordsAct.NOTICES, {by.authority})
        moment = self._clock()
        with self._database.transaction() as session:
            if not store.acknowledge(session, notice, by.authority, who, moment):
                raise NotFound("no notice with that id waits for this authority")
            prove_store.answered(session, notice, today(moment), moment)
            self._ledger.record(session, NoticeAcknowledged(by=str(by), notice=notice))

    def _shown(
        self, session: Session, authority: str, rows: Iterable[NoticeRow], moment: datetime
    ) -> Mapping[UUID, list[SignpostRow]]:
        """Return the signposts whose teams may be shown, by record: one for each team, none recalled."""
        others = {row.other_id for row in rows if row.other_id and row.recalled_at is None}
        found: dict[UUID, list[SignpostRow]] = {}
        seen: set[tuple[UUID, str]] = set()
        rows_of = signposts(session, sorted(others), today(moment), sensitive=False) if others else ()
        for row in rows_of:
            may = level(Role.SOCIAL_WORKER, Purpose.TRANSFER_IN, Service(row.service)) is not Level.NONE
            if may and row.authority != authority and (row.record_id, row.team) not in seen:
                seen.add((row.record_id, row.team))
                found.setdefault(row.record_id, []).append(row)
        return found

    def _item(
        self, row: NoticeRow, authority: str, own: Mapping[UUID, Candidate], ring: tuple[Team, ...]
    ) -> Item:
        kind = NoticeKind(row.kind)
        record = own.get(row.record_id) if row.record_id else None
        return Item(
            id=row.id, kind=kind, words=kind.label, told_at=row.told_at, step=Step(row.step), cause=row.cause,
            spoken=speakable(row.cause),
            reference=own_reference(self._vault, record, authority),
            asked=speakable(row.entry) if row.entry else None, ring=ring,
            acknowledged_by=row.acknowledged_by,
            acknowledged_at=row.acknowledged_at, recalled_at=row.recalled_at,
        )  # fmt: skip


def own_reference(vault: Vault, record: Candidate | None, authority: str) -> str | None:
    """Return an authority's own reference of a record; None where it is another's, or its key is gone."""
    if record is None or record.authority != authority:
        return None
    try:
        return vault.own_reference(record)
    except KeyDestroyed:
        return None


def _others(session: Session, rows: Iterable[NoticeRow], moment: datetime) -> Mapping[str | UUID, Team]:
    """Return the front doors that notices name, by authority, and the teams whose tests they are, by id."""
    doors = store.front_doors(session, sorted({row.ring_at for row in rows if row.ring_at}))
    tested = store.teams(session, sorted({row.tested for row in rows if row.tested}))
    found: dict[str | UUID, Team] = {row.authority: _team(row, "front door", moment) for row in doors}
    return found | {row.id: _team(row, "your own", moment) for row in tested if row.id}


def _ring(
    row: NoticeRow, shown: Mapping[UUID, list[SignpostRow]], others: Mapping[str | UUID, Team],
    moment: datetime,
) -> tuple[Team, ...]:  # fmt: skip
    """Return whom to ring: nobody, where the notice is not so any more."""
    if row.recalled_at is not None:
        return ()
    signposts = shown.get(row.other_id, ()) if row.other_id else ()
    teams = [_team(one, "current" if one.ended is None else "previous", moment) for one in signposts]
    return (*teams, *(others[key] for key in (row.ring_at, row.tested) if key and key in others))


def _team(row: SignpostRow | TeamRow, status: str, moment: datetime) -> Team:
    return Team(
        authority=row.authority, authority_name=row.authority_name, team=row.team, status=status,
        contact=contact_at(row, moment),
    )  # fmt: skip
