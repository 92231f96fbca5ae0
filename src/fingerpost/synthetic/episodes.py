"""What an authority did with a child it knew: contacts, referrals, enquiries, plans, care, missing episodes.

Shares are by hand, after DfE's Characteristics of children in need and Children looked after (2024),
raised where a rare service must occur often enough to be tested.
"""

from random import Random

from msgspec import Struct

from fingerpost.synthetic.care import write_care
from fingerpost.synthetic.case import Case
from fingerpost.synthetic.days import YEAR, iso
from fingerpost.synthetic.places import Home
from fingerpost.synthetic.recording import Record
from fingerpost.synthetic.rows import Extract
from fingerpost.synthetic.teams import Staff

EARLY_HELP = 0.2
EARLY_HELP_ALONE = 0.06
ENQUIRED = 0.32
CONFERENCE_AFTER_ENQUIRY = 0.5
PLAN_AFTER_CONFERENCE = 0.86
CIN_PLAN = 0.45
REFERRED_BEFORE = 0.12

_NEEDS = ("N1", "N1", "N1", "N1", "N1", "N2", "N3", "N4", "N5", "N5", "N6", "N8", "N9")
_SOURCES = (
    ("1A", "Individual - Family member/relative/carer"),
    ("2A", "Schools"),
    ("2A", "Schools"),
    ("3A", "Health services - GP"),
    ("3C", "Health services - Other primary health services"),
    ("3D", "Health services - A&E"),
    ("5B", "LA services - Other internal"),
    ("6", "Police"),
    ("6", "Police"),
    ("6", "Police"),
    ("5D", "LA services - External, from another local authority"),
)
_CATEGORIES = ("NEG", "NEG", "NEG", "NEG", "EMO", "EMO", "EMO", "PHY", "SAB", "MUL")
_EARLY_HELP_BY = ("Children's Centre", "School", "Family Hub", "Health Visiting Service", "Youth Service")


class Done(Struct, frozen=True):
    """What came of it: how many rows may give a signpost, and whether the child was handed over."""

    eligible: int
    handed_over: bool


def _outcome(**flags: str) -> str:
    return "{" + ", ".join(f'"{key.upper()}": "{value}"' for key, value in flags.items()) + "}"


def _contact(case: Case, day: int, *, nfa: bool) -> None:
    code, words = case.rng.choice(_SOURCES)
    outcome = _outcome(new_referral_flag="N" if nfa else "Y", nfa_flag="Y" if nfa else "N")
    case.add("ssd_contacts", (case.next_id("C"), case.person, iso(day), code, words, outcome))


def _early_help(case: Case, start: int, end: int | None) -> None:
    worker = case.staff.draw(case.rng, "EH")
    reason = "" if end is None else case.rng.choice(("Outcomes met", "Stepped up to social care", "Declined"))
    by = case.rng.choice(_EARLY_HELP_BY)
    row = (
        case.next_id("EH"),
        case.person,
        iso(start),
        iso(end),
        "Parenting support",
        reason,
        by,
        worker.number,
    )
    case.add("ssd_early_help_episodes", row)


def _close_reason(case: Case) -> str:
    """Return why the last referral closed (CIN census, reason for closure)."""
    child, closed = case.record.child, case.closed
    if closed is None:
        return ""
    if child.died is not None and child.died <= closed:
        return "RC2"
    if child.adopted_away_on is not None:
        return "RC1"
    if case.hands_over(closed):
        return "RC5"
    if case.age_on(closed) >= 17.99:
        return "RC6"
    return case.rng.choices(("RC7", "RC8", "RC9", "RC3", "RC4"), (60, 22, 10, 4, 4))[0]


def _referral(case: Case, opened: int, closed: int | None, reason: str, *, nfa: bool = False) -> str:
    """Write one CIN episode; return its referral id."""
    referral = case.next_id("R")
    code, words = case.rng.choice(_SOURCES)
    worker = case.staff.draw(case.rng, "AST1", "AST2", "MASH")
    row = (
        referral,
        case.person,
        iso(opened),
        case.rng.choice(_NEEDS),
        code,
        words,
        _outcome(single_assessment_flag="N" if nfa else "Y", nfa_flag="Y" if nfa else "N"),
        "Y" if nfa else "N",
        reason,
        iso(closed),
        worker.team,
        worker.number,
    )
    case.add("ssd_cin_episodes", row, eligible=not nfa)
    return referral


def _involve(case: Case, referral: str, opened: int, closed: int | None) -> None:
    """Write the workers allocated one after another until the case closed."""
    start = opened
    for _ in range(4):
        until = start + case.rng.randint(60, 500)
        last = until >= (closed or case.as_of)
        end = closed if last else until
        worker = case.staff.draw(case.rng, *case.allocated_teams())
        why = "" if last else case.rng.choice(("CASTRAN", "LEFTRL", "ORGRESTR", "CONCOMP", "INEFFC"))
        row = (
            case.next_id("I"),
            worker.number,
            "Allocated Case Worker",
            worker.team,
            iso(start),
            iso(end),
            why,
        )
        case.add("ssd_involvements", (*row, case.person, referral))
        if last:
            return
        start = until


def _enquiry(case: Case, referral: str, start: int) -> tuple[str, int | None]:
    """Write one section 47 enquiry; return its id and the day it ended."""
    enquiry, end = case.next_id("S47"), case.end_after(start, 5, 15)
    worker = case.staff.draw(case.rng, "AST1", "AST2", "SAFE")
    nfa = "" if end is None else case.rng.choice("YNN")
    outcome = (
        ""
        if end is None
        else _outcome(outcome_nfa_flag=nfa, outcome_cp_conference_flag="N" if nfa == "Y" else "Y")
    )
    row = (enquiry, referral, case.person, iso(start), iso(end), nfa, outcome, worker.number, worker.team)
    case.add("ssd_s47_enquiry", row)
    return enquiry, end


def _conference(case: Case, referral: str, enquiry: str, day: int, *, transfer_in: bool) -> None:
    """Write an initial conference, and the plan that mostly follows."""
    planned = transfer_in or case.rng.random() < PLAN_AFTER_CONFERENCE
    conference, plan = case.next_id("ICPC"), case.next_id("CP") if planned else ""
    worker = case.staff.draw(case.rng, "SAFE")
    row = (
        conference,
        f"M{conference}",
        enquiry,
        case.person,
        plan,
        referral,
        "Y" if transfer_in else "N",
        iso(day),
        iso(day),
        "Y" if planned else "N",
        _outcome(outcome_cp_flag="Y" if planned else "N"),
        worker.team,
        worker.number,
    )
    case.add("ssd_initial_cp_conference", row)
    if planned:
        _protection_plan(case, referral, conference, plan, day, transfer_in=transfer_in)


def _protection_plan(
    case: Case, referral: str, conference: str, plan: str, start: int, *, transfer_in: bool
) -> None:
    end = case.end_after(start, 90, 700)
    category = case.rng.choice(_CATEGORIES)
    latest = category if case.rng.random() < 0.85 else case.rng.choice(_CATEGORIES)
    ola = "Y" if transfer_in and case.rng.random() < 0.3 else "N"
    row = (plan, referral, conference, case.person, iso(start), iso(end), category, ola, latest)
    case.add("ssd_cp_plans", row)


def _protect(case: Case, referral: str, opened: int) -> None:
    """Write an enquiry where one was made, and a conference where it led to one or came from elsewhere."""
    if case.transferred_in and case.rng.random() < 0.3:
        return _conference(
            case, referral, "", min(opened + case.rng.randint(5, 15), case.last_day), transfer_in=True
        )
    if case.rng.random() >= ENQUIRED:
        return None
    enquiry, end = _enquiry(case, referral, min(opened + case.rng.randint(0, 25), case.last_day))
    if end is not None and case.rng.random() < CONFERENCE_AFTER_ENQUIRY:
        _conference(case, referral, enquiry, end, transfer_in=False)
    return None


def _plan(case: Case, referral: str, opened: int) -> None:
    start = min(opened + case.rng.randint(20, 45), case.last_day)
    worker = case.staff.draw(case.rng, "CIN1", "CIN2")
    end = case.end_after(start, 60, 400)
    row = (case.next_id("CINP"), referral, case.person, iso(start), iso(end), worker.team, worker.number)
    case.add("ssd_cin_plans", row)


def _earlier_work(case: Case, opened: int) -> None:
    """Write what came before the referral: early help, or an earlier referral closed after assessment."""
    first = case.first_day
    if opened - first < 130:
        return
    if case.rng.random() < EARLY_HELP:
        _early_help(case, max(first, opened - case.rng.randint(90, 400)), opened - case.rng.randint(0, 40))
    if case.rng.random() < REFERRED_BEFORE:
        start = case.rng.randint(first, opened - 100)
        _contact(case, start, nfa=False)
        _referral(case, start, start + case.rng.randint(15, 90), "RC8")


def _only_contacts(case: Case, opened: int) -> None:
    """Write a child known only by contacts, or by a referral that led to nothing: never a signpost."""
    _contact(case, opened, nfa=True)
    if case.rng.random() < 0.35:
        _referral(case, opened, opened, "RC8", nfa=True)


def _worked_with(case: Case, opened: int, closed: int | None) -> None:
    _earlier_work(case, opened)
    _contact(case, opened, nfa=False)
    referral = _referral(case, opened, closed, _close_reason(case))
    _involve(case, referral, opened, closed)
    _protect(case, referral, opened)
    if case.rng.random() < CIN_PLAN:
        _plan(case, referral, opened)
    write_care(case, referral, opened)


def write_episodes(
    rng: Random,
    extract: Extract,
    record: Record,
    staff: Staff,
    as_of: int,
    *,
    eligible: bool,
    transferred_in: bool,
    placed_at: Home,
) -> Done:
    """Write all that one authority did with one child."""
    child, stay = record.child, record.stay
    opened = max(stay.opened, child.born - 140)
    grown = child.born + int(18 * YEAR)
    closed = None if stay.closed is None and grown > as_of else min(stay.closed or as_of, grown, as_of)
    closed = min(closed or as_of, child.died) if child.died is not None else closed
    closed = None if closed is None else max(closed, opened)
    case = Case(
        rng=rng,
        extract=extract,
        record=record,
        staff=staff,
        as_of=as_of,
        closed=closed,
        transferred_in=transferred_in,
        placed_at=placed_at,
    )
    if not eligible:
        _only_contacts(case, opened)
    elif rng.random() < EARLY_HELP_ALONE and not child.unaccompanied and child.born < opened:
        _early_help(case, opened, closed)
    else:
        _worked_with(case, opened, closed)
    return Done(case.eligible, case.handed_over)
