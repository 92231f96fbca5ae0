"""The two searches for copies, for the inventory: by content, and by what servers say of themselves."""

import secrets
from collections.abc import Callable
from pathlib import Path

from fingerpost.db.foreign import reached
from fingerpost.decommission import canaries
from fingerpost.decommission.acts.preparing import Search
from fingerpost.decommission.destroyers.destroy import Destroyers
from fingerpost.decommission.destroyers.dropping import Dropping
from fingerpost.decommission.destroyers.overwriting import Watch
from fingerpost.decommission.discover import by_catalogue, by_content
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Ended, Item, Medium
from fingerpost.decommission.residual import sampled
from fingerpost.decommission.shared import shared_of
from fingerpost.decommission.target import Target, target_of

JOURNAL, DESTROYED = "walk.jsonl", "destroyed"
Ender = Callable[[Item, Path, Watch], Ended]


def look(procedure: Procedure, target: Target, search: Search, workers: int = 1) -> list[Item]:
    """Return the copies that a search meets. The target's server must be up."""
    shared = shared_of(procedure)
    with reached(target.conninfo) as database:
        if search is Search.CATALOGUE:
            return by_catalogue(procedure.root, database, shared)
        known = canaries.canaries(procedure)
        but, seed = {canary.number for canary in known}, secrets.token_hex(16)
        people = [*known, *sampled(database, target.children, procedure.opened.sample, but, seed)]
    journal = procedure.folder / JOURNAL
    journal.unlink(missing_ok=True)  # of an earlier walk, whose list had another key
    found = by_content(procedure.root, people, journal, shared=shared, workers=workers)
    journal.unlink()
    return found


def destroyers(procedure: Procedure, *protected: Path, live: str = "") -> Ender:
    """Return what ends the items of a procedure. What lives on: folders, and the database at `live`."""
    folder, shared = procedure.folder / DESTROYED, shared_of(procedure)
    if shared is None:
        return Destroyers(folder, protected)
    files = Destroyers(folder, (*protected, *shared.folders))
    dropping = Dropping(target_of(procedure), folder, protected, live)

    def end(item: Item, root: Path, watch: Watch) -> Ended:
        return (dropping if item.medium is Medium.DATABASE else files)(item, root, watch)

    return end
