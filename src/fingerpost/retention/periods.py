"""How long anything stays, as data: the period, what it counts from, and the law or reason it rests on.

The periods of signposts are those of `signposts/rules.py`; here stand all others. `docs/retention.md` shows
the whole table; a test holds page and code together.
"""

from datetime import date, timedelta

from msgspec import Struct

from fingerpost.signposts import rules
from fingerpost.signposts.retention import CONFIRMED_FOR, years_after
from fingerpost.words.clock import month_of

# Who looked, when and why may be called into question for as long as an action may be brought: six years
# (Limitation Act 1980 ss.2 and 5; ContactPoint kept its access audit as long).
AUDIT_YEARS = 6
# Long enough for a data team to mend its extract after a school holiday; it names rows, never what they say.
QUARANTINE_DAYS = 90
# For as long as somebody may complain of how their request was answered; the ledger keeps that it was.
SUBJECT_REQUEST_DAYS = 366
# Between a month's end and its keys' end: for a purge that was late, or a hold asked for at the last moment.
GRACE_DAYS = 7
# Within which a verified base backup must hold what an erasure sealed anew (NIST SP 800-88).
SETTLE_HOURS = 24
# The longest that a hold stands unless it is renewed: whoever needs it must still need it a year on.
LONGEST_HOLD_DAYS = 366


class Period(Struct, frozen=True):
    """One line of the table: what ends, when, and why then."""

    what: str
    basis: str
    stays: str
    source: str


def periods() -> list[Period]:
    """Return every period: first the signposts', by service and legal basis."""
    return [*map(_of_rule, rules.RULES), *_OTHERS]


def _of_rule(rule: rules.Rule) -> Period:
    ended = f"{rule.years_after_end} years after the end" if rule.years_after_end else "gone when it ends"
    ended = "1 year after the end" if rule.years_after_end == 1 else ended
    stays = f"{ended}; unconfirmed {CONFIRMED_FOR} months; never past the {_ordinal(rule.until_age)} birthday"
    return Period(f"{rule.service.label} (`{rule.code}`)", rule.basis, stays, rule.period_source)


def _ordinal(age: int) -> str:
    return f"{age}th"


_AT_ONCE = "gone with the feed that says so"
_OTHERS = (
    Period(
        "every signpost of a child who has died", "UK GDPR art. 5(1)(c)",
        f"{_AT_ONCE}; nothing is sent to a family, then or ever", "the child needs no finding",
    ),
    Period(
        "every signpost from before an adoption", "Adoption and Children Act 2002 s.57",
        _AT_ONCE, "SSDA903 codes E11 and E12",
    ),
    Period(
        "a signpost that rests on consent, once withdrawn", "consent, UK GDPR art. 7(3)",
        _AT_ONCE, "early help end reason; SSDA903 in-touch codes",
    ),
    Period(
        "care leaver beyond 18", "consent; Children Act 1989 s.23CZB",
        "while in touch and sent, at most to the 25th birthday", "Children and Social Work Act 2017 s.3",
    ),
    Period(
        "a record, its tokens, its links and what was told of it", "UK GDPR art. 5(1)(e)",
        "gone with its last signpost", "it serves nothing else",
    ),
    Period(
        "a legal hold and its copies",
        "UK GDPR art. 17(3)(e); Children Act 1989 s.47; Children Act 2004 s.16F",
        f"to the end of its last day, at most {LONGEST_HOLD_DAYS} days unless renewed",
        "whoever needs it must still need it",
    ),
    Period(
        "what a shield's keeper was told of who asked", "Children Act 2004 s.11; UK GDPR art. 5(1)(e)",
        "a year, to the end of its month", "time to ring back, to review the shield, and to complain",
    ),
    Period(
        "a contact request and how it ended", "Children Act 2004 s.10 and s.11",
        "90 days; never longer than the signpost", "both sides can look it up; the ledger keeps that it was",
    ),
    Period(
        "a subject access request, made or asked in vain", "UK GDPR art. 5(2)",
        f"{SUBJECT_REQUEST_DAYS} days", "time to complain of the answer",
    ),
    Period(
        "rows that a feed set aside (where and why, never what)", "UK GDPR art. 5(1)(d)",
        f"{QUARANTINE_DAYS} days", "time for a data team to mend its extract",
    ),
    Period(
        "a question as the guard remembers it, and one that stands (keyed tokens)", "UK GDPR art. 5(1)(c)",
        "30 days; one of an alert of a missing family until it ends",
        "habits and repeats are looked for in a month",
    ),
    Period(
        "that there was an alert of a missing family; a notice that was seen, of no record",
        "Children Act 2004 s.11; UK GDPR art. 5(1)(e)",
        "365 days; a notice of a record goes with the record", "time to complain",
    ),
    Period(
        "what was typed and shown in a session (sealed)", "UK GDPR art. 5(1)(c)",
        "gone with the session: 30 idle minutes, at most 10 hours", "it serves nothing else",
    ),
    Period(
        "what a spoken reference stands for, as the desk knows it", "Children Act 2004 s.11",
        "24 hours", "time to ring the desk",
    ),
    Period(
        "who looked, when and why (sealed ledger bodies)", "UK GDPR art. 5(2)",
        f"{AUDIT_YEARS} years after their month; leaf and proof stay for ever",
        "Limitation Act 1980 ss.2 and 5, as ContactPoint's access audit",
    ),
    Period(
        "a month's data keys", "UK GDPR art. 5(1)(e)",
        f"destroyed by two people from {GRACE_DAYS} days after the month", "a late purge, a late hold",
    ),
    Period(
        "an erased child in older backups", "UK GDPR art. 17",
        f"unreadable within {SETTLE_HOURS} hours", "a verified base backup must come first",
    ),
)  # fmt: skip


def next_month(month: date) -> date:
    """Return the first of the month after."""
    return month_of(month + timedelta(days=31))


def destroyable_from(month: date, *, audit: bool = False) -> date:
    """Return the first day on which a month's data keys, or its audit key, may be destroyed."""
    ended = next_month(month)
    return (years_after(ended, AUDIT_YEARS) if audit else ended) + timedelta(days=GRACE_DAYS)
