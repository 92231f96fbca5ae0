"""Identities before and after adoption, ordered apart by two people; what both sides are told."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.ledger.events import (
    AnyEvent,
    LinkBroken,
    LinksShown,
    NeverJoinOrdered,
    RecordsRefused,
    ToldAcknowledged,
    ToldListed,
)
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.told import ToldKind
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Publish

LEEDS, HULL, YORK, BRISTOL = "E08000035", "E06000010", "E06000014", "E06000023"
NUMBER = "9990000034"
BEFORE = Child(reference="L1")
AFTER = Child(reference="H1", given="Quintus", family="Okonkwo", postcode="HU1 1UU")
# A third record that fits both: the earlier name, the later number and home.
BOTH = Child(reference="Y1", postcode="HU1 1UU", nhs_number=NUMBER)
ELSE = Child(reference="X9", given="Somebody", family="Else", born="2015-02-03")
ONE, OTHER = Named(LEEDS, "L1"), Named(HULL, "H1")
ANN, BEN, CAT, DESK = Person(LEEDS, "ann"), Person(HULL, "ben"), Person(YORK, "cat"), Person(BRISTOL, "desk")
Owner = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def owner(owner_conninfo: str) -> Iterator[Owner]:
    with psycopg.connect(owner_conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    roles = {ANN: Role.RECORDS_OFFICER, BEN: Role.RECORDS_OFFICER, CAT: Role.MANAGER}
    for person in (ANN, BEN, CAT, DESK):
        role = roles.get(person, Role.SERVICE_RECORDS_OFFICER)
        service.accounts.save_practitioner(
            Practitioner(person.authority, person.reference, "An Officer", role, active=True)
        )


def _events(service: Service) -> list[AnyEvent]:
    return [e.event for _, e in service.ledger.checked(service.records_database) if e and e.event]


def _held(owner: Owner) -> dict[str, UUID]:
    return dict(owner.execute("SELECT authority, id FROM record").fetchall())  # type: ignore[arg-type]


def _together(service: Service, owner: Owner, one: str, other: str) -> bool:
    held = _held(owner)
    return held[other] in service.review.trail(held[one], DESK).records


def _order(service: Service, *people: Person) -> list[bool]:
    return [service.never_join.order(ONE, OTHER, person) for person in people]


def _with_number(child: Child, **changes: str) -> Child:
    return msgspec.structs.replace(child, nhs_number=NUMBER, **changes)


def _link(owner: Owner, state: str = "linked") -> UUID:
    row = owner.execute("SELECT id FROM link WHERE state = %s", (state,)).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def test_two_people_order_it_and_one_word_keeps_apart_already(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    assert _together(service, owner, LEEDS, HULL)
    assert _order(service, ANN, ANN) == [False, False]  # the same voice twice
    assert not _together(service, owner, LEEDS, HULL)
    assert _order(service, BEN) == [True]
    assert not _together(service, owner, LEEDS, HULL)
    orders = [e for e in _events(service) if isinstance(e, NeverJoinOrdered)]
    assert [(e.by, e.agreed) for e in orders] == [
        ("E08000035/ann", False), ("E08000035/ann", False), ("E06000010/ben", True),
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["order", "before", "after", "both"])
def test_an_order_needs_no_link_and_no_record(
    service: Service, publish: Publish, owner: Owner, first: str
) -> None:
    """Ordered when neither, one or both are held; then a third fits both, and may join one alone."""
    if first in {"before", "both"}:
        publish(LEEDS, BEFORE)
    if first in {"after", "both"}:
        publish(HULL, _with_number(AFTER))
    assert _order(service, ANN, BEN) == [False, True]
    publish(LEEDS, BEFORE)
    publish(HULL, _with_number(AFTER, given="Zebedee"))
    publish(YORK, BOTH)
    assert not _together(service, owner, LEEDS, HULL)
    assert _together(service, owner, LEEDS, YORK) is not _together(service, owner, HULL, YORK)
    assert service.review.waiting(DESK) == []


def test_without_the_order_the_third_joins_the_two(service: Service, publish: Publish, owner: Owner) -> None:
    """The control of the test above."""
    publish(LEEDS, BEFORE)
    publish(HULL, _with_number(AFTER, given="Zebedee"))
    publish(YORK, BOTH)
    assert _together(service, owner, LEEDS, HULL)


def test_an_order_outlives_the_record_that_was_held_before_the_other_came(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """Leeds and Bristol hold the earlier identity; Leeds lets it go before the later one is ever loaded."""
    publish(LEEDS, _with_number(BEFORE))
    publish(BRISTOL, _with_number(BEFORE, reference="B1", postcode="BS1 1AA"))
    assert _together(service, owner, LEEDS, BRISTOL)
    assert _order(service, ANN, BEN) == [False, True]
    publish(LEEDS, ELSE)
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    assert not _together(service, owner, BRISTOL, HULL)


def test_a_wrong_match_is_raised_to_never_join(service: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    link = _link(owner)
    service.review.break_link(link, ANN, BreakReason.WRONG_MATCH)
    with pytest.raises(Invalid, match="cannot become"):
        service.review.break_link(link, BEN, BreakReason.WRONG_MATCH)
    service.review.break_link(link, ANN, BreakReason.NEVER_JOIN)
    assert owner.execute("SELECT count(*) FROM link_break WHERE reason = 'never_join'").fetchone() == (0,)
    service.review.break_link(link, BEN, BreakReason.NEVER_JOIN)
    assert owner.execute("SELECT count(*) FROM link_break WHERE reason = 'never_join'").fetchone() == (1,)
    with pytest.raises(NotFound):  # from now on it is not there, for those who may see other links
        service.review.show(link, ANN)
    assert [type(e) for e in _events(service)].count(LinkBroken) == 1


def test_who_may_order(service: Service) -> None:
    with pytest.raises(Refused, match="only those whose authority holds"):
        service.never_join.order(ONE, Named(BRISTOL, "B1"), BEN)
    with pytest.raises(Refused, match="team manager"):
        service.never_join.order(ONE, Named(YORK, "Y1"), CAT)
    assert service.never_join.order(ONE, Named(YORK, "Y1"), DESK) is False
    refused = [e for e in _events(service) if isinstance(e, RecordsRefused)]
    assert [e.by for e in refused] == ["E06000010/ben", "E06000014/cat"]
    assert all("never_join" in e.clause for e in refused)


def test_what_cannot_be_ordered(service: Service) -> None:
    with pytest.raises(Invalid, match="other: names the same child"):
        service.never_join.order(ONE, ONE, ANN)
    with pytest.raises(NotFound, match="one: there is no authority"):
        service.never_join.order(Named("E99999999", "L1"), OTHER, ANN)


def test_two_references_of_one_authority(service: Service, publish: Publish, owner: Owner) -> None:
    """An adoption inside one authority: its own two references are kept apart."""
    eve = Person(LEEDS, "eve")
    service.accounts.save_practitioner(
        Practitioner(LEEDS, "eve", "An Officer", Role.RECORDS_OFFICER, active=True)
    )
    publish(LEEDS, _with_number(BEFORE), _with_number(BEFORE, reference="L2", postcode="LS2 7EW"))
    assert owner.execute("SELECT count(*) FROM link WHERE state = 'linked'").fetchone() == (1,)
    assert [service.never_join.order(ONE, Named(LEEDS, "L2"), who) for who in (ANN, eve)] == [False, True]
    assert owner.execute("SELECT state FROM link").fetchall() == [("broken",)]


def _told(service: Service, by: Person) -> list[tuple[ToldKind, str | None]]:
    return [(item.kind, item.reference) for item in service.told.items(by)]


def test_both_sides_are_told_of_a_break_by_their_own_reference(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    service.review.break_link(_link(owner), ANN, BreakReason.WRONG_MATCH)
    assert _told(service, ANN) == [(ToldKind.LINK_BROKEN, "L1")]
    assert _told(service, BEN) == [(ToldKind.LINK_BROKEN, "H1")]
    (broken,) = [e for e in _events(service) if isinstance(e, LinkBroken)]
    items = [item.id for by in (ANN, BEN) for item in service.told.items(by)]
    assert set(broken.told) == set(items)


def test_a_third_side_whose_link_was_taken_back_is_told_too(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    publish(YORK, _with_number(BEFORE, reference="Y1", postcode="YO1 7HH"))
    held = _held(owner)
    row = owner.execute(
        "SELECT id FROM link WHERE record_a = ANY (%s) AND record_b = ANY (%s)",
        ([held[LEEDS], held[HULL]],) * 2,
    ).fetchone()
    assert row is not None
    service.review.break_link(row[0], ANN, BreakReason.WRONG_MATCH)  # type: ignore[arg-type]
    assert _told(service, CAT) == [(ToldKind.RECALLED, "Y1")]


def test_what_the_machine_takes_back_is_told(service: Service, publish: Publish) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    publish(HULL, msgspec.structs.replace(AFTER, born="2014-01-09"))
    assert _told(service, ANN) == [(ToldKind.RECALLED, "L1")]
    assert _told(service, BEN) == [(ToldKind.RECALLED, "H1")]


def test_an_order_never_to_join_is_told_as_a_correction_or_not_at_all(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """What either side reads must be what an everyday correction would have made it read."""
    publish(LEEDS, BEFORE)
    publish(HULL, AFTER)
    assert _order(service, ANN, BEN) == [False, True]
    assert (_told(service, ANN), _told(service, BEN)) == ([], [])  # they were not linked


@pytest.mark.parametrize("way", ["order", "break"])
def test_an_order_that_parts_what_was_linked_says_recalled(
    service: Service, publish: Publish, owner: Owner, way: str
) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    link = _link(owner)
    for person in (ANN, BEN):
        if way == "order":
            service.never_join.order(ONE, OTHER, person)
        else:
            service.review.break_link(link, person, BreakReason.NEVER_JOIN)
    assert _told(service, ANN) == [(ToldKind.RECALLED, "L1")]
    assert _told(service, BEN) == [(ToldKind.RECALLED, "H1")]


def test_an_order_is_not_sensed_in_a_trail(service: Service, publish: Publish, owner: Owner) -> None:
    """Beside records that were never linked: the same trail, the same queue, the same told list."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    _order(service, ANN, BEN)
    shown = service.review.trail(_held(owner)[LEEDS], ANN)
    assert (list(shown.records.values()), shown.links) == ([LEEDS], ())
    assert service.review.waiting(ANN) == []


def test_acknowledging(service: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    service.review.break_link(_link(owner), ANN, BreakReason.WRONG_MATCH)
    (item,) = service.told.items(ANN)
    with pytest.raises(NotFound):
        service.told.acknowledge(item.id, BEN)  # not his authority's
    with pytest.raises(Refused):
        service.told.acknowledge(item.id, DESK)
    service.told.acknowledge(item.id, ANN)
    with pytest.raises(NotFound):
        service.told.acknowledge(item.id, ANN)
    assert service.told.items(ANN) == []
    (seen,) = service.told.items(ANN, acknowledged=True)
    assert (seen.acknowledged_by, seen.acknowledged_at is None) == ("ann", False)
    events = _events(service)
    assert [e.item for e in events if isinstance(e, ToldAcknowledged)] == [item.id]
    assert [e.items for e in events if isinstance(e, ToldListed)] == [(item.id,), (), (item.id,)]


def test_an_item_cannot_be_rewritten_by_any_role(owner: Owner) -> None:
    for privilege in ("DELETE", "TRUNCATE"):
        for role in ("fingerpost_feed", "fingerpost_lookup", "fingerpost_admin", "fingerpost_records"):
            found = owner.execute("SELECT has_table_privilege(%s, 'told', %s)", (role, privilege))
            assert found.fetchone() == (False,)
    writable = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'told'::regclass AND attnum > 0"
        " AND has_column_privilege('fingerpost_feed', 'told', attname, 'UPDATE') ORDER BY attname"
    )
    assert writable.fetchall() == [("acknowledged_at",), ("acknowledged_by",)]


def test_a_reviewer_sees_and_decides_only_what_their_authority_holds(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, Child(given="Oliver", family="Smith"))
    publish(HULL, Child(given="Oliver", family="Smith", postcode="HU1 1UU"))
    link = _link(owner, "proposed")
    assert {who: len(service.review.waiting(who)) for who in (ANN, BEN, CAT, DESK)} == {
        ANN: 1, BEN: 1, CAT: 0, DESK: 1,
    }  # fmt: skip
    for call in (
        lambda: service.review.show(link, CAT),
        lambda: service.review.trail(_held(owner)[LEEDS], CAT),
        lambda: service.review.decide(link, CAT, same=True),
        lambda: service.review.break_link(link, CAT, BreakReason.WRONG_MATCH),
    ):
        with pytest.raises(Refused, match="only those whose authority holds one of the records"):
            call()
    assert service.review.show(link, DESK).authorities == service.review.show(link, BEN).authorities
    shown = [e for e in _events(service) if isinstance(e, LinksShown)]
    assert [e.by for e in shown][-2:] == ["E06000023/desk", "E06000010/ben"]
    assert [type(e) for e in _events(service)].count(RecordsRefused) == 4
