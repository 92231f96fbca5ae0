"""Trails over the real database: found through a third record, doubted by people, broken for good."""

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.ledger.events import LinkBroken, LinkDecided, LinksMade, LookupAnswered
from fingerpost.lookup import Answer
from fingerpost.lookup.disclose import UNSEEN
from fingerpost.lookup.form import ChildForm
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import BreakReason, LinkState, diagram
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Band
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.signposts.linked import (
    ANN,
    BEN,
    DESK,
    HULL,
    LEEDS,
    NEW,
    NUMBER,
    OLD,
    YORK,
    apart,
    between,
    events,
    held,
    links,
    register_officers,
)

THIRD = Child(reference="Y1", family="Okonkwo", postcode="YO1 7HH")  # no number, the new name
TWIN = Child(reference="L2", given="Barnaby", nhs_number="9990000042")


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    register_officers(service)


def _states(owner: Owner) -> list[str]:
    return sorted(state for _, _, state in links(owner))


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


def test_a_link_from_a_record_that_is_not_shown_does_not_tell_of_it(
    service: Service, publish: Publish, nurse: Caller, owner: Owner
) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW)):
        publish(authority, child)
    left = (
        "UPDATE signpost SET leaves_on = '2001-01-01' FROM record r WHERE r.id = record_id AND authority = %s"
    )
    owner.execute(left, (LEEDS,))
    answer = service.lookup.ask(nurse, question(form_of(OLD, nhs_number="", postcodes=("LS1 4DY",))))
    assert _shown(answer).keys() == {HULL}
    assert answer.matches[0].explanation == UNSEEN[0]


def test_each_record_of_a_trail_is_shown_once_and_is_on_the_ledger(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    for authority, child in ((LEEDS, OLD), (HULL, NEW), (YORK, THIRD)):
        publish(authority, child)
    answer = service.lookup.ask(nurse, question(form_of(OLD)))
    shown = [s.id for m in answer.matches for s in m.signposts]
    assert len(shown) == len(set(shown)) == 3
    event = events(service)[-1]
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
    assert [type(e) for e in events(service)].count(LinksMade) == 1


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
    assert links(owner) == []
    publish(HULL, NEW)
    assert _states(owner) == ["linked"]
    publish(HULL, msgspec.structs.replace(NEW, given="Quintus", born="2014-01-09", nhs_number=""))
    assert links(owner) == []


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
    assert links(owner) == []


def test_whom_a_third_had_joined_people_are_asked_about_once_it_has_left(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """The third had the number of the one and the home of the other: nobody had to be asked meanwhile."""
    here = Child(given="Oliver", family="Smith", postcode="LS1 4DY")
    publish(YORK, msgspec.structs.replace(here, reference="Y1", nhs_number=NUMBER))
    publish(LEEDS, here)
    publish(HULL, msgspec.structs.replace(here, postcode="HU1 1UU", nhs_number=NUMBER))
    assert _states(owner) == ["linked", "linked"]
    publish(YORK, Child(reference="Y9", given="Somebody", family="Else", born="2015-02-03"))
    assert links(owner) == []
    service.review.linking.link_all()
    assert between(owner, LEEDS, HULL)[1] == "proposed"


def _doubtful(publish: Publish, owner: Owner) -> UUID:
    """Publish two records that may be of one child, of a name that many bear; return the proposed link."""
    publish(LEEDS, Child(given="Oliver", family="Smith"))
    publish(HULL, Child(given="Oliver", family="Smith", postcode="HU1 1UU"))
    ((link, _, state),) = links(owner)
    assert state == "proposed"
    return link


def test_two_different_people_decide(service: Service, publish: Publish, owner: Owner) -> None:
    link = _doubtful(publish, owner)
    assert link in {w.id for w in service.review.queue(DESK).links}
    assert service.review.decide(link, ANN, same=True) is LinkState.PROPOSED
    assert service.review.decide(link, ANN, same=True) is LinkState.PROPOSED  # the same voice twice
    assert service.review.decide(link, BEN, same=True) is LinkState.CONFIRMED
    assert link not in {w.id for w in service.review.queue(DESK).links}
    event = [e for e in events(service) if isinstance(e, LinkDecided)][-1]
    assert (event.by, event.same, event.state) == ("E06000010/ben", True, "confirmed")
    assert event.evidence
    with pytest.raises(Invalid, match="cannot become"):
        service.review.decide(link, ANN, same=False)


def test_disagreement_stays_open_and_can_be_seen(service: Service, publish: Publish, owner: Owner) -> None:
    link = _doubtful(publish, owner)
    service.review.decide(link, ANN, same=True)
    assert service.review.decide(link, BEN, same=False) is LinkState.PROPOSED
    (row,) = [w for w in service.review.queue(DESK).links if w.id == link]
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
    assert (link, "dismissed") in {(row, state) for row, _, state in links(owner)}


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
    link, _ = between(owner, LEEDS, HULL)
    assert service.review.break_link(link, ANN, BreakReason.WRONG_MATCH) == []
    publish(HULL, msgspec.structs.replace(NEW, sex="F"))
    publish(HULL, NEW)
    assert between(owner, LEEDS, HULL) == (link, "broken")
    publish(HULL, Child(reference="H9", given="Somebody", family="Else", born="2015-02-03"))
    assert links(owner) == []
    publish(HULL, NEW)
    again, state = between(owner, LEEDS, HULL)
    assert (again != link, state) == (True, "broken")


def test_both_authorities_are_named_when_a_link_is_broken(
    service: Service, publish: Publish, owner: Owner
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    (event,) = [e for e in events(service) if isinstance(e, LinkBroken)]
    assert set(event.authorities) == {LEEDS, HULL}
    assert (event.by, event.reason) == ("E08000035/ann", "wrong_match")
    assert event.evidence


def test_whoever_breaks_a_link_does_not_wait_for_what_others_have_due(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """A night's feed of another authority may be waiting for minutes of linking."""
    for authority, child in ((LEEDS, OLD), (HULL, NEW), (YORK, TWIN)):
        publish(authority, child)
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    assert owner.execute("SELECT record_id FROM link_due").fetchall() == [(held(owner, YORK),)]


def test_broken_records_are_two_children_in_an_answer(
    service: Service, publish: Publish, owner: Owner, nurse: Caller
) -> None:
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
    answer = service.lookup.ask(nurse, question(form_of(OLD)))
    child = {m.signposts[0].authority: m.child for m in answer.matches}
    assert len(child.values()) == len(set(child.values()))


def test_dismissing_parts_what_others_had_joined_meanwhile(
    service: Service, publish: Publish, owner: Owner
) -> None:
    """Two people say two children of a pair that a third record has joined since it was proposed."""
    link = _doubtful(publish, owner)
    publish(YORK, Child(reference="Y1", given="Quintus", family="Okonkwo", born="2014-01-09"))
    for one in (LEEDS, HULL):
        pair = sorted((held(owner, one), held(owner, YORK)))
        owner.execute(
            "INSERT INTO link VALUES"
            " (gen_random_uuid(), %s, %s, 'probable', 'machine', 'linked', NULL, now())",
            pair,
        )
    assert not apart(service, owner, LEEDS, HULL)
    for person in (ANN, BEN):
        service.review.decide(link, person, same=False)
    assert apart(service, owner, LEEDS, HULL)
    event = [e for e in events(service) if isinstance(e, LinkDecided)][-1]
    assert (len(event.withdrawn), len(event.told)) == (1, 2)


def test_bands_are_in_order_of_sureness() -> None:
    assert [b.value for b in Band] == ["certain", "probable", "possible"]
    assert all(one != other for one, other in pairwise(Band))


def test_the_life_of_a_link_is_drawn_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "trails.md").read_text("utf-8")
    assert f"```mermaid\n{diagram()}\n```" in page
