"""Whoever is blocked from a child finds nobody, however they ask, and is not told."""

from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace

from fingerpost.lookup import disclose
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm, NameForm, read_child
from fingerpost.signposts.person import Person
from fingerpost.vault.vault import Weighed
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Band, LookupReason
from tests.conftest import Child, Publish, form_of
from tests.guard.conftest import LEEDS, MANAGER, SECOND, TRUST, World, child

HULL = "E06000010"
NURSE = Person(TRUST, "nurse")
BLOCKED = Child(nhs_number="9990000034")
KNOWN = form_of(BLOCKED, nhs_number="")
OWN = NameForm(given_names=KNOWN.given_names, family_name=KNOWN.family_name)
LONG = "Abebe Bacaba Cecede Dodofe Efegeha Fogaha"  # as many parts as are compared
PLACES = tuple(f"LS{number} 1AA" for number in range(1, 13))
YEARS = {"date_of_birth": "", "born_from": "2014-06-01", "born_to": "2017-06-01"}

# Each finds the child for a colleague, and shares no two of the details by which a question is known.
CUNNING: dict[str, ChildForm] = {
    "behind another name and many places": replace(
        KNOWN, given_names="Zed", family_name=LONG, other_names=(OWN,), postcodes=PLACES
    ),
    "an age and another home": replace(KNOWN, **YEARS, postcodes=("LS9 9ZZ",)),
    "an age and a mother": replace(
        KNOWN, **YEARS, postcodes=(), mother=NameForm(given_names="Maria", family_name=BLOCKED.family)
    ),
    "names the wrong way round": replace(KNOWN, given_names=BLOCKED.family, family_name=BLOCKED.given),
    "another name in front, another family": replace(
        KNOWN, given_names=f"Zed {BLOCKED.given}", family_name="Featherstone"
    ),
    "both names misheard": replace(KNOWN, given_names="Sebedee", family_name="Peatherstonehaugh"),
    "another month, no home": replace(KNOWN, date_of_birth="2016-04-09", postcodes=()),
}


def _block(world: World, form: ChildForm | None = None) -> UUID:
    known = read_child(form or form_of(BLOCKED), today())
    return world.service.guard_desk.block(NURSE, known, MANAGER)


def test_a_blocked_worker_finds_nobody_and_is_not_told(world: World, publish: Publish) -> None:
    publish(LEEDS, BLOCKED)
    world.person("other", "Otto Vandenberg")
    _block(world)
    variants = [
        form_of(BLOCKED), form_of(BLOCKED, nhs_number=""), form_of(BLOCKED, date_of_birth="2016-09-03"),
        form_of(BLOCKED, given_names="Zebedy"), form_of(BLOCKED, postcodes=(), nhs_number=""),
        form_of(BLOCKED, family_name="Fetherstonhaugh", nhs_number=""),
    ]  # fmt: skip
    absent = world.ask(child(7))
    for variant in variants:
        world.later(days=31)  # not as repeats
        answer = world.ask(variant)
        assert answer.outcome is Outcome.NOT_FOUND
        assert _shape(answer) == _shape(absent)
    assert set(world.alerts()) == {"nurse conflict"}
    assert world.ask(form_of(BLOCKED), by="other").outcome is Outcome.FOUND


@pytest.mark.parametrize("asked", CUNNING.values(), ids=list(CUNNING))
def test_however_it_is_asked(world: World, publish: Publish, asked: ChildForm) -> None:
    publish(LEEDS, BLOCKED)
    world.person("other", "Otto Vandenberg")
    _block(world)
    absent = world.ask(child(7))
    assert world.ask(asked, by="other").outcome is Outcome.FOUND, "the control"
    answer = world.ask(asked)
    assert answer.outcome is Outcome.NOT_FOUND
    assert _shape(answer) == _shape(replace(absent, add_detail=answer.add_detail))
    assert world.alerts() == ["nurse conflict"]


def test_nor_under_another_name_that_a_trail_leads_from() -> None:
    """Two records of one child, of which the block knows one; and another child."""
    one, renamed, other = (
        Weighed(uuid4(), child, Band.PROBABLE, 12.0, ("words",)) for child in (0, 0, 1)
    )  # fmt: skip
    assert disclose.without([one, renamed, other], {one.record}) == [other]


def test_others_are_found_all_the_same(world: World, publish: Publish) -> None:
    publish(LEEDS, BLOCKED)
    another = Child(reference="P2", given="Oliver", family="Marchbanks", born="2015-07-21")
    publish(HULL, another)
    _block(world)
    assert world.ask(form_of(another)).outcome is Outcome.FOUND
    assert world.alerts() == []


def test_nor_is_told_that_somebody_else_fits_better(world: World, publish: Publish) -> None:
    """A namesake of the same authority fits as well: of each other tells only an answer that shows both."""
    publish(LEEDS, BLOCKED, Child(reference="P2", born="2014-11-17", postcode="LS7 7AB"))
    world.person("other", "Otto Vandenberg")
    _block(world)
    better = "; another record of the same authority fits better"
    asked = CUNNING["an age and another home"]
    both = world.ask(asked, by="other").matches
    assert [match.explanation.endswith(better) for match in both] == [True, True]
    (namesake,) = world.ask(asked).matches
    assert namesake.explanation in {match.explanation.removesuffix(better) for match in both}
    assert not namesake.explanation.endswith(better)


def _shape(answer: object) -> object:
    plain = msgspec.to_builtins(answer)
    for varies in ("reference", "receipt", "coverage"):
        del plain[varies]
    plain["message"] = plain["message"][:60]
    return plain


def test_a_block_is_lifted_by_a_second_person(world: World, publish: Publish) -> None:
    publish(LEEDS, BLOCKED)
    block = _block(world)
    with pytest.raises(Refused):
        world.service.guard_desk.lift(block, NURSE)
    with pytest.raises(Invalid, match="another"):
        world.service.guard_desk.lift(block, MANAGER)
    world.service.guard_desk.lift(block, SECOND)
    with pytest.raises(NotFound):
        world.service.guard_desk.lift(block, SECOND)
    assert world.ask(form_of(BLOCKED)).outcome is Outcome.FOUND


def test_a_block_needs_somebody_to_know_again(world: World) -> None:
    with pytest.raises(Invalid):
        world.service.guard_desk.block(NURSE, ChildDetails(), MANAGER)


def test_a_repeat_is_seen_behind_another_name(world: World) -> None:
    own = child(8)
    hidden = replace(
        own, given_names="Zed", family_name=LONG, postcodes=PLACES,
        other_names=(NameForm(given_names=own.given_names, family_name=own.family_name),),
    )  # fmt: skip
    for _ in range(2):
        world.ask(own)
    with pytest.raises(Invalid, match="still_working"):
        world.ask(hidden)
    world.ask(hidden, LookupReason.STILL_WORKING)
