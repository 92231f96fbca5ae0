"""All SQL of deliveries: that something waits, on its way by e-mail or webhook; and where it goes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.db.database import Session

DIGEST = timedelta(seconds=20)  # what is told together waits together
APART = timedelta(minutes=15)  # between two messages to one address


class Route(Struct, frozen=True, kw_only=True):
    """Where an authority wants to be told, beside its teams' inboxes. Empty: the team's inbox, no webhook."""

    managers: str = ""
    directors: str = ""
    duty: str = ""
    webhook: str = ""


class Delivery(Struct, frozen=True):
    """A message under way: that something waits."""

    id: UUID
    authority: str
    channel: str
    recipient: str
    attempts: int


def queue(session: Session, notices: Sequence[UUID], moment: datetime) -> None:
    """Have whoever reads these notices told that something waits: one message under way to each at most."""
    if not notices:
        return
    session.run(
        "INSERT INTO notice_delivery (id, authority, channel, recipient, due_at)"
        " SELECT gen_random_uuid(), w.authority, w.channel, w.recipient, greatest(%s, %s + ("
        "  SELECT max(d.sent_at) FROM notice_delivery d WHERE d.authority = w.authority"
        "  AND d.channel = w.channel AND d.recipient = w.recipient))"
        " FROM (SELECT authority, 'email' AS channel, recipient FROM notice_reader WHERE id = ANY (%s)"
        "  UNION SELECT n.authority, 'webhook', r.webhook FROM notice n"
        "  JOIN notice_route r ON r.authority = n.authority WHERE n.id = ANY (%s)) AS w"
        " WHERE w.recipient <> ''"
        " ON CONFLICT (authority, channel, recipient) WHERE sent_at IS NULL DO NOTHING",
        (moment + DIGEST, APART, list(notices), list(notices)),
    )


def take(session: Session, moment: datetime, channels: Sequence[str]) -> Delivery | None:
    """Return a delivery that is due; nobody else takes it until we commit, or are gone."""
    return session.row(
        Delivery,
        "SELECT id, authority, channel, recipient, attempts FROM notice_delivery"
        " WHERE sent_at IS NULL AND due_at <= %s AND channel = ANY (%s)"
        " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        (moment, list(channels)),
    )


def count_for(session: Session, authority: str, recipient: str | None) -> int:
    """Return how many items of an authority wait for an address; for all of them, where none is named."""
    return session.value(
        "SELECT count(*) FROM notice_reader WHERE authority = %s AND recipient = coalesce(%s, recipient)",
        (authority, recipient),
    )


def sent(session: Session, delivery: UUID, moment: datetime) -> None:
    """Note that a message has left."""
    session.run("UPDATE notice_delivery SET sent_at = %s WHERE id = %s", (moment, delivery))


def failed(session: Session, delivery: UUID, again_at: datetime) -> None:
    """Note that a message was not taken; it is tried again."""
    session.run(
        "UPDATE notice_delivery SET attempts = attempts + 1, due_at = %s WHERE id = %s", (again_at, delivery)
    )


def forget(session: Session, before: datetime) -> int:
    """Delete messages sent long ago."""
    return session.run("DELETE FROM notice_delivery WHERE sent_at < %s", (before,))


def set_route(session: Session, authority: str, route: Route) -> None:
    """Set where an authority wants to be told."""
    session.run(
        "INSERT INTO notice_route (authority, managers, directors, duty, webhook) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (authority) DO UPDATE SET managers = excluded.managers, directors = excluded.directors,"
        " duty = excluded.duty, webhook = excluded.webhook",
        (authority, route.managers, route.directors, route.duty, route.webhook),
    )


def route(session: Session, authority: str) -> Route | None:
    """Return where an authority wants to be told."""
    return session.row(
        Route,
        "SELECT managers, directors, duty, webhook FROM notice_route WHERE authority = %s", (authority,),
    )  # fmt: skip
