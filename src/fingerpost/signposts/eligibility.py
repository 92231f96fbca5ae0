"""Promise 2: only vulnerable children, only as long as the rule allows. Pure: rows in, drafts out.

Each draft names the rule and the source row that let it in and the day it leaves; each row that lets
nothing in says why, in a closed set of words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import unique

from msgspec import Struct

from fingerpost.signposts import contacts, rules
from fingerpost.signposts.care import periods_of_care
from fingerpost.signposts.contacts import Contact, Directory
from fingerpost.signposts.episodes import AnyEpisode, CareEpisode, CareLeaver, Case, CinEpisode, Missing
from fingerpost.signposts.retention import birthday, leaves_on
from fingerpost.signposts.rules import Rule
from fingerpost.signposts.signpost import Draft, SignpostRole, SourceRow
from fingerpost.words.vocabulary import Labelled

# SSDA903 in-touch codes, alone or with their words: refused, not required, returned home, died.
NOT_IN_TOUCH = re.compile(r"REFU|NREQ|RHOM|DIED|NO LONGER REQ|RETURNED HOME", re.IGNORECASE)
DIED = re.compile(r"DIED", re.IGNORECASE)
# Why an episode ended: SSDA903 "reason episode ceased", CIN census "reason for closure".
ENDED_BY_DEATH = re.compile(r"^\s*(?:E2\b|RC2\b|died\b)", re.IGNORECASE)
ADOPTED = re.compile(r"^\s*(?:E11|E12|E1\b|RC1\b)|adopted", re.IGNORECASE)
# CIN census RC5, SSDA903 E3 "care taken over by another local authority": kept as a yes or no, never as
# words.
HANDED_ON = re.compile(
    r"^\s*(?:RC5|E3)\b|another (?:local )?authority|\banother LA\b|\bother LA\b", re.IGNORECASE
)
ABSENT = re.compile(r"^a\b|absent|away", re.IGNORECASE)  # "away from placement without authorisation"
STILL_IN_CARE = re.compile(r"^\s*eligible", re.IGNORECASE)  # aged 16 or 17 and looked after (2010 Regs)
# An early help end reason is the authority's own text; it is read here and kept nowhere.
_CONSENT_GONE = re.compile(
    r"^\s*(?:declin|refus)|consent\W.{0,40}\b(?:with|refus|declin|revok|remov|not\b)|"
    r"(?:with|refus|declin|revok|remov|\bno\b|\bnot\b|lack).{0,40}\bconsent|"
    r"(?:family|parent|carer|child|young person)s?\W.{0,20}\bwithdr|withdr\w+ by|opt(?:ed)?[ -]?out",
    re.IGNORECASE,
)


@unique
class KeptOut(Labelled):
    """Why a row that can be read lets nothing in."""

    NO_FURTHER_ACTION = "no_further_action", "the referral ended in no further action"
    UNDER_REFERRAL = "under_referral", "the plan belongs to a referral that is a signpost already"
    CONSENT_WITHDRAWN = "consent_withdrawn", "consent was withdrawn"
    NOT_IN_TOUCH = "not_in_touch", "the care leaver refused, returned home, ended contact or died"
    STILL_LOOKED_AFTER = "still_looked_after", "the young person is still looked after"
    ABSENT = "absent", "an absence is not a missing episode"
    EARLIER = "earlier", "a later row of the same table stands for it"
    DIED = "died", "the child has died"
    ADOPTED = "adopted", "the child was adopted"
    TIME_IS_UP = "time_is_up", "the day it must leave has passed"
    UNDATED = "undated", "no date tells when it began"


class Declined(Struct, frozen=True):
    """A row that was read and lets nothing in."""

    source: SourceRow
    reason: KeptOut


class Eligible(Struct, frozen=True, kw_only=True):
    """A row that a rule lets in, before its leaving date is known."""

    rule: Rule
    source: SourceRow
    started: date
    ended: date | None = None
    end_doubtful: bool = False
    contact: Contact
    role: SignpostRole
    handed_on: bool = False


Found = Eligible | Declined


def derive(case: Case, directory: Directory, today: date) -> tuple[list[Draft], list[Declined]]:
    """Return the signposts that one child's rows allow, and the rows that allow none."""
    drafts: list[Draft] = []
    declined: list[Declined] = []
    adopted_on = _adoption(case)
    for found in (f for service in _SERVICES for f in service(case, directory, today)):
        settled = _settle(found, case, adopted_on, today)
        if isinstance(settled, Draft):
            drafts.append(settled)
        else:
            declined.append(settled)
    return drafts, declined


def _settle(found: Found, case: Case, adopted_on: date | None, today: date) -> Draft | Declined:
    if isinstance(found, Declined):
        return found
    if _has_died(case):
        return Declined(found.source, KeptOut.DIED)  # no letter about a child who has died
    if adopted_on and found.started <= adopted_on:
        return Declined(found.source, KeptOut.ADOPTED)  # nothing may lead from the old name to the new
    leaves = leaves_on(
        born=case.birth,
        until_age=found.rule.until_age,
        ended=found.ended,
        years_after_end=found.rule.years_after_end,
        confirmed=today,
    )
    return _draft(found, leaves) if leaves > today else Declined(found.source, KeptOut.TIME_IS_UP)


def gone_from(case: Case) -> date | None:
    """Return the day up to which nothing of this child may stand: any after a death, else the adoption's."""
    return date.max if _has_died(case) else _adoption(case)


def _has_died(case: Case) -> bool:
    ended = any(ENDED_BY_DEATH.search(episode.end_reason) for episode in _with_reasons(case))
    return case.died or ended or any(DIED.search(row.in_touch) for row in case.leaving)


def _draft(found: Eligible, leaves: date) -> Draft:
    return Draft(
        source=found.source,
        rule=found.rule.code,
        service=found.rule.service,
        role=found.role if found.contact.has_worker else SignpostRole.TEAM,
        team_id=found.contact.team_id,
        started=found.started,
        ended=found.ended,
        leaves_on=leaves,
        end_doubtful=found.end_doubtful,
        handed_on=found.handed_on,
    )


def _adoption(case: Case) -> date | None:
    """Return the day of an adoption. Where its row cannot be read it is no later than any other row."""
    ended = (e for e in _with_reasons(case) if ADOPTED.search(e.end_reason))
    return max((e.ended or date.max for e in ended if e.ended or e.end_doubtful), default=None)


def _with_reasons(case: Case) -> Iterator[CinEpisode | CareEpisode]:
    yield from case.cin
    yield from case.care


def _episode(rule: Rule, episode: AnyEpisode, contact: Contact, role: SignpostRole) -> Eligible:
    return Eligible(
        rule=rule,
        source=episode.source,
        started=episode.started,
        ended=episode.ended,
        end_doubtful=episode.end_doubtful,
        contact=contact,
        role=role,
        handed_on=episode.ended is not None and HANDED_ON.search(_end_reason(episode)) is not None,
    )


def _end_reason(episode: AnyEpisode) -> str:
    """Return why an episode ended, where its table says by a code."""
    return episode.end_reason if isinstance(episode, CinEpisode | CareEpisode) else ""


def _by_worker(
    rule: Rule, episodes: Iterable[AnyEpisode], case: Case, directory: Directory
) -> Iterator[Eligible]:
    for episode in episodes:
        contact = contacts.of_worker(episode, case, directory)
        yield _episode(rule, episode, contact, SignpostRole.ALLOCATED_SOCIAL_WORKER)


def _children_in_need(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    in_need = [e for e in case.cin if not e.nfa]
    yield from (Declined(e.source, KeptOut.NO_FURTHER_ACTION) for e in case.cin if e.nfa)
    yield from _by_worker(rules.CIN_EPISODE, in_need, case, directory)


def _in_need_plans(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    """A plan under a referral only tells which team has the child now (`contacts.of_worker`)."""
    in_need = [e for e in case.cin if not e.nfa]
    alone = [plan for plan in case.plans if not _under(plan, in_need)]
    yield from (Declined(p.source, KeptOut.UNDER_REFERRAL) for p in case.plans if p not in alone)
    yield from _by_worker(rules.CIN_PLAN, alone, case, directory)


def _under(plan: AnyEpisode, in_need: list[CinEpisode]) -> bool:
    if plan.referral:
        return any(e.source.row_id == plan.referral for e in in_need)
    return any(e.started <= plan.started and (e.ended is None or plan.started <= e.ended) for e in in_need)


def _enquiries(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    for enquiry in case.enquiries:
        involvement = contacts.latest(case.involvements, enquiry)
        contact = contacts.of_row(enquiry.teams, enquiry.worker, involvement, directory)
        yield _episode(rules.SECTION_47, enquiry, contact, SignpostRole.SECTION_47_WORKER)


def _protection(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    rule = rules.UNBORN_PLAN if case.unborn else rules.PROTECTION_PLAN
    yield from _by_worker(rule, case.protection, case, directory)


def _looked_after(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    yield from _by_worker(rules.LOOKED_AFTER, periods_of_care(case.care), case, directory)


def _early_help(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    for episode in case.early_help:
        if _CONSENT_GONE.search(episode.end_reason):
            yield Declined(episode.source, KeptOut.CONSENT_WITHDRAWN)
            continue
        involvement = contacts.latest(case.involvements, episode)
        contact = contacts.of_row(episode.teams, episode.worker, involvement, directory)
        yield _episode(rules.EARLY_HELP, episode, contact, SignpostRole.EARLY_HELP_WORKER)


def _missing(case: Case, directory: Directory, _: date) -> Iterator[Found]:
    """Only the latest: how often a child went missing is content, and content is never told."""
    absent = [e for e in case.missing if ABSENT.search(e.kind)]
    yield from (Declined(e.source, KeptOut.ABSENT) for e in absent)
    missing = sorted((e for e in case.missing if e not in absent), key=_recency)
    yield from (Declined(e.source, KeptOut.EARLIER) for e in missing[:-1])
    yield from _by_worker(rules.MISSING, missing[-1:], case, directory)


def _recency(episode: Missing) -> tuple[bool, date, str]:
    return (episode.ended is None, episode.started, episode.source.row_id)


def _care_leavers(case: Case, directory: Directory, today: date) -> Iterator[Found]:
    rows = sorted(case.leaving, key=lambda row: (row.latest_contact or date.min, row.source.row_id))
    yield from (Declined(row.source, KeptOut.EARLIER) for row in rows[:-1])
    for row in rows[-1:]:
        yield _care_leaver(row, case, directory, today)


def _care_leaver(row: CareLeaver, case: Case, directory: Directory, today: date) -> Found:
    if (reason := _not_leaving(row)) is not None:
        return Declined(row.source, reason)
    if (started := _left_care(row, case, today)) is None:
        return Declined(row.source, KeptOut.UNDATED)
    contact = contacts.of_row(row.teams, row.worker, contacts.newest(case.involvements), directory)
    role, rule = SignpostRole.PERSONAL_ADVISER, rules.CARE_LEAVER
    return Eligible(rule=rule, source=row.source, started=started, contact=contact, role=role)


def _not_leaving(row: CareLeaver) -> KeptOut | None:
    if NOT_IN_TOUCH.search(row.in_touch):
        return KeptOut.NOT_IN_TOUCH
    return KeptOut.STILL_LOOKED_AFTER if STILL_IN_CARE.search(row.status) else None


def _left_care(row: CareLeaver, case: Case, today: date) -> date | None:
    """No start is given: the end of the last period of care, else a birthday, else the last contact."""
    ends = [period.ended for period in periods_of_care(case.care) if period.ended]
    birthdays = [birthday(case.born, age) for age in (rules.ADULT, 16)] if case.born else []
    dated = (*([max(ends)] if ends else []), *birthdays, row.latest_contact)
    return next((day for day in dated if day and day <= today), None)


_SERVICES: tuple[Callable[[Case, Directory, date], Iterator[Found]], ...] = (
    _children_in_need,
    _in_need_plans,
    _enquiries,
    _protection,
    _looked_after,
    _early_help,
    _care_leavers,
    _missing,
)
