"""A question that found nobody stands: its asker is told when the child comes, and of nothing hidden."""

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.ledger.events import LookupAnswered
from fingerpost.ledger.movings import AnswersFollowed, QuestionStands
from fingerpost.lookup import Answer
from fingerpost.lookup.form import NameForm
from fingerpost.notices.kinds import NoticeKind
from fingerpost.signposts.never_join import Named
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import AlertKind, Purpose, Role, Scope
from tests.conftest import Child, Owner, form_of, question
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, events, inbox, kinds

CHILD = Child(reference="H1", nhs_number="9990000034", postcode="HU1 1UU")
OTHER = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="HU1 1UU")


def ask(
    service: Service, by: Person, child: Child = CHILD, purpose: Purpose = Purpose.TRANSFER_IN, **more: Any
) -> Answer:
    """Ask about a child, as somebody who knows all of it."""
    caller = Caller(uuid4(), "test", by.authority, "", (Scope.LOOKUP,))
    asked = question(form_of(child, **more), practitioner=by.reference, purpose=purpose)
    return service.lookup.ask(caller, asked)


def test_whoever_asked_is_told_when_the_child_comes(moving: Service, send: Send, clock: Clock) -> None:
    answer = ask(moving, ANN)
    moving.moves.beat()
    assert [e.stand for e in events(moving, AnswersFollowed)] == [(answer.receipt.entry,)]
    clock.pass_by(days=3)
    send(YORK, OTHER)
    assert kinds(moving, ANN) == []
    send(HULL, CHILD)
    (item,) = inbox(moving, ANN)
    assert (item.kind, item.asked, item.reference) == ("late_hit", answer.reference, None)
    assert [(team.authority, team.status) for team in item.ring] == [(HULL, "current")]
    send(HULL, CHILD, OTHER)
    assert len(inbox(moving, ANN)) == 1


def test_an_entry_that_was_changed_holds_nobody_up(moving: Service, send: Send, owner: Owner) -> None:
    """Two asked. What the first asked cannot be opened any more; the other is told all the same."""
    changed = ask(moving, ANN).receipt.entry
    ask(moving, YAN)
    owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_append_only")
    owner.execute(
        "UPDATE ledger_entry SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1) WHERE id = %s",
        (changed,),
    )
    owner.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_is_append_only")
    moving.moves.beat()
    send(HULL, CHILD)
    assert (kinds(moving, ANN), kinds(moving, YAN)) == ([], ["late_hit"])


def test_what_comes_under_a_new_key_of_the_index_is_found_at_once(
    moving: Service, send: Send, owner: Owner
) -> None:
    """The index is being rebuilt: what arrives is under the new key alone, and the day is not over yet."""
    ask(moving, ANN)
    moving.moves.beat()
    moving.vault.add_index()
    send(HULL, CHILD)
    assert kinds(moving, ANN) == ["late_hit"]
    live = moving.vault.index_generations()[-1]
    assert owner.execute("SELECT DISTINCT index_generation FROM watch").fetchall() == [(live,)]


def test_what_another_question_still_finds_is_told_anew(moving: Service, send: Send) -> None:
    """Two colleagues asked; the one who knew the old name alone was told, which a correction takes back."""
    renamed = msgspec.structs.replace(CHILD, given="Osbert", family="Quill")
    ask(moving, ANN, CHILD, other_names=(NameForm(given_names="Osbert", family_name="Quill"),))
    moving.moves.beat()
    ask(moving, ANN, CHILD, nhs_number="")
    send(HULL, CHILD)  # the answer is looked at first, and so is told first
    assert kinds(moving, ANN) == ["late_hit"]
    send(HULL, renamed)
    assert sorted(kinds(moving, ANN)) == ["late_hit", "late_hit recalled"]


def test_a_second_authority_is_told_of_too_and_ones_own_is_no_news(moving: Service, send: Send) -> None:
    ask(moving, ANN)
    for authority in (HULL, LEEDS, YORK):
        send(authority, msgspec.structs.replace(CHILD, reference=f"{authority}-1"))
    late = [item for item in inbox(moving, ANN) if item.kind is NoticeKind.LATE_HIT]
    assert {item.ring[0].authority for item in late} == {HULL, YORK}


def test_a_child_who_came_before_the_second_look_is_told_of(moving: Service, send: Send) -> None:
    ask(moving, ANN)
    send(HULL, CHILD)  # the beat looks at the answer first, and then at what came
    assert kinds(moving, ANN) == ["late_hit"]


def test_a_child_asked_about_again_is_one_late_hit(moving: Service, send: Send) -> None:
    for _ in range(2):
        ask(moving, ANN)
    send(HULL, CHILD)
    ask(moving, YAN)
    assert kinds(moving, ANN) == ["late_hit"]
    moving.moves.beat()
    assert kinds(moving, ANN) == ["late_hit"]


def test_after_thirty_days_it_is_forgotten(moving: Service, send: Send, clock: Clock, owner: Owner) -> None:
    ask(moving, ANN)
    moving.moves.beat()
    clock.pass_by(days=31)
    moving.moves.nightly()
    send(HULL, CHILD)
    assert kinds(moving, ANN) == []
    assert owner.execute("SELECT count(*) FROM watch_token").fetchone() == (0,)


def test_a_hospital_says_so_itself(moving: Service, send: Send, clock: Clock) -> None:
    nurse = Person("RJ1", "nurse")
    moving.accounts.save_practitioner(Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True))
    entry = ask(moving, nurse, CHILD, Purpose.UNSCHEDULED_CARE).receipt.entry
    second = ask(moving, nurse, CHILD, Purpose.UNSCHEDULED_CARE).receipt.entry
    for _ in range(2):
        moving.moves.asked.stand(entry, nurse)
    assert len(events(moving, QuestionStands)) == 2
    send(HULL, CHILD)
    assert kinds(moving, nurse) == ["late_hit"]
    found = ask(moving, nurse, CHILD, Purpose.UNSCHEDULED_CARE).receipt.entry
    moving.accounts.save_practitioner(Practitioner("RJ1", "other", "A Nurse", Role.CLINICIAN, active=True))
    for wrong, by in ((found, nurse), (uuid4(), nurse), (second, Person("RJ1", "other"))):
        with pytest.raises(NotFound, match="no answer of yours"):
            moving.moves.asked.stand(wrong, by)
    clock.pass_by(days=8)
    with pytest.raises(NotFound):
        moving.moves.asked.stand(second, nurse)


def test_only_those_who_may_ask_let_a_question_stand(moving: Service) -> None:
    moving.accounts.save_practitioner(Practitioner(LEEDS, "desk", "Desk", Role.DESK_OFFICER, active=True))
    with pytest.raises(Refused):
        moving.moves.asked.stand(uuid4(), Person(LEEDS, "desk"))


def test_a_shielded_child_never_comes(moving: Service, send: Send, owner: Owner) -> None:
    """What is left behind is the same as for a child whom nobody has."""

    def left() -> tuple[object, ...]:
        moving.moves.beat()
        tables = ("watch", "watch_hit", "notice", "asked_waiting", "notice_delivery")
        return tuple(owner.execute(f"SELECT count(*) FROM {t}").fetchone() for t in tables)  # noqa: S608

    send(HULL, CHILD)
    hide(owner, HULL, "shielded")
    answer = ask(moving, ANN)
    assert answer.outcome == "not_found"
    shielded, absent = left(), None
    send(HULL, CHILD, OTHER)
    assert left() == shielded
    absent = ask(moving, BEN, Child(given="Nobody", family="Nowhere", born="2012-02-02"))
    assert absent.outcome == "not_found"
    assert [b[0] - a[0] for a, b in zip(shielded, left(), strict=True)] == [1, 0, 0, 0, 0]  # type: ignore[index]
    assert kinds(moving, ANN) == []


def test_what_is_hidden_afterwards_is_taken_back(moving: Service, send: Send, owner: Owner) -> None:
    ask(moving, ANN)
    send(HULL, CHILD)
    hide(owner, HULL, "shielded")
    moving.moves.beat()
    (item,) = inbox(moving, ANN)
    assert (item.recalled_at is not None, item.ring) == (True, ())
    hide(owner, HULL, None)  # shown again: told again, as any that comes
    moving.moves.beat()
    assert set(kinds(moving, ANN)) == {"late_hit recalled", "late_hit"}


def hide(owner: Owner, authority: str, why: str | None) -> None:
    """Hide or show an authority's records, as a shield does."""
    owner.execute("UPDATE record SET hidden = %s WHERE authority = %s", (why, authority))


def test_a_record_that_goes_is_taken_back(moving: Service, send: Send) -> None:
    ask(moving, ANN)
    send(HULL, CHILD)
    send(HULL, OTHER, accept=True)
    assert kinds(moving, ANN) == ["late_hit recalled"]


def test_neither_a_twin_nor_a_sensitive_service_is_a_late_hit(
    moving: Service, send: Send, owner: Owner
) -> None:
    ask(moving, ANN)
    send(HULL, msgspec.structs.replace(CHILD, given="Barnaby", nhs_number="9990000042"))
    assert kinds(moving, ANN) == []
    send(YORK, CHILD)
    owner.execute("UPDATE signpost SET service = 'sensitive'")
    owner.execute("DELETE FROM notice")
    assert kinds(moving, ANN) == []


def test_what_was_answered_beside_the_truth_is_not_followed(
    moving: Service, send: Send, owner: Owner
) -> None:
    """A person blocked from a child was told "not found"; nor do they learn of the child afterwards."""
    row = moving.ledger.find(moving.records_database, ask(moving, ANN).receipt.entry)
    assert row is not None
    assert isinstance(row.event, LookupAnswered)
    owner.execute("TRUNCATE asked_waiting")
    with moving.notices.database.transaction() as session:
        for why in (AlertKind.CONFLICT, AlertKind.HONEY):
            moving.ledger.record(session, msgspec.structs.replace(row.event, alerts=(why,)))
    send(HULL, CHILD)
    assert kinds(moving, ANN) == []


BOTH = Child(given="Zebedee", family="Featherstonehaugh", nhs_number="9990000034")
BEFORE = Child(reference="L1")
AFTER = Child(reference="H1", given="Quintus", family="Okonkwo", postcode="HU1 1UU", nhs_number="9990000034")


@pytest.mark.parametrize(("ordered", "told"), [(False, {LEEDS, HULL}), (True, {LEEDS})])
def test_identities_kept_apart_stay_apart(moving: Service, send: Send, ordered: bool, told: set[str]) -> None:
    """Of two that must never be joined the first stands, whatever comes. Without the order, both are told."""
    for person, child in ((Person(LEEDS, "o"), "L1"), (Person(HULL, "o"), "H1")):
        officer = Practitioner(person.authority, "o", "Officer", Role.RECORDS_OFFICER, active=True)
        moving.accounts.save_practitioner(officer)
        if ordered:
            moving.never_join.order(Named(person.authority, child), person)
    ask(moving, YAN, BOTH, other_names=(NameForm(given_names="Quintus", family_name="Okonkwo"),))
    send(LEEDS, BEFORE)
    send(HULL, AFTER)
    late = {
        team.authority
        for item in inbox(moving, YAN)
        if item.kind is NoticeKind.LATE_HIT
        for team in item.ring
    }
    assert late == told
