"""Switch-off, destruction, residual scan: steps 5, 7 and 8."""

from datetime import datetime

from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.item import Ended, Method

# 5. Switch-off


class SwitchOffBegan(Act, frozen=True, kw_only=True):
    """The set minute came. `skew`: seconds by which the database's clock is ahead of this machine's."""

    skew: float


class SwitchedOff(Act, frozen=True, kw_only=True):
    """Sessions were cut, tokens and roles are dead, connections are refused, and the server was stopped.

    Where the server goes on, only its one database is shut.
    """

    at: datetime
    sessions: int
    tokens: int
    roles: int
    root: str  # what the target held as it was switched off
    control: str  # SHA-256 of the stopped server's control file, which a start changes; '' if it goes on


class NoAccessProved(Act, frozen=True, kw_only=True):
    """The server's own log and attempts with every account show whether anybody was let in since."""

    since: datetime
    until: datetime
    lines: int
    let_in: int
    refused: int
    attempts: int  # of ours, one an account, each refused
    log: str  # SHA-256 of the log


# 7. Destruction


class KeyEnded(Act, frozen=True, kw_only=True):
    """One copy of the key of an encrypted item is gone."""

    item: str
    key: str
    how: str


class DestructionBegan(Act, frozen=True, kw_only=True):
    """Said before anything is overwritten: which item, how, who stands by."""

    item: str
    method: Method
    serial: str
    witnesses: tuple[str, ...] = ()


class DestructionStopped(Act, frozen=True, kw_only=True):
    """It was stopped half-way, by a hold. What is left stays as it is until the hold ends."""

    item: str
    why: str


class Destroyed(Act, frozen=True, kw_only=True):
    """Said afterwards: what was done, and what it cannot prove."""

    ended: Ended


class Witnessed(Act, frozen=True, kw_only=True):
    """Somebody was there and compared the serial."""

    item: str
    serial: str


# 8. Residual scan


class ScanBegan(Act, frozen=True, kw_only=True):
    """A scan began: a journal lets it go on where it stopped."""

    twin: bool


class TwinScanned(Act, frozen=True, kw_only=True):
    """A seeded twin was scanned with the same list: what was planted, and what was found of it."""

    planted: int
    found: int
    report: str


class Scanned(Act, frozen=True, kw_only=True):
    """Everything that is left was scanned."""

    files: int
    read: int  # bytes
    hits: int
    unread: int  # files that could not be read: they count as failures
    report: str


class ScanListDestroyed(Act, frozen=True, kw_only=True):
    """The list, its key and what the canaries were made from are gone."""

    digest: str
