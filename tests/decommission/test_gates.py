"""What keeps a gate shut although much of its step was said, and what is said to come next."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Duty, Explanation, Search
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.gates import comes_next, current, lacking
from fingerpost.decommission.item import Item, Method
from tests.decommission import paper
from tests.decommission.paper import acts, began, destroyed, other, say, until

AUDITED = e.Audited(attestation="", agreed=True, how="looked at the drives")


def _said(step: int, change: type[Any], **fields: Any) -> Chain:
    chain = until(step)
    for act, by in paper.STEPS[step - 1]():
        say(chain, other(act, by, **(fields if isinstance(act, change) else {})))
    return chain


@pytest.mark.parametrize(
    ("step", "act", "fields", "reason"),
    [
        (1, e.DutyMet, {"outstanding": 2}, "open and neither met nor held: subject access requests (2)"),
        (2, e.CanariesPlanted, {"planted": 4}, "fewer than 5 canaries are planted in the database"),
        (5, e.NoAccessProved, {"since": paper.NOON + timedelta(seconds=1)},
         "it is not proved that nobody was let in since"),
        (6, e.Audited, {"agreed": False},
         "fewer than one attestation in twenty was looked at on site and found right"),
        (8, e.TwinScanned, {"planted": 0, "found": 0}, "on the twin 0 of 0 were found"),
    ],
)  # fmt: skip
def test_what_keeps_a_gate_shut(step: int, act: type[Any], fields: dict[str, Any], reason: str) -> None:
    chain = _said(step, act, **fields)
    assert reason in lacking(chain.state, step)
    assert current(chain.state) == step


def test_a_target_that_no_inventory_knows_keeps_the_third_gate_shut() -> None:
    chain = until(3)
    for act, by in paper.inventory():
        if not (isinstance(act, e.ItemDeclared | e.ItemDiscovered) and act.item == paper.SERVER):
            say(chain, (act, by))
    assert lacking(chain.state, 3) == ["the target is not in the inventory"]


@pytest.mark.parametrize(
    ("item", "method"), [(paper.SERVER, Method.DESTROY), (paper.TAPE, Method.PURGE)], ids=["drive", "tape"]
)
def test_two_witnesses_have_to_have_seen_what_is_ended_by_hand(item: Item, method: Method) -> None:
    chain = until(7)
    seen = ("wim", "win")
    begins = e.DestructionBegan(item=item.id, method=method, serial=item.serial, witnesses=seen)
    say(chain, (begins, "oona"))
    ended = destroyed(item)[0]
    assert isinstance(ended, e.Destroyed)
    say(chain, other(ended, "oona", ended=msgspec.structs.replace(ended.ended, method=method)))
    unseen = f"item {item.id} was not seen ended by 2 witnesses"
    for witness in seen:
        assert unseen in lacking(chain.state, 7)
        say(chain, (e.Witnessed(item=item.id, serial=item.serial), witness))
    assert unseen not in lacking(chain.state, 7)


def test_a_partner_attests_its_own_extracts_and_what_no_inventory_knows() -> None:
    chain = until(6)
    for item in (
        msgspec.structs.replace(paper.SERVER, id="core", owner="E1"),
        msgspec.structs.replace(paper.EXTRACT, id="theirs", owner="E2"),
    ):
        chain.state.declared[item.id] = chain.state.discovered[item.id] = item
    unsaid = ["E1 has not attested item extract", "E1 has not attested everything else"]
    assert lacking(chain.state, 6) == ["E1 was not asked", *unsaid]


@pytest.mark.parametrize(
    ("item", "surrendered", "reasons"),
    [
        ("extract", False, ["E1 found 1 at item extract"]),
        ("extract", True, []),
        (ELSEWHERE, True, ["E1 found 1 at everything else"]),
    ],
)
def test_what_a_partner_found_is_ended_here(item: str, surrendered: bool, reasons: list[str]) -> None:
    """What it hands over counts once it stands in the inventory."""
    chain = until(6)
    for said in acts(6, 1):
        say(chain, said)
    say(chain, paper.attest("a1", item, 1, surrendered))
    assert [reason for reason in lacking(chain.state, 6) if "found 1" in reason] == reasons


def test_what_was_found_wrong_on_site_counts_until_it_is_withdrawn() -> None:
    chain = until(6)
    for said in acts(6, 3):
        say(chain, said)
    found: dict[str, bool] = {}
    while len(found) < 2:  # another line, another draw
        say(chain, (e.AuditDrawn(attestations=(), seed=paper.DRAWN), "tool"))
        (drawn,) = chain.state.drawn
        found.setdefault(drawn, bool(found))
        say(chain, other(AUDITED, "aud", attestation=drawn, agreed=found[drawn]))
    wrong, right = found
    assert lacking(chain.state, 6) == [f"attestation {wrong} was found wrong on site"]
    say(chain, (e.AttestationWithdrawn(attestation=wrong, why="mistaken"), "pia"))
    assert not any("found wrong" in reason for reason in lacking(chain.state, 6))
    assert right in chain.state.attested


@pytest.mark.parametrize("how", [Explanation.NO_COPY, Explanation.GONE])
def test_what_is_no_copy_need_not_be_ended(how: Explanation) -> None:
    chain = until(7)
    assert "item stray is not ended" in lacking(chain.state, 7)
    chain.state.explained["stray"] = how
    assert "item stray is not ended" not in lacking(chain.state, 7)


def _ended_late(chain: Chain) -> Chain:
    """Let a stray be met, explained and ended, and every gate before it opened again."""
    late = msgspec.structs.replace(paper.STRAY, id="late", where="usb.img")
    say(chain, (e.ItemDiscovered(item=late, search=Search.WALK), "tool"))
    say(chain, (e.ItemExplained(item="late", explanation=Explanation.ADOPTED, how="a stick"), "oona"))
    approve(chain, 3)
    say(chain, began(late))
    say(chain, destroyed(late))
    approve(chain, 7)
    return chain


def approve(chain: Chain, step: int) -> None:
    for who in ("ada", "ben"):
        say(chain, (e.Approved(step=step), who))


def test_a_scan_comes_after_the_last_destruction_while_there_is_a_list() -> None:
    chain = until(8)
    for said in acts(8, 3):
        say(chain, said)
    unscanned = "what is left was not scanned since the last destruction"
    assert unscanned in lacking(_ended_late(chain).state, 8)
    assert lacking(_ended_late(until(9)).state, 8) == []


def test_another_certificate_is_verified_anew() -> None:
    chain = until(9)
    for said in acts(9, 12):
        say(chain, said)
    assert lacking(chain.state, 9) == []
    say(chain, (e.Certified(item="server", certificate="c2"), "oona"))
    assert lacking(chain.state, 9) == ["the certificate of item server is not verified and validated"]


def test_what_comes_next_is_said() -> None:
    first = "Next, in step 1 (legal basis and holds): nobody has said how many are open: subject access"
    assert comes_next(until(1).state) == f"{first} requests, and 3 more (`status`)."
    said = until(1)
    for one in acts(1, 2):
        say(said, one)
    assert comes_next(said.state).endswith(", and 1 more (`status`).")
    say(said, acts(1, 3)[2])
    assert comes_next(said.state).endswith(f"{Duty.SHIELDS.label}.")
    say(said, acts(1, 4)[3])
    assert comes_next(said.state) == "Next: 2 approvers say `approve FOLDER 1`."
    say(said, (e.Approved(step=1), "ada"))
    assert comes_next(said.state) == "Next: another approver says `approve FOLDER 1`."
    assert comes_next(until(11).state).startswith("Next, in step 11 (the minimum kept): ")
    chain = until(12)
    assert comes_next(chain.state) == "Every gate is open. Next: `close` it."
    say(chain, (e.Closed(), "oona"))
    assert comes_next(chain.state).endswith(" What is kept ends on 6 August 2016 (`end-minimum`).")
