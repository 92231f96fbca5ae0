"""Destruction: each item by the destroyer of its medium, said before and after, under the eyes of the holds.

What was begun when the tool was killed is gone on with: a destroyer that runs again ends what is left and
finds no fault with what is gone. Here nothing is destroyed that the ledger does not let: the rules refuse it
before.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from fingerpost.db.foreign import reached
from fingerpost.decommission.acts.ending import (
    Destroyed,
    DestructionBegan,
    DestructionStopped,
    KeyEnded,
    Witnessed,
)
from fingerpost.decommission.acts.preparing import FreezeBroken
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.holds import Held, Watch
from fingerpost.decommission.item import Ended, Item, Method
from fingerpost.decommission.people import Signer
from fingerpost.decommission.shared import Shared, shared_of
from fingerpost.decommission.switch_off import counted_again
from fingerpost.decommission.target import Target, target_of
from fingerpost.words.errors import Refused

Destroyer = Callable[[Item, Path, Watch], Ended]  # item, the procedure's root, asked at every block
Tell = Callable[[Item, Ended], object]


def destroy_all(
    procedure: Procedure, signer: Signer, destroyer: Destroyer, tell: Tell = lambda item, ended: None
) -> int:
    """End every item that is reachable from here and not ended yet. Return how many were."""
    left = list(_left(procedure))
    for item in left:
        tell(item, destroy(procedure, signer, item.id, destroyer))
    return len(left)


def _left(procedure: Procedure) -> Iterator[Item]:
    """Yield what is left to end, what was begun first."""
    state = procedure.state
    items = [i for i in state.copies.values() if i.id not in state.ended and not state.by_hand(i)]
    yield from sorted(items, key=lambda item: item.id not in state.under_way)


def destroy(procedure: Procedure, signer: Signer, item_id: str, destroyer: Destroyer) -> Ended:
    """End one item."""
    state = procedure.state
    item = state.copies.get(item_id)
    if item is None:
        raise Refused(f"item {item_id} is not in the inventory")
    if state.by_hand(item):
        raise Refused(f"item {item_id} is not reachable from here: it is ended by hand, before two witnesses")
    watch = Watch(procedure)
    _as_it_was_stopped(procedure, item)
    began = state.under_way.get(item_id)
    if began is None:
        began = DestructionBegan(item=item_id, method=_method(item), serial=item.serial)
        procedure.say(began, signer)
    try:
        watch()
        ended = destroyer(item, procedure.root, watch)
    except Held as held:
        procedure.say(DestructionStopped(item=item_id, why=str(held)), procedure.tool)
        raise
    procedure.say(Destroyed(ended=ended), signer)
    return ended


def _method(item: Item) -> Method:
    return Method.CRYPTOGRAPHIC_ERASE if item.always_encrypted and item.keys else Method.CLEAR


def _as_it_was_stopped(procedure: Procedure, item: Item) -> None:
    """Refuse a target that may hold something else than was frozen: started since the switch-off, or, on a
    server that goes on, counted again and found different. One that was ended in part can be neither.
    """
    state = procedure.state
    target, off = state.target, state.switched_off
    if target is None or item.id != target.id or off is None or item.id in state.under_way:
        return
    reach, shared = target_of(procedure), shared_of(procedure)
    if item.id in state.began and not _can_be_used(reach, shared):
        return  # a hold came in the middle, and is over
    if shared:
        found, expected, words = counted_again(reach), off.root, "holds something else than"
    else:
        found, expected, words = reach.control(), off.control, "was started since"
    if found != expected:
        procedure.say(FreezeBroken(store=item.id, root=found), procedure.tool)
        raise Refused(f"the target {words} it was switched off: it has to be frozen again")


def _can_be_used(target: Target, shared: Shared | None) -> bool:
    """Tell whether a target could still be started, or its database opened."""
    if shared is None:
        return target.can_start
    with target.up(), reached(target.maintenance) as server:
        return shared.stands(server, target.database)


def begin_by_hand(procedure: Procedure, signer: Signer, item_id: str, serial: str, *witnesses: str) -> None:
    """Say that an item is about to be ended by hand, before which witnesses."""
    act = DestructionBegan(item=item_id, method=Method.DESTROY, serial=serial, witnesses=witnesses)
    procedure.say(act, signer)


def end_by_hand(procedure: Procedure, signer: Signer, item_id: str, how: str) -> Ended:
    """Say that it was ended by hand, how, and that this tool has seen nothing of it."""
    began = procedure.state.under_way.get(item_id)
    if began is None:
        raise Refused(f"nobody said that the destruction of item {item_id} began")
    at = procedure.moment()
    ended = Ended(
        item=item_id, method=began.method, tool=how, began=at, ended=at, overwritten=0, read_back=0,
        limits=("done out of reach of this tool: it rests on the word of its doer and two witnesses",),
    )  # fmt: skip
    procedure.say(Destroyed(ended=ended), signer)
    return ended


def witness(procedure: Procedure, signer: Signer, item_id: str, serial: str) -> None:
    """Say that one was there, and which serial one read."""
    procedure.say(Witnessed(item=item_id, serial=serial), signer)


def end_key(procedure: Procedure, signer: Signer, item_id: str, key: str, how: str) -> None:
    """Say that one copy of an item's key is gone."""
    procedure.say(KeyEnded(item=item_id, key=key, how=how), signer)
