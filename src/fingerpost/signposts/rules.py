"""The eligibility rules as data: what lets a signpost in, on what basis, and how long it may stay.

`docs/eligibility.md` shows this table to people; a test holds the two together.
"""

from msgspec import Struct

from fingerpost.words.vocabulary import Service

ADULT = 18
CARE_LEAVER_UNTIL = 25  # Children Act 1989 s.23CZB, inserted by the Children and Social Work Act 2017 s.3

# ContactPoint moved a child's record to an archive for six years: the limitation period of s.2 and s.5 of
# the Limitation Act 1980, within which what was done may still be called into question.
LIMITATION_YEARS = 6
# No statute asks for longer; a year shows the pattern that a new worker must know, then it lapses.
BRIEF_YEARS = 1

PERIOD_SOURCES = {
    LIMITATION_YEARS: "Limitation Act 1980 ss.2 and 5, as ContactPoint's archive",
    BRIEF_YEARS: "no statute asks for longer; UK GDPR art. 5(1)(e)",
    0: "the signpost is theirs to refuse; UK GDPR art. 7(3)",
}


class Rule(Struct, frozen=True, kw_only=True):
    """One rule. `years_after_end` is 0 where an ending means gone at once; `until_age` bounds everything."""

    code: str
    service: Service
    table: str
    lets_in: str
    ends: str
    years_after_end: int
    until_age: int = ADULT
    basis: str

    @property
    def period_source(self) -> str:
        """Why it stays as long as it does."""
        return PERIOD_SOURCES[self.years_after_end]


CIN_EPISODE = Rule(
    code="cin-episode",
    service=Service.CHILD_IN_NEED,
    table="ssd_cin_episodes",
    lets_in="a referral that did not end in no further action",
    ends="the case is closed",
    years_after_end=LIMITATION_YEARS,
    basis="Children Act 1989 s.17",
)
CIN_PLAN = Rule(
    code="cin-plan",
    service=Service.CHILD_IN_NEED,
    table="ssd_cin_plans",
    lets_in="a child in need plan whose referral is not itself a signpost",
    ends="the plan ends",
    years_after_end=LIMITATION_YEARS,
    basis="Children Act 1989 s.17",
)
SECTION_47 = Rule(
    code="s47-enquiry",
    service=Service.SECTION_47,
    table="ssd_s47_enquiry",
    lets_in="an enquiry was begun, whatever came of it",
    ends="the enquiry ends",
    years_after_end=LIMITATION_YEARS,
    basis="Children Act 1989 s.47",
)
PROTECTION_PLAN = Rule(
    code="cp-plan",
    service=Service.CHILD_PROTECTION_PLAN,
    table="ssd_cp_plans",
    lets_in="a child protection plan, also one held for another authority",
    ends="the plan ends",
    years_after_end=LIMITATION_YEARS,
    basis="Children Act 1989 s.47; Working Together to Safeguard Children",
)
UNBORN_PLAN = Rule(
    code="unborn-plan",
    service=Service.UNBORN_PROTECTION_PLAN,
    table="ssd_cp_plans",
    lets_in="a child protection plan on a person with an expected date and no date of birth",
    ends="the plan ends; at birth it becomes the child's own (cp-plan)",
    years_after_end=BRIEF_YEARS,
    basis="Working Together to Safeguard Children (pre-birth conferences)",
)
LOOKED_AFTER = Rule(
    code="care-period",
    service=Service.LOOKED_AFTER,
    table="ssd_cla_episodes",
    lets_in="a period of care, all its episodes together",
    ends="the last episode ceases (other than X1, care goes on)",
    years_after_end=LIMITATION_YEARS,
    basis="Children Act 1989 ss.20, 22 and 31",
)
EARLY_HELP = Rule(
    code="early-help",
    service=Service.EARLY_HELP,
    table="ssd_early_help_episodes",
    lets_in="an early help episode, which families enter by consent; gone at once when consent is withdrawn",
    ends="the episode ends",
    years_after_end=BRIEF_YEARS,
    basis="consent; Children Act 2004 s.10",
)
CARE_LEAVER = Rule(
    code="care-leaver",
    service=Service.CARE_LEAVER,
    table="ssd_care_leavers",
    lets_in="a care leaver, no longer looked after, who has not refused, gone home or ended the contact",
    ends="the row is no longer sent, or the in-touch code is REFU, NREQ, RHOM or DIED",
    years_after_end=0,
    until_age=CARE_LEAVER_UNTIL,
    basis="consent; Children Act 1989 ss.23A to 24D, s.23CZB",
)
MISSING = Rule(
    code="missing",
    service=Service.MISSING,
    table="ssd_missing",
    lets_in="the latest missing episode; an absence (type A) is no missing episode",
    ends="the episode ends",
    years_after_end=BRIEF_YEARS,
    basis="Children Act 2004 s.10; statutory guidance on children who run away or go missing, 2014",
)
# Sexual health, mental health, substance misuse: which of them, no signpost says (signposts/sensitive.py).
SENSITIVE = Rule(
    code="sensitive",
    service=Service.SENSITIVE,
    table="its own list",
    lets_in="a sensitive service, by consent or where significant harm is suspected (recorded)",
    ends="the list states the child no more: it ended, or consent was withdrawn",
    years_after_end=0,
    basis="consent, or significant harm; as regulation 11(3) of ContactPoint's regulations (SI 2007/2182)",
)

RULES: tuple[Rule, ...] = (
    CIN_EPISODE,
    CIN_PLAN,
    SECTION_47,
    PROTECTION_PLAN,
    UNBORN_PLAN,
    LOOKED_AFTER,
    EARLY_HELP,
    CARE_LEAVER,
    MISSING,
    SENSITIVE,
)


def by_code(code: str) -> Rule:
    """Return the rule by which a signpost was let in."""
    return _BY_CODE[code]


_BY_CODE = {rule.code: rule for rule in RULES}
