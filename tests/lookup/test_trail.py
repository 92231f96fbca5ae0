"""A record is shown as sure as its surest way, of which the weakest step counts; one child for each trail."""

from datetime import date
from uuid import UUID

from fingerpost.lookup.trail import Reached, with_trails
from fingerpost.signposts.trails import Link, LinkState
from fingerpost.vault import Candidate
from fingerpost.vault.release import Withheld
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band

A, B, C, D = (UUID(int=number) for number in range(1, 5))
SEALED = {record: Candidate(record, "E1", date(2030, 1, 1), 1, record.bytes[-1:]) for record in (A, B, C, D)}


def found(record: UUID, band: Band, child: int = 0) -> Weighed:
    return Weighed(record, child, band, 20.0, (f"{record.int} itself",))


def link(one: UUID, other: UUID, band: Band = Band.CERTAIN, state: LinkState = LinkState.LINKED) -> Link:
    return Link(UUID(int=one.int * 16 + other.int), one, other, band, state)


def why(one: Candidate, other: Candidate) -> Withheld:
    return Withheld(one.sealed + other.sealed)


def trails(weighed: list[Weighed], *links: Link) -> dict[UUID, Weighed]:
    shown = with_trails(weighed, links, SEALED, why)
    assert len({w.record for w in shown}) == len(shown)
    return {w.record: w for w in shown}


def test_the_weakest_step_of_a_way_counts_and_each_is_explained() -> None:
    shown = trails([found(A, Band.CERTAIN)], link(A, B, Band.PROBABLE), link(B, C))
    assert shown[A] == found(A, Band.CERTAIN)
    near, far = shown[B], shown[C]
    assert isinstance(near, Reached)
    assert isinstance(far, Reached)
    assert (near.band, far.band, near.match_weight) == (Band.PROBABLE, Band.PROBABLE, 20.0)
    first, then = Withheld(b"\x01\x02"), Withheld(b"\x02\x03")
    assert near.linked == ("linked to the record found: ", first)
    assert far.linked == ("linked to the record found: ", first, ", and from there: ", then)
    assert (near.through, far.through) == ({A}, {A, B})
    assert (near.explanation, {w.child for w in shown.values()}) == ((), {0})


def test_a_record_found_itself_is_linked_only_where_that_is_surer() -> None:
    itself = found(B, Band.CERTAIN, child=1)
    assert trails([found(A, Band.CERTAIN), itself], link(A, B))[B].explanation == itself.explanation
    assert not isinstance(trails([found(A, Band.CERTAIN), itself], link(A, B))[B], Reached)
    raised = trails([found(A, Band.CERTAIN), found(B, Band.POSSIBLE, child=1)], link(A, B))[B]
    assert isinstance(raised, Reached)
    assert (raised.band, raised.explanation, raised.child) == (Band.CERTAIN, ("2 itself",), 0)


def test_what_is_not_linked_now_leads_nowhere() -> None:
    for state in set(LinkState) - {LinkState.LINKED, LinkState.CONFIRMED}:
        assert set(trails([found(A, Band.CERTAIN)], link(A, B, state=state))) == {A}


def test_whom_the_vault_holds_for_one_child_are_one_unless_they_were_set_apart() -> None:
    two = [found(A, Band.CERTAIN), found(B, Band.CERTAIN), found(C, Band.CERTAIN, child=7)]
    assert [w.child for w in trails(two).values()] == [0, 0, 2]
    apart = trails(two, link(A, B, state=LinkState.BROKEN))
    assert apart[A].child != apart[B].child
    doubted = trails(two, link(A, B, state=LinkState.PROPOSED))
    assert doubted[A].child == doubted[B].child
    joined = trails(two, link(A, D), link(C, D))  # a trail joins whom the vault does not
    assert joined[A].child == joined[C].child == joined[D].child
