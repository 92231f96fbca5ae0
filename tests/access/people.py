"""People whose every paper is in order, to take one away at a time."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from fingerpost.access.caller import Practitioner
from fingerpost.access.standing import Body, Standing
from fingerpost.words.vocabulary import Role

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TODAY = date(2026, 11, 27)
BODY = Body(name="Guy's", owner="Olive Owner", checked_on=TODAY, suspended=False, nation_suspended=False)
GOOD = Standing(
    body=BODY, active=True, role_agreed=True, dbs_on=TODAY, trained_on=TODAY, leaves_on=None,
    used_on=TODAY, emergency_opened_at=None, review_by=None,
)  # fmt: skip


def person(role: Role, **changes: Any) -> Practitioner:
    """Return somebody of RJ1 in good standing but for `changes`."""
    return Practitioner("RJ1", "p", "A Person", role, True, msgspec.structs.replace(GOOD, **changes))
