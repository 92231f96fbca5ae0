"""The two searches for copies, for the inventory: by content, and by what servers say of themselves."""

from pathlib import Path

from fingerpost.db.foreign import reached
from fingerpost.decommission import canaries
from fingerpost.decommission.acts.preparing import Search
from fingerpost.decommission.destroyers.destroy import Destroyers
from fingerpost.decommission.discover import by_catalogue, by_content
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Item
from fingerpost.decommission.residual import sampled
from fingerpost.decommission.target import Target

JOURNAL, DESTROYED = "walk.jsonl", "destroyed"


def look(procedure: Procedure, target: Target, search: Search, workers: int = 1) -> list[Item]:
    """Return the copies that a search meets. The target's server must be up."""
    with reached(target.conninfo) as database:
        if search is Search.CATALOGUE:
            return by_catalogue(procedure.root, database)
        known = canaries.canaries(procedure)
        numbers = {canary.number for canary in known}
        people = [*known, *sampled(database, target.children, procedure.opened.sample, numbers)]
    journal = procedure.folder / JOURNAL
    journal.unlink(missing_ok=True)  # of an earlier walk, whose list had another key
    found = by_content(procedure.root, people, journal, workers=workers)
    journal.unlink()
    return found


def destroyers(procedure: Procedure, *protected: Path) -> Destroyers:
    """Return what ends the items of a procedure; `protected`: folders of what lives on."""
    return Destroyers(procedure.folder / DESTROYED, protected)
