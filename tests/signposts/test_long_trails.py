"""One bad number must not join half a county: the machine stops, people go on, answers are bounded."""

from itertools import pairwise

import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.lookup.ask import MOST_FOLLOWED
from fingerpost.lookup.form import ChildForm
from fingerpost.reference import authorities
from fingerpost.signposts import trails_store
from fingerpost.signposts.person import Person
from fingerpost.signposts.trails import MOST_BY_MACHINE, MOST_IN_TRAIL, LinkState
from fingerpost.wiring import Service
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import AuthorityKind, Role
from tests.conftest import Child, Owner, Publish, question

NUMBER = "9990000034"
COUNTY = [a.code for a in authorities().values() if a.kind is AuthorityKind.LOCAL_AUTHORITY]
DESK, OTHER_DESK = Person("RJ1", "desk1"), Person("RJ1", "desk2")


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    for person in (DESK, OTHER_DESK):
        service.accounts.save_practitioner(
            Practitioner(
                person.authority, person.reference, "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True
            )
        )


def _publish(publish: Publish, many: int) -> None:
    for place, code in enumerate(COUNTY[:many]):
        publish(code, Child(reference=f"R{place}", nhs_number=NUMBER))


def _longest(service: Service, owner: Owner) -> int:
    records = [row[0] for row in owner.execute("SELECT id FROM record").fetchall()]
    return max(len(service.review.trail(record, DESK).records) for record in records)  # type: ignore[arg-type]


def test_the_machine_stops_and_asks_people(service: Service, publish: Publish, owner: Owner) -> None:
    _publish(publish, MOST_BY_MACHINE + 2)
    assert _longest(service, owner) == MOST_BY_MACHINE
    waiting = service.review.queue(DESK).links
    assert len(waiting) == 1  # the two beyond are a trail of their own: one question, not one for every pair
    assert {row.band for row in waiting} == {"certain"}  # however sure it is


def test_a_trail_does_not_grow_by_loading_again(service: Service, publish: Publish, owner: Owner) -> None:
    _publish(publish, MOST_BY_MACHINE + 2)
    before = set(owner.execute("SELECT id, state FROM link").fetchall())
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    service.review.linking.link_all()
    assert _longest(service, owner) == MOST_BY_MACHINE
    assert set(owner.execute("SELECT id, state FROM link").fetchall()) == before


def test_people_may_go_on_and_the_machine_leaves_it_so(
    service: Service, publish: Publish, owner: Owner
) -> None:
    _publish(publish, MOST_BY_MACHINE + 1)
    link = service.review.queue(DESK).links[0].id
    service.review.decide(link, DESK, same=True)
    assert service.review.decide(link, OTHER_DESK, same=True) is LinkState.CONFIRMED
    assert _longest(service, owner) == MOST_BY_MACHINE + 1
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    service.review.linking.link_all()
    assert _longest(service, owner) == MOST_BY_MACHINE + 1


def _chained(owner: Owner, publish: Publish, many: int) -> None:
    """Publish so many strangers and, behind the service's back, make one trail of all but the last."""
    children = [
        Child(
            reference=f"C{n}",
            given=f"Child{chr(65 + n // 26)}{chr(97 + n % 26)}",
            born=f"2014-01-{n % 28 + 1:02}",
        )
        for n in range(many)
    ]
    publish(COUNTY[0], *children)
    owner.execute("DELETE FROM link")
    records = [row[0] for row in owner.execute("SELECT id FROM record ORDER BY id").fetchall()]
    for place, (one, other) in enumerate(pairwise(records)):
        state = "proposed" if place == many - 2 else "linked"
        owner.execute(
            "INSERT INTO link VALUES (gen_random_uuid(), %s, %s, 'probable', 'machine', %s, NULL, now())",
            (one, other, state),
        )


def test_people_go_no_further_than_the_bound(service: Service, publish: Publish, owner: Owner) -> None:
    _chained(owner, publish, MOST_IN_TRAIL + 1)
    (row,) = service.review.queue(DESK).links
    service.review.decide(row.id, DESK, same=False)
    with pytest.raises(Refused, match=f"at most {MOST_IN_TRAIL} records"):
        service.review.decide(row.id, OTHER_DESK, same=True)
    assert _longest(service, owner) == MOST_IN_TRAIL


def test_an_answer_keeps_to_the_bound_whatever_is_stored(
    service: Service, publish: Publish, owner: Owner, nurse: Caller
) -> None:
    """A fault that joined far more than may be: what is read for an answer is bounded, the nearest first."""
    _chained(owner, publish, MOST_IN_TRAIL * 3)
    record = owner.execute("SELECT min(id::text)::uuid FROM record").fetchone()
    assert record is not None
    with service.lookup_database.statement() as session:
        links, sealed = trails_store.trails(session, [record[0]])  # type: ignore[list-item]
    assert len(links) == MOST_IN_TRAIL
    assert len(sealed) == MOST_IN_TRAIL + 1
    asked = ChildForm(given_names="ChildAa", family_name="Featherstonehaugh", date_of_birth="2014-01-01")
    answer = service.lookup.ask(nurse, question(asked))
    assert len(answer.matches) <= MOST_FOLLOWED * (MOST_IN_TRAIL + 1)
    assert len({m.child for m in answer.matches}) <= 5
