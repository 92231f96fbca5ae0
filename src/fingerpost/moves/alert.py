"""Alerts of missing families: raised by one person, let out by a senior, called back from all they reached.

Nobody is sent a child's details. Whoever raises one has asked about each child, as every question is asked:
an alert lets those questions stand, for the nation. To the shields each is a question like any other.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import unique
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import MissingAlertMoved, MissingAlertsShown
from fingerpost.ledger.spoken import meant, speakable
from fingerpost.moves import alert_store as store
from fingerpost.moves.alert_store import Row, Sweep
from fingerpost.moves.watch import Watching
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling, recall, tell
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.vocabulary import Labelled, Purpose

MOST_CHILDREN = 12  # of one family
MOST_DAYS = 28  # one that has to last longer is raised again, and approved again
ASK_WITHIN = timedelta(days=1)
MOST_MEANT = 1000  # alerts of one authority, the newest, that may be meant by what is said aloud
KEPT = timedelta(days=365)  # that there was one, after its end


@unique
class AlertState(Labelled):
    """Where an alert stands."""

    RAISED = "raised", "waits for a senior's approval; nobody is told yet"
    OUT = "out", "out: every authority is looked through, and with each of its feeds again"
    ENDED = "ended", "called back from everybody it reached"


@unique
class EndReason(Labelled):
    """Why an alert ended."""

    FOUND = "found", "the family was found"
    MISTAKEN = "mistaken", "the family was not missing"
    REFUSED = "refused", "the senior did not approve"
    EXPIRED = "expired", "its last day is over"


_NONE = "this authority raised no alert with that id"
ENDS = tuple(reason for reason in EndReason if reason is not EndReason.EXPIRED)  # what a person may say


class Alert(Struct, frozen=True, kw_only=True):
    """An alert as its own authority sees it. `hits`: records of the family, of which both sides are told.

    `spoken` is how its id is said aloud.
    """

    id: UUID
    spoken: str
    state: AlertState
    raised_at: datetime
    approved_at: datetime | None
    until: date
    reason: EndReason | None
    hits: int
    sweeps: tuple[Sweep, ...]


class Alerts:
    """Keeps alerts. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._ledger, self._clock = database, ledger, clock
        self._watching = Watching(vault, ledger)
        self._reviewers = Reviewers(database, ledger, clock)

    def raise_(self, entries: Sequence[UUID], until: date, by: Person) -> Alert:
        """Raise an alert of the children whom the person's own answers of today asked about."""
        who = self._reviewers.allow(by, RecordsAct.ALERT_RAISE, {by.authority})
        moment, alert = self._clock(), uuid4()
        if not today(moment) <= until <= today(moment) + timedelta(days=MOST_DAYS):
            raise Invalid(Problem("until", f"must be within {MOST_DAYS} days; for longer it is raised again"))
        asked = sorted(set(entries))
        if not 1 <= len(asked) <= MOST_CHILDREN:
            raise Invalid(Problem("entries", f"must be from one to {MOST_CHILDREN}, of one family"))
        with self._database.transaction() as session:
            if not self._all_asked(session, asked, by, moment):
                raise NotFound(
                    "each must be an answer of yours of the last day, for the purpose missing child"
                )
            store.add(session, (alert, by.authority, asked, who, moment, until))
            return self._moved(session, alert, str(by), ())

    def approve(self, alert: UUID, by: Person) -> Alert:
        """Let an alert out, as a senior who did not raise it. It is looked for within seconds."""
        who = self._reviewers.allow(by, RecordsAct.ALERT_APPROVE, {by.authority})
        moment = self._clock()
        with self._database.transaction() as session:
            row = self._own(session, alert, by)
            if row.raised_by == who:
                raise Refused("a senior who did not raise the alert has to approve it")
            if AlertState(row.state) is not AlertState.RAISED:
                raise Invalid(Problem("alert", f"is {row.state} and cannot be approved"))
            store.approve(session, alert, who, moment)
            return self._moved(session, alert, str(by), ())

    def end(self, alert: UUID, reason: EndReason, by: Person) -> Alert:
        """Call an alert back from everybody it reached."""
        self._reviewers.allow(by, RecordsAct.ALERT_RAISE, {by.authority})
        if reason not in ENDS:
            raise Invalid(Problem("reason", f"must be one of {', '.join(ENDS)}"))
        with self._database.transaction() as session:
            row = self._own(session, alert, by)
            if AlertState(row.state) is AlertState.ENDED:
                raise Invalid(Problem("alert", "has ended already"))
            return self._end(session, row, reason, str(by))

    def listed(self, by: Person, most: int = 20) -> list[Alert]:
        """Return the alerts of the person's authority: what has not ended first, then the newest."""
        self._reviewers.allow(by, RecordsAct.ALERT_RAISE, {by.authority})
        with self._database.transaction() as session:
            alerts = store.of_authority(session, by.authority, most)
            self._ledger.record(session, MissingAlertsShown(by=str(by), alerts=tuple(alerts)))
            return [self._shown(session, self._found(session, alert)) for alert in alerts]

    def meant(self, text: str, by: Person) -> UUID:
        """Return which alert of their authority a person means, by its id or as it is said aloud."""
        with self._database.statement() as session:
            return meant(text, lambda: store.of_authority(session, by.authority, MOST_MEANT))

    def pass_time(self) -> None:
        """End what is over."""
        moment = self._clock()
        with self._database.statement() as session:
            expired = store.expired(session, today(moment))
        for alert in expired:  # each by itself: what is kept beside the database of one waits for no other
            with self._database.transaction() as session:
                store.lock(session, alert)
                row = self._found(session, alert)
                if AlertState(row.state) is not AlertState.ENDED:
                    self._end(session, row, EndReason.EXPIRED, "")
        with self._database.statement() as session:
            store.forget(session, moment - KEPT)

    def end_again(self, event: MissingAlertMoved, moment: datetime) -> None:
        """End an alert that a restored database has out again, if an entry says that it had ended."""
        if AlertState(event.state) is not AlertState.ENDED:
            return
        with self._database.transaction() as session:
            store.lock(session, event.alert)
            row = store.find(session, event.alert)
            if row is not None and AlertState(row.state) is not AlertState.ENDED:
                self._call_back(session, row, EndReason(event.reason or EndReason.EXPIRED), moment)

    def _all_asked(self, session: Session, entries: Sequence[UUID], by: Person, moment: datetime) -> bool:
        """Tell whether the person asked all of these, lately, for a missing child."""
        read = [self._watching.asked(row) for row in store.answers(session, entries, moment - ASK_WITHIN)]
        own = [
            asked for asked in read
            if asked and asked.purpose is Purpose.MISSING_CHILD
            and (asked.asker.authority, asked.asker.practitioner) == (by.authority, by.reference)
        ]  # fmt: skip
        return len(own) == len(entries)

    def _end(self, session: Session, row: Row, reason: EndReason, by: str) -> Alert:
        return self._moved(session, row.id, by, self._call_back(session, row, reason, self._clock()))

    def _call_back(self, session: Session, row: Row, reason: EndReason, moment: datetime) -> tuple[UUID, ...]:
        """Recall every notice of an alert; whom none is left to be recalled from is told that it is over."""
        store.no_more(session, row.id)
        reached = store.reached(session, row.id)
        told = store.still_told(session, [hit for _, hit, _ in reached])
        recalled = recall(session, [hit for _, hit, was_recalled in reached if not was_recalled], moment)
        others = sorted({authority for authority, _, _ in reached} - {*told, row.authority})
        items = [
            Telling(
                authority=authority, kind=NoticeKind.ALERT_ENDED, cause=row.id, ring_at=row.authority
            )
            for authority in others
        ]  # fmt: skip
        ended = tell(session, items, moment)
        store.end(session, row.id, reason.value, moment)
        return *recalled, *ended

    def _own(self, session: Session, alert: UUID, by: Person) -> Row:
        store.lock(session, alert)
        row = self._found(session, alert)
        if row.authority != by.authority:
            raise NotFound(_NONE)
        return row

    def _moved(self, session: Session, alert: UUID, by: str, told: tuple[UUID, ...]) -> Alert:
        row = self._found(session, alert)
        event = MissingAlertMoved(
            by=by,
            alert=alert,
            authority=row.authority,
            state=row.state,
            reason=row.reason or "",
            entries=tuple(row.entries),
            told=told,
        )
        self._ledger.record(session, event)
        return self._shown(session, row)

    def _found(self, session: Session, alert: UUID) -> Row:
        row = store.find(session, alert)
        if row is None:
            raise NotFound(_NONE)
        return row

    def _shown(self, session: Session, row: Row) -> Alert:
        return Alert(
            id=row.id, spoken=speakable(row.id), state=AlertState(row.state), raised_at=row.raised_at,
            approved_at=row.approved_at,
            until=row.until, reason=EndReason(row.reason) if row.reason else None, hits=row.hits,
            sweeps=tuple(store.sweeps(session, row.id)),
        )  # fmt: skip
