"""The staffed desk: what a reference said on the phone stands for, and whether a keeper must be rung.

The desk learns whom to ring, never which child, which shield or which service. Every reference is looked up
the same way, whatever it stands for, and dies after a day.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import DeskAnswered
from fingerpost.ledger.spoken import heard
from fingerpost.shields import watch_store as store
from fingerpost.shields.watch import REFERENCE_HOURS, Watch, desk_token
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.errors import Invalid, NotFound, Problem


class ToRing(Struct, frozen=True):
    """An authority that must be rung, with its emergency duty phone ("" where it named none)."""

    authority: str
    authority_name: str
    duty_phone: str
    done: bool


class Call(Struct, frozen=True):
    """What the desk is shown of a reference. `to_ring` is empty where nobody has to be rung."""

    reference: str
    entry: UUID
    to_ring: tuple[ToRing, ...]


class Desk:
    """Answers for the desk. `database` connects as the role of the shields."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)
        self._watch = Watch(database, vault, ledger, clock)

    def look_up(self, said: str, by: Person) -> Call:
        """Return whether somebody must be rung for a reference; raise `NotFound` once it is a day old."""
        reference = heard(said)
        if reference is None:
            raise Invalid(Problem("reference", "is two groups of four letters and digits; ask again"))
        self._reviewers.allow(by, RecordsAct.DESK, set())
        self._watch.watch_all()  # the caller may have been quicker than the beat
        since = self._clock() - timedelta(hours=REFERENCE_HOURS)
        with self._database.transaction() as session:
            entry = store.referred(session, desk_token(self._vault, reference), since)
            alerts = store.of_answer(session, entry) if entry else []
            phones = store.duty_phones(session, sorted({alert.authority for alert in alerts}))
            event = DeskAnswered(
                by=str(by), reference=reference, found=entry is not None, alerts=tuple(a.id for a in alerts)
            )
            self._ledger.record(session, event)
        if entry is None:
            raise NotFound(f"no answer of the last {REFERENCE_HOURS} hours has that reference; ask again")
        waiting = {alert.authority for alert in alerts if alert.done_by is None}
        to_ring = (ToRing(code, *phones[code], code not in waiting) for code in sorted(phones))
        return Call(reference, entry, tuple(to_ring))
