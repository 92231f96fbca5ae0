"""Lives before and after an adoption, each marked by its own side; what both sides are told."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.ledger.events import (
    AnyEvent,
    KeptApart,
    LinkBroken,
    LinksShown,
    RecordsRefused,
    ToldAcknowledged,
    ToldListed,
)
from fingerpost.lookup.form import NameForm
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.told import ToldKind
from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, Owner, Publish, form_of, question

LEEDS, HULL, YORK, BRISTOL = "E08000035", "E06000010", "E06000014", "E06000023"
NUMBER = "9990000034"
BEFORE = Child(reference="L1")
AFTER = Child(reference="H1", given="Quintus", family="Okonkwo", postcode="HU1 1UU")
# A third record that fits both: the earlier name, the later number and home.
BOTH = Child(reference="Y1", postcode="HU1 1UU", nhs_number=NUMBER)
ELSE = Child(reference="X9", given="Somebody", family="Else", born="2015-02-03")
ONE, OTHER = Named(LEEDS, "L1"), Named(HULL, "H1")
ANN, BEN, CAT, DESK = Person(LEEDS, "ann"), Person(HULL, "ben"), Person(YORK, "cat"), Person(BRISTOL, "desk")


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


def _order(service: Service, *people: Person) -> None:
    """Let each of these order it of their own side: Ann of the earlier life, Ben of the later."""
    for person in people or (ANN, BEN):
        service.never_join.order(ONE if person is ANN else OTHER, person)


def _with_number(child: Child, **changes: str) -> Child:
    return msgspec.structs.replace(child, nhs_number=NUMBER, **changes)


def _link(owner: Owner, state: str = "linked") -> UUID:
    row = owner.execute("SELECT id FROM link WHERE state = %s", (state,)).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def test_each_side_orders_its_own_and_the_second_word_parts(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """One word alone changes nothing: there is no other life yet that it could be kept from."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    _order(service, ANN, ANN)
    assert _together(service, owner, LEEDS, HULL)
    _order(service, BEN)
    assert not _together(service, owner, LEEDS, HULL)
    service.review.linking.link_all()
    assert not _together(service, owner, LEEDS, HULL)
    orders = [e for e in _events(service) if isinstance(e, KeptApart)]
    assert [(e.by, e.authority) for e in orders] == [
        ("E08000035/ann", LEEDS), ("E08000035/ann", LEEDS), ("E06000010/ben", HULL),
    ]  # fmt: skip
    assert len({e.reference for e in orders}) == 2


def test_no_table_says_which_two_lives_go_together(service: Service, publish: Publish, owner: Owner) -> None:
    """A mark stands under a token that is in no other column, and no row, link or entry names both sides."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    _order(service)
    marks = owner.execute("SELECT token, life FROM apart").fetchall()
    assert len({life for _, life in marks}) == len(marks) == 2
    tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for token, _ in marks:
        found = [
            table for table in tables
            if owner.execute(  # type: ignore[arg-type]
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s".encode(),  # noqa: S608
                (f"%{token.hex()}%",),  # type: ignore[attr-defined]
            ).fetchone() != (0,)
        ]  # fmt: skip
        assert found == ["apart"]
    for table in ("link", "link_break", "never_join_word"):
        assert owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,)  # noqa: S608


def test_what_stood_as_a_pair_is_turned_over_once(service: Service, publish: Publish, owner: Owner) -> None:
    """As an earlier version left it: a break, two words and a broken link."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    service.review.break_link(_link(owner), ANN, BreakReason.WRONG_MATCH)
    owner.execute(
        "INSERT INTO link_break SELECT reference_a, reference_b, authority_a, authority_b, 'never_join',"
        " decided_by, decided_at FROM link_break"
    )
    service.review.linking.link_all()
    left = "SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM link_break)"
    assert owner.execute(left).fetchone() == (0, 0)
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record ON CONFLICT DO NOTHING")
    service.review.linking.link_all()
    assert not _together(service, owner, LEEDS, HULL)
    assert owner.execute("SELECT count(*) FROM link").fetchone() == (0,)


@pytest.mark.parametrize("first", ["order", "before", "after", "both"])
def test_an_order_needs_no_link_and_no_record(
    service: Service, publish: Publish, owner: Owner, first: str
) -> None:
    """Ordered when neither, one or both are held; then a third fits both, and joins one alone."""
    if first in {"before", "both"}:
        publish(LEEDS, BEFORE)
    if first in {"after", "both"}:
        publish(HULL, _with_number(AFTER))
    _order(service)
    publish(LEEDS, BEFORE)
    publish(HULL, _with_number(AFTER, given="Zebedee"))
    publish(YORK, BOTH)
    assert not _together(service, owner, LEEDS, HULL)
    assert _together(service, owner, LEEDS, YORK) is not _together(service, owner, HULL, YORK)
    assert service.review.queue(DESK).links == []


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
    _order(service)
    publish(LEEDS, ELSE)
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    assert not _together(service, owner, BRISTOL, HULL)


def test_who_may_order(service: Service) -> None:
    with pytest.raises(Refused, match="only those whose authority holds"):
        service.never_join.order(ONE, BEN)
    with pytest.raises(Refused, match="team manager"):
        service.never_join.order(Named(YORK, "Y1"), CAT)
    service.never_join.order(ONE, DESK)
    refused = [e for e in _events(service) if isinstance(e, RecordsRefused)]
    assert [e.by for e in refused] == ["E06000010/ben", "E06000014/cat"]
    assert all("never_join" in e.clause for e in refused)
    with pytest.raises(NotFound, match="there is no authority"):
        service.never_join.order(Named("E99999999", "L1"), DESK)


def test_people_cannot_join_two_lives_and_are_not_asked(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """What waited for people between the two goes with the second word; a third may join one side alone."""
    publish(LEEDS, Child(given="Oliver", family="Smith", reference="L1"))
    publish(HULL, Child(given="Oliver", family="Smith", reference="H1", postcode="HU1 1UU"))
    waiting = _link(owner, "proposed")
    service.review.decide(waiting, DESK, same=True)
    _order(service)
    assert service.review.queue(DESK).links == []
    for act in (
        lambda: service.review.show(waiting, ANN), lambda: service.review.decide(waiting, ANN, same=True),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            act()
    publish(YORK, Child(given="Oliver", family="Smith", reference="Y1", postcode="YO1 7HH"))
    for row in service.review.queue(DESK).links:
        with suppress(Refused, NotFound):  # what one decision joins takes back what waited
            for person in (DESK, ANN if LEEDS in {row.authority_a, row.authority_b} else BEN):
                service.review.decide(row.id, person, same=True)
    assert not _together(service, owner, LEEDS, HULL)
    assert _together(service, owner, LEEDS, YORK) or _together(service, owner, HULL, YORK)


def test_one_question_shows_one_life(service: Service, publish: Publish) -> None:
    """The surer one alone; where both fit as well, neither. Without the orders, both."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, AFTER)
    service.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    nurse = Caller(uuid4(), "test", "RJ1", "", (Scope.LOOKUP,))
    names = (NameForm(given_names="Quintus", family_name="Okonkwo"),)

    def shown(**more: Any) -> set[str]:
        answer = service.lookup.ask(nurse, question(form_of(BEFORE, other_names=names, **more)))
        return {signpost.authority for match in answer.matches for signpost in match.signposts}

    assert shown(nhs_number=NUMBER) == {LEEDS, HULL}
    _order(service)
    assert shown(nhs_number=NUMBER) == {LEEDS}


def test_two_references_of_one_authority(service: Service, publish: Publish, owner: Owner) -> None:
    """An adoption inside one authority: its own two references are kept apart."""
    eve = Person(LEEDS, "eve")
    service.accounts.save_practitioner(
        Practitioner(LEEDS, "eve", "An Officer", Role.RECORDS_OFFICER, active=True)
    )
    publish(LEEDS, _with_number(BEFORE), _with_number(BEFORE, reference="L2", postcode="LS2 7EW"))
    assert owner.execute("SELECT count(*) FROM link WHERE state = 'linked'").fetchone() == (1,)
    service.never_join.order(ONE, ANN)
    service.never_join.order(Named(LEEDS, "L2"), eve)
    assert owner.execute("SELECT state FROM link").fetchall() == []


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
    _order(service)
    assert (_told(service, ANN), _told(service, BEN)) == ([], [])  # they were not linked


def test_an_order_that_parts_what_was_linked_says_recalled(service: Service, publish: Publish) -> None:
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    _order(service)
    assert _told(service, ANN) == [(ToldKind.RECALLED, "L1")]
    assert _told(service, BEN) == [(ToldKind.RECALLED, "H1")]


def test_an_order_is_not_sensed_in_a_trail(service: Service, publish: Publish, owner: Owner) -> None:
    """Beside records that were never linked: the same trail, the same queue, the same told list."""
    publish(LEEDS, _with_number(BEFORE))
    publish(HULL, _with_number(BEFORE, reference="H1", postcode="HU1 1UU"))
    _order(service)
    shown = service.review.trail(_held(owner)[LEEDS], ANN)
    assert (list(shown.records.values()), shown.links) == ([LEEDS], ())
    assert service.review.queue(ANN).links == []


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
    assert {who: len(service.review.queue(who).links) for who in (ANN, BEN, CAT, DESK)} == {
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
