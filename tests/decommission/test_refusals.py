"""What may not be said, and why: a row for every clause of the rules, at the step where it is its turn."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Duty, Explanation, HoldEnd, Place
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.item import Item, Medium, Method
from fingerpost.decommission.people import Part, Person, new_signer
from fingerpost.decommission.rules import refusal
from fingerpost.ledger.note import Verifier
from tests.decommission import paper
from tests.decommission.paper import Said, acts, began, destroyed, entry, other, say, until

NEEDS_OWN = "a new person needs an id of their own and a key under it"
NO_ONE = "there is nobody of that id"
NO_HOLD = "no such hold is live, or its basis lacks"
NOT_FROZEN = "the target is not frozen"
ATTESTED = "an attestation says what was searched, how, and how many were found"
GIVEN = "an attestation needs a reference of its own: that one was given before"
CHASED = "E1 was not asked, or was reminded already"
KEYLESS = "no such key of such an item is listed"
NEEDED = "the scan list is still needed"
ASK = next(paper.partners())[0]
SEALED = next(act for act, _ in paper.freeze() if isinstance(act, e.MinimumSealed))
ATTEST = paper.attest("a1", "extract")[0]

LOST = e.Attested(attestation="a1", partner="E1", item="lost", searched="drives", how="by name", found=0)


def admit(who: str, employer: str, *parts: Part) -> Said:
    return e.PersonAdmitted(person=paper.SIGNERS[who].person("A Newcomer", "", employer, *parts)), "ada"


def why(chain: Chain, said: Said) -> str:
    return refusal(chain.state, entry(chain.state, said, chain.head))


def hold(reference: str = "H1", basis: str = "order of the court") -> Said:
    return e.HoldPlaced(hold=reference, basis=basis), "oona"


def lift(reference: str = "H1", basis: str = "order of the court") -> Said:
    return e.HoldEnded(hold=reference, how=HoldEnd.LIFTED, basis=basis), "oona"


def explained(item: str, how: Explanation, words: str = "looked at") -> Said:
    return e.ItemExplained(item=item, explanation=how, how=words), "oona"


def chased(time: int) -> Said:
    return e.PartnerChased(partner="E1", time=time, letter="letter"), "oona"


def audited(attestation: str) -> Said:
    return e.Audited(attestation=attestation, agreed=True, how="looked"), "aud"


def verified(certificate: str, by: str) -> Said:
    return e.CertificateVerified(item="server", certificate=certificate), by


ZOE = paper.SIGNERS["zoe"].person("Zoe", "director", "department", Part.APPROVER)
TOOLS_KEY = Verifier("zoe", paper.SIGNERS["tool"].verifier.key).vkey
ROWS: tuple[tuple[int, Iterable[Said], Said, str], ...] = (
    # who takes part
    (1, (), (paper.OPENED, "oona"), "the procedure is opened already"),
    (1, (), other(admit("zoe", "")[0], "ada", person=msgspec.structs.replace(ZOE, id="ben")), NEEDS_OWN),
    (1, (), other(admit("zoe", "")[0], "ada", person=msgspec.structs.replace(ZOE, vkey="none")), NEEDS_OWN),
    (1, (), (e.PersonAdmitted(person=msgspec.structs.replace(ZOE, vkey=TOOLS_KEY)), "ada"),
     "that key is somebody else's already"),
    (1, (), admit("zoe", "", Part.TOOL), "the tool is there already"),
    (1, (), admit("zoe", "", Part.OPERATOR), ""),
    (1, (), (e.PersonSeconded(person="ben"), "ada"), "nobody of that id waits for a second word"),
    (1, [admit("zoe", "", Part.APPROVER)], (e.PersonSeconded(person="zoe"), "ada"),
     "the second word is another approver's"),
    (1, [admit("zoe", "", Part.APPROVER), (e.PersonLeft(person="zoe"), "ada")],
     (e.PersonSeconded(person="zoe"), "ben"), "nobody of that id waits for a second word"),
    (1, (), (e.PersonLeft(person="nobody"), "ada"), NO_ONE),
    (1, (), (e.PersonLeft(person="tool"), "ada"), NO_ONE),
    (1, (), (e.PersonLeft(person="ben"), "ada"), "two approvers have to remain"),
    (1, [admit("zoe", "", Part.APPROVER)], (e.PersonLeft(person="ben"), "ada"),
     "two approvers have to remain"),
    (1, (), (e.PersonLeft(person="pia"), "ada"), ""),
    (2, (), (e.Approved(step=1), "ada"), "the gate that is next is of step 2"),
    (2, acts(2, 4), (e.Approved(step=3), "ada"), "the gate that is next is of step 2"),
    # 1 to 3
    (1, (), (e.DutyMet(duty=Duty.SHIELDS, outstanding=-1, how="asked"), "oona"),
     "say how many, and how they were looked for"),
    (1, (), (e.DutyMet(duty=Duty.SHIELDS, outstanding=0, how=" "), "oona"),
     "say how many, and how they were looked for"),
    (1, [hold()], hold(), "a hold needs a reference of its own: that one was given before"),
    (1, (), hold(""), "a hold needs a reference of its own: that one was given before"),
    (1, (), hold(basis=" "), "a hold needs its legal basis"),
    (1, (), lift(), NO_HOLD),
    (1, [hold()], lift(basis=" "), NO_HOLD),
    (1, [hold()], lift(), ""),
    (1, [(e.PersonLeft(person="pia"), "ada")], (hold()[0], "pia"),
     "pia is not one who carries out the steps"),
    (2, acts(2, 1), (e.CanariesPlanted(place=Place.FEEDS, planted=5, commitment="d"), "tool"),
     "canaries are the same in every place"),
    (3, (), explained("tape", Explanation.GONE), "item tape is not in the inventory"),
    (3, acts(3, 6), explained("tape", Explanation.GONE, " "), "an explanation needs words"),
    (3, acts(3, 6), explained("server", Explanation.BY_HAND),
     "the target is what is to be ended: it cannot be explained away"),
    (3, acts(3, 6), explained("server", Explanation.ADOPTED), ""),
    (3, acts(3, 6), explained("tape", Explanation.GONE), ""),
    # 4 and 5
    (4, acts(4, 2), (e.Frozen(store="server", tables=(), root="x"), "tool"), "the target is frozen already"),
    (4, (), (e.Frozen(store="tape", tables=(), root="x"), "tool"), "item tape is not the target"),
    (4, (), (e.FreezeBroken(store="server", root="x"), "tool"), "the target is not frozen, or is as it was"),
    (5, (), (e.FreezeBroken(store="server", root=paper.ROOT), "tool"),
     "the target is not frozen, or is as it was"),
    (5, (), (e.FreezeBroken(store="tape", root="x"), "tool"), "item tape is not the target"),
    (4, (), list(paper.freeze())[2], NOT_FROZEN),
    (4, (), list(paper.freeze())[3], NOT_FROZEN),
    (4, (), list(paper.freeze())[4], NOT_FROZEN),
    (4, acts(4, 2), other(SEALED, "tool", until=paper.NOON + timedelta(hours=1)),
     "what is kept needs an end"),
    (5, (), list(paper.switch_off())[1], "the switch-off has not begun"),
    (5, acts(5, 1), other(list(paper.switch_off())[1][0], "tool", at=paper.NOON - timedelta(seconds=1)),
     "the set minute is 06 August 2010 11:00 UTC"),
    (5, acts(5, 1), list(paper.switch_off())[2], "the target is not switched off"),
    # 6
    (6, (), other(ASK, "oona", partner="E2"),
     "E2 is not a partner of this procedure"),
    (6, (), other(ASK, "oona", items=("lost",)),
     "item lost is not in the inventory"),
    (6, (), chased(1), CHASED),
    (6, acts(6, 1), chased(2), CHASED),
    (6, acts(6, 1), chased(1), ""),
    (6, [*acts(6, 1), chased(1)], chased(1), CHASED),
    (6, [*acts(6, 1), chased(1)], chased(2), ""),
    (6, acts(6, 1), other(ATTEST, "pia", partner="E2"), "pia does not speak for E2"),
    (6, acts(6, 1), other(ATTEST, "pia", attestation=""), GIVEN),
    (6, [*acts(6, 2), (e.AttestationWithdrawn(attestation="a1", why=""), "pia")], (ATTEST, "pia"), GIVEN),
    (6, acts(6, 1), other(ATTEST, "pia", searched=" "), ATTESTED),
    (6, acts(6, 1), other(ATTEST, "pia", how=" "), ATTESTED),
    (6, acts(6, 1), other(ATTEST, "pia", found=-1), ATTESTED),
    (6, acts(6, 1), other(ATTEST, "pia", item=ELSEWHERE), ""),
    (6, acts(6, 1), (e.HandedIn(said=LOST, signer="pia", signature=""), "oona"),
     "item lost is not in the inventory"),
    (6, [admit("zoe", "E1", Part.PARTNER), *acts(6, 2)],
     (e.AttestationWithdrawn(attestation="a1", why=""), "zoe"),
     "an attestation is withdrawn by whoever signed it"),
    (6, acts(6, 3), (e.AuditDrawn(attestations=("a1",), seed="chosen"), "tool"),
     "what is audited is drawn by the hash of the line before, and by nobody"),
    (6, acts(6, 3), audited("a1"), "that attestation was not drawn"),
    (6, [admit("zoe", "E1", Part.AUDITOR), *acts(6, 4)],
     (e.Audited(attestation=paper.DRAWN, agreed=True, how=""), "zoe"), "nobody audits their own employer"),
    # 7 and 8
    (7, [began(paper.SERVER)], began(paper.SERVER), "item server is ended, or being ended, already"),
    (7, [began(paper.SERVER), destroyed(paper.SERVER)], began(paper.SERVER),
     "item server is ended, or being ended, already"),
    (7, (), (e.KeyEnded(item="lost", key="k", how="shredded"), "oona"), KEYLESS),
    (7, (), (e.KeyEnded(item="server", key="k", how="shredded"), "oona"), KEYLESS),
    (7, (), (e.DestructionStopped(item="server", why="hold"), "tool"),
     "the destruction of item server is not under way"),
    (7, [began(paper.TAPE), destroyed(paper.TAPE)], (e.Witnessed(item="tape", serial="T2"), "wim"),
     "the serial is another than the inventory's"),
    (7, [began(paper.TAPE), destroyed(paper.TAPE)], (e.Witnessed(item="server", serial="A1"), "wim"),
     "wim was not named to stand by"),
    (8, acts(8, 3), (e.ScanListDestroyed(digest="another"), "tool"), "that is not the scan list"),
    (8, (), (e.ScanListDestroyed(digest="list"), "tool"), NEEDED),
    (8, acts(8, 2), (e.ScanListDestroyed(digest="list"), "tool"), NEEDED),
    (8, list(paper.scans())[2:3], (e.ScanListDestroyed(digest="list"), "tool"), NEEDED),
    # 9 to 11
    (9, (), (e.Certified(item="lost", certificate="c"), "oona"), "item lost is not ended"),
    (9, [admit("zoe", "", Part.OPERATOR)], (e.Certified(item="server", certificate="c"), "zoe"),
     "a certificate is signed by whoever did it"),
    (9, acts(9, 1), verified("another", "vera"), "that is not the certificate of the item"),
    (9, (), verified("c-server", "vera"), "that is not the certificate of the item"),
    (9, [admit("zoe", "supplier", Part.VERIFIER), *acts(9, 1)], verified("c-server", "zoe"),
     "the verifier has another employer than the doer"),
    (9, [admit("zoe", "supplier", Part.VERIFIER), *acts(9, 2)], verified("c-server", "zoe"), ""),
    (11, (), (e.MinimumConfirmed(digest="another"), "tool"), "that is not what was sealed"),
    (11, (), (e.Closed(), "oona"), "step 11 (the minimum kept) is not complete"),
)  # fmt: skip


@pytest.mark.parametrize(("step", "before", "said", "reason"), ROWS, ids=range(1, len(ROWS) + 1))
def test_what_may_be_said(step: int, before: Iterable[Said], said: Said, reason: str) -> None:
    chain = until(step)
    for one in before:
        say(chain, one)
    assert why(chain, said) == reason


def test_nobody_chooses_what_is_audited() -> None:
    chain = until(6)
    for said in acts(6, 3):
        say(chain, said)
    chosen = e.AuditDrawn(attestations=("a1", "a2"), seed=chain.head)
    drawn = "what is audited is drawn by the hash of the line before, and by nobody"
    assert why(chain, (chosen, "tool")) == drawn


def test_nothing_is_said_before_the_opening() -> None:
    assert all(why(Chain(), said) == "the procedure is not opened" for said in acts(1, 4))


def test_an_open_gate_takes_nothing_more_of_its_step() -> None:
    """The last one's too: with every gate open, the procedure is closed or nothing."""
    chain = until(12)
    for step in range(1, 12):
        for said in paper.STEPS[step - 1]():
            if not isinstance(said[0], e.ItemDiscovered | e.Destroyed):
                assert why(chain, said) == f"step {step} is done and approved"
    assert why(chain, (e.Approved(step=11), "ada")) == "the gate that is next is of step 12"
    assert why(chain, (e.Closed(), "oona")) == ""


@pytest.mark.parametrize(
    ("fields", "by", "reason"),
    [
        ({"procedure": "two words"}, "oona", "a procedure needs a name of one word, a target"),
        ({"target": ""}, "oona", "a procedure needs a name of one word, a target"),
        ({"sample": 0}, "oona", "without canaries and a sample, nothing could be proved"),
        ({"canaries": 1, "sample": 1}, "oona", ""),
        ({}, "ada", "ada is not one who carries out the steps"),
    ],
)
def test_how_it_is_opened(fields: dict[str, Any], by: str, reason: str) -> None:
    said = why(Chain(), other(paper.OPENED, by, **fields))
    assert said.startswith(reason) if reason else not said


def _with(person: Person) -> Said:
    return other(paper.OPENED, "oona", people=(*paper.PEOPLE, person))


def test_founders_have_an_id_and_a_key_each_and_the_tool_no_other_part() -> None:
    own = "each person needs an id and a key of their own"
    assert why(Chain(), _with(ZOE)) == ""
    assert why(Chain(), _with(msgspec.structs.replace(ZOE, vkey=TOOLS_KEY))) == own
    assert why(Chain(), _with(msgspec.structs.replace(ZOE, vkey="none"))) == own
    assert why(Chain(), _with(new_signer("ada").person("Ada", "", "", Part.AUDITOR))) == own
    both = msgspec.structs.replace(ZOE, parts=(Part.TOOL, Part.AUDITOR))
    tool = "the tool has a key of its own, and no other part"
    assert why(Chain(), _with(msgspec.structs.replace(ZOE, parts=(Part.TOOL,)))) == tool
    assert why(Chain(), other(paper.OPENED, "oona", people=(*paper.PEOPLE[:9], both))) == tool


VAULT = Item(id="vault", medium=Medium.FILE, where="v", owner="o", always_encrypted=True, keys=("k",))


def _vault(**fields: Any) -> Item:
    return msgspec.structs.replace(VAULT, **fields)


@pytest.mark.parametrize(
    ("item", "method", "witnesses", "reason"),
    [
        (_vault(keys=()), Method.CRYPTOGRAPHIC_ERASE, (), "its key is no end"),
        (_vault(always_encrypted=False), Method.CRYPTOGRAPHIC_ERASE, (), "its key is no end"),
        (_vault(), Method.CRYPTOGRAPHIC_ERASE, (), ""),
        (_vault(), Method.DESTROY, ("wim",), "what is ended by hand needs two witnesses"),
        (_vault(), Method.DESTROY, ("wim", "ada"), "what is ended by hand needs two witnesses"),
        (_vault(), Method.DESTROY, ("wim", "win"), ""),
        (_vault(medium=Medium.BY_HAND), Method.PURGE, (), "what is ended by hand needs two witnesses"),
        (_vault(medium=Medium.DATABASE), Method.CLEAR, (), "one database of a server is ended as the target"),
        (_vault(id="server", where="server", medium=Medium.DATABASE), Method.CLEAR, (), ""),
    ],
)
def test_how_an_item_may_be_ended(
    item: Item, method: Method, witnesses: tuple[str, ...], reason: str
) -> None:
    """A key has ended where there is one; what stands where the target does is the target."""
    chain = until(7)
    chain.state.declared[item.id] = chain.state.discovered[item.id] = item
    for key in item.keys:
        say(chain, (e.KeyEnded(item=item.id, key=key, how="shredded"), "oona"))
    begins = e.DestructionBegan(item=item.id, method=method, serial="", witnesses=witnesses)
    said = why(chain, (begins, "oona"))
    assert said.startswith(reason) if reason else not said


def test_one_database_of_a_server_may_be_ended_by_hand() -> None:
    chain = until(7)
    item = _vault(medium=Medium.DATABASE)
    chain.state.declared["vault"] = item
    chain.state.explained["vault"] = Explanation.BY_HAND
    seen = ("wim", "win")
    begins = e.DestructionBegan(item="vault", method=Method.DESTROY, serial="", witnesses=seen)
    assert why(chain, (begins, "oona")) == ""
