"""All SQL of hand-overs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Parameters, Session

_HANDING_OVER = 7_310_452  # the advisory lock by which those who hand over take turns, across the nation


class Row(Struct, frozen=True):
    """A row of `hand_over`. `reported_at` is the receiver's last report; null where it never reported."""

    id: UUID
    child: UUID
    kind: str
    state: str
    sender: str
    sender_name: str
    receiver: str | None
    receiver_name: str | None
    offered_at: datetime
    until: date | None
    reason: str | None
    reported_at: datetime | None


class Open(Struct, frozen=True):
    """A hand-over that time may change. `record` is one of the child's that is held; null where none is."""

    id: UUID
    child: UUID
    state: str
    sender: str
    receiver: str | None
    offered_at: datetime
    until: date | None
    overdue_told: bool
    record: UUID | None


def accepted_by(session: Session, authority: str) -> dict[UUID, UUID]:
    """Return the children of the hand-overs that an authority accepted, by the hand-overs' ids."""
    rows = session.tuples(
        "SELECT id, child FROM hand_over WHERE receiver = %s AND state = 'accepted'", (authority,)
    )
    return dict(rows)  # pyright: ignore[reportArgumentType]


def ids_of(session: Session, authority: str) -> list[UUID]:
    """Return the hand-overs that an authority offers or is offered."""
    return session.column(
        "SELECT id FROM hand_over WHERE sender = %s UNION SELECT id FROM hand_over WHERE receiver = %s",
        (authority, authority),
    )


def is_authority(session: Session, code: str) -> bool:
    """Tell whether an authority takes part."""
    return bool(session.value("SELECT EXISTS (SELECT FROM authority WHERE code = %s)", (code,)))


def children(session: Session, records: Sequence[UUID]) -> list[UUID]:
    """Return what the children of these records are named in the hand-overs that were begun by them."""
    return session.column(
        "SELECT DISTINCT h.child FROM record r JOIN hand_over h"
        " ON h.reference = r.reference AND h.sender = r.authority WHERE r.id = ANY (%s)",
        (list(records),),
    )


def records(session: Session, children: Sequence[UUID]) -> list[UUID]:
    """Return the records, held now, by which these children were handed over."""
    return session.column(
        "SELECT DISTINCT r.id FROM hand_over h JOIN record r"
        " ON r.authority = h.sender AND r.reference = h.reference WHERE h.child = ANY (%s)",
        (list(children),),
    )


def record(session: Session, child: UUID, sender: str) -> UUID | None:
    """Return the record to tell of a child by: its sender's own, if that is held, or whose came first."""
    return session.value(
        "SELECT r.id FROM hand_over h JOIN record r ON r.authority = h.sender AND r.reference = h.reference"
        " WHERE h.child = %s ORDER BY h.sender = %s DESC, h.place LIMIT 1",
        (child, sender),
    )


def take_turn(session: Session) -> None:
    """Wait until nobody else hands over: which hand-overs are one child's depends on whole trails."""
    session.run("SELECT pg_advisory_xact_lock(%s, 0)", (_HANDING_OVER,))


def steps(session: Session, children: Sequence[UUID]) -> list[tuple[UUID, str, str, str | None]]:
    """Return (child, state, sender, receiver) of the hand-overs of a child by all its names, in order."""
    return session.tuples(
        "SELECT child, state, sender, receiver FROM hand_over WHERE child = ANY (%s) ORDER BY place",
        (list(children),),
    )


def add(session: Session, row: Parameters) -> None:
    """Insert a hand-over: id, child, kind, state, sender, its reference, receiver, who, when, until."""
    session.run(
        "INSERT INTO hand_over (id, child, kind, state, sender, reference, receiver, offered_by, offered_at,"
        " until) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        row,
    )


def find(session: Session, hand_over: UUID) -> Row | None:
    """Return a hand-over."""
    return session.row(
        Row,
        "SELECT h.id, h.child, h.kind, h.state, h.sender, s.name AS sender_name, h.receiver,"
        " r.name AS receiver_name, h.offered_at, h.until, h.reason, r.reported_at"
        " FROM hand_over h JOIN authority s ON s.code = h.sender LEFT JOIN authority r ON r.code = h.receiver"
        " WHERE h.id = %s",
        (hand_over,),
    )


def of_authority(session: Session, authority: str, most: int) -> list[Row]:
    """Return the hand-overs of an authority that wait for an answer, and so many others; newest first."""
    return session.rows(
        Row,
        "WITH mine AS MATERIALIZED (SELECT id, state FROM hand_over WHERE sender = %s"
        " UNION SELECT id, state FROM hand_over WHERE receiver = %s)"
        " SELECT h.id, h.child, h.kind, h.state, h.sender, s.name AS sender_name, h.receiver,"
        " r.name AS receiver_name, h.offered_at, h.until, h.reason, r.reported_at"
        " FROM mine JOIN hand_over h ON h.id = mine.id JOIN authority s ON s.code = h.sender"
        " LEFT JOIN authority r ON r.code = h.receiver ORDER BY h.state = 'offered' DESC, h.place DESC"
        " LIMIT %s + (SELECT count(*) FROM mine WHERE state = 'offered')",
        (authority, authority, most),
    )


def become(session: Session, hand_over: UUID, change: Parameters) -> bool:
    """Set the state, reason, who and when of an offer, a stay or a sleep. Tell whether it was as expected.

    `change` is: state, reason, who, when, and the state that it must have now.
    """
    state, reason, who, moment, expected = change
    return bool(
        session.run(
            "UPDATE hand_over SET state = %s, reason = %s, decided_by = %s, decided_at = %s"
            " WHERE id = %s AND state = %s",
            (state, reason, who, moment, hand_over, expected),
        )
    )


def opened(session: Session) -> list[Open]:
    """Return what time may change, oldest first."""
    return session.rows(
        Open,
        "SELECT h.id, h.child, h.state, h.sender, h.receiver, h.offered_at, h.until, h.overdue_told,"
        " (SELECT r.id FROM hand_over n JOIN record r ON r.authority = n.sender AND r.reference = n.reference"
        "  WHERE n.child = h.child ORDER BY n.sender = h.sender DESC, n.place LIMIT 1) AS record"
        " FROM hand_over h WHERE h.state IN ('offered', 'staying', 'asleep') ORDER BY h.offered_at, h.id",
    )


def told_overdue(session: Session, hand_over: UUID) -> bool:
    """Note that both managers are told that an offer is overdue. Tell whether it still is one, untold."""
    return bool(
        session.run(
            "UPDATE hand_over SET overdue_told = true"
            " WHERE id = %s AND state = 'offered' AND NOT overdue_told",
            (hand_over,),
        )
    )


def asleep(session: Session, records: Sequence[UUID]) -> list[Open]:
    """Return which of these records sleep while their child is away from England."""
    return session.rows(
        Open,
        "SELECT DISTINCT ON (h.id) h.id, h.child, h.state, h.sender, h.receiver, h.offered_at, h.until,"
        " h.overdue_told, r.id AS record FROM record r JOIN hand_over n ON n.reference = r.reference"
        " AND n.sender = r.authority JOIN hand_over h ON h.child = n.child AND h.state = 'asleep'"
        " WHERE r.id = ANY (%s) ORDER BY h.id, n.place",
        (list(records),),
    )


def wake(session: Session, hand_over: UUID, moment: datetime) -> None:
    """Note that a child is back."""
    session.run(
        "UPDATE hand_over SET state = 'over', decided_at = %s WHERE id = %s AND state = 'asleep'",
        (moment, hand_over),
    )
