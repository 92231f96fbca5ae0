"""A procedure on paper: people, a small inventory, and for every step the acts that complete it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from fingerpost.decommission import authorisation
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Duty, Explanation, Place, Search, Table
from fingerpost.decommission.audit import sample
from fingerpost.decommission.authorisation import Authorisation, Signed
from fingerpost.decommission.chain import Chain
from fingerpost.decommission.evidence import AnyAct, Entry, signed
from fingerpost.decommission.item import Class, Ended, Item, Medium, Method
from fingerpost.decommission.people import Part, new_signer
from fingerpost.decommission.state import State
from fingerpost.words.clock import today

START = datetime(2010, 7, 1, 9, tzinfo=UTC)
NOON = datetime(2010, 8, 6, 11, tzinfo=UTC)  # noon in England
SIGNERS = {
    who: new_signer(who)
    for who in ("oona", "ada", "ben", "wim", "win", "pia", "vera", "val", "aud", "tool", "zoe")
}
PEOPLE = (
    SIGNERS["oona"].person("Oona Operator", "engineer", "supplier", Part.OPERATOR),
    SIGNERS["ada"].person("Ada Approver", "director", "department", Part.APPROVER),
    SIGNERS["ben"].person("Ben Approver", "officer", "department", Part.APPROVER),
    SIGNERS["wim"].person("Wim Witness", "clerk", "department", Part.WITNESS),
    SIGNERS["win"].person("Win Witness", "clerk", "archive", Part.WITNESS),
    SIGNERS["pia"].person("Pia Partner", "manager", "E1", Part.PARTNER),
    SIGNERS["vera"].person("Vera Verifier", "assessor", "laboratory", Part.VERIFIER),
    SIGNERS["val"].person("Val Validator", "assessor", "department", Part.VERIFIER),
    SIGNERS["aud"].person("Aud Auditor", "auditor", "audit office", Part.AUDITOR),
    SIGNERS["tool"].person("the tool", "", "", Part.TOOL),
)
SERVER = Item(id="server", medium=Medium.POSTGRESQL, where="server", owner="supplier", serial="A1")
TAPE = Item(id="tape", medium=Medium.BY_HAND, where="shelf 4", owner="supplier", serial="T1")
EXTRACT = Item(id="extract", medium=Medium.FILE, where="partners/E1/x.csv", owner="E1", kind=Class.EXTRACT)
STRAY = Item(id="stray", medium=Medium.BLOCK_IMAGE, where="laptop.img", owner="nobody")
OPENED = e.Opened(
    procedure="test", target="server", root="/nowhere", basis="section 12", switch_off_at=NOON,
    people=PEOPLE, partners=("E1",), canaries=5, sample=10,
)  # fmt: skip
ROOT = "ab" * 32
DRAWN = "drawn"  # stands for what the ledger draws
TABLES = (Table("child", 3, ROOT),)
Said = tuple[AnyAct, str]


def basis() -> Iterator[Said]:
    for duty in Duty:
        yield e.DutyMet(duty=duty, outstanding=0, how="asked its register"), "oona"


def canaries() -> Iterator[Said]:
    for place in Place:
        yield e.CanariesPlanted(place=place, planted=5, commitment="c"), "tool"


def inventory() -> Iterator[Said]:
    for item in (SERVER, TAPE, EXTRACT):
        yield e.ItemDeclared(item=item), "oona"
    for item in (SERVER, EXTRACT, STRAY):
        yield e.ItemDiscovered(item=item, search=Search.WALK), "tool"
    for search in Search:
        yield e.Searched(search=search, found=3), "tool"
    yield e.ItemExplained(item="tape", explanation=Explanation.BY_HAND, how="a tape"), "oona"
    yield e.ItemExplained(item="stray", explanation=Explanation.ADOPTED, how="a laptop"), "oona"


def freeze() -> Iterator[Said]:
    yield e.FeedsStopped(accounts=1), "tool"
    yield e.Frozen(store="server", tables=TABLES, root=ROOT), "tool"
    yield e.ScanListMade(digest="list", seed=DRAWN, canaries=5, sampled=10), "tool"
    yield e.InvestmentKept(digest="kept", tables=()), "tool"
    yield e.MinimumSealed(digest="min", rows=9, until=datetime(2016, 8, 6, tzinfo=UTC), key="k"), "tool"


def switch_off() -> Iterator[Said]:
    yield e.SwitchOffBegan(skew=0.0), "tool"
    yield e.SwitchedOff(at=NOON, sessions=1, tokens=2, roles=3, root=ROOT, control="pg"), "tool"
    yield e.NoAccessProved(
        since=NOON, until=NOON + timedelta(minutes=5), lines=9, let_in=0, refused=3, attempts=3, log="log"
    ), "tool"  # fmt: skip


def attest(attestation: str, item: str, found: int = 0, surrendered: bool = False) -> Said:
    return e.Attested(
        attestation=attestation, partner="E1", item=item, searched="every drive", how="by content",
        found=found, surrendered=surrendered,
    ), "pia"  # fmt: skip


def partners() -> Iterator[Said]:
    due = NOON + timedelta(days=14)
    yield e.PartnerAsked(partner="E1", items=("extract",), due=due, letter="letter"), "oona"
    yield attest("a1", "extract", 1, True)
    yield attest("a2", ELSEWHERE)
    yield e.AuditDrawn(attestations=(), seed=DRAWN), "tool"
    yield e.Audited(attestation=DRAWN, agreed=True, how="looked at the drives"), "aud"


def began(item: Item, method: Method = Method.CLEAR) -> Said:
    by_hand = item.medium is Medium.BY_HAND
    return e.DestructionBegan(
        item=item.id, method=Method.DESTROY if by_hand else method, serial=item.serial,
        witnesses=("wim", "win") if by_hand else (),
    ), "oona"  # fmt: skip


def destroyed(item: Item, method: Method = Method.CLEAR) -> Said:
    ended = Ended(
        item=item.id, method=Method.DESTROY if item.medium is Medium.BY_HAND else method, tool="test",
        began=NOON, ended=NOON, overwritten=1, read_back=1, limits=(),
    )  # fmt: skip
    return e.Destroyed(ended=ended), "oona"


def destruction() -> Iterator[Said]:
    for item in (SERVER, EXTRACT, STRAY, TAPE):
        yield began(item)
        yield destroyed(item)
    for witness in ("wim", "win"):
        yield e.Witnessed(item="tape", serial="T1"), witness


def scans() -> Iterator[Said]:
    yield e.ScanBegan(twin=True), "tool"
    yield e.TwinScanned(planted=20, found=20, report="r1"), "tool"
    yield e.Scanned(files=9, read=99, hits=0, unread=0, report="r2"), "tool"
    yield e.ScanListDestroyed(digest="list"), "tool"


def certificates() -> Iterator[Said]:
    for item in (SERVER, EXTRACT, STRAY, TAPE):
        yield e.Certified(item=item.id, certificate=f"c-{item.id}"), "oona"
        yield e.CertificateVerified(item=item.id, certificate=f"c-{item.id}"), "vera"
        yield e.CertificateVerified(item=item.id, certificate=f"c-{item.id}"), "val"


def summary() -> Iterator[Said]:
    yield e.SummaryPublished(summary="s", cost=375_000), "oona"


def minimum() -> Iterator[Said]:
    yield e.MinimumConfirmed(digest="min"), "tool"


STEPS = (basis, canaries, inventory, freeze, switch_off, partners, destruction, scans, certificates,
         summary, minimum)  # fmt: skip


def step(number: int) -> Iterator[Said]:
    """Yield the acts of a step, then its two approvals."""
    yield from STEPS[number - 1]()
    for who in ("ada", "ben"):
        yield e.Approved(step=number), who


def acts(number: int, first: int) -> list[Said]:
    """Return the first acts of a step."""
    return list(STEPS[number - 1]())[:first]


def other(act: AnyAct, by: str, **fields: Any) -> Said:
    """Return an act with other fields, said by somebody."""
    return msgspec.structs.replace(act, **fields), by


def authorised(service: str) -> Signed:
    """Return an authorisation of a service for this year, signed."""
    on = today()
    made = Authorisation(
        service=service, basis="section 4", starts=on, until=on + timedelta(days=365), people=PEOPLE
    )
    return authorisation.signed(made, [SIGNERS["ada"], SIGNERS["ben"]])


def entry(state: State, said: Said, before: str = "") -> Entry:
    """Return what somebody says, at the right time: an hour after noon once the freeze is over."""
    act, by = said
    match act:
        case e.AuditDrawn(seed=seed) if seed == DRAWN:
            act = e.AuditDrawn(attestations=sample(tuple(state.attested), before), seed=before)
        case e.ScanListMade(seed=seed) if seed == DRAWN:
            act = msgspec.structs.replace(act, seed=before)
        case e.Audited(attestation=attestation) if attestation == DRAWN and state.drawn:
            act = msgspec.structs.replace(act, attestation=state.drawn[0])
        case _:
            pass
    at = NOON + timedelta(hours=1) if state.frozen else START
    return Entry(number=state.entries, before=before, at=max(at, state.last_at or at), by=by, act=act)


def say(chain: Chain, said: Said) -> None:
    """Let a chain take an act, signed; raise `UnsoundProcedure` where it cannot stand."""
    chain.add(signed(entry(chain.state, said, chain.head), SIGNERS[said[1]]).line)


def until(number: int) -> Chain:
    """Return a chain in which every step before `number` is done and approved."""
    chain = Chain()
    say(chain, (OPENED, "oona"))
    for done in range(1, number):
        for said in step(done):
            say(chain, said)
    return chain
