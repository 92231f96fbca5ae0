"""What staff did with ContactPoint "to test the system" (Hansard, 12 October 2009): each is stopped first."""

from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from assurance.insider.month import START, House
from fingerpost.access.caller import Caller, Practitioner
from fingerpost.lookup.form import ChildForm, QuestionForm, read_question
from fingerpost.signposts.person import Person
from fingerpost.words.child import PersonName
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import AlertKind, Purpose, Role, Scope

TRUST = "RJ1"
HOME = "LS6 2AB"


class Misuse(Struct):
    """Whose child somebody looks up, and what has to be raised."""

    child: ChildForm
    kind: AlertKind
    by: str = "parent"
    times: int = 1


def cases(children: list[ChildForm]) -> dict[str, Misuse]:
    """Return the five, about children who are known."""
    own, name, colleagues, next_door, watched = children
    return {
        "their own child": Misuse(own, AlertKind.OWN_FAMILY),
        "a child of their own name": Misuse(
            replace(name, family_name="Quartermaine"), AlertKind.OWN_FAMILY
        ),
        "a colleague's child": Misuse(colleagues, AlertKind.COLLEAGUE, by="colleague"),
        "a neighbour's child": Misuse(replace(next_door, postcodes=(HOME,)), AlertKind.NEIGHBOUR),
        "one child, again and again": Misuse(watched, AlertKind.REPEAT, times=3),
    }  # fmt: skip


def stopped(house: House, children: list[ChildForm]) -> dict[str, bool]:
    """Try each; tell whether it was stopped before the answer, and a manager was told."""
    house.clock[0] = START.replace(hour=10)
    five = cases(children)
    service = house.service
    for reference, name in (("parent", "Wilhelmina Quartermaine"), ("colleague", "Otto Vandenberg")):
        service.accounts.save_practitioner(Practitioner(TRUST, reference, name, Role.CLINICIAN, active=True))
    parent = Person(TRUST, "parent")
    members = [PersonName(m.child.given_names, m.child.family_name) for m in list(five.values())[:3:2]]
    service.guard_desk.declare(parent, parent, members, [], [HOME])
    return {what: _is_stopped(house, misuse) for what, misuse in five.items()}


def _is_stopped(house: House, misuse: Misuse) -> bool:
    caller = Caller(uuid4(), "campaign", TRUST, "", (Scope.LOOKUP,))
    form = QuestionForm(
        practitioner=misuse.by, purpose=Purpose.UNSCHEDULED_CARE, case_reference="AE-1", child=misuse.child
    )
    asked = read_question(form, today(house.clock[0]))
    for _ in range(misuse.times - 1):
        house.service.lookup.ask(caller, asked)
    try:
        house.service.lookup.ask(caller, asked)
    except Invalid as refused:
        told = {kind for *_, kind in house.alerts([misuse.by])}
        return [p.field for p in refused.problems] == ["reasons"] and misuse.kind.value in told
    return False
