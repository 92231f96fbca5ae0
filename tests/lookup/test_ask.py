"""The whole path of a question, over the real database: found, not found, refused, and always recorded."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.access.switches import Because, Subject
from fingerpost.ledger.events import LookupAnswered, LookupRefused
from fingerpost.ledger.verify import verify_receipt
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import Invalid, Refused
from fingerpost.words.vocabulary import Band, Purpose, Scope
from tests.conftest import Child, Publish, form_of, question

LEEDS, HULL = "E08000035", "E06000010"
ZEBEDEE = Child(nhs_number="9990000034")
TWIN = Child(reference="P2", given="Barnaby", nhs_number="9990000042")


def _latest(service: Service) -> object:
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert entry.sound
    return entry.event


def _authorities(answer: Answer) -> set[str]:
    return {s.authority for m in answer.matches for s in m.signposts}


def test_found_with_who_and_how_to_reach_them(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, ZEBEDEE)
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    assert answer.outcome is Outcome.FOUND
    (match,) = answer.matches
    (signpost,) = match.signposts
    assert match.band is Band.CERTAIN
    assert "same NHS number" in match.explanation
    assert (signpost.authority, signpost.team) == (LEEDS, "Assessment Team")
    assert signpost.status == "current"
    assert signpost.contact.phone_now in {"0113 496 0001", "0113 496 0002"}
    assert signpost.contact.proven_lately


def test_both_areas_of_a_child_who_moved(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, msgspec.structs.replace(ZEBEDEE, closed="2025-09-01", nhs_number=""))
    publish(HULL, msgspec.structs.replace(ZEBEDEE, reference="H7", postcode="HU1 1UU", started="2025-09-20"))
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE, nhs_number="")))
    assert _authorities(answer) == {LEEDS, HULL}
    assert {m.child for m in answer.matches} == {1}
    assert {s.status for m in answer.matches for s in m.signposts} == {"current", "previous"}


def test_a_twin_is_not_the_other(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, ZEBEDEE, TWIN)
    for asked in (form_of(ZEBEDEE), form_of(ZEBEDEE, nhs_number="")):
        answer = service.lookup.ask(nurse, question(asked))
        sure = [m for m in answer.matches if m.band is not Band.POSSIBLE]
        assert len(sure) == 1
        assert len(sure[0].signposts) == 1


def test_not_found_never_reads_as_safe(service: Service, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, TWIN)
    stranger = form_of(Child(given="Quintus", family="Nobody", born="2014-08-01", postcode="TR1 1AA"))
    answer = service.lookup.ask(nurse, question(stranger))
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.coverage is not None
    assert answer.coverage.reporting == 1
    assert LEEDS not in {s.authority for s in answer.coverage.silent}
    assert len(answer.coverage.silent) == answer.coverage.authorities - 1
    assert "not the same as safe" in answer.coverage.statement
    assert service.settings.desk_phone in answer.message
    assert answer.reference in answer.message


def test_an_authority_goes_silent(settings: Settings, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, ZEBEDEE)
    later = now() + timedelta(hours=settings.silent_after_hours + 1)
    with opened(settings, lambda: later) as service:
        coverage = service.lookup.coverage()
    (silent,) = [s for s in coverage.silent if s.since is not None]
    assert silent.authority == LEEDS
    assert "1 have gone silent" in coverage.statement or "1 has gone silent" in coverage.statement


def test_more_than_five_children_answers_add_detail(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    births = [f"2016-0{month}-1{day}" for month, day in zip(range(1, 9), range(1, 9), strict=True)]
    namesakes = [
        Child(reference=f"N{n}", given="Oliver", family="Smith", born=born, postcode="LS1 4DY")
        for n, born in enumerate(births)
    ]
    publish(LEEDS, *namesakes)
    vague = ChildForm(
        given_names="Oliver", family_name="Smith", born_from="2016-01-01", born_to="2016-12-31",
        postcodes=("LS1 4DY",),
    )  # fmt: skip
    answer = service.lookup.ask(nurse, question(vague))
    assert answer.outcome is Outcome.ADD_DETAIL
    assert answer.matches == ()
    assert {"date_of_birth", "nhs_number"} <= set(answer.add_detail)


def test_the_answer_is_on_the_ledger_before_it_leaves(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    publish(LEEDS, ZEBEDEE)
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    event = _latest(service)
    assert isinstance(event, LookupAnswered)
    assert [d.signpost for d in event.disclosed] == [s.id for m in answer.matches for s in m.signposts]
    assert event.asked.nhs_number == ZEBEDEE.nhs_number
    assert event.clause == answer.clause
    key = service.vault.verifying_key()
    assert verify_receipt(service.ledger, service.records_database, answer.receipt, key) is None


@pytest.mark.parametrize(
    ("practitioner", "purpose", "words"),
    [
        ("stranger", Purpose.UNSCHEDULED_CARE, "not registered"),
        ("nurse", Purpose.SECTION_47_ENQUIRY, "may not ask for the purpose"),
    ],
)
def test_a_refusal_is_on_the_ledger(
    service: Service, nurse: Caller, practitioner: str, purpose: Purpose, words: str
) -> None:
    asked = question(form_of(ZEBEDEE), practitioner=practitioner, purpose=purpose)
    with pytest.raises(Refused, match=words):
        service.lookup.ask(nurse, asked)
    event = _latest(service)
    assert isinstance(event, LookupRefused)
    assert purpose.value in event.clause


def test_a_suspended_practitioner_is_out_at_once(service: Service, nurse: Caller) -> None:
    service.switches.suspend(Subject.PERSON, "RJ1/nurse", Because.LEFT)
    with pytest.raises(Refused, match="suspended"):
        service.lookup.ask(nurse, question(form_of(ZEBEDEE)))


def test_too_little_is_refused_and_recorded(service: Service, nurse: Caller) -> None:
    with pytest.raises(Invalid, match="not enough"):
        service.lookup.ask(nurse, question(ChildForm(family_name="Featherstonehaugh")))
    event = _latest(service)
    assert isinstance(event, LookupRefused)
    assert event.fields == ("child",)


def test_a_client_without_the_scope_is_refused(service: Service, nurse: Caller) -> None:
    feeder = Caller(uuid4(), "feeder", nurse.authority, "", (Scope.FEED,))
    with pytest.raises(Refused, match="scope"):
        service.lookup.ask(feeder, question(form_of(ZEBEDEE)))


def test_an_expired_signpost_is_not_shown(settings: Settings, publish: Publish, nurse: Caller) -> None:
    publish(LEEDS, ZEBEDEE)
    with opened(settings, lambda: now() + timedelta(days=366 * 3)) as later:
        answer = later.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    assert answer.outcome is Outcome.NOT_FOUND


def test_silence_and_absence_answer_alike(service: Service, nurse: Caller) -> None:
    """An empty service answers "not found" with every authority silent, and says so."""
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    assert answer.coverage is not None
    assert answer.coverage.reporting == 0
