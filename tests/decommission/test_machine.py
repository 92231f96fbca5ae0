"""Random procedures: whatever is said in whatever order, nothing is destroyed that must not be.

What must hold is worked out here from the accepted entries alone, in other words than `gates` and `rules`
have. The control is the same machine without the rule of turns, which has to fail.
"""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Explanation, HoldEnd, Search
from fingerpost.decommission.evidence import Entry
from fingerpost.decommission.gates import current
from fingerpost.decommission.plan import BY, STEP_OF
from fingerpost.decommission.rules import _content, refusal  # pyright: ignore[reportPrivateUsage]
from fingerpost.decommission.state import State
from tests.decommission import paper
from tests.decommission.paper import Said, entry

LATE = msgspec.structs.replace(paper.STRAY, id="late", where="usb.img")
DISTURBING: tuple[Said, ...] = (
    *((e.HoldPlaced(hold=f"H{n}", basis="order"), "oona") for n in range(4)),
    *((e.HoldEnded(hold=f"H{n}", how=HoldEnd.LIFTED, basis="order"), "oona") for n in range(4)),
    (e.FreezeBroken(store="server", root="cd" * 32), "tool"),
    (e.ItemDiscovered(item=LATE, search=Search.WALK), "tool"),
    (e.ItemExplained(item="late", explanation=Explanation.ADOPTED, how="a stick"), "oona"),
    (e.AttestationWithdrawn(attestation="a1", why="mistaken"), "pia"),
    (e.DestructionStopped(item="server", why="hold"), "tool"),
    (e.PersonLeft(person="win"), "ada"),
    *((e.Approved(step=n), who) for n in range(1, 8) for who in ("ada", "ben")),
    *(said for step in paper.STEPS for said in step()),
    paper.began(LATE),
    paper.destroyed(LATE),
)
Judge = Callable[[State, Entry], str]


class Procedures(RuleBasedStateMachine):
    """Goes on with the plan, and is disturbed."""

    judge: Judge = staticmethod(refusal)

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.said: list[Entry] = []
        self.offer((paper.OPENED, "oona"))

    def offer(self, said: Said) -> None:
        made = entry(self.state, said)
        if self.judge(self.state, made):
            return
        if isinstance(made.act, e.DestructionBegan):
            assert may_be_destroyed(self.said, made.act.item) == []
        self.state.apply(made)
        self.said.append(made)

    @precondition(lambda self: current(self.state) <= 7)
    @rule(skipped=st.integers(-20, 12))
    def go_on(self, skipped: int) -> None:
        number = current(self.state)
        for place, said in enumerate(paper.step(number)):
            if place != skipped:
                self.offer(said)

    @rule(said=st.sampled_from(DISTURBING))
    def disturb(self, said: Said) -> None:
        self.offer(said)

    @rule(said=st.sampled_from(DISTURBING), other=st.sampled_from([p.id for p in paper.PEOPLE]))
    def pretend(self, said: Said, other: str) -> None:
        self.offer((said[0], other))


def may_be_destroyed(said: list[Entry], item: str) -> list[str]:
    """Return what forbids it, from the entries alone."""
    wrong: list[str] = []
    acts = [entry.act for entry in said]
    holds = {a.hold for a in acts if isinstance(a, e.HoldPlaced)}
    holds -= {a.hold for a in acts if isinstance(a, e.HoldEnded)}
    if holds:
        wrong.append("hold")
    freezes = [a for a in acts if isinstance(a, e.Frozen | e.FreezeBroken)]
    if not freezes or isinstance(freezes[-1], e.FreezeBroken):
        wrong.append("freeze")
    declared = {a.item.id for a in acts if isinstance(a, e.ItemDeclared)}
    discovered = {a.item.id for a in acts if isinstance(a, e.ItemDiscovered)}
    explained = {a.item for a in acts if isinstance(a, e.ItemExplained)}
    if (declared ^ discovered) - explained:
        wrong.append("unexplained")
    if item not in declared | discovered:
        wrong.append("not in the inventory")
    withdrawn = {a.attestation for a in acts if isinstance(a, e.AttestationWithdrawn)}
    attested = {a.item for a in acts if isinstance(a, e.Attested) and a.attestation not in withdrawn}
    if not attested >= {"extract", ELSEWHERE}:
        wrong.append("attestation")
    for number in range(1, 7):
        last = max((place for place, a in enumerate(acts) if STEP_OF.get(type(a)) == number), default=0)
        words = (x for x in said[last:] if isinstance(x.act, e.Approved) and x.act.step == number)
        if len({x.by for x in words}) < 2:
            wrong.append(f"approval of {number}")
    wrong += [f"{x.by} said it" for x in said if not isinstance(x.act, e.Opened) and not _had_part(x)]
    return wrong


def _had_part(entry: Entry) -> bool:
    parts = {person.id: person.parts for person in paper.PEOPLE}
    return BY[type(entry.act)] in parts[entry.by]


def out_of_turn(state: State, entry: Entry) -> str:
    return _content(state, entry.act, entry)


class OutOfTurn(Procedures):
    """The control: whatever fits by its content may be said at any time."""

    judge: Judge = staticmethod(out_of_turn)


SMALL = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
)  # fmt: skip


def test_nothing_is_destroyed_that_must_not_be() -> None:
    reached: list[bool] = []

    class Counted(Procedures):
        def teardown(self) -> None:
            reached.append(any(isinstance(x.act, e.DestructionBegan) for x in self.said))

    run_state_machine_as_test(Counted, settings=SMALL)
    assert sum(reached) > 10  # destruction is reached, or nothing was tested


def test_without_turns_it_would_be() -> None:
    unshrunk = settings(SMALL, phases=(Phase.generate,), report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OutOfTurn, settings=unshrunk)
