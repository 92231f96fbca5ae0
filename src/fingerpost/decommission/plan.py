"""The eleven steps of a procedure, as data: what belongs to each, who may say it, and what opens its gate.

They follow how ContactPoint and the National Identity Register were ended (docs/decommission.md). `gates`
says in full when a gate may be opened; `rules` keeps the order.
"""

from typing import Final

from msgspec import Struct

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
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
         {e.DutyMet: _DOES, e.HoldPlaced: _DOES, e.HoldEnded: _DOES}),
    Step(2, "Canaries", "planted in the database, feeds, extracts and backups", {e.CanariesPlanted: _SAYS}),
    Step(3, "Inventory", "register, walk and catalogue reconciled, nothing unexplained",
         {e.Searched: _SAYS, e.ItemDeclared: _DOES, e.ItemDiscovered: _SAYS, e.ItemExplained: _DOES}),
    Step(4, "Freeze", "feeds stopped, counts and roots taken; scan list, investment and minimum drawn",
         {e.FeedsStopped: _SAYS, e.Frozen: _SAYS, e.FreezeBroken: _SAYS, e.ScanListMade: _SAYS,
          e.InvestmentKept: _SAYS, e.MinimumSealed: _SAYS}),
    Step(5, "Switch-off", "off at the set minute, unchanged since the freeze, nobody let in since",
         {e.SwitchOffBegan: _SAYS, e.SwitchedOff: _SAYS, e.NoAccessProved: _SAYS}),
    Step(6, "Partners", "every partner attested every item and everything else, one in twenty audited",
         {e.PartnerAsked: _DOES, e.PartnerChased: _DOES, e.OverduePublished: _DOES, e.Attested: Part.PARTNER,
          e.AttestationWithdrawn: Part.PARTNER, e.HandedIn: _DOES, e.AuditDrawn: _SAYS,
          e.Audited: Part.AUDITOR}),
    Step(7, "Destruction", "every item ended; physical destruction seen by two witnesses",
         {e.KeyEnded: _DOES, e.DestructionBegan: _DOES, e.DestructionStopped: _SAYS, e.Destroyed: _DOES,
          e.Witnessed: Part.WITNESS}),
    Step(8, "Residual scan", "all planted found on the twin, nobody and nothing unread here, list destroyed",
         {e.ScanBegan: _SAYS, e.TwinScanned: _SAYS, e.Scanned: _SAYS, e.ScanListDestroyed: _SAYS}),
    Step(9, "Certificates", "one for each item, by its doer, a verifier of another employer and a third",
         {e.Certified: _DOES, e.CertificateVerified: Part.VERIFIER}),
    Step(10, "Public summary", "published, with its cost", {e.SummaryPublished: _DOES}),
    Step(11, "The minimum kept", "looked at, and with its end", {e.MinimumConfirmed: _SAYS}),
)  # fmt: skip

BY: Final[dict[type[Act], Part]] = {
    e.Opened: Part.OPERATOR, e.PersonAdmitted: Part.APPROVER, e.PersonSeconded: Part.APPROVER,
    e.PersonLeft: Part.APPROVER, e.Approved: Part.APPROVER, e.Closed: Part.OPERATOR,
    **{act: by for step in STEPS for act, by in step.acts.items()},
}  # fmt: skip
STEP_OF: Final = {act: step.number for step in STEPS for act in step.acts}

# Facts that cannot wait for their step: each shuts again the gate of the step it belongs to. What is handed
# in has the turn of what it says.
AT_ANY_TIME: Final = frozenset(
    {e.HoldPlaced, e.ItemDiscovered, e.FreezeBroken, e.AttestationWithdrawn, e.HandedIn, e.PersonAdmitted,
     e.PersonSeconded, e.PersonLeft}
)  # fmt: skip


def as_table() -> str:
    """Return the steps as a table in Markdown."""
    rows = [f"| {step.number} | {step.title} | {step.gate} | {_names(step)} |" for step in STEPS]
    head = ["| step | what | its gate opens when | what is said in it |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _names(step: Step) -> str:
    return ", ".join(f"`{act.__name__}` ({by.value})" for act, by in step.acts.items())
