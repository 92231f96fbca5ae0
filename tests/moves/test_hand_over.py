"""A hand-over has one holder at every moment, the same clock on both sides, and nobody's silence ends it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar, LiteralString
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fingerpost.ledger.movings import HandOverMoved
from fingerpost.matching.names import FAMILY_SHARES, GIVEN_SHARES
from fingerpost.moves import life
from fingerpost.moves.life import HOLDS, LIFE, Kind, Reason, Side, State, Step, holder
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, kinds

CHILD = Child(reference="L1", nhs_number="9990000034")
SAME = msgspec.structs.replace(CHILD, reference="H1", postcode="HU1 1UU")


def test_the_diagram_in_the_docs_is_drawn_from_the_rules() -> None:
    docs = Path(__file__).parents[2] / "docs" / "moves.md"
    assert f"```mermaid\n{life.diagram()}\n```" in docs.read_text("utf-8")


def test_every_state_has_one_holder() -> None:
    assert set(HOLDS) == set(LIFE) == set(State)
    assert {state for state, side in HOLDS.items() if side is Side.RECEIVER} == {State.ACCEPTED}


EXAMPLES = 15


class Handing(RuleBasedStateMachine):
    """Three authorities hand a child about, each trying what it likes: at every step exactly one holds it."""

    service: ClassVar[Service]
    owner: ClassVar[Owner]
    clock: ClassVar[Clock]
    numbers: ClassVar[Iterator[int]]
    people = st.sampled_from((ANN, BEN, YAN))

    def __init__(self) -> None:
        super().__init__()
        self.holder, self.offered = ANN, None  # who holds the child; the open offer and who may accept it
        # By what each names the child: its own reference, or the hand-over that it accepted last.
        self.names = {ANN: f"L{next(self.numbers)}", BEN: str(uuid4()), YAN: str(uuid4())}
        self.child: UUID | None = None

    @rule(by=people, to=people)
    def offer(self, by: Person, to: Person) -> None:
        verbs = self.service.moves.hand_overs
        if by is not self.holder or to is by or self.offered:
            with pytest.raises((Refused, NotFound, Invalid)):
                verbs.offer(self.names[by], to.authority, by)
            return
        made = verbs.offer(self.names[by], to.authority, by)
        self.offered = (made.id, to)
        self.child = self._one("SELECT child FROM hand_over WHERE id = %s", made.id)

    @precondition(lambda self: self.offered)
    @rule(by=people, verb=st.sampled_from(("accept", "decline", "withdraw")))
    def decide(self, by: Person, verb: str) -> None:
        assert self.offered is not None
        hand_over, to = self.offered
        more = (Reason.NOT_LIVING_HERE,) if verb == "decline" else ()
        if by is not (self.holder if verb == "withdraw" else to):
            with pytest.raises((Refused, NotFound)):
                getattr(self.service.moves.hand_overs, verb)(hand_over, by, *more)
            return
        getattr(self.service.moves.hand_overs, verb)(hand_over, by, *more)
        self.offered = None
        if verb == "accept":
            self.holder = by
            self.names[by] = self.names[by] if by is ANN else str(hand_over)

    @rule()
    def let_it_lapse(self) -> None:
        self.clock.pass_by(days=50)
        self.service.moves.hand_overs.pass_time()
        self.offered = None

    @invariant()
    def one_holds(self) -> None:
        """Never nobody, never two; and an open offer is the holder's own."""
        rows = self.owner.execute(
            "SELECT state, sender, receiver FROM hand_over WHERE child = %s ORDER BY place", (self.child,)
        ).fetchall()
        steps = [Step(State(state), str(sender), str(receiver)) for state, sender, receiver in rows]
        assert holder(LEEDS, steps) == self.holder.authority
        opened = [step.sender for step in steps if step.state is State.OFFERED]
        assert opened == ([self.holder.authority] if self.offered else [])

    def _one(self, query: LiteralString, value: object) -> UUID:
        ((found,),) = self.owner.execute(query, (value,)).fetchall()
        return UUID(str(found))


def test_whoever_tries_what_one_holds_the_child(
    moving: Service, owner: Owner, clock: Clock, send: Send
) -> None:
    given, family = list(GIVEN_SHARES)[::7], list(FAMILY_SHARES)[::7]
    children = [  # so unlike each other that none is taken for another
        Child(
            reference=f"L{n}", given=given[n], family=family[n], postcode=f"LS{1 + n % 28} {n % 10}AB",
            born=f"{2010 + n % 15}-0{1 + n % 9}-{10 + n % 19}",
        )
        for n in range(120)
    ]  # fmt: skip
    send(LEEDS, *children)
    Handing.service, Handing.owner, Handing.clock, Handing.numbers = moving, owner, clock, iter(range(120))
    settings = hypothesis_settings(
        max_examples=EXAMPLES, stateful_step_count=16, deadline=None,
        suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    run_state_machine_as_test(Handing, settings=settings)


def test_the_sender_holds_until_the_receiver_accepts(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    assert (offered.state, offered.days, offered.receiver_silent) == (State.OFFERED, 0, True)
    assert kinds(moving, BEN) == ["hand_over_offered"]
    with pytest.raises(Refused, match="offered already"):
        moving.moves.hand_overs.offer("L1", YORK, ANN)
    moving.moves.hand_overs.accept(offered.id, BEN)
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["hand_over_accepted"], [])
    with pytest.raises(Refused, match=f"{HULL} holds this child"):
        moving.moves.hand_overs.offer("L1", YORK, ANN)
    onward = moving.moves.hand_overs.offer(str(offered.id), YORK, BEN)
    moving.moves.hand_overs.accept(onward.id, YAN)
    with pytest.raises(Refused, match=f"{YORK} holds this child"):
        moving.moves.hand_overs.offer(str(offered.id), LEEDS, BEN)
    events = [e.event for _, e in moving.ledger.checked(moving.records_database) if e]
    assert [e.state for e in events if isinstance(e, HandOverMoved)] == ["offered", "accepted"] * 2


def test_whoever_accepted_goes_on_by_its_own_record(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    moving.moves.hand_overs.accept(offered.id, BEN)
    send(HULL, SAME)
    with pytest.raises(Refused, match=f"{HULL} holds this child"):
        moving.moves.hand_overs.offer("L1", YORK, ANN)
    assert moving.moves.hand_overs.offer("H1", YORK, BEN).sender == HULL


def test_only_the_receiver_decides_and_only_once(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    verbs = moving.moves.hand_overs
    with pytest.raises(Refused, match="the receiver accepts"):
        verbs.accept(offered.id, ANN)
    with pytest.raises(NotFound):
        verbs.accept(offered.id, YAN)
    with pytest.raises(Invalid, match="must be one of"):
        verbs.decline(offered.id, BEN, Reason.RECORD_GONE)
    assert verbs.decline(offered.id, BEN, Reason.NOT_LIVING_HERE).reason is Reason.NOT_LIVING_HERE
    with pytest.raises(Invalid, match="is declined and cannot become accepted"):
        verbs.accept(offered.id, BEN)
    assert kinds(moving, ANN) == ["hand_over_declined"]
    assert verbs.withdraw(verbs.offer("L1", HULL, ANN).id, ANN).state is State.WITHDRAWN


IMPOSSIBLE = [
    (LEEDS, Kind.RESPONSIBILITY, None, "must be one other than yours"),
    (None, Kind.RESPONSIBILITY, None, "must be one other than yours"),
    (HULL, Kind.LEAVING, None, "must be one other than yours"),
    ("E99999999", Kind.RESPONSIBILITY, None, "no authority with that code"),
    (HULL, Kind.STAY, None, "within fourteen days"),
    (HULL, Kind.STAY, "2026-03-17", "within fourteen days"),
    (HULL, Kind.RESPONSIBILITY, "2026-03-09", "has no last day"),
    (None, Kind.LEAVING, "2029-04-01", "within three years"),
]


def test_what_cannot_be_offered(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD)
    for receiver, kind, until, words in IMPOSSIBLE:
        last = date.fromisoformat(until) if until else None
        with pytest.raises((Invalid, NotFound), match=words):
            moving.moves.hand_overs.offer("L1", receiver, ANN, kind=kind, until=last)
    with pytest.raises(NotFound, match="holds no child"):
        moving.moves.hand_overs.offer(str(uuid4()), HULL, ANN)


def test_fifteen_working_days_then_both_managers_and_after_thirty_it_lapses(
    moving: Service, send: Send, clock: Clock
) -> None:
    """Over Easter 2026 (Good Friday 3 April, Easter Monday 6 April): the same count on both sides."""
    send(LEEDS, CHILD)
    clock.on("2026-03-20")
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    clock.on("2026-04-14")
    moving.moves.nightly()
    both = [moving.moves.hand_overs.listed(who)[0] for who in (ANN, BEN)]
    assert [(h.days, h.overdue) for h in both] == [(15, False)] * 2
    clock.on("2026-04-15")
    moving.moves.nightly()
    moving.moves.nightly()
    assert kinds(moving, ANN) == ["hand_over_overdue"]
    assert kinds(moving, BEN) == ["hand_over_offered", "hand_over_overdue"]
    clock.on("2026-05-07")
    moving.moves.nightly()
    assert moving.moves.hand_overs.listed(ANN)[0].state is State.LAPSED
    assert "hand_over_lapsed" in kinds(moving, ANN)
    assert "hand_over_lapsed" in kinds(moving, BEN)
    assert moving.moves.hand_overs.offer("L1", HULL, ANN).id != offered.id  # the sender holds, and may again


def test_a_record_that_goes_withdraws_its_offer_and_says_so(
    moving: Service, send: Send, clock: Clock
) -> None:
    send(LEEDS, CHILD, Child(reference="L9", given="Some", family="Else", born="2015-02-03"))
    moving.moves.hand_overs.offer("L1", HULL, ANN)
    send(LEEDS, Child(reference="L9", given="Some", family="Else", born="2015-02-03"))
    moving.moves.nightly()
    assert moving.moves.hand_overs.listed(BEN)[0].reason is Reason.RECORD_GONE
    assert (kinds(moving, ANN), kinds(moving, BEN)) == (["hand_over_withdrawn"], ["hand_over_withdrawn"])


def test_a_short_stay_tells_the_host_and_moves_nothing(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, CHILD)
    moving.moves.hand_overs.offer("L1", HULL, ANN, kind=Kind.STAY, until=date(2026, 3, 15))
    assert kinds(moving, BEN) == ["staying"]
    assert (
        moving.moves.hand_overs.offer("L1", YORK, ANN).state is State.OFFERED
    )  # still the sender's to offer
    clock.on("2026-03-16")
    moving.moves.nightly()
    assert kinds(moving, BEN) == ["staying recalled"]


def test_a_child_who_left_england_and_returns_is_told(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, msgspec.structs.replace(CHILD, closed="2026-02-27"))
    moving.moves.hand_overs.offer("L1", None, ANN, kind=Kind.LEAVING)
    clock.on("2027-03-02")
    send(HULL, msgspec.structs.replace(SAME, started="2027-02-20"))
    assert sorted(kinds(moving, ANN)) == ["returned", "shared"]
    assert moving.moves.hand_overs.listed(ANN)[0].state is State.OVER


def test_who_has_not_closed_yet_is_no_return(moving: Service, send: Send, clock: Clock) -> None:
    """Hull is a day behind when the child leaves: the wait goes on, and the true return is told."""
    send(LEEDS, CHILD)
    send(HULL, SAME)
    moving.moves.hand_overs.offer("L1", None, ANN, kind=Kind.LEAVING)
    clock.on("2026-03-03")
    send(HULL, msgspec.structs.replace(SAME, postcode="HU1 1AA"))
    assert (kinds(moving, ANN), moving.moves.hand_overs.listed(ANN)[0].state) == (["shared"], State.ASLEEP)
    send(HULL, msgspec.structs.replace(SAME, closed="2026-03-02"))
    clock.on("2026-09-07")
    send(YORK, msgspec.structs.replace(SAME, reference="Y1", started="2026-09-05"))
    assert "returned" in kinds(moving, ANN)


def test_what_waits_for_an_answer_is_listed_however_much_came_since(
    moving: Service, send: Send, owner: Owner
) -> None:
    send(LEEDS, CHILD)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    owner.execute(
        "INSERT INTO hand_over (id, child, kind, state, sender, receiver, offered_by, offered_at)"
        " SELECT gen_random_uuid(), gen_random_uuid(), kind, 'declined', sender, receiver, offered_by,"
        " offered_at FROM hand_over, generate_series(1, 120)"
    )
    listed = moving.moves.hand_overs.listed(BEN)
    assert (listed[0].id, len(listed)) == (offered.id, 101)


def test_what_is_decided_waits_for_nobody(moving: Service, send: Send, clock: Clock) -> None:
    """An offer that was taken back, and one that was accepted late: no duty team is rung for either."""
    send(LEEDS, CHILD)
    verbs = moving.moves.hand_overs
    verbs.withdraw(verbs.offer("L1", HULL, ANN).id, ANN)
    assert kinds(moving, BEN) == ["hand_over_withdrawn"]
    offered = verbs.offer("L1", HULL, ANN)
    clock.on("2026-03-25")
    moving.moves.nightly()
    assert "hand_over_overdue" in kinds(moving, ANN)
    verbs.accept(offered.id, BEN)
    assert kinds(moving, ANN) == ["hand_over_accepted"]


def test_of_two_who_decide_the_first_stands(moving: Service, send: Send, owner: Owner) -> None:
    """Of an acceptance and a withdrawal the first to commit stands, and the other is told so."""
    send(LEEDS, CHILD)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    moving.moves.hand_overs.withdraw(offered.id, ANN)
    with pytest.raises(Invalid, match="is withdrawn and cannot become accepted"):
        moving.moves.hand_overs.accept(offered.id, BEN)
    again = moving.moves.hand_overs.offer("L1", YORK, ANN)
    with pytest.raises(psycopg.errors.UniqueViolation, match="hand_over_one_offer"):  # whatever the code does
        owner.execute("UPDATE hand_over SET state = 'offered' WHERE id <> %s", (again.id,))
