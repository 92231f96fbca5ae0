"""One holder, though records leave for a night, and though two authorities offer one child at once."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from fingerpost.moves.hand_over import HandOver
from fingerpost.moves.life import Kind, State
from fingerpost.notices.kinds import NoticeKind
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import FingerpostError, Refused
from tests.conftest import Child, Owner
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, inbox, kinds

CHILD = Child(reference="L1", nhs_number="9990000034")
SAME = msgspec.structs.replace(CHILD, reference="H1", postcode="HU1 1UU")
ANOTHER = Child(reference="L9", given="Some", family="Else", born="2015-02-03")
BATH, BRISTOL = "E06000022", "E06000023"


def away_for_a_night(send: Send, authority: str, child: Child, *meanwhile: Child) -> None:
    send(authority, ANOTHER, *meanwhile, accept=True)
    send(authority, child, ANOTHER, *meanwhile, accept=True)


def test_a_child_who_was_away_for_a_night_is_held_as_before(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD, ANOTHER)
    verbs = moving.moves.hand_overs
    offered = verbs.offer("L1", HULL, ANN)
    verbs.accept(offered.id, BEN)
    away_for_a_night(send, LEEDS, CHILD)
    with pytest.raises(Refused, match=f"{HULL} holds this child"):
        verbs.offer("L1", YORK, ANN)
    verbs.accept(verbs.offer(str(offered.id), LEEDS, BEN).id, ANN)
    assert verbs.offer("L1", YORK, ANN).sender == LEEDS


def test_who_accepted_and_was_away_itself_holds_and_hands_on_once(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD)
    verbs = moving.moves.hand_overs
    offered = verbs.offer("L1", HULL, ANN)
    verbs.accept(offered.id, BEN)
    send(HULL, SAME, ANOTHER)
    verbs.accept(verbs.offer("H1", YORK, BEN).id, YAN)
    send(LEEDS, ANOTHER, accept=True)
    away_for_a_night(send, HULL, SAME)
    for said in ("H1", str(offered.id)):
        with pytest.raises(Refused, match=f"{YORK} holds this child"):
            verbs.offer(said, LEEDS, BEN)


def test_an_acceptance_is_told_while_the_senders_record_is_away(moving: Service, send: Send) -> None:
    send(LEEDS, CHILD, ANOTHER)
    offered = moving.moves.hand_overs.offer("L1", HULL, ANN)
    send(LEEDS, ANOTHER, accept=True)
    moving.moves.hand_overs.accept(offered.id, BEN)
    assert kinds(moving, ANN) == ["hand_over_accepted"]


def test_who_left_england_and_was_away_for_a_night_returns(moving: Service, send: Send, clock: Clock) -> None:
    closed = msgspec.structs.replace(CHILD, closed="2026-02-27")
    send(LEEDS, closed, ANOTHER)
    moving.moves.hand_overs.offer("L1", None, ANN, kind=Kind.LEAVING)
    away_for_a_night(send, LEEDS, closed)
    clock.on("2027-03-02")
    send(HULL, msgspec.structs.replace(SAME, started="2027-02-20"))
    (told,) = [item for item in inbox(moving, ANN) if item.kind is NoticeKind.RETURNED]
    assert (told.reference, [team.authority for team in told.ring]) == ("L1", [HULL])


def test_two_authorities_that_offer_one_child_at_once(moving: Service, send: Send, owner: Owner) -> None:
    """Whoever is first holds and offers; the other is told who holds."""
    send(LEEDS, CHILD)
    send(HULL, SAME)

    def offer(reference: str, to: str, by: Person) -> HandOver | FingerpostError:
        try:
            return moving.moves.hand_overs.offer(reference, to, by)
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        owner.execute("BEGIN")
        owner.execute("LOCK TABLE hand_over IN ACCESS EXCLUSIVE MODE")
        both = [pool.submit(offer, "L1", BATH, ANN), pool.submit(offer, "H1", BRISTOL, BEN)]
        waits = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database" \
            " WHERE NOT granted AND d.datname = current_database()"  # fmt: skip
        while owner.execute(waits).fetchone() != (2,):
            pass
        owner.execute("ROLLBACK")
        made = [one.result() for one in both]
    assert len([one for one in made if isinstance(one, Refused)]) == 1


def test_of_two_offers_of_what_turns_out_one_child_one_is_accepted(
    moving: Service, send: Send, owner: Owner
) -> None:
    """Offered before anybody knew that it is one child: only who holds it can give it away."""
    other = msgspec.structs.replace(SAME, given="Osbert", family="Quill", born="2011-11-11", nhs_number="")
    send(LEEDS, CHILD)
    send(HULL, other)
    verbs = moving.moves.hand_overs
    first, second = verbs.offer("L1", YORK, ANN), verbs.offer("H1", YORK, BEN)
    send(HULL, SAME)
    assert owner.execute("SELECT state FROM link").fetchall() == [("linked",)]
    with pytest.raises(Refused, match="does not hold it any more"):
        verbs.accept(second.id, YAN)
    assert verbs.accept(first.id, YAN).state is State.ACCEPTED
    for said, who in (("L1", ANN), ("H1", BEN)):
        with pytest.raises(Refused, match=f"{YORK} holds this child"):
            verbs.offer(said, BATH, who)
