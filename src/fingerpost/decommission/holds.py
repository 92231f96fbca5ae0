"""Holds: whoever has a legal basis forbids destruction; it stops at once, and goes on when the hold has
ended.
"""

from fingerpost.decommission.acts.preparing import Duty, DutyMet, HoldEnd, HoldEnded, HoldPlaced
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.people import Signer
from fingerpost.words.errors import FingerpostError


class Held(FingerpostError):
    """Destruction was stopped half-way, because a hold had arrived."""


def meet(procedure: Procedure, signer: Signer, duty: Duty, outstanding: int, how: str) -> None:
    """Say how many matters of one kind are open, and how they were looked for."""
    procedure.say(DutyMet(duty=duty, outstanding=outstanding, how=how), signer)


def place(procedure: Procedure, signer: Signer, hold: str, basis: str) -> None:
    """Forbid all destruction from now on. A copy does not say whom it is about: a hold is of everything."""
    procedure.say(HoldPlaced(hold=hold, basis=basis), signer)


def end(procedure: Procedure, signer: Signer, hold: str, how: HoldEnd, basis: str) -> None:
    """End a hold by a decision. Two approvers open the first gate again before anything is destroyed."""
    procedure.say(HoldEnded(hold=hold, how=how, basis=basis), signer)


class Watch:
    """Asked by whatever destroys, block by block: raises `Held` once a hold is live. One `stat` each time."""

    def __init__(self, procedure: Procedure) -> None:
        self._procedure = procedure

    def __call__(self, _: int = 0) -> None:
        """Raise `Held` if a hold has come."""
        if holds := self._procedure.state.holds:
            raise Held(f"hold {next(iter(holds))} has arrived: destruction is stopped")
