"""Children looked after, where they were placed; children missing; young people who left care."""

import math

from fingerpost.synthetic.case import Case
from fingerpost.synthetic.days import iso
from fingerpost.synthetic.places import Home

LOOKED_AFTER = 0.09
PLACED_AGAIN = 0.3
MISSING_IN_CARE = 0.35
MISSING_AT_HOME = 0.05
_MISSING_FROM_AGE = 10
_LEAVING_FROM_AGE = 16

_PLACEMENTS = ("U1", "U3", "U4", "U4", "U6", "U6", "K2", "P1", "H5")
_ENDED = ("E4A", "E4A", "E4B", "E13", "E46", "E48", "E8")


def _ceased_reason(case: Case, ceased: int) -> str:
    child = case.record.child
    if child.died is not None and child.died <= ceased:
        return "E2"
    if child.adopted_away_on is not None:
        return "E12"
    if case.hands_over(ceased):
        return "E3"
    return "E5" if case.age_on(ceased) >= 17.9 else case.rng.choice(_ENDED)


def _metres_between(first: Home, second: Home) -> float:
    return math.dist((first.easting, first.northing), (second.easting, second.northing))


def _placement(case: Case, care: str, start: int, end: int | None) -> str:
    """Write one placement, now and then in another authority's area; return its id."""
    placement, place = case.next_id("PL"), case.placed_at
    miles = _metres_between(place, case.record.home) / 1609.344 if place.easting else 0.0
    known = bool(case.record.home.easting and place.easting)
    row = (
        placement,
        iso(start),
        case.rng.choice(_PLACEMENTS),
        f"SC{case.rng.randint(10_000, 999_999):06d}",
        f"{miles:.1f}" if known else "",
        care,
        case.rng.choice(("PR1", "PR1", "PR4", "PR2")),
        place.postcode,
        iso(end),
        "" if end is None else case.rng.choice(("PLAN", "APPRR", "CARPL", "CHILD")),
        case.person,
    )
    case.add("ssd_cla_placement", row)
    return placement


def _episode(
    case: Case, referral: str, care: str, *, start: int, end: int | None, first: int, last: bool
) -> None:
    placement = _placement(case, care, start, end)
    reason = "" if end is None else _ceased_reason(case, end) if last else "X1"
    seen = max(start, (case.as_of if end is None else end) - case.rng.randint(5, 60))
    row = (
        case.next_id("CLAE"),
        case.person,
        iso(start),
        "S" if start == first else "P",
        "N8" if case.record.child.unaccompanied else "N1",
        iso(end),
        reason,
        care,
        referral,
        placement,
        iso(first),
        iso(seen),
    )
    case.add("ssd_cla_episodes", row)


def _look_after(case: Case, referral: str, opened: int) -> None:
    """Write a period of care in one or two episodes."""
    care = case.next_id("CLA")
    wait = 0 if case.record.child.unaccompanied else case.rng.randint(0, 120)
    first = min(max(opened + wait, case.record.child.born), case.last_day)
    end = case.closed if case.stays_in_care() else case.end_after(first, 60, 900)
    changed = first + case.rng.randint(20, 200)
    if case.rng.random() < PLACED_AGAIN and changed < (case.as_of if end is None else end):
        _episode(case, referral, care, start=first, end=changed, first=first, last=False)
        _episode(case, referral, care, start=changed, end=end, first=first, last=True)
    else:
        _episode(case, referral, care, start=first, end=end, first=first, last=True)


def _missing(case: Case, opened: int) -> None:
    for _ in range(case.rng.choice((1, 1, 1, 2, 3))):
        start = case.rng.randint(opened, max(opened, case.last_day - 1))
        end = case.end_after(start, 0, 4)
        offered = "" if end is None else case.rng.choice("YYN")
        accepted = case.rng.choice("YN") if offered == "Y" else ""
        kind = case.rng.choice(("Missing", "Missing", "Away without authorisation"))
        row = (case.next_id("MIS"), case.person, iso(start), kind, iso(end), offered, accepted)
        case.add("ssd_missing", row)


def _leaving_status(case: Case) -> str:
    """Return the standing of a young person under the Care Leavers (England) Regulations 2010."""
    if case.age_on(case.as_of) >= 18:
        return case.rng.choice(("Former relevant child", "Former relevant child", "Qualifying care leaver"))
    return "Eligible child" if case.closed is None else "Relevant child"


def _leave_care(case: Case) -> None:
    worker = case.staff.draw(case.rng, "LCT")
    latest = case.as_of - case.rng.randint(5, 120)
    row = (
        case.next_id("CL"),
        case.person,
        _leaving_status(case),
        case.rng.choice(("YES", "YES", "NO", "RHOM")),
        iso(latest),
        case.rng.choice(("U", "V", "D", "K", "T")),
        case.rng.choice(("1", "1", "2")),
        case.rng.choice(("F2", "P4", "P5", "G6", "F4")),
        iso(latest - case.rng.randint(0, 120)),
        worker.number,
        worker.team,
        worker.number,
    )
    case.add("ssd_care_leavers", row)


def write_care(case: Case, referral: str, opened: int) -> None:
    """Write care, missing episodes and leaving care, where they happened to this child."""
    child = case.record.child
    looked_after = case.stays_in_care() or case.rng.random() < LOOKED_AFTER
    if looked_after:
        _look_after(case, referral, opened)
    if case.age_on(opened) >= _MISSING_FROM_AGE:
        share = MISSING_IN_CARE if looked_after else MISSING_AT_HOME
        if case.rng.random() < share:
            _missing(case, opened)
    if (
        looked_after
        and child.died is None
        and case.age_on(case.as_of) >= _LEAVING_FROM_AGE
        and case.age_on(case.as_of) < 25
    ):
        _leave_care(case)
