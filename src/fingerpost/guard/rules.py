"""What the guard makes of what it knows about a question. Pure: policy as named figures."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from msgspec import Struct

from fingerpost.words.clock import LONDON
from fingerpost.words.vocabulary import AlertKind, LookupReason

# Starting values of the founding security notes, §2.6; none of them was taken from practice yet.
PERSON_AN_HOUR = 20
PERSON_A_DAY = 60
EMERGENCY_TIMES = 1.5  # so many times both budgets, which an emergency does not spend
EMERGENCY_ALARM = 10  # questions within an hour of an emergency; it is about one child, or few
TAKEN_WITHIN = timedelta(hours=4)  # an alert that locks; on call was paged within a minute
SOON = timedelta(hours=1)  # … and so long only, once so many were asked within a day
SOON_DAY = 35
JUSTIFY_BY = time(18)  # of the next working day in England
REVIEW_BY = time(12)  # … of the one after it was due to be said
BUSY_DAY = 15  # questions within a day, of somebody who has no habit of as many
BUSY_TIMES = 3  # … or so many times their own mean day of the last 30
HABIT_DAYS = 5  # on fewer days than this nobody forms a habit
AUTHORITY_TIMES = 10  # its budget for a day is ten times its median day …
AUTHORITY_FLOOR = 200  # … and never less than this: a small body's one bad day is not a trawl
AUTHORITY_DAYS = 28
ASKED_BEFORE = 2  # of one child by one person in 30 days; the next needs a reason
MANY_PEOPLE = 3  # of more than one authority about one child in 7 days; one more alerts
LAST = 20  # questions that patterns are looked for in
FOUND_SHARE = 0.95  # of the last 20 …
FOUND_MORE = 0.25  # … or as much above the share that the person is used to, which nobody can be far above
NOT_FOUND_SHARE = 0.3
NOT_FOUND_MORE = 0.25  # … or as much above the share that the person is used to
SHARE_HABIT = 40  # earlier questions without which nobody is used to any share
WALKED = 8  # of the last 20 questions that hold one detail and vary another: a family has fewer children.
# The same of 30 days, for who lives at one place, who was born on one day, when one name was born.
NIGHT_BURST = 5  # in an hour
NIGHT_HISTORY = 20  # questions of 30 days without which nobody has a habit
NIGHT_SHARE = 0.05

FAMILY = frozenset({AlertKind.OWN_FAMILY, AlertKind.COLLEAGUE, AlertKind.NEIGHBOUR})
# By which much can be learnt: somebody has to look before the person goes on. Not by asking in vain, nor by
# meeting a block, which the person is not to notice.
LOCKING = frozenset(
    {
        AlertKind.OVER_BUDGET, AlertKind.FOUND_OFTEN, AlertKind.LIST_WALK, AlertKind.ODD_HOURS,
        AlertKind.HONEY,
    }
)  # fmt: skip
# Which reasons answer which concern; without one of them the question is refused.
ANSWERS: dict[AlertKind, frozenset[LookupReason]] = {
    **dict.fromkeys(FAMILY, frozenset({LookupReason.FAMILY_AGREED, LookupReason.NOT_KNOWN})),
    AlertKind.REPEAT: frozenset({LookupReason.NEW_INFORMATION, LookupReason.STILL_WORKING}),
}


class Facts(Struct, frozen=True, kw_only=True):
    """What the database tells of a question as it is spent: `begin_asking`, `blocked_from`."""

    who: UUID
    own_name: str
    over: str | None = None
    mine: int = 0
    people: int = 0
    bodies: int = 0
    own_ties: list[str] | None = None
    colleague_ties: list[str] | None = None
    blocked: bool | None = False
    blocked_from: list[bytes] | None = None
    overdue: UUID | None = None
    outcomes: list[str | None] | None = None
    families: list[bytes] | None = None
    givens: list[bytes] | None = None
    births: list[bytes] | None = None
    places: list[bytes] | None = None
    night_now: int = 0
    night_before: int = 0
    all_before: int = 0
    this_hour: int = 0
    today: int = 0
    earlier: int = 0
    earlier_days: int = 0
    earlier_missed: int = 0
    earlier_found: int = 0
    unreviewed: datetime | None = None
    untaken: datetime | None = None
    walked: list[int] | None = None


def concerns(facts: Facts, *, bears_own_name: bool) -> frozenset[AlertKind]:
    """Return what needs a coded reason before it is answered."""
    own, colleagues = set(facts.own_ties or ()), set(facts.colleague_ties or ())
    found: set[AlertKind] = set()
    if bears_own_name or own & {"member", "family", "family_home", "family_near"}:
        found.add(AlertKind.OWN_FAMILY)
    if own & {"home", "near"}:
        found.add(AlertKind.NEIGHBOUR)
    if colleagues & {"member", "family_home"}:
        found.add(AlertKind.COLLEAGUE)
    if facts.mine >= ASKED_BEFORE:
        found.add(AlertKind.REPEAT)
    return frozenset(found)


def unanswered(found: Collection[AlertKind], reasons: Collection[LookupReason]) -> list[AlertKind]:
    """Return the concerns that no reason given answers."""
    return sorted(kind for kind in found if not ANSWERS[kind] & set(reasons))


def reasons_for(missing: Collection[AlertKind]) -> list[LookupReason]:
    """Return the reasons that answer any of these concerns."""
    return sorted({reason for kind in missing for reason in ANSWERS[kind]})


def what_to_say(wanted: Sequence[LookupReason]) -> str:
    """Return what the person is asked for. It repeats nothing that was declared of anybody."""
    words = "; or ".join(f"{reason.value} ({reason.label})" for reason in wanted)
    return f"is needed before this can be answered: {words}. Your manager is told"


def alarms(facts: Facts, *, emergency: bool = False) -> list[AlertKind]:
    """Return the patterns that the last questions make. They alarm and never refuse."""
    found: list[AlertKind] = []
    if facts.blocked:
        found.append(AlertKind.CONFLICT)
    if facts.people > MANY_PEOPLE and facts.bodies > 1:
        found.append(AlertKind.MANY_ASK)
    if _misses(facts):
        found.append(AlertKind.NOT_FOUND_OFTEN)
    if _finds(facts):
        found.append(AlertKind.FOUND_OFTEN)
    if _walks(facts):
        found.append(AlertKind.LIST_WALK)
    if _at_odd_hours(facts):
        found.append(AlertKind.ODD_HOURS)
    if (emergency and facts.this_hour >= EMERGENCY_ALARM) or _is_busy(facts):
        found.append(AlertKind.OVER_BUDGET)
    return found


def beyond_emergency(facts: Facts) -> bool:
    """Tell whether even in an emergency, which spends no budget, too much was asked."""
    hour, day = EMERGENCY_TIMES * PERSON_AN_HOUR, EMERGENCY_TIMES * PERSON_A_DAY
    return facts.this_hour >= hour or facts.today >= day


def _misses(facts: Facts) -> bool:
    """Tell whether most are not found, and that is not the person's work: few on a ward are known."""
    outcomes = facts.outcomes or []
    usual = facts.earlier_missed / facts.earlier if facts.earlier >= SHARE_HABIT else 0
    most = max(NOT_FOUND_SHARE, usual + NOT_FOUND_MORE)
    return len(outcomes) >= LAST and outcomes.count("not_found") > LAST * most


def _finds(facts: Facts) -> bool:
    """Tell whether everybody asked about is known, and that is not the person's work: it may be a list."""
    ended = [outcome for outcome in facts.outcomes or () if outcome]
    usual = facts.earlier_found / facts.earlier if facts.earlier >= SHARE_HABIT else 0
    least = max(FOUND_SHARE, usual + FOUND_MORE)
    return len(ended) >= LAST - 1 and ended.count("found") >= len(ended) * least


def _is_busy(facts: Facts) -> bool:
    """Tell whether this day is far busier than theirs are: who works off a list may find every child."""
    habit = facts.earlier / max(facts.earlier_days, HABIT_DAYS)
    return facts.today >= max(BUSY_DAY, BUSY_TIMES * habit)


def _walks(facts: Facts) -> bool:
    families, givens, births, places = (
        column or [] for column in (facts.families, facts.givens, facts.births, facts.places)
    )
    names = [family + given for family, given in zip(families, givens, strict=True)]
    if max(facts.walked or [0]) >= WALKED:
        return True
    return any(
        _varies(held, varied)
        for held, varied in (
            (families, givens), (givens, families), (names, births), (births, names), (places, names),
            (names, places),
        )
    )  # fmt: skip


def _varies(held: Sequence[bytes], varied: Sequence[bytes]) -> bool:
    """Tell whether one value of `held` was asked about with many of `varied`; what is absent is neither."""
    seen: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for one, other in zip(held, varied, strict=True):
        if one and other:
            seen[one].add(other)
    return any(len(others) >= WALKED for others in seen.values())


def _at_odd_hours(facts: Facts) -> bool:
    habit = facts.all_before >= NIGHT_HISTORY and facts.night_before < facts.all_before * NIGHT_SHARE
    return habit and facts.night_now >= NIGHT_BURST


def nobody_looked(facts: Facts, moment: datetime, is_holiday: Callable[[date], bool]) -> bool:
    """Tell whether what the person said, or an alert about them, has waited too long for somebody to look."""
    within = SOON if facts.today >= SOON_DAY else TAKEN_WITHIN
    if facts.untaken and facts.untaken + within <= moment:
        return True
    return facts.unreviewed is not None and (
        on_next_working_day(facts.unreviewed, REVIEW_BY, is_holiday) <= moment
    )


def challenges_of(one_in: int, today: int) -> int:
    """Return in how many answers one has to be justified on a day of so many: the busier, the more are."""
    return max(1, one_in // (1 + today // BUSY_DAY))


def is_challenged(leaf: str, one_in: int) -> bool:
    """Tell whether an answer has to be justified: by its own entry's leaf, which holds 256 random bits.

    The asker can neither know nor choose it, and nobody can change it afterwards: it is in the tree.
    """
    return int(leaf[:16], 16) % one_in == 0


def on_next_working_day(moment: datetime, at: time, is_holiday: Callable[[date], bool]) -> datetime:
    """Return a time of the next day that people work, in England."""
    day = moment.astimezone(LONDON).date() + timedelta(days=1)
    while day.weekday() > 4 or is_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, at, LONDON)
