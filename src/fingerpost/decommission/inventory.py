"""The inventory: what the owner's register declares and what looking finds, reconciled until nothing is
unexplained.

An item is known by where it is: the same place is the same item, whoever names it. What a search meets below
an item that is a folder or a server's data belongs to that item.
"""

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from fingerpost.decommission.acts.preparing import (
    Explanation,
    ItemDeclared,
    ItemDiscovered,
    ItemExplained,
    Search,
    Searched,
)
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Class, Item, Medium
from fingerpost.decommission.people import Signer
from fingerpost.words.errors import Invalid, Problem

_COLUMNS = ("path", "medium", "kind", "owner", "serial")
_WHOLE = {Medium.POSTGRESQL, Medium.DATABASE, Medium.FOLDER, Medium.WAL}


def id_of(where: str) -> str:
    """Return the id of the item at a place."""
    return hashlib.sha256(where.encode()).hexdigest()[:12]


def register(path: Path) -> list[Item]:
    """Read the owner's register: CSV with path, medium, kind, owner, serial. Faults name the line."""
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        reader = csv.DictReader(file)
        if missing := set(_COLUMNS) - set(reader.fieldnames or ()):
            raise Invalid(Problem(f"register, {min(missing)}", "is a column that lacks"))
        return [_declared(number, row) for number, row in enumerate(reader, start=2)]


def _declared(line: int, row: dict[str, str]) -> Item:
    try:
        return Item(
            id=id_of(row["path"]), medium=Medium(row["medium"]), where=row["path"], owner=row["owner"],
            kind=Class(row["kind"]), serial=row["serial"], declared=True,
        )  # fmt: skip
    except ValueError:
        raise Invalid(Problem(f"register, line {line}", "names a medium or kind that is none")) from None


def declare(procedure: Procedure, signer: Signer, items: Iterable[Item]) -> int:
    """Say what the register declares."""
    found = list(items)
    for item in found:
        _within(item)
        if procedure.state.declared.get(item.id) != item:  # else by a run that was killed
            procedure.say(ItemDeclared(item=item), signer)
        if item.medium is Medium.BY_HAND and item.id not in procedure.state.explained:
            words = "not reachable from here, by the register"
            act = ItemExplained(item=item.id, explanation=Explanation.BY_HAND, how=words)
            procedure.say(act, signer)
    procedure.say(Searched(search=Search.REGISTER, found=len(found)), procedure.tool)
    return len(found)


def discover(procedure: Procedure, search: Search, found: Iterable[Item]) -> int:
    """Say what a search met. What lies within an item that is known already is of that item."""
    met = list(found)
    for item in met:
        _within(item)
        known = procedure.state.items
        whole = next((i for i in known.values() if _covers(i, item)), None)
        made = whole or msgspec.structs.replace(item, id=id_of(item.where))
        if made.id not in procedure.state.discovered:
            procedure.say(
                ItemDiscovered(item=msgspec.structs.replace(made, discovered=True), search=search),
                procedure.tool,
            )
    procedure.say(Searched(search=search, found=len(met)), procedure.tool)
    return len(met)


def explain(procedure: Procedure, signer: Signer, item: str, explanation: Explanation, how: str) -> None:
    """Say what an item is that only the register, or only a search, knows."""
    procedure.say(ItemExplained(item=item, explanation=explanation, how=how), signer)


def adopt_strays(procedure: Procedure, signer: Signer) -> int:
    """Take every stray for a copy, to be ended like any other: it is presumed to be one."""
    strays = [i for i in procedure.state.unexplained if i in procedure.state.discovered]
    for stray in strays:
        words = "met by a search, declared by nobody: presumed to be a copy"
        explain(procedure, signer, stray, Explanation.ADOPTED, words)
    return len(strays)


def _covers(known: Item, item: Item) -> bool:
    if known.medium is Medium.BY_HAND:
        return False
    whole = known.medium in _WHOLE and item.where.startswith(f"{known.where}/")
    return known.where == item.where or whole


def _within(item: Item) -> None:
    """Refuse a place that is not below the procedure's root."""
    path = Path(item.where)
    if item.medium is not Medium.BY_HAND and (path.is_absolute() or ".." in path.parts or not path.parts):
        raise Invalid(Problem("path", "must be below the procedure's root"))
