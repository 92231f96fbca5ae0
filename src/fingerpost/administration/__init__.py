"""An authority keeps its own house: its people and their papers, its teams and their tested phones, its data.

Every act is by somebody who answers for the authority, of that authority alone, never of themselves, and
is on the ledger with their name. National roles and records officers are added by the operator, not here.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.administration.people import People
from fingerpost.administration.quality import Quality
from fingerpost.administration.teams import Teams
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger


class Administration(Struct, frozen=True):
    """What an authority keeps."""

    people: People
    teams: Teams
    quality: Quality


def administration(
    keeping: Database, publishing: Database, reporting: Database, ledger: Ledger,
    clock: Callable[[], datetime],
) -> Administration:  # fmt: skip
    """Build it. `keeping` keeps accounts, `publishing` reads signposts, `reporting` reads feeds' reports."""
    return Administration(
        People(keeping, ledger, clock),
        Teams(keeping, publishing, ledger, clock),
        Quality(publishing, reporting, clock),
    )
