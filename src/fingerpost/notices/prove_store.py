"""All SQL of contact tests."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from fingerpost.db.database import Parameters, Session


def unproven(session: Session, before: date, sent_before: datetime, most: int) -> list[tuple[UUID, str]]:
    """Return (team, authority) of those that nobody proved since a day, and that were sent no test since.

    Not of a team that left its contact sheet.
    """
    return session.tuples(
        "SELECT t.id, t.authority FROM team t JOIN authority a ON a.code = t.authority"
        " WHERE a.reported_at IS NOT NULL AND t.left_on IS NULL"
        " AND (t.proven_on IS NULL OR t.proven_on <= %s)"
        " AND NOT EXISTS (SELECT FROM contact_test c WHERE c.team_id = t.id AND c.sent_at > %s)"
        " ORDER BY t.id LIMIT %s FOR NO KEY UPDATE OF t SKIP LOCKED",
        (before, sent_before, most),
    )


def take_back(session: Session, teams: Sequence[UUID]) -> None:
    """Delete the notices of tests that these teams never answered: another one takes their place."""
    session.run(
        "DELETE FROM notice n USING contact_test c"
        " WHERE c.team_id = ANY (%s) AND n.cause = c.id AND n.acknowledged_at IS NULL",
        (list(teams),),
    )


def take_back_of_left(session: Session) -> None:
    """Delete the notices of tests whose teams left their contact sheets: nobody is there to answer them."""
    session.run(
        "DELETE FROM notice n USING contact_test c, team t"
        " WHERE t.left_on IS NOT NULL AND c.team_id = t.id AND n.cause = c.id AND n.acknowledged_at IS NULL"
    )


def add(session: Session, rows: Sequence[Parameters]) -> None:
    """Note tests that are sent: id, team, moment."""
    session.run_many("INSERT INTO contact_test (id, team_id, sent_at) VALUES (%s, %s, %s)", rows)


def answered(session: Session, notice: UUID, day: date, moment: datetime) -> None:
    """Note that a team answered, if a notice was a test; how soon is the median of its last twelve."""
    session.run(
        "WITH test AS (UPDATE contact_test c SET answered_at = %s FROM notice n"
        "  WHERE n.id = %s AND n.kind = 'contact_test' AND c.id = n.cause RETURNING c.id, c.team_id)"
        " UPDATE team t SET proven_on = %s, tested_on = %s, answered_minutes = ("
        "  SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY latest.took) FROM ("
        "   SELECT round(extract(epoch FROM coalesce(c.answered_at, %s) - c.sent_at) / 60)::integer AS took"
        "   FROM contact_test c WHERE c.team_id = t.id AND (c.answered_at IS NOT NULL OR c.id = test.id)"
        "   ORDER BY c.sent_at DESC LIMIT 12) AS latest)"
        " FROM test WHERE t.id = test.team_id",
        (moment, notice, day, day, moment),
    )


def forget(session: Session, before: datetime) -> None:
    """Delete tests sent long ago."""
    session.run("DELETE FROM contact_test WHERE sent_at < %s", (before,))
