"""Each rule lets in what it should, and a known ineligible control stays out."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from fingerpost.signposts import Draft, SignpostRole, SourceRow
from fingerpost.signposts.contacts import Directory
from fingerpost.signposts.eligibility import KeptOut, derive, gone_from
from fingerpost.signposts.episodes import (
    AnyEpisode,
    CareEpisode,
    CareLeaver,
    Case,
    CinEpisode,
    CinPlan,
    EarlyHelp,
    Enquiry,
    Involvement,
    Missing,
    ProtectionPlan,
)
from fingerpost.words.vocabulary import Service

TODAY = date(2026, 3, 2)
BORN = date(2015, 5, 17)
STARTED = date(2025, 6, 1)
ENDED = date(2025, 9, 30)
NORTH, SOUTH = UUID(int=1), UUID(int=2)
TEAMS = Directory({"north": NORTH, "south": SOUTH}, {"W1": "North", "W2": "South"})
NOWHERE = Directory({}, {})


def _row(row_id: str = "1", table: str = "ssd_t") -> SourceRow:
    return SourceRow(table, row_id, "C1")


def _made(episode: type[AnyEpisode], row_id: str = "1", /, **fields: Any) -> Any:
    return episode(source=_row(row_id), **{"started": STARTED, **fields})


def _derive(case: Case, directory: Directory = NOWHERE) -> tuple[list[Draft], list[KeptOut]]:
    drafts, declined = derive(case, directory, TODAY)
    return drafts, [row.reason for row in declined]


def _services(case: Case) -> list[Service]:
    return [draft.service for draft in _derive(case)[0]]


def _only(case: Case, directory: Directory = NOWHERE) -> Draft:
    (draft,) = _derive(case, directory)[0]
    return draft


def test_a_referral_is_a_child_in_need_until_a_year_after_the_last_word() -> None:
    draft = _only(Case(born=BORN, cin=[_made(CinEpisode)]))
    assert (draft.service, draft.rule, draft.leaves_on) == (
        Service.CHILD_IN_NEED, "cin-episode", date(2027, 3, 31),
    )  # fmt: skip


def test_a_closed_case_stays_six_years() -> None:
    draft = _only(Case(born=BORN, cin=[_made(CinEpisode, ended=ENDED)]))
    assert (draft.ended, draft.leaves_on) == (ENDED, date(2031, 9, 30))


def test_a_referral_without_further_action_is_kept_out() -> None:
    assert _derive(Case(born=BORN, cin=[_made(CinEpisode, nfa=True)])) == ([], [KeptOut.NO_FURTHER_ACTION])


def test_a_plan_under_a_referral_does_not_double_it() -> None:
    plan = _made(CinPlan, "2", referral="1")
    drafts, kept_out = _derive(Case(born=BORN, cin=[_made(CinEpisode, referral="1")], plans=[plan]))
    assert ([draft.rule for draft in drafts], kept_out) == (["cin-episode"], [KeptOut.UNDER_REFERRAL])


@pytest.mark.parametrize("referral", ["", "1"])
def test_a_plan_whose_referral_lets_nothing_in_stands_alone(referral: str) -> None:
    plan = _made(CinPlan, "2", referral=referral)
    drafts, _ = _derive(Case(born=BORN, cin=[_made(CinEpisode, nfa=True)], plans=[plan]))
    assert [draft.rule for draft in drafts] == ["cin-plan"]


@pytest.mark.parametrize(
    ("referral", "started", "alone"),
    [
        ("1", date(2024, 1, 8), False),  # its referral's id says so, whatever the dates
        ("9", STARTED, True),  # another's does not
        ("", STARTED, False),
        ("", ENDED, False),
        ("", STARTED - timedelta(days=1), True),
        ("", ENDED + timedelta(days=1), True),
    ],
)
def test_a_plan_is_under_the_referral_that_it_names_or_falls_into(
    referral: str, started: date, alone: bool
) -> None:
    plan = _made(CinPlan, "2", referral=referral, started=started)
    case = Case(born=BORN, cin=[_made(CinEpisode, "1", ended=ENDED)], plans=[plan])
    drafts, kept_out = _derive(case)
    assert ("cin-plan" in [draft.rule for draft in drafts]) is alone
    assert kept_out == ([] if alone else [KeptOut.UNDER_REFERRAL])


def test_a_plan_after_the_start_of_an_open_referral_is_under_it() -> None:
    plan = _made(CinPlan, "2", started=ENDED)
    assert [d.rule for d in _derive(Case(cin=[_made(CinEpisode)], plans=[plan]))[0]] == ["cin-episode"]


def test_an_enquiry_stays_six_years_whatever_came_of_it() -> None:
    draft = _only(Case(born=BORN, enquiries=[_made(Enquiry, ended=ENDED, worker="W1")]), TEAMS)
    assert (draft.service, draft.leaves_on, draft.role, draft.team_id) == (
        Service.SECTION_47, date(2031, 9, 30), SignpostRole.SECTION_47_WORKER, NORTH,
    )  # fmt: skip


def test_an_enquiry_of_seven_years_ago_is_over() -> None:
    old = _made(Enquiry, started=date(2019, 1, 7), ended=date(2019, 2, 1))
    assert _derive(Case(born=BORN, enquiries=[old])) == ([], [KeptOut.TIME_IS_UP])


def test_a_protection_plan() -> None:
    assert _only(Case(born=BORN, protection=[_made(ProtectionPlan)])).rule == "cp-plan"


@pytest.mark.parametrize(
    ("born", "expected", "rule"),
    [
        (None, date(2026, 6, 1), "unborn-plan"),
        (date(2026, 2, 1), date(2026, 2, 3), "cp-plan"),
        (None, None, "cp-plan"),
    ],
)
def test_a_plan_is_of_an_unborn_child_until_the_birth(
    born: date | None, expected: date | None, rule: str
) -> None:
    assert _only(Case(born=born, expected=expected, protection=[_made(ProtectionPlan)])).rule == rule


def test_an_unborn_plan_that_ended_stays_a_year() -> None:
    case = Case(expected=date(2026, 2, 1), protection=[_made(ProtectionPlan, ended=ENDED)])
    assert _only(case).leaves_on == date(2026, 9, 30)


def _care(row_id: str, started: date, ended: date | None = None, **fields: Any) -> CareEpisode:
    return CareEpisode(source=_row(row_id), started=started, ended=ended, **fields)


def test_a_period_of_care_is_one_signpost() -> None:
    first = _care("1", STARTED, ENDED, period="P", entered=STARTED, end_reason="X1")
    second = _care("2", ENDED, period="P", entered=STARTED)
    draft = _only(Case(born=BORN, care=[second, first]))
    assert (draft.service, draft.started, draft.ended) == (Service.LOOKED_AFTER, STARTED, None)
    assert draft.source.row_id == "period P"


def test_a_period_keeps_its_identity_when_its_first_episode_drops_off_the_extract() -> None:
    first = _care("1", STARTED, ENDED, period="P", entered=STARTED, end_reason="X1")
    second = _care("2", ENDED, period="P", entered=STARTED)
    assert _only(Case(care=[second])) == _only(Case(care=[first, second]))


def test_two_periods_of_care_are_two_signposts() -> None:
    first = _care(
        "1", date(2023, 1, 9), date(2023, 5, 1), period="P", entered=date(2023, 1, 9), end_reason="E4A"
    )
    second = _care("2", STARTED, period="Q", entered=STARTED)
    drafts, _ = _derive(Case(born=BORN, care=[first, second]))
    assert [(d.started, d.ended) for d in drafts] == [(date(2023, 1, 9), date(2023, 5, 1)), (STARTED, None)]


def test_one_period_id_given_to_two_periods_does_not_merge_them() -> None:
    first = _care("1", date(2023, 1, 9), date(2023, 5, 1), period="P", entered=date(2023, 1, 9))
    second = _care("2", STARTED, period="P", entered=STARTED)
    drafts, _ = _derive(Case(born=BORN, care=[first, second]))
    assert len({draft.source for draft in drafts}) == 2


def test_episodes_that_follow_each_other_belong_together_without_any_id() -> None:
    episodes = [_care("1", STARTED, ENDED), _care("2", ENDED), _care("0", date(2022, 1, 1), date(2022, 2, 1))]
    drafts, _ = _derive(Case(born=BORN, care=episodes))
    assert [(d.started, d.ended) for d in drafts] == [(date(2022, 1, 1), date(2022, 2, 1)), (STARTED, None)]


def test_after_an_adoption_nothing_leads_back() -> None:
    care = _care("1", STARTED, ENDED, end_reason="E12")
    before = _made(CinEpisode, "2", started=date(2025, 5, 1))
    after = _made(CinEpisode, "3", started=date(2026, 1, 5))
    drafts, kept_out = _derive(Case(born=BORN, care=[care], cin=[before, after]))
    assert ([d.source.row_id for d in drafts], kept_out) == (["3"], [KeptOut.ADOPTED, KeptOut.ADOPTED])


@pytest.mark.parametrize("reason", ["RC1", "RC1 - Adopted", "Adopted"])
def test_a_referral_closed_by_adoption_leads_nowhere_either(reason: str) -> None:
    """Also without a period of care: a stepchild's, or where the care table is not sent."""
    before = _made(CinEpisode, "2", ended=ENDED, end_reason=reason)
    enquiry, after = _made(Enquiry, "3"), _made(CinEpisode, "4", started=date(2026, 1, 5))
    drafts, kept_out = _derive(Case(born=BORN, cin=[before, after], enquiries=[enquiry]))
    assert ([d.source.row_id for d in drafts], kept_out) == (["4"], [KeptOut.ADOPTED, KeptOut.ADOPTED])


def test_an_adoption_on_a_day_that_cannot_be_read_leads_nowhere() -> None:
    care = _care("1", STARTED, None, end_reason="E11", end_doubtful=True)
    case = Case(born=BORN, care=[care], cin=[_made(CinEpisode, "2")])
    assert (_services(case), gone_from(case)) == ([], date.max)


def test_what_began_on_the_day_of_an_adoption_leads_back_too() -> None:
    """Of two adoptions the later counts."""
    days = date(2019, 5, 1), ENDED
    cin = [_made(CinEpisode, str(n), started=day, ended=day, end_reason="RC1") for n, day in enumerate(days)]
    case = Case(born=BORN, cin=cin, enquiries=[_made(Enquiry, "3", started=ENDED)])
    assert (_services(case), gone_from(case)) == ([], ENDED)
    assert gone_from(Case(born=BORN, cin=[_made(CinEpisode)])) is None
    assert gone_from(Case(born=BORN, died=True)) == date.max


def test_an_adoption_still_to_come_changes_nothing() -> None:
    assert len(_services(Case(born=BORN, care=[_care("1", STARTED, None, end_reason="E11")]))) == 1


def test_early_help_stays_a_year() -> None:
    draft = _only(Case(born=BORN, early_help=[_made(EarlyHelp, ended=ENDED, end_reason="Outcomes met")]))
    assert (draft.rule, draft.leaves_on) == ("early-help", date(2026, 9, 30))


@pytest.mark.parametrize(
    "reason",
    ["Consent withdrawn", "Family withdrew consent", "withdrawal of consent", "Consent refused by parent",
     "No consent", "Parent declined consent", "Declined", "Refused", "Family withdrew", "Withdrawn by carer",
     "Consent - not given", "Opted out"],
)  # fmt: skip
def test_early_help_is_gone_at_once_when_consent_is(reason: str) -> None:
    episode = _made(EarlyHelp, ended=ENDED, end_reason=reason)
    assert _derive(Case(born=BORN, early_help=[episode])) == ([], [KeptOut.CONSENT_WITHDRAWN])


@pytest.mark.parametrize(
    "reason", ["", "Outcomes met", "Stepped up to social care", "Consent given for transfer", "Moved away"]
)
def test_early_help_that_ended_otherwise_stays(reason: str) -> None:
    assert _services(Case(born=BORN, early_help=[_made(EarlyHelp, ended=ENDED, end_reason=reason)]))


def _leaver(**fields: Any) -> CareLeaver:
    return CareLeaver(source=_row(), **{"in_touch": "YES", "status": "Former relevant child", **fields})


def test_a_care_leaver_stays_until_25_and_started_at_the_end_of_care() -> None:
    born = date(2003, 4, 10)
    care = _care("1", date(2018, 1, 9), date(2021, 4, 10), end_reason="E5")
    case = Case(born=born, care=[care], leaving=[_leaver(worker="W2")])
    draft = _only(case, TEAMS)
    assert (draft.rule, draft.started, draft.team_id) == ("care-leaver", date(2021, 4, 10), SOUTH)
    assert draft.leaves_on == date(2027, 3, 31)
    assert draft.role is SignpostRole.PERSONAL_ADVISER
    assert _only(Case(born=date(2001, 4, 10), leaving=[_leaver()])).leaves_on == date(2026, 4, 10)


@pytest.mark.parametrize("code", ["REFU", "NREQ", "RHOM", "REFU - refused contact", "Refused"])
def test_a_care_leaver_who_is_not_in_touch_is_kept_out(code: str) -> None:
    case = Case(born=date(2007, 4, 10), leaving=[_leaver(in_touch=code)])
    assert _derive(case) == ([], [KeptOut.NOT_IN_TOUCH])


def test_the_latest_row_of_a_care_leaver_counts() -> None:
    """One whose last period of care is still open left at 18, or at the last contact."""
    rows = [
        _leaver(latest_contact=ENDED, worker="W1"),
        _leaver(latest_contact=STARTED, worker="W2"),
        _leaver(),
    ]
    case = Case(born=date(2007, 4, 10), care=[_care("1", STARTED)], leaving=rows)
    drafts, kept_out = _derive(case, TEAMS)
    assert [(d.started, d.team_id) for d in drafts if d.rule == "care-leaver"] == [(date(2025, 4, 10), NORTH)]
    assert kept_out.count(KeptOut.EARLIER) == 2


@pytest.mark.parametrize(
    ("born", "started"),
    [
        (date(2008, 3, 2), date(2026, 3, 2)),  # 18 today
        (date(2008, 3, 3), date(2024, 3, 3)),  # and tomorrow: left from 16
        (date(2010, 3, 2), date(2026, 3, 2)),  # 16 today
        (date(2010, 3, 3), STARTED),  # else the latest contact
    ],
)
def test_when_a_care_leaver_of_unknown_care_left(born: date, started: date) -> None:
    assert _only(Case(born=born, leaving=[_leaver(latest_contact=STARTED)])).started == started


def test_a_care_leaver_left_at_the_end_of_the_last_period() -> None:
    care = [
        _care(str(n), started, ended, end_reason="E4A")
        for n, (started, ended) in enumerate(((STARTED, ENDED), (date(2020, 1, 1), date(2021, 1, 1))))
    ]
    drafts, _ = _derive(Case(born=date(2007, 4, 10), care=care, leaving=[_leaver()]))
    assert [d.started for d in drafts if d.rule == "care-leaver"] == [ENDED]


@pytest.mark.parametrize(
    ("case", "handed_on"),
    [
        (Case(cin=[_made(CinEpisode, ended=ENDED, end_reason="RC5 Transferred")]), True),
        (Case(cin=[_made(CinEpisode, end_reason="RC5 Transferred")]), False),
        (Case(cin=[_made(CinEpisode, ended=ENDED, end_reason="RC8 Other")]), False),
        (Case(care=[_care("1", STARTED, ENDED, end_reason="E3")]), True),
        (Case(early_help=[_made(EarlyHelp, ended=ENDED, end_reason="Moved to another authority")]), False),
    ],
)
def test_what_ended_because_another_authority_took_over_says_so(case: Case, handed_on: bool) -> None:
    assert _only(case).handed_on is handed_on


def test_a_care_leaver_of_25_has_left() -> None:
    assert _derive(Case(born=date(2001, 3, 2), leaving=[_leaver()]))[1] == [KeptOut.TIME_IS_UP]


def test_an_eligible_child_is_still_looked_after() -> None:
    case = Case(born=date(2009, 3, 2), leaving=[_leaver(status="Eligible child")])
    assert _derive(case)[1] == [KeptOut.STILL_LOOKED_AFTER]


def test_a_care_leaver_without_any_date_is_kept_out() -> None:
    assert _derive(Case(leaving=[_leaver()]))[1] == [KeptOut.UNDATED]
    assert _only(Case(leaving=[_leaver(latest_contact=STARTED)])).started == STARTED


def test_only_the_latest_missing_episode_shows() -> None:
    first = _made(Missing, "1", started=date(2025, 7, 1), ended=date(2025, 7, 2), kind="Missing")
    second = _made(Missing, "2", started=date(2026, 1, 1), ended=date(2026, 1, 3), kind="M")
    case = Case(born=BORN, missing=[second, first])
    draft = _only(case)
    assert (draft.source.row_id, draft.leaves_on) == ("2", date(2027, 1, 3))
    assert _derive(case)[1] == [KeptOut.EARLIER]
    still = _made(Missing, "3", started=STARTED, kind="Missing")
    assert _only(Case(born=BORN, missing=[still, second, first])).source.row_id == "3"


@pytest.mark.parametrize("kind", ["A", "Absent", "Away without authorisation"])
def test_an_absence_is_kept_out(kind: str) -> None:
    assert _derive(Case(born=BORN, missing=[_made(Missing, kind=kind)])) == ([], [KeptOut.ABSENT])


@pytest.mark.parametrize(
    "how",
    [
        {"died": True},
        {"leaving": [_leaver(in_touch="DIED")]},
        {"care": [_care("6", STARTED, ENDED, end_reason="E2")]},
        {"plans": [_made(CinPlan, "6")], "cin": [_made(CinEpisode, "7", ended=ENDED, end_reason="RC2 Died")]},
    ],
)
def test_a_child_who_has_died_has_no_signpost(how: dict[str, Any]) -> None:
    case = Case(**{"born": BORN, "cin": [_made(CinEpisode, "7")], "enquiries": [_made(Enquiry, "8")], **how})
    assert _services(case) == []


@pytest.mark.parametrize(("born", "services"), [(date(2008, 3, 3), 1), (date(2008, 3, 2), 0)])
def test_the_eighteenth_birthday_ends_it(born: date, services: int) -> None:
    assert len(_services(Case(born=born, cin=[_made(CinEpisode)]))) == services


def test_a_child_of_unknown_age_is_not_lost() -> None:
    assert _only(Case(cin=[_made(CinEpisode, ended=ENDED)])).leaves_on == date(2031, 9, 30)


def _involved(worker: str, started: date, ended: date | None = None, **fields: str) -> Involvement:
    return Involvement(
        worker=worker, started=started, ended=ended, **{"role": "Allocated Case Worker", **fields}
    )


def test_the_latest_involvement_is_the_contact_of_a_referral() -> None:
    case = Case(
        born=BORN,
        cin=[_made(CinEpisode, teams=("South",))],
        involvements=[_involved("W2", STARTED, ENDED), _involved("W1", ENDED)],
    )
    draft = _only(case, TEAMS)
    assert (draft.team_id, draft.role) == (NORTH, SignpostRole.ALLOCATED_SOCIAL_WORKER)


def test_a_referral_without_involvement_leads_to_its_own_team() -> None:
    draft = _only(Case(born=BORN, cin=[_made(CinEpisode, teams=("SOUTH ",))]), TEAMS)
    assert (draft.team_id, draft.role) == (SOUTH, SignpostRole.TEAM)


def test_a_protection_plan_leads_to_the_referrals_team() -> None:
    case = Case(born=BORN, cin=[_made(CinEpisode, teams=("south",))], protection=[_made(ProtectionPlan, "2")])
    drafts, _ = _derive(case, TEAMS)
    assert [draft.team_id for draft in drafts] == [SOUTH, SOUTH]


def test_the_reviewing_officer_is_not_the_contact() -> None:
    reviewing = _involved("W2", date(2025, 8, 1), role="Independent Reviewing Officer")
    case = Case(born=BORN, cin=[_made(CinEpisode)], involvements=[_involved("W1", STARTED), reviewing])
    assert _only(case, TEAMS).team_id == NORTH


def test_a_child_without_rows_has_no_signpost() -> None:
    assert derive(Case(born=BORN), TEAMS, TODAY) == ([], [])
