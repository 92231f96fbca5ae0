"""All SQL of the guard's own step: one statement before the search, one after; functions do the writing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from fingerpost.db.database import Session
from fingerpost.guard import rules
from fingerpost.guard.rules import Facts
from fingerpost.words.vocabulary import AlertKind


def begin(
    session: Session, asking: UUID, who: tuple[str, str], when: tuple[datetime, date], *,
    emergency: bool, subjects: Sequence[bytes], ties: Sequence[bytes],
) -> Facts:  # fmt: skip
    """Spend one question of `who` (authority, reference). `ties` begins with what walks are seen by."""
    limits = (
        rules.PERSON_AN_HOUR, rules.PERSON_A_DAY, rules.AUTHORITY_TIMES, rules.AUTHORITY_FLOOR,
        rules.AUTHORITY_DAYS,
    )  # fmt: skip
    (found,) = session.rows(
        Facts,
        "SELECT who, own_name, over, coalesce(mine, 0) AS mine, coalesce(people, 0) AS people,"
        " coalesce(bodies, 0) AS bodies, own_ties, colleague_ties, blocked, overdue,"
        " outcomes, families, givens, births, places, coalesce(night_now, 0) AS night_now,"
        " coalesce(night_before, 0) AS night_before, coalesce(all_before, 0) AS all_before, walked,"
        " this_hour, today, earlier, earlier_days, earlier_missed, earlier_found, unreviewed, untaken,"
        " blocked_from(who) AS blocked_from"
        " FROM begin_asking(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bytea[], %s::bytea[],"
        " %s::text[])",
        (asking, *who, *when, emergency, *limits, list(subjects), list(ties), sorted(rules.LOCKING)),
    )
    return found


def alert(session: Session, kind: AlertKind, who: UUID, moment: datetime) -> None:
    """Raise an alert by itself."""
    session.value("SELECT raise_alert(%s, %s, %s, NULL, false)", (kind.value, who, moment))


def forget(session: Session, moment: datetime) -> int:
    """Forget askings older than 30 days. Return how many."""
    return session.value("SELECT forget_askings(%s)", (moment,))
