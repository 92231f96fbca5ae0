"""Behind the answers: every answered question is held against the shields, and their keepers are told.

A lookup never looks at a shield: to it a shielded child is absent, and so takes the same time by
construction. What was asked is looked at afterwards, on a fixed beat, from the ledger. Each beat with
questions in it adds one entry to the ledger, whether any of them touched a shield or none did: the tree says
nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import LookupAnswered, ShieldsWatched
from fingerpost.ledger.spoken import speakable
from fingerpost.ledger.store import Stored
from fingerpost.shields import watch_store as store
from fingerpost.shields.standing import StandingShields
from fingerpost.signposts import shielding_store
from fingerpost.signposts.trails_store import sealed
from fingerpost.vault import Vault
from fingerpost.words.clock import month_of, today
from fingerpost.words.errors import FingerpostError

BEAT_SECONDS = 5.0  # fixed: that there was something to tell does not show in when it is told
MOST_QUESTIONS = 500  # in a beat
REFERENCE_HOURS = 24  # how long the desk knows what a spoken reference stands for
_KEPT_YEARS = 1  # of an alert

_encode = msgspec.json.Encoder().encode


class Asked(Struct, frozen=True, kw_only=True):
    """What an alert seals: who asked, when and why, and of which shield or own reference of who is told.

    `shield` is None where a sensitive service is told; `own_reference` is empty where a keeper is. Where a
    record is `away` nobody asked: `authority` states one no more that the shield covers.
    """

    reference: str
    asked_at: datetime
    authority: str
    practitioner: str
    role: str
    purpose: str
    case_reference: str
    alert: bool = False  # by an alert of a missing family, which looks for the child everywhere
    shield: UUID | None = None
    own_reference: str = ""
    away: bool = False

    @property
    def why(self) -> str:
        """The purpose, and whether the question stands for an alert."""
        return f"{self.purpose}, by an alert that is out" if self.alert else self.purpose


_read = msgspec.json.Decoder(Asked).decode


class _Told(Struct, frozen=True):
    authority: str
    entry: UUID
    asked: Asked


class Watch:
    """Holds questions against shields. `database` connects as the role of the shields."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self.standing = StandingShields(database, vault, ledger)

    def watch(self) -> int:
        """Hold what waits against the shields. Return how many questions that were."""
        moment = self._clock()
        with self._database.transaction() as session:
            store.forget_references(session, moment - timedelta(hours=REFERENCE_HOURS))
            if not store.lock(session) or not (waiting := store.take(session, MOST_QUESTIONS)):
                return 0
            store.keep_references(session, [self._reference(row) for row in waiting])
            told = [told for row in waiting for told in self._touched(session, row)]
            # In such a beat alone: an entry of its own would show in the tree.
            told += self._away(session, moment)
            cohort = month_of(today(moment)).replace(year=today(moment).year + _KEPT_YEARS)
            keys = [self._vault.ensure_cohorts(t.authority, [cohort]) for t in told]
            rows = [(uuid4(), item) for item in told]
            store.add(
                session,
                [
                    (row, t.authority, t.entry, moment, cohort,
                     self._vault.seal_note("alert", row, t.authority, cohort, _encode(t.asked)))
                    for row, t in rows
                ],
            )  # fmt: skip
            event = ShieldsWatched(
                questions=len(waiting),
                alerts=tuple(row for row, _ in rows),
                keys_made=tuple(name for made in keys for name in made),
            )
            self._ledger.record(session, event)
        return len(waiting)

    def watch_all(self) -> int:
        """Hold all that waits against the shields. Return how many questions that were."""
        total = 0
        while done := self.watch():
            total += done
        return total

    def run(self, stopped: Event, failed: Callable[[FingerpostError], None]) -> None:
        """Watch until `stopped`. What fails is told and tried again: questions wait, none is lost.

        Before the first beat the shields are kept beside the database that are not yet.
        """
        begun = False
        while not stopped.wait(BEAT_SECONDS):
            try:
                if not begun:
                    self.standing.keep_all()
                    begun = True
                self.watch_all()
            except FingerpostError as error:
                failed(error)

    def _reference(self, row: Stored) -> tuple[bytes, UUID, datetime]:
        return desk_token(self._vault, speakable(row.id)), row.id, row.recorded_at

    def _touched(self, session: Session, row: Stored) -> Iterator[_Told]:
        """Yield who is to be told of one answer, and what."""
        event = self._ledger.said(row)
        if not isinstance(event, LookupAnswered):
            return  # what was asked is gone with its audit key, or was changed
        question = self._vault.question(event.asked)
        probes = [(0, token) for token in question.tokens]
        sources = sorted(source for _, source in shielding_store.touching(session, probes))
        hidden = sealed(session, sources)
        candidates = [*shielding_store.shields(session, sources), *hidden.values()]
        shown = [t.record for t in self._vault.touched(question, candidates) if t.shown]
        covering = {shield for shield, _ in shielding_store.covers(session, shown)}
        asked = _asked(row, event, alert=store.of_alert(session, row.id))
        told = [
            _Told(keeper, row.id, msgspec.structs.replace(asked, shield=shield))
            for shield, keeper in store.keepers(session, sorted({*shown, *covering}))
        ]
        for record in store.sensitive(session, shown):
            own = self._vault.own_reference(hidden[record])
            told.append(
                _Told(hidden[record].authority, row.id, msgspec.structs.replace(asked, own_reference=own))
            )
        # Whatever stands for an alert is held against the shields anew with every shield that is asked for.
        before = self._told_before(session, row.id) if asked.alert else set[Asked]()
        yield from (one for one in told if one.asked not in before)

    def _away(self, session: Session, moment: datetime) -> Iterator[_Told]:
        """Yield which keepers are to be told that a record under their shield is stated no more."""
        for shield, keeper, authority in store.away(session):
            asked = Asked(
                reference="", asked_at=moment, authority=authority, practitioner="", role="", purpose="",
                case_reference="", shield=shield, away=True,
            )  # fmt: skip
            yield _Told(keeper, shield, asked)

    def _told_before(self, session: Session, entry: UUID) -> set[Asked]:
        """Return what keepers and providers were told of an answer already."""
        return {opened(self._vault, alert) for alert in store.of_answer(session, entry)}


def opened(vault: Vault, alert: store.Alert) -> Asked:
    """Return what an alert tells."""
    return _read(vault.open_note("alert", alert.id, alert.authority, alert.cohort, alert.sealed))


def desk_token(vault: Vault, reference: str) -> bytes:
    """Return the keyed token of a spoken reference: all that is kept of it."""
    return vault.reference("desk", reference)


def _asked(row: Stored, event: LookupAnswered, *, alert: bool) -> Asked:
    asker = event.asker
    return Asked(
        reference=speakable(row.id), asked_at=row.recorded_at, authority=asker.authority,
        practitioner=asker.practitioner, role=asker.role.value if asker.role else "",
        purpose=event.purpose.value, case_reference=event.case_reference, alert=alert,
    )  # fmt: skip
