"""Those who answer for the service see what was done with it, and so does the public; that is recorded too.

Searching the ledger names no child: what was asked stays sealed. A person sees their own looks. Figures are
counted from the ledger once a month is over, and small numbers are masked before anybody sees them.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.oversight.feedback import Feedback
from fingerpost.oversight.figures import Figures
from fingerpost.oversight.mine import Mine
from fingerpost.oversight.search import Search


class Oversight(Struct, frozen=True):
    """The ways of looking at what was done."""

    search: Search
    mine: Mine
    figures: Figures
    feedback: Feedback


def oversight(
    reading: Database, keeping: Database, ledger: Ledger, clock: Callable[[], datetime]
) -> Oversight:
    """Build it. `reading` may read the ledger; `keeping` knows who may."""
    return Oversight(
        Search(reading, keeping, ledger, clock), Mine(reading, ledger, clock),
        Figures(reading, ledger, clock), Feedback(keeping, reading, ledger, clock),
    )  # fmt: skip
