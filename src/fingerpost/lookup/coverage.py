"""What a "not found" is worth: who is reporting, who is silent since when, and how often we miss."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fingerpost.lookup.answer import Coverage, Silence
from fingerpost.lookup.store import ReportRow

# Of 100 children a reporting authority knows, how many the questions practitioners would type miss:
# 4.5, measured on 5,001 true pairs of the synthetic country (docs/matching.md), with its hearing and typing
# errors. Rounded up, because "safe" must never be implied.
MISSED_PER_HUNDRED = 5.0


def coverage(reports: Sequence[ReportRow], moment: datetime, silent_after: timedelta) -> Coverage:
    """State the coverage at this moment. An authority is silent once its last feed is older than allowed."""
    silent = tuple(
        Silence(authority=r.code, authority_name=r.name, since=r.reported_at)
        for r in reports
        if r.reported_at is None or moment - r.reported_at > silent_after
    )
    reporting = len(reports) - len(silent)
    return Coverage(
        statement=_statement(reporting, len(reports), silent, silent_after),
        authorities=len(reports),
        reporting=reporting,
        silent=silent,
        missed_per_hundred=MISSED_PER_HUNDRED,
    )


def _statement(reporting: int, of: int, silent: Sequence[Silence], silent_after: timedelta) -> str:
    hours = int(silent_after.total_seconds() // 3600)
    stopped = sum(s.since is not None for s in silent)
    return (
        f"Not found is not the same as safe. {reporting} of {of} local authorities reported in the last "
        f"{hours} hours; {stopped} have gone silent and {len(silent) - stopped} have never reported. "
        f"Of 100 children known to a reporting authority, about {MISSED_PER_HUNDRED:g} are missed."
    )
