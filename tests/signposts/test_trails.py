"""Trails over the real database: found through a third record, doubted by people, broken for good."""

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.ledger.events import AnyEvent, KeptApart, LinkBroken, LinkDecided, LinksMade, LookupAnswered
from fingerpost.lookup import Answer
from fingerpost.lookup.form import ChildForm
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason, LinkState, diagram
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Band, Role
from tests.conftest import Child, Owner, Publish, form_of, question

LEEDS, HULL, YORK, BRISTOL, BATH = "E08000035", "E06000010", "E06000014", "E06000023", "E06000022"
NUMBER = "9990000034"
OLD = Child(reference="L1", family="Featherstonehaugh", nhs_number=NUMBER, closed="2025-09-01")
NEW = Child(reference="H1", family="Okonkwo", postcode="HU1 1UU", nhs_number=NUMBER)
THIRD = Child(reference="Y1", family="Okonkwo", postcode="YO1 7HH")  # no number, the new name
TWIN = Child(reference="L2", given="Barnaby", nhs_number="9990000042")
ANN, BEN, DESK = Person(LEEDS, "ann"), Person(HULL, "ben"), Person(BRISTOL, "desk")


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    for person in (ANN, BEN, DESK):
        role = Role.SERVICE_RECORDS_OFFICER if person is DESK else Role.RECORDS_OFFICER
        officer = Practitioner(person.authority, person.reference, "An Officer", role, active=True)
        service.accounts.save_practitioner(officer)


def _links(owner: Owner) -> list[tuple[UUID, str, str]]:
    return owner.execute("SELECT id, band, state FROM link ORDER BY decided_at, id").fetchall()  # type: ignore[return-value]


def _states(owner: Owner) -> list[str]:
    return sorted(state for _, _, state in _links(owner))


def _between(owner: Owner, one: str, other: str) -> tuple[UUID, str]:
    row = owner.execute(
        "SELECT l.id, l.state FROM link l JOIN record a ON a.id = l.record_a"
        " JOIN record b ON b.id = l.record_b"
        " WHERE ARRAY[a.authority, b.authority] @> ARRAY[%s, %s]",
        (one, other),
    ).fetchone()
    assert row is not None
    return row  # type: ignore[return-value]


def _events(service: Service) -> list[AnyEvent]:
    return [e.event for _, e in service.ledger.checked(service.records_database) if e and e.event]


def _shown(answer: Answer) -> dict[str, str]:
    return {s.authority: m.band.value for m in answer.matches for s in m.signposts}


def test_an_old_and_a_new_name_meet_through_the_number_a_third_shares(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    """Asked by the old name, without a number: the new name in another place is reached by links alone."""
    for authority, child in ((LEEDS, OLD), (HULL, NEW), (YORK, THIRD)):
        publish(authority, child)
    asked = form_of(OLD, nhs_number="", postcodes=("LS1 4DY",))
    answer = service.lookup.ask(nurse, question(asked))
    assert set(_shown(answer)) == {LEEDS, HULL, YORK}
    assert {m.child for m in answer.matches} == {1}
    linked = {m.signposts[0].authority: m.explanation for m in answer.matches}
    assert "linked to the record found" in linked[HULL]
    assert "same NHS number" in linked[HULL]
    assert "Okonkwo" not in "".join(linked.values())


def test_each_record_of_a_trail_is_shown_once_and_is_on_the_ledger(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW), (YORK, THIRD)):
        publish(authority, child)
    answer = service.lookup.ask(nurse, question(form_of(OLD)))
    shown = [s.id for m in answer.matches for s in m.signposts]
    assert len(shown) == len(set(shown)) == 3
    event = _events(service)[-1]
    assert isinstance(event, LookupAnswered)
    assert [d.signpost for d in event.disclosed] == shown


def test_a_weak_step_makes_a_weak_match(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, OLD)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH", nhs_number=""))
    asked = ChildForm(given_names="Zebedee", date_of_birth=OLD.born, nhs_number=NUMBER)
    assert _shown(service.lookup.ask(nurse, question(asked))) == {LEEDS: "certain", YORK: "probable"}


def test_loading_again_changes_no_link_and_says_nothing(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    before = owner.execute("SELECT xmin::text, id FROM link").fetchall()
    report = publish(HULL, NEW)
    assert report.links is not None
    assert report.links.linked == 0
    assert owner.execute("SELECT xmin::text, id FROM link").fetchall() == before
    assert [type(e) for e in _events(service)].count(LinksMade) == 1


def test_work_that_was_cut_short_is_done_later(service: Service, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    owner.execute("DELETE FROM link")
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    service.review.linking.link_all()
    assert _states(owner) == ["linked"]
    assert owner.execute("SELECT count(*) FROM link_due").fetchone() == (0,)


def test_a_correction_takes_back_what_the_machine_linked(publish: Publish, owner: Owner) -> None:
    publish(LEEDS, OLD)
    publish(HULL, msgspec.structs.replace(NEW, given="Quintus", born="2014-01-09", nhs_number=""))
    assert _links(owner) == []
    publish(HULL, NEW)
    assert _states(owner) == ["linked"]
    publish(HULL, msgspec.structs.replace(NEW, given="Quintus", born="2014-01-09", nhs_number=""))
    assert _links(owner) == []


def test_twins_are_never_linked(publish: Publish, owner: Owner) -> None:
    publish(LEEDS, OLD, TWIN)
    publish(HULL, msgspec.structs.replace(OLD, reference="H1"), msgspec.structs.replace(TWIN, reference="H2"))
    rows = owner.execute(
        "SELECT a.reference, b.reference FROM link l JOIN record a ON a.id = l.record_a"
        " JOIN record b ON b.id = l.record_b WHERE l.state = 'linked'"
    ).fetchall()
    assert len(rows) == 2
    assert len({end for row in rows for end in row}) == 4  # each with itself elsewhere, none with the other


def test_deleting_a_record_takes_its_links(publish: Publish, owner: Owner) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    publish(HULL, Child(reference="H9", given="Somebody", family="Else", born="2015-02-03"))
    assert _links(owner) == []


def _doubtful(publish: Publish, owner: Owner) -> UUID:
    """Publish two records that may be of one child, of a name that many bear; return the proposed link."""
    publish(LEEDS, Child(given="Oliver", family="Smith"))
    publish(HULL, Child(given="Oliver", family="Smith", postcode="HU1 1UU"))
    ((link, _, state),) = _links(owner)
    assert state == "proposed"
    return link


def test_two_different_people_decide(service: Service, publish: Publish, owner: Owner) -> None:
    link = _doubtful(publish, owner)
    assert link in {w.id for w in service.review.waiting(DESK)}
    assert service.review.decide(link, ANN, same=True) is LinkState.PROPOSED
    assert service.review.decide(link, ANN, same=True) is LinkState.PROPOSED  # the same voice twice
    assert service.review.decide(link, BEN, same=True) is LinkState.CONFIRMED
    assert link not in {w.id for w in service.review.waiting(DESK)}
    event = [e for e in _events(service) if isinstance(e, LinkDecided)][-1]
    assert (event.by, event.same, event.state) == ("E06000010/ben", True, "confirmed")
    assert event.evidence
    with pytest.raises(Invalid, match="cannot become"):
        service.review.decide(link, ANN, same=False)


def test_disagreement_stays_open_and_can_be_seen(service: Service, publish: Publish, owner: Owner) -> None:
    link = _doubtful(publish, owner)
    service.review.decide(link, ANN, same=True)
    assert service.review.decide(link, BEN, same=False) is LinkState.PROPOSED
    (row,) = [w for w in service.review.waiting(DESK) if w.id == link]
    assert (row.same, row.different) == (1, 1)
    assert service.review.decide(link, ANN, same=False) is LinkState.DISMISSED


def test_what_people_decided_stands_when_loaded_again(
    service: Service, publish: Publish, owner: Owner
) -> None:
    link = _doubtful(publish, owner)
    for person in (ANN, BEN):
        service.review.decide(link, person, same=False)
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record ON CONFLICT DO NOTHING")
    service.review.linking.link_all()
    assert (link, "dismissed") in {(row, state) for row, _, state in _links(owner)}


def test_only_a_reviewer_decides(service: Service, publish: Publish, owner: Owner, nurse: Caller) -> None:
    link = _doubtful(publish, owner)
    for who in (Person("RJ1", "nurse"), Person("RJ1", "nobody")):
        with pytest.raises(Refused):
            service.review.decide(link, who, same=True)
        with pytest.raises(Refused):
            service.review.break_link(link, who, BreakReason.WRONG_MATCH)
    assert nurse.authority == "RJ1"


def test_the_explanation_holds_no_value(service: Service, publish: Publish, owner: Owner) -> None:
    shown = service.review.show(_doubtful(publish, owner), ANN)
    text = msgspec.json.encode(shown).decode()
    assert shown.compared.comparisons
    assert not any(value in text for value in ("Oliver", "Smith", "2016", "LS1", "YO1"))


def test_unknown_ids_are_not_found(service: Service) -> None:
    for call in (service.review.show, service.review.trail):
        with pytest.raises(NotFound):
            call(UUID(int=7), DESK)


def test_broken_stays_broken_when_loaded_again_and_when_it_returns(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    link, _ = _between(owner, LEEDS, HULL)
    assert service.review.break_link(link, ANN, BreakReason.WRONG_MATCH) == []
    publish(HULL, msgspec.structs.replace(NEW, sex="F"))
    publish(HULL, NEW)
    assert _between(owner, LEEDS, HULL) == (link, "broken")
    publish(HULL, Child(reference="H9", given="Somebody", family="Else", born="2015-02-03"))
    assert _links(owner) == []
    publish(HULL, NEW)
    again, state = _between(owner, LEEDS, HULL)
    assert (again != link, state) == (True, "broken")


def test_both_authorities_are_named_when_a_link_is_broken(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(_between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    (event,) = [e for e in _events(service) if isinstance(e, LinkBroken)]
    assert set(event.authorities) == {LEEDS, HULL}
    assert (event.by, event.reason) == ("E08000035/ann", "wrong_match")
    assert event.evidence


def test_broken_records_are_two_children_in_an_answer(
    service: Service, publish: Publish, owner: Owner, nurse: Caller
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(_between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    answer = service.lookup.ask(nurse, question(form_of(OLD)))
    child = {m.signposts[0].authority: m.child for m in answer.matches}
    assert len(child.values()) == len(set(child.values()))


def _adopted(service: Service, publish: Publish, owner: Owner) -> None:
    """Publish a life before and one after an adoption; each side orders that its own is kept apart."""
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    assert _between(owner, LEEDS, HULL)
    _keep_apart(service)


def _keep_apart(service: Service) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        service.never_join.order(Named(authority, child.reference), DESK)


def _held(owner: Owner, authority: str) -> UUID:
    row = owner.execute("SELECT id FROM record WHERE authority = %s", (authority,)).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def _apart(service: Service, owner: Owner, one: str, other: str) -> bool:
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    return held[other] not in service.review.trail(held[one], DESK).records  # type: ignore[index,arg-type]


def test_never_join_holds_through_a_third_record(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    report = publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    made = [e for e in _events(service) if isinstance(e, LinksMade)][-1]
    assert made.refused >= 1
    assert "refused" not in msgspec.json.encode(report).decode()  # or York could sense an adoption
    assert _apart(service, owner, LEEDS, HULL)
    assert service.review.waiting(DESK) == []  # nor is the queue told


def test_never_join_cuts_what_already_joined_the_two(
    service: Service, publish: Publish, owner: Owner
) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        publish(authority, child)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    _keep_apart(service)
    taken = [e.withdrawn for e in _events(service) if isinstance(e, KeptApart)]
    assert [len(links) for links in taken] == [0, 2]
    assert _apart(service, owner, LEEDS, HULL)
    assert not _apart(service, owner, LEEDS, YORK)


def test_never_join_outlives_the_record_it_was_given_for(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """York holds the first identity too; when Leeds lets it go, York must still be kept from Hull.

    Then the order holds between York and what Hull's side becomes, and both sides still gain records.
    """
    _adopted(service, publish, owner)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH", nhs_number=""))
    assert not _apart(service, owner, LEEDS, YORK)
    publish(LEEDS, Child(reference="L9", given="Somebody", family="Else", born="2015-02-03"))
    # With the number of one side and the name and home of the other: it fits both, and may join one alone.
    publish(BRISTOL, msgspec.structs.replace(NEW, reference="B1", postcode="BS1 1AA"))
    publish(BATH, msgspec.structs.replace(OLD, reference="A1", postcode="YO1 7HH"))
    assert _apart(service, owner, YORK, HULL)
    assert not _apart(service, owner, BRISTOL, HULL)
    assert _apart(service, owner, BRISTOL, YORK)
    trails = {one: service.review.trail(_held(owner, one), DESK).records for one in (YORK, HULL)}
    assert (_held(owner, BATH) in trails[YORK]) is not (_held(owner, BATH) in trails[HULL])


def test_never_join_holds_by_hand(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    # A proposal that would join the two, as a slip of the machine might leave one.
    owner.execute("DELETE FROM link WHERE record_a = %s OR record_b = %s", (held[HULL],) * 2)
    pair = sorted((held[HULL], held[YORK]))  # type: ignore[type-var]
    owner.execute(
        "INSERT INTO link VALUES (%s, %s, %s, 'possible', 'machine', 'proposed', NULL, now())",
        (UUID(int=5), *pair),
    )
    with pytest.raises(NotFound):  # York stands for Leeds' side too
        service.review.decide(UUID(int=5), BEN, same=True)


def test_what_was_set_apart_is_not_joined_by_hand(service: Service, publish: Publish, owner: Owner) -> None:
    """A wrong match, broken; then people agree on a third record that would join the two again."""
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(_between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    publish(YORK, msgspec.structs.replace(OLD, reference="Y1", postcode="YO1 7HH"))
    held = dict(owner.execute("SELECT authority, id FROM record").fetchall())
    pair = sorted((held[HULL], held[YORK]))  # type: ignore[type-var]
    owner.execute(
        "INSERT INTO link VALUES (%s, %s, %s, 'possible', 'machine', 'proposed', NULL, now())",
        (UUID(int=5), *pair),
    )
    with pytest.raises(Refused, match="set apart"):
        service.review.decide(UUID(int=5), BEN, same=True)
    assert _apart(service, owner, HULL, YORK)


def test_dismissing_parts_what_others_had_joined_meanwhile(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """Two people say two children of a pair that a third record has joined since it was proposed."""
    link = _doubtful(publish, owner)
    publish(YORK, Child(reference="Y1", given="Quintus", family="Okonkwo", born="2014-01-09"))
    for one in (LEEDS, HULL):
        pair = sorted((_held(owner, one), _held(owner, YORK)))
        owner.execute(
            "INSERT INTO link VALUES"
            " (gen_random_uuid(), %s, %s, 'probable', 'machine', 'linked', NULL, now())",
            pair,
        )
    assert not _apart(service, owner, LEEDS, HULL)
    for person in (ANN, BEN):
        service.review.decide(link, person, same=False)
    assert _apart(service, owner, LEEDS, HULL)
    event = [e for e in _events(service) if isinstance(e, LinkDecided)][-1]
    assert (len(event.withdrawn), len(event.told)) == (1, 2)


def test_a_break_cannot_be_taken_back_by_any_role(service: Service, publish: Publish, owner: Owner) -> None:
    _adopted(service, publish, owner)
    for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
        for role in ("fingerpost_feed", "fingerpost_lookup", "fingerpost_admin", "fingerpost_records"):
            found = owner.execute("SELECT has_table_privilege(%s, 'link_break', %s)", (role, privilege))
            assert found.fetchone() == (False,)


def test_bands_are_in_order_of_sureness() -> None:
    assert [b.value for b in Band] == ["certain", "probable", "possible"]
    assert all(one != other for one, other in pairwise(Band))


def test_the_life_of_a_link_is_drawn_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "trails.md").read_text("utf-8")
    assert f"```mermaid\n{diagram()}\n```" in page
