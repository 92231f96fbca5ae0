"""Subject access: two people, one command, and a pack of data, sources, who looked and why.

What is shielded, or not confirmed, is in no pack: a keeper gives it by hand, to whom the keeper trusts. So a
pack about a shielded child is the pack about a child whom nobody knows. A sensitive service is in the young
person's own pack alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access import store as access_store
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger, Receipt
from fingerpost.ledger.events import AnyEvent, LookupAnswered, SubjectAccessAsked, SubjectAccessMade
from fingerpost.ledger.movings import NoticesRead
from fingerpost.rights import pack, store
from fingerpost.rights.request import DUE_DAYS, Delay, HeldBack, Requester
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.register import KIND_PREFIX
from fingerpost.signposts.sensitive import read_note
from fingerpost.signposts.trails import grouped
from fingerpost.signposts.trails_store import around
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Level

SHOWING = ("lookup_answered", "notices_read")  # the kinds of entry that say which signposts were shown


class Made(Struct, frozen=True):
    """A pack and the receipt of its entry on the ledger."""

    pack: pack.Pack
    receipt: Receipt


class SubjectAccess:
    """Takes requests and makes packs. `database` connects as the role of rights."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def ask(
        self, authority: str, reference: str, requester: Requester, by: Person,
        held_back: HeldBack | None = None,
    ) -> UUID:  # fmt: skip
        """Take a request down: whose right to receive was seen. Return its id, whoever is or is not held."""
        who, moment = self._reviewers.allow(by, RecordsAct.SUBJECT_ACCESS, {authority}), self._clock()
        if held_back is not None:
            held_back.check(today(moment))
        delay = (held_back.until, held_back.because.value) if held_back else (None, None)
        request, due = uuid4(), today(moment) + timedelta(days=DUE_DAYS)
        token = self._vault.reference(authority, reference)
        with self._database.transaction() as session:
            if access_store.authority_name(session, authority) is None:
                raise NotFound("there is no authority of that code")
            store.add(session, (request, authority, token, requester.value, *delay, who, moment, due))
            event = SubjectAccessAsked(
                request=request, authority=authority, requester=requester.value, by=str(by),
                held_back=delay[1] or "",
            )  # fmt: skip
            self._ledger.record(session, event)
        return request

    def waiting(self, by: Person, most: int = 100) -> list[store.Waiting]:
        """Return the requests to the person's authority that wait for a pack. It tells of no child."""
        self._reviewers.allow(by, RecordsAct.SUBJECT_ACCESS, {by.authority}, recorded=False)
        with self._database.statement() as session:
            return store.waiting(session, by.authority, most)

    def make(self, request: UUID, authority: str, reference: str, by: Person) -> Made:
        """Make the pack that another person took the request for; `reference` proves it is of that child."""
        who, moment = self._reviewers.allow(by, RecordsAct.SUBJECT_ACCESS, {authority}), self._clock()
        with self._database.transaction() as session:
            row = store.one(session, request)
            token = self._vault.reference(authority, reference)
            if row is None or (row.authority, row.reference) != (authority, token):
                raise NotFound("no request with that id is about that child")
            if row.asked_by == who:
                raise Refused("whoever took the request down does not make the pack: that takes another")
            if row.made_at and row.due_on < today(moment):
                raise Refused("its pack was made, and the time for that request is over: take down a new one")
            made = self._pack(session, row, reference, moment)
            store.made(session, request, who, moment)
            event = SubjectAccessMade(
                request=request, authority=authority, by=str(by), signposts=_pointers(made)
            )
            return Made(made, self._ledger.record(session, event))

    def _pack(self, session: Session, row: store.Row, reference: str, moment: datetime) -> pack.Pack:
        requester = Requester(row.requester)
        tokens = (row.reference, self._vault.reference(row.authority, KIND_PREFIX + reference))
        themselves = requester is Requester.YOUNG_PERSON
        own = store.own(session, row.authority, tokens, sensitive=themselves)
        # Where a child lives and who else works with it may be what one parent must not learn of the other.
        parent = requester is Requester.PARENT
        groups = grouped([] if parent else around(session, own))
        trail = sorted({member for record in own for member in groups.of(record)})
        held = store.held(session, trail)
        pointers = store.pointers(session, [one.record.id for one in held])
        records = tuple(self._record(one, pointers, homes=not parent) for one in held)
        held_back = _held_back(row, moment)
        return pack.Pack(
            made_at=moment, requester=requester.label, records=records,
            looks=() if held_back else self._looks(session, pointers), looks_held_back=held_back,
            rights=pack.RIGHTS,
        )  # fmt: skip

    def _record(self, held: store.Held, pointers: Sequence[store.Pointer], *, homes: bool) -> pack.Record:
        record, note = held.record, None
        if held.note is not None and held.note_cohort is not None:
            note = read_note(self._vault, record.id, record.authority, held.note_cohort, held.note)
        return pack.Record(
            authority=held.authority_name,
            details=pack.details(self._vault.open_details(record), homes=homes),
            signposts=pack.by_record(pointers, record.id), sensitive=note and pack.sensitive(note),
        )  # fmt: skip

    def _looks(self, session: Session, pointers: Sequence[store.Pointer]) -> tuple[pack.Look, ...]:
        """Return who was shown any of these signposts, oldest first: role and body, never a name."""
        services = {row.id: pack.pointer(row).service for row in pointers}
        if not services:
            return ()
        bodies = store.names(session)
        found = (
            _look(*entry, services, bodies) for kind in SHOWING for entry in self._entries(session, kind)
        )
        return tuple(sorted(filter(None, found), key=lambda look: look.at))

    def _entries(self, session: Session, kind: str) -> Iterator[tuple[datetime, AnyEvent | None]]:
        after = 0
        while rows := store.entries(session, kind, after):
            after = rows[-1].position
            yield from ((row.recorded_at, self._ledger.said(row)) for row in rows)


def _look(
    at: datetime, event: AnyEvent | None, services: Mapping[UUID, str], bodies: Mapping[str, str]
) -> pack.Look | None:
    if isinstance(event, LookupAnswered):
        authority, purpose = event.asker.authority, event.purpose.label
        role = event.asker.role.label if event.asker.role else ""
        shown = [(services[d.signpost], d.level.value) for d in event.disclosed if d.signpost in services]
    elif isinstance(event, NoticesRead):
        authority, role, purpose = event.by.partition("/")[0], "", "a notice to its authority was read"
        shown = [(services[one], Level.CONTACT.value) for one in event.disclosed if one in services]
    else:
        return None  # its audit key is gone, or it was changed
    if not shown:
        return None
    return pack.Look(
        at=at, authority=bodies.get(authority, authority), role=role, purpose=purpose,
        shown=pack.levels(shown),
    )  # fmt: skip


def _held_back(row: store.Row, moment: datetime) -> str:
    if row.held_back_until is None or row.held_back_because is None or row.held_back_until <= today(moment):
        return ""
    because = Delay(row.held_back_because).label
    return f"Held back until {row.held_back_until:%-d %B %Y}, because {because}. Ask again from that day."


def _pointers(made: pack.Pack) -> tuple[UUID, ...]:
    return tuple(signpost.id for record in made.records for signpost in record.signposts)
