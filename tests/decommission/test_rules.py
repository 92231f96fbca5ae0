"""The order of the eleven steps, on paper: what may follow, and the reason where it may not."""

from datetime import timedelta

import msgspec
import pytest

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Duty, Explanation, HoldEnd, Search
from fingerpost.decommission.chain import Chain, UnsoundProcedure
from fingerpost.decommission.evidence import Entry
from fingerpost.decommission.gates import current, lacking
from fingerpost.decommission.item import Medium, Method
from fingerpost.decommission.people import Part, new_signer
from fingerpost.decommission.plan import AT_ANY_TIME, BY, STEPS
from fingerpost.decommission.rules import refusal
from fingerpost.ledger.merkle import includes, leaf_hash
from tests.decommission import paper
from tests.decommission.paper import Said, began, destroyed, entry, say, until

HOLD: Said = (e.HoldPlaced(hold="H1", basis="order of the court"), "oona")
LIFT: Said = (e.HoldEnded(hold="H1", how=HoldEnd.LIFTED, basis="order of the court"), "oona")


def why(chain: Chain, said: Said) -> str:
    return refusal(chain.state, entry(chain.state, said))


def test_a_whole_procedure_closes() -> None:
    chain = until(12)
    say(chain, (e.Closed(), "oona"))
    assert chain.state.closed
    assert {type(entry.act) for entry in chain.entries} >= set(BY) - {
        e.PersonAdmitted, e.PersonSeconded, e.PersonLeft, e.HoldPlaced, e.HoldEnded, e.FreezeBroken,
        e.PartnerChased, e.OverduePublished, e.AttestationWithdrawn, e.HandedIn, e.KeyEnded,
        e.DestructionStopped,
    }  # fmt: skip
    assert why(chain, HOLD) == "the procedure is closed"


def test_every_act_belongs_to_somebody() -> None:
    assert set(BY) == set(e.ACTS)
    assert all(isinstance(act, type) and issubclass(act, Act) and act.__doc__ for act in e.ACTS)


@pytest.mark.parametrize("number", range(1, 12))
def test_no_step_is_skipped(number: int) -> None:
    """With one step's acts left out, nothing of the next is taken; nor with one approval too few."""
    chain = until(number)
    later = [said for step in paper.STEPS[number:] for said in step() if type(said[0]) not in AT_ANY_TIME]
    assert all(why(chain, said) for said in later)
    for said in paper.STEPS[number - 1]():
        say(chain, said)
    assert all(why(chain, said) for said in later)
    say(chain, (e.Approved(step=number), "ada"))
    assert all(why(chain, said) for said in later)
    assert why(chain, (e.Approved(step=number), "ada")) == "a gate needs two different people"
    assert (
        why(chain, (e.Approved(step=number), "oona")) == "oona is not one who opens the gates, with another"
    )
    assert current(chain.state) == number


@pytest.mark.parametrize("number", range(1, 12))
def test_no_gate_opens_with_something_left_out(number: int) -> None:
    unknowable = (
        e.ScanBegan(twin=True),  # it only tells that a scan began
        e.ItemDeclared(item=paper.TAPE),  # nobody can know of it but by the register
        e.ItemDiscovered(item=paper.STRAY, search=Search.WALK),  # and of this, but by meeting it
    )
    acts = list(paper.STEPS[number - 1]())
    for place in range(len(acts)):
        chain = until(number)
        for other, said in enumerate(acts):
            if other != place and not why(chain, said):
                say(chain, said)
        if acts[place][0] in unknowable:
            continue
        assert lacking(chain.state, number), acts[place]
        assert why(chain, (e.Approved(step=number), "ada"))


def test_whoever_may_not_say_it() -> None:
    chain = until(1)
    for number in range(1, 12):
        for said in paper.step(number):
            others = {p.id for p in paper.PEOPLE if BY[type(said[0])] not in p.parts}
            assert all("is not one who" in why(chain, (said[0], other)) for other in others)
            say(chain, said)


def test_anybody_who_takes_part_may_place_a_hold() -> None:
    chain = until(7)
    assert why(chain, (HOLD[0], "pia")) == ""
    assert "is not one who" in why(chain, (HOLD[0], "zoe"))
    assert "is not one who" in why(chain, (LIFT[0], "pia"))


def test_a_hold_stops_destruction_at_once() -> None:
    chain = until(7)
    say(chain, began(paper.SERVER))
    say(chain, HOLD)
    assert why(chain, began(paper.EXTRACT)) == "hold H1 is live: nothing is destroyed"
    say(chain, (e.DestructionStopped(item="server", why="hold H1"), "tool"))
    assert why(chain, destroyed(paper.SERVER)).startswith("nobody said that the destruction")
    say(chain, LIFT)
    assert why(chain, began(paper.SERVER)).startswith("step 1 (legal basis and holds) comes first")
    for who in ("ada", "ben"):
        say(chain, (e.Approved(step=1), who))
    say(chain, began(paper.SERVER))
    say(chain, destroyed(paper.SERVER))
    assert why(chain, HOLD) == "a hold needs a reference of its own: that one was given before"


def test_what_was_begun_is_told_under_a_hold_too() -> None:
    chain = until(7)
    say(chain, began(paper.SERVER))
    say(chain, HOLD)
    say(chain, destroyed(paper.SERVER))
    assert "server" in chain.state.ended


def test_a_late_stray_shuts_the_inventory_again() -> None:
    chain = until(9)
    late = msgspec.structs.replace(paper.STRAY, id="late", where="usb.img")
    say(chain, (e.ItemDiscovered(item=late, search=Search.WALK), "tool"))
    assert current(chain.state) == 3
    say(chain, (e.ItemExplained(item="late", explanation=Explanation.ADOPTED, how="a stick"), "oona"))
    for who in ("ada", "ben"):
        say(chain, (e.Approved(step=3), who))
    assert current(chain.state) == 7
    assert lacking(chain.state, 7) == ["item late is not ended"]


def test_a_store_that_changes_after_the_freeze() -> None:
    chain = until(5)
    say(chain, (e.FreezeBroken(store="server", root="cd" * 32), "tool"))
    assert current(chain.state) == 4
    assert why(chain, next(paper.switch_off())).startswith("step 4 (freeze) comes first: the target is not")
    changed = until(5)
    for act, by in paper.switch_off():
        if isinstance(act, e.SwitchedOff):
            act = msgspec.structs.replace(act, root="cd" * 32)  # noqa: PLW2901
        say(changed, (act, by))
    assert lacking(changed.state, 5) == ["the target was not as it was frozen when it was switched off"]


def test_nobody_chooses_who_is_sampled() -> None:
    chain = until(4)
    for said in list(paper.freeze())[:2]:
        say(chain, said)
    made = e.ScanListMade(digest="list", seed="chosen", canaries=5, sampled=10)
    assert why(chain, (made, "tool")) == "who is sampled is drawn by the hash of the line before"


def test_the_set_minute() -> None:
    chain = until(5)
    early = Entry(
        number=chain.state.entries, before="", at=paper.NOON - timedelta(seconds=1), by="tool",
        act=e.SwitchOffBegan(skew=0.0),
    )  # fmt: skip
    assert refusal(until(1).state, early).startswith("step 1")
    chain.state.last_at = None
    assert refusal(chain.state, early) == "the set minute is 06 August 2010 11:00 UTC"
    chain.state.last_at = paper.NOON
    assert refusal(chain.state, early) == "the clock ran backwards since the last entry"


def test_somebody_let_in_after_it() -> None:
    chain = until(5)
    for act, by in paper.switch_off():
        if isinstance(act, e.NoAccessProved):
            act = msgspec.structs.replace(act, let_in=1)  # noqa: PLW2901
        say(chain, (act, by))
    assert lacking(chain.state, 5) == ["somebody was let in since (1)"]


def test_attestations() -> None:
    chain = until(6)
    ask, *_ = paper.partners()
    assert why(chain, paper.attest("a1", "extract")) == "E1 was not asked"
    say(chain, ask)
    assert why(chain, paper.attest("a1", "unknown")) == "item unknown is not in the inventory"
    say(chain, paper.attest("a1", "extract", 1, True))
    assert (
        why(chain, paper.attest("a1", "extract"))
        == "an attestation needs a reference of its own: that one was given before"
    )
    say(chain, paper.attest("a2", "extract", 0))
    say(chain, paper.attest("a3", ELSEWHERE, 2))
    assert "attestations a1 and a2 disagree" in lacking(chain.state, 6)
    assert "E1 found 2 at everything else" in lacking(chain.state, 6)
    withdrawn = e.AttestationWithdrawn(attestation="a2", why="mistaken")
    say(chain, (withdrawn, "pia"))
    assert "attestations a1 and a2 disagree" not in lacking(chain.state, 6)
    assert why(chain, (withdrawn, "pia")) == "no such attestation stands"


def test_destruction_of_what_is_not_to_be_destroyed() -> None:
    chain = until(7)
    unknown = msgspec.structs.replace(paper.STRAY, id="elsewhere")
    assert why(chain, began(unknown)) == "item elsewhere is not in the inventory"
    other = msgspec.structs.replace(paper.SERVER, serial="B2")
    assert why(chain, began(other)) == "the serial of item server is another in the inventory"
    assert "its key is no end" in why(chain, began(paper.SERVER, Method.CRYPTOGRAPHIC_ERASE))
    alone = e.DestructionBegan(item="tape", method=Method.DESTROY, serial="T1", witnesses=("wim", "wim"))
    assert why(chain, (alone, "oona")) == "what is ended by hand needs two witnesses"
    assert why(chain, destroyed(paper.SERVER)).startswith("nobody said")
    say(chain, began(paper.SERVER))
    assert "already" in why(chain, began(paper.SERVER))
    assert why(chain, destroyed(paper.SERVER, Method.PURGE)) == "it was to be ended by another method"
    assert "not named to stand by" in why(chain, (e.Witnessed(item="server", serial="A1"), "wim"))


def test_nobody_witnesses_an_end_before_it_came() -> None:
    """It may be stopped after all, and happen later before other eyes, or before none."""
    chain = until(7)
    say(chain, began(paper.TAPE))
    seen = (e.Witnessed(item="tape", serial="T1"), "wim")
    assert why(chain, seen) == "item tape is not ended yet: nobody saw it"
    say(chain, destroyed(paper.TAPE))
    assert not why(chain, seen)


def test_the_key_of_what_was_always_encrypted() -> None:
    vault = msgspec.structs.replace(
        paper.STRAY, id="vault", medium=Medium.FILE, always_encrypted=True, keys=("k1", "k2")
    )
    chain = until(7)
    chain.state.declared["vault"] = chain.state.discovered["vault"] = vault
    for key in vault.keys:
        assert why(chain, began(vault, Method.CRYPTOGRAPHIC_ERASE))
        say(chain, (e.KeyEnded(item="vault", key=key, how="shredded"), "oona"))
    assert not why(chain, began(vault, Method.CRYPTOGRAPHIC_ERASE))


def test_the_target_is_not_explained_away() -> None:
    chain = until(3)
    for said in list(paper.inventory())[:6]:
        say(chain, said)
    gone = e.ItemExplained(item="server", explanation=Explanation.NO_COPY, how="empty")
    assert "cannot be explained away" in why(chain, (gone, "oona"))


@pytest.mark.parametrize(
    ("found", "hits", "unread", "words"),
    [
        (19, 0, 0, "on the twin 19 of 20 were found"),
        (20, 1, 0, "the scan met 1 and could not read 0 files"),
        (20, 0, 1, "the scan met 0 and could not read 1 files"),
    ],
)
def test_a_scan_that_is_not_clean(found: int, hits: int, unread: int, words: str) -> None:
    chain = until(8)
    say(chain, (e.TwinScanned(planted=20, found=found, report="r1"), "tool"))
    say(chain, (e.Scanned(files=9, read=99, hits=hits, unread=unread, report="r2"), "tool"))
    assert words in lacking(chain.state, 8)
    assert why(chain, (e.Approved(step=8), "ada")) == lacking(chain.state, 8)[0]
    destroyed_ = why(chain, (e.ScanListDestroyed(digest="list"), "tool"))
    assert destroyed_ == ("the scan list is still needed" if hits or unread else "")


def test_scans_are_of_the_list_that_was_made_last() -> None:
    chain = until(8)
    for said in list(paper.scans())[:3]:
        say(chain, said)
    say(chain, (e.FreezeBroken(store="server", root="cd" * 32), "tool"))
    assert "no twin was scanned" in lacking(chain.state, 8)
    assert "what is left was not scanned since the last destruction" in lacking(chain.state, 8)


def test_certificates_need_three_people() -> None:
    chain = until(9)
    first, second, third = list(paper.certificates())[:3]
    say(chain, first)
    assert why(chain, (second[0], "val")) == ""
    say(chain, second)
    assert why(chain, second) == "doer, verifier and validator are three people"
    say(chain, third)


def test_who_comes_later() -> None:
    chain = until(1)
    zoe = paper.SIGNERS["zoe"]
    own = zoe.person("Zoe", "director", "department", Part.APPROVER)
    assert "key under it" in why(chain, (e.PersonAdmitted(person=paper.PEOPLE[1]), "ada"))
    twice = msgspec.structs.replace(own, id="tool2", vkey=paper.SIGNERS["tool"].verifier.vkey)
    assert why(chain, (e.PersonAdmitted(person=twice), "ada"))
    say(chain, (e.PersonAdmitted(person=own), "ada"))
    for said in paper.basis():
        say(chain, said)
    assert "is not one who" in why(chain, (e.Approved(step=1), "zoe"))
    assert why(chain, (e.PersonSeconded(person="zoe"), "ada")) == "the second word is another approver's"
    assert why(chain, (e.PersonLeft(person="ben"), "ada")) == "two approvers have to remain"
    say(chain, (e.PersonSeconded(person="zoe"), "ben"))
    say(chain, (e.PersonLeft(person="ben"), "ada"))
    say(chain, (e.Approved(step=1), "zoe"))
    assert "is not one who" in why(chain, (e.Approved(step=1), "ben"))


def test_who_opens_it() -> None:
    def opening(*people: object, **other: object) -> str:
        opened = msgspec.structs.replace(paper.OPENED, **{"people": people or paper.PEOPLE, **other})
        return refusal(Chain().state, entry(Chain().state, (opened, "oona")))

    assert opening() == ""
    assert opening(*paper.PEOPLE[:2], paper.PEOPLE[9]) == "every gate needs two approvers"
    assert opening(*paper.PEOPLE[:9]) == "the tool has a key of its own, and no other part"
    assert opening(*paper.PEOPLE, paper.PEOPLE[1]) == "each person needs an id and a key of their own"
    assert opening(*paper.PEOPLE[1:]).startswith("oona is not one who")
    assert "legal basis" in opening(basis=" ")
    assert "nothing could be proved" in opening(canaries=0)


def test_a_ledger_that_was_changed() -> None:
    """Each line altered, left out, moved or signed by somebody else: the ledger cannot stand."""
    lines = [line.line for line in until(2).lines]

    def read(changed: list[bytes]) -> None:
        chain = Chain()
        for line in changed:
            chain.add(line)

    read(lines)
    for place, line in enumerate(lines):
        for wrong in (line[:-1], line.replace(b'"by":"', b'"by":"x'), line.replace(b"0", b"1", 1)):
            with pytest.raises(UnsoundProcedure):
                read([*lines[:place], wrong, *lines[place + 1 :]])
        if place + 1 < len(lines):
            with pytest.raises(UnsoundProcedure):
                read([*lines[:place], *lines[place + 1 :]])
    chain = until(1)
    duty = (e.DutyMet(duty=Duty.SHIELDS, outstanding=0, how="x"), "oona")
    forged = e.signed(entry(chain.state, duty, chain.head), new_signer("oona"))
    with pytest.raises(UnsoundProcedure, match="not the key of oona"):
        chain.add(forged.line)


def test_the_tree_proves_each_line() -> None:
    chain = until(2)
    head = chain.checkpoint
    for number, line in enumerate(chain.lines):
        proof = chain.prove(number, head.size)
        assert includes(head.root, head.size, number, leaf_hash(line.line), proof)


def test_there_are_eleven_steps() -> None:
    assert [step.number for step in STEPS] == list(range(1, 12))
