"""Handing over: offer, accept, decline, withdraw; and what time does. The rules are in `life`.

A child is named by the sender's own reference, or, by whoever accepted it, by the hand-over that brought it.
The other side sees no name: it sees whom to ring, and both say the hand-over's id.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.ledger import Ledger
from fingerpost.ledger.movings import HandOverMoved, HandOversListed
from fingerpost.ledger.spoken import meant, speakable
from fingerpost.moves import hand_over_store as store
from fingerpost.moves import life
from fingerpost.moves.holding import holding
from fingerpost.moves.life import DECLINES, Kind, Reason, State
from fingerpost.notices.kinds import NoticeKind
from fingerpost.notices.tell import Telling, overtake, recall, settle, tell
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.signposts.review_store import record_by
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused

ENDED_BY = {
    State.ACCEPTED: NoticeKind.HAND_OVER_ACCEPTED,
    State.DECLINED: NoticeKind.HAND_OVER_DECLINED,
    State.LAPSED: NoticeKind.HAND_OVER_LAPSED,
    State.WITHDRAWN: NoticeKind.HAND_OVER_WITHDRAWN,
}


class HandOver(Struct, frozen=True, kw_only=True):
    """A hand-over as both sides see it. `days` are working days since the offer, while it is open.

    `receiver_silent_since` warns the sender: the receiver's feed has stopped, so its inbox may be unread too.
    `spoken` is how its id is said aloud.
    """

    id: UUID
    spoken: str
    kind: Kind
    state: State
    sender: str
    sender_name: str
    receiver: str | None
    receiver_name: str | None
    offered_on: date
    days: int | None
    overdue: bool
    until: date | None
    reason: Reason | None
    receiver_silent: bool
    receiver_silent_since: datetime | None


class HandOvers:
    """Keeps hand-overs. `database` connects as the role of moves."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime],
        *, silent_after: timedelta,
    ) -> None:  # fmt: skip
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._silent_after = silent_after
        self._reviewers = Reviewers(database, ledger, clock)

    def offer(
        self, reference: str, receiver: str | None, by: Person, *, kind: Kind = Kind.RESPONSIBILITY,
        until: date | None = None,
    ) -> HandOver:  # fmt: skip
        """Offer a child of this authority, by its own reference, or by a hand-over that it accepted."""
        who = self._reviewers.allow(by, RecordsAct.HAND_OVER, {by.authority})
        moment = self._clock()
        last = life.last_day(kind, until, today(moment))
        if (receiver is None) != (kind is Kind.LEAVING) or receiver == by.authority:
            raise Invalid(
                Problem(
                    "receiver",
                    "must be one other than yours; leave it empty only if the child leaves England",
                )
            )
        with self._database.transaction() as session:
            store.take_turn(session)
            child, token = self._child(session, reference, by)
            hand_over, state = uuid4(), life.BEGINS[kind]
            if receiver and not store.is_authority(session, receiver):
                raise NotFound("no authority with that code takes part; give the GSS or ODS code")
            store.add(
                session,
                (hand_over, child, kind.value, state.value, by.authority, token, receiver, who, moment, last),
            )
            notice = NoticeKind.STAYING if kind is Kind.STAY else NoticeKind.HAND_OVER_OFFERED
            told = self._tell(session, notice, self._found(session, hand_over), [receiver], moment)
            self._record(session, str(by), hand_over, told)
            return self._shown(self._found(session, hand_over), moment)

    def accept(self, hand_over: UUID, by: Person) -> HandOver:
        """Take responsibility: from this commit on the person's authority holds the child."""
        return self._decide(hand_over, by, State.ACCEPTED, None)

    def decline(self, hand_over: UUID, by: Person, reason: Reason) -> HandOver:
        """Decline, with a reason of the closed set. The sender still holds the child."""
        if reason not in DECLINES:
            raise Invalid(Problem("reason", f"must be one of {', '.join(DECLINES)}"))
        return self._decide(hand_over, by, State.DECLINED, reason)

    def withdraw(self, hand_over: UUID, by: Person) -> HandOver:
        """Take an offer back."""
        return self._decide(hand_over, by, State.WITHDRAWN, Reason.SENDER)

    def listed(self, by: Person, most: int = 100) -> list[HandOver]:
        """Return the hand-overs of the person's authority: all that wait for an answer, then the newest."""
        self._reviewers.allow(by, RecordsAct.HAND_OVER, {by.authority})
        moment = self._clock()
        with self._database.transaction() as session:
            rows = store.of_authority(session, by.authority, most)
            self._ledger.record(session, HandOversListed(by=str(by), items=tuple(row.id for row in rows)))
        return [self._shown(row, moment) for row in rows]

    def meant(self, text: str, by: Person) -> UUID:
        """Return which hand-over of their authority a person means, by its id or as it is said aloud."""
        with self._database.statement() as session:
            return meant(text, lambda: store.ids_of(session, by.authority))

    def pass_time(self) -> int:
        """Do what time does: tell of overdue offers, let them lapse, end stays. Return how many changed."""
        moment = self._clock()
        with self._database.transaction() as session:
            return sum(self._pass(session, row, moment) for row in store.opened(session))

    def _child(self, session: Session, reference: str, by: Person) -> tuple[UUID, bytes | None]:
        """Return what a child that this authority holds is named in hand-overs, and the reference said."""
        token: bytes | None = self._vault.reference(by.authority, reference)
        record = record_by(session, by.authority, token)
        if record is None:
            token, child = None, self._accepted(session, reference, by)
            held = holding(session, children=[child])
        else:
            child, held = record, holding(session, records=[record])
        if (held.holder or by.authority) != by.authority:
            raise Refused(f"{held.holder} holds this child; only who holds a child may hand it over")
        if held.offered:
            raise Refused("this child is offered already; withdraw that offer first")
        return held.child or child, token

    def _accepted(self, session: Session, reference: str, by: Person) -> UUID:
        """Return the child of a hand-over that the person's authority accepted, by id or as it is said."""
        accepted = store.accepted_by(session, by.authority)
        try:
            return accepted[meant(reference, accepted.keys)]
        except (Invalid, NotFound, KeyError):
            raise NotFound(
                "this authority holds no child by that reference, and accepted no such hand-over"
            ) from None

    def _tell(
        self, session: Session, kind: NoticeKind, row: store.Row | store.Open,
        whom: Iterable[str | None], moment: datetime,
    ) -> tuple[UUID, ...]:  # fmt: skip
        """Tell authorities of a hand-over, with the child's record while one is held."""
        record = store.record(session, row.child, row.sender)
        items = [
            Telling(authority=authority, kind=kind, cause=row.id, record=record, other=record)
            for authority in whom if authority
        ]  # fmt: skip
        return tell(session, items, moment)

    def _decide(self, hand_over: UUID, by: Person, later: State, reason: Reason | None) -> HandOver:
        who = self._reviewers.allow(by, RecordsAct.HAND_OVER, {by.authority})
        moment = self._clock()
        with self._database.transaction() as session:
            row = self._found(session, hand_over)
            entitled = row.sender if later is State.WITHDRAWN else row.receiver
            if by.authority not in {row.sender, row.receiver}:
                raise NotFound("no hand-over with that id waits for this authority")
            if by.authority != entitled:
                raise Refused("the receiver accepts or declines; the sender withdraws")
            if later is State.ACCEPTED and State(row.state) is State.OFFERED:
                store.take_turn(session)
                if holding(session, children=[row.child]).holder != row.sender:
                    raise Refused("whoever offers this child does not hold it any more: decline, and ring")
            if not self._become(session, row, later, (reason and reason.value, who, moment)):
                state = self._found(session, hand_over).state
                raise Invalid(Problem("hand_over", f"is {state} and cannot become {later.value}"))
            settle(session, hand_over, by.authority, who, moment)
            overtake(session, hand_over)
            other = row.receiver if later is State.WITHDRAWN else row.sender
            told = self._tell(session, ENDED_BY[later], row, [other], moment)
            self._record(session, str(by), hand_over, told)
            return self._shown(self._found(session, hand_over), moment)

    def _become(
        self, session: Session, row: store.Row | store.Open, later: State,
        by: tuple[str | None, UUID | None, datetime],
    ) -> bool:  # fmt: skip
        """Let a hand-over become what it may. Tell whether it did: somebody else may have been first."""
        reason, who, moment = by
        state = State(row.state)
        return life.may_become(state, later) and store.become(
            session, row.id, (later.value, reason, who, moment, state.value)
        )

    def _pass(self, session: Session, row: store.Open, moment: datetime) -> bool:
        """Do what time does to one. Another process may have been first: then nothing is left to do."""
        day, state = today(moment), State(row.state)
        if state is not State.OFFERED:
            if row.until is None or row.until >= day:
                return False
            if not self._become(session, row, State.OVER, (None, None, moment)):
                return False
            recall(session, [row.id] if state is State.STAYING else [], moment)
            self._record(session, "", row.id, ())
            return True
        waited = life.days_waited(today(row.offered_at), day)
        if row.record is None:
            by, kind = Reason.RECORD_GONE.value, NoticeKind.HAND_OVER_WITHDRAWN
            done = self._become(session, row, State.WITHDRAWN, (by, None, moment))
        elif waited > life.LAPSE_DAYS:
            kind = NoticeKind.HAND_OVER_LAPSED
            done = self._become(session, row, State.LAPSED, (None, None, moment))
        else:
            kind = NoticeKind.HAND_OVER_OVERDUE
            late = waited > life.CLOCK_DAYS and not row.overdue_told
            done = late and store.told_overdue(session, row.id)
        if not done:
            return False
        if kind is not NoticeKind.HAND_OVER_OVERDUE:
            overtake(session, row.id)
        told = self._tell(session, kind, row, (row.sender, row.receiver), moment)
        self._record(session, "", row.id, told)
        return True

    def _found(self, session: Session, hand_over: UUID) -> store.Row:
        row = store.find(session, hand_over)
        if row is None:
            raise NotFound("no hand-over with that id waits for this authority")
        return row

    def _record(self, session: Session, by: str, hand_over: UUID, told: tuple[UUID, ...]) -> None:
        row = self._found(session, hand_over)
        event = HandOverMoved(
            by=by, hand_over=row.id, child=row.child, state=row.state, sender=row.sender,
            receiver=row.receiver, told=told,
        )  # fmt: skip
        self._ledger.record(session, event)

    def _shown(self, row: store.Row, moment: datetime) -> HandOver:
        offered, state = today(row.offered_at), State(row.state)
        days = life.days_waited(offered, today(moment)) if state is State.OFFERED else None
        reported = row.reported_at
        silent = row.receiver is not None and (reported is None or moment - reported > self._silent_after)
        return HandOver(
            id=row.id, spoken=speakable(row.id), kind=Kind(row.kind), state=state, sender=row.sender,
            sender_name=row.sender_name,
            receiver=row.receiver, receiver_name=row.receiver_name, offered_on=offered, days=days,
            overdue=days is not None and days > life.CLOCK_DAYS, until=row.until,
            reason=Reason(row.reason) if row.reason else None, receiver_silent=silent,
            receiver_silent_since=reported if silent else None,
        )  # fmt: skip
