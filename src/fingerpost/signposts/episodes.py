"""Typed rows of an authority's case system, as the eligibility rules read them. One child's are a `Case`.

Field names follow what the Standard Safeguarding Dataset says of each table; texts are as written there.
`gc=False`, since none can be in a cycle and there may be half a million of them.
"""

from datetime import date

from msgspec import Struct

from fingerpost.signposts.signpost import SourceRow


class Episode(Struct, frozen=True, kw_only=True, gc=False):
    """What every episode has. `teams` are references in the order to try; `worker` a professional's id."""

    source: SourceRow
    started: date
    ended: date | None = None
    end_doubtful: bool = False
    referral: str = ""
    teams: tuple[str, ...] = ()
    worker: str = ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class CinEpisode(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_cin_episodes`: a referral, and the time in need that followed unless `nfa`."""

    nfa: bool = False
    end_reason: str = ""


class CinPlan(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_cin_plans`."""


class Enquiry(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_s47_enquiry`."""


class ProtectionPlan(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_cp_plans`."""


class CareEpisode(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_cla_episodes`: `period` names the period of care, `entered` when that began."""

    period: str = ""
    entered: date | None = None
    end_reason: str = ""


class EarlyHelp(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_early_help_episodes`."""

    end_reason: str = ""


class Missing(Episode, frozen=True, kw_only=True, gc=False):
    """`ssd_missing`: `kind` is missing or absent."""

    kind: str = ""


class CareLeaver(Struct, frozen=True, kw_only=True, gc=False):
    """`ssd_care_leavers`: no dates of its own but the latest contact."""

    source: SourceRow
    status: str = ""
    in_touch: str = ""
    latest_contact: date | None = None
    teams: tuple[str, ...] = ()
    worker: str = ""

    def __repr__(self) -> str:
        return "CareLeaver(…)"


class Involvement(Struct, frozen=True, kw_only=True, gc=False):
    """`ssd_involvements`: who worked with the child, from where, and when."""

    started: date
    ended: date | None = None
    referral: str = ""
    role: str = ""
    team: str = ""
    worker: str = ""

    def __repr__(self) -> str:
        return "Involvement(…)"


AnyEpisode = CinEpisode | CinPlan | Enquiry | ProtectionPlan | CareEpisode | EarlyHelp | Missing


class Case(Struct, kw_only=True):
    """All that the rules may know of one child: no name, no number, no reason."""

    born: date | None = None
    expected: date | None = None
    died: bool = False
    cin: list[CinEpisode] = []
    plans: list[CinPlan] = []
    enquiries: list[Enquiry] = []
    protection: list[ProtectionPlan] = []
    care: list[CareEpisode] = []
    early_help: list[EarlyHelp] = []
    missing: list[Missing] = []
    leaving: list[CareLeaver] = []
    involvements: list[Involvement] = []

    def __repr__(self) -> str:
        return "Case(…)"

    @property
    def unborn(self) -> bool:
        """Whether the child is expected and not known to be born."""
        return self.born is None and self.expected is not None

    @property
    def birth(self) -> date | None:
        """Return the day from which birthdays are counted: the expected one until there is a real one."""
        return self.born or self.expected
