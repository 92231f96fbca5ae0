"""The eleven steps of a procedure, as data: what belongs to each, who may say it, and what opens its gate.

They follow how ContactPoint and the National Identity Register were ended (docs/decommission.md). `gates`
says in full when a gate may be opened; `rules` keeps the order.
"""

from typing import Final

from msgspec import Struct

from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.evidence import (
    Approved,
    AttestationWithdrawn,
    Attested,
    AuditDrawn,
    Audited,
    CanariesPlanted,
    CertificateVerified,
    Certified,
    Closed,
    Destroyed,
    DestructionBegan,
    DestructionStopped,
    DutyMet,
    FeedsStopped,
    FreezeBroken,
    Frozen,
    HoldEnded,
    HoldPlaced,
    InvestmentKept,
    ItemDeclared,
    ItemDiscovered,
    ItemExplained,
    KeyEnded,
    MinimumConfirmed,
    MinimumSealed,
    NoAccessProved,
    Opened,
    OverduePublished,
    PartnerAsked,
    PartnerChased,
    PersonAdmitted,
    PersonLeft,
    PersonSeconded,
    ScanBegan,
    ScanListDestroyed,
    ScanListMade,
    Scanned,
    Searched,
    SummaryPublished,
    SwitchedOff,
    SwitchOffBegan,
    TwinScanned,
    Witnessed,
)
from fingerpost.decommission.people import Part

APPROVALS: Final = 2  # different persons, for every gate
AUDITED: Final = 20  # one attestation in so many is looked at on site: 5 %
WITNESSES: Final = 2  # of a physical destruction, by the National Identity Register's precedent


class Step(Struct, frozen=True):
    """One step: what may be said in it and by which part, and what its gate asks, in words."""

    number: int
    title: str
    gate: str
    acts: dict[type[Act], Part]


_DOES, _SAYS = Part.OPERATOR, Part.TOOL

STEPS: Final = (
    Step(1, "Legal basis and holds", "every duty met, no hold live",
         {DutyMet: _DOES, HoldPlaced: _DOES, HoldEnded: _DOES}),
    Step(2, "Canaries", "planted in the database, feeds, extracts and backups", {CanariesPlanted: _SAYS}),
    Step(3, "Inventory", "register, walk and catalogue reconciled, nothing unexplained",
         {Searched: _SAYS, ItemDeclared: _DOES, ItemDiscovered: _SAYS, ItemExplained: _DOES}),
    Step(4, "Freeze", "feeds stopped, counts and roots taken; scan list, investment and minimum drawn",
         {FeedsStopped: _SAYS, Frozen: _SAYS, FreezeBroken: _SAYS, ScanListMade: _SAYS,
          InvestmentKept: _SAYS, MinimumSealed: _SAYS}),
    Step(5, "Switch-off", "off at the set minute, unchanged since the freeze, nobody let in since",
         {SwitchOffBegan: _SAYS, SwitchedOff: _SAYS, NoAccessProved: _SAYS}),
    Step(6, "Partners", "every partner attested every item and everything else, one in twenty audited",
         {PartnerAsked: _DOES, PartnerChased: _DOES, OverduePublished: _DOES, Attested: Part.PARTNER,
          AttestationWithdrawn: Part.PARTNER, AuditDrawn: _SAYS, Audited: Part.AUDITOR}),
    Step(7, "Destruction", "every item ended; physical destruction seen by two witnesses",
         {KeyEnded: _DOES, DestructionBegan: _DOES, DestructionStopped: _SAYS, Destroyed: _DOES,
          Witnessed: Part.WITNESS}),
    Step(8, "Residual scan", "all planted found on the twin, nobody and nothing unread here, list destroyed",
         {ScanBegan: _SAYS, TwinScanned: _SAYS, Scanned: _SAYS, ScanListDestroyed: _SAYS}),
    Step(9, "Certificates", "one for each item, by its doer, a verifier of another employer and a third",
         {Certified: _DOES, CertificateVerified: Part.VERIFIER}),
    Step(10, "Public summary", "published, with its cost", {SummaryPublished: _DOES}),
    Step(11, "The minimum kept", "looked at, and with its end", {MinimumConfirmed: _SAYS}),
)  # fmt: skip

BY: Final[dict[type[Act], Part]] = {
    Opened: Part.OPERATOR, PersonAdmitted: Part.APPROVER, PersonSeconded: Part.APPROVER,
    PersonLeft: Part.APPROVER, Approved: Part.APPROVER, Closed: Part.OPERATOR,
    **{act: by for step in STEPS for act, by in step.acts.items()},
}  # fmt: skip
STEP_OF: Final = {act: step.number for step in STEPS for act in step.acts}

# Facts that cannot wait for their step: each shuts again the gate of the step it belongs to.
AT_ANY_TIME: Final = frozenset(
    {HoldPlaced, ItemDiscovered, FreezeBroken, AttestationWithdrawn, PersonAdmitted, PersonSeconded,
     PersonLeft}
)  # fmt: skip


def as_table() -> str:
    """Return the steps as a table in Markdown."""
    rows = [f"| {step.number} | {step.title} | {step.gate} | {_names(step)} |" for step in STEPS]
    head = ["| step | what | its gate opens when | what is said in it |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _names(step: Step) -> str:
    return ", ".join(f"`{act.__name__}` ({by.value})" for act, by in step.acts.items())
