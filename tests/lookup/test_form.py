"""What a person may type: every fault is named at once, and no message repeats a value."""

from contextlib import nullcontext, suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.lookup.form import ChildForm, NameForm, QuestionForm, read_question
from fingerpost.lookup.question import ENOUGH, Known, require_enough, what_is_known, what_would_help
from fingerpost.words.child import ChildDetails
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import Purpose

TODAY = date(2026, 11, 22)


def _read(child: ChildForm, practitioner: str = "p", case_reference: str = "c") -> ChildDetails:
    form = QuestionForm(
        practitioner=practitioner, purpose=Purpose.TRANSFER_IN, case_reference=case_reference, child=child
    )
    return read_question(form, TODAY).child


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "31/02/2019"),
        ("date_of_birth", "2026-11-23"),
        ("date_of_birth", "1950-01-01"),
        ("date_of_birth", "yesterday"),
        ("expected_on", "2028-01-01"),
        ("nhs_number", "999 000 0001"),
        ("nhs_number", "12345"),
        ("upn", "Z12345"),
        ("sex", "boy"),
        ("given_names", "Zeb\x00edee"),
        ("given_names", "😀😀"),
        ("family_name", "محمد"),
        ("family_name", "x" * 500),
        ("family_name", "<script>"),
        ("family_name", "''"),
    ],
)
def test_a_field_that_cannot_be_right_is_named_and_never_quoted(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        _read(ChildForm(**{field: value}))
    assert [p.field for p in refused.value.problems] == [f"child.{field}"]
    assert value not in str(refused.value)


def test_every_fault_at_once() -> None:
    wrong = ChildForm(
        given_names="1", date_of_birth="x", nhs_number="1", postcodes=("LS1 4DY", "nowhere"),
        other_names=(NameForm(given_names="ok"), NameForm(family_name="\x00")),
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        _read(wrong, case_reference=" ")
    assert {p.field for p in refused.value.problems} == {
        "child.given_names", "child.date_of_birth", "child.nhs_number", "child.postcodes[1]",
        "child.other_names[1].family_name", "case_reference",
    }  # fmt: skip


@pytest.mark.parametrize("written", ["4/3/2019", "04/03/2019", "2019-03-04", "4.3.2019", "20190304"])
def test_dates_as_people_write_them(written: str) -> None:
    assert _read(ChildForm(date_of_birth=written)).date_of_birth == date(2019, 3, 4)


def test_numbers_and_postcodes_as_people_write_them() -> None:
    child = _read(ChildForm(nhs_number="999-000 0034".replace("-", " "), postcodes=("sw1a1aa", "SW1A 1AA")))
    assert child.nhs_number == "9990000034"
    assert child.postcodes == ("SW1A 1AA",)


LEE = {"given_names": "Ann", "family_name": "Lee"}
BORN, HOME, NUMBER = (
    {"date_of_birth": "2019-03-04"},
    {"postcodes": ("LS1 4DY",)},
    {"nhs_number": "9990000034"},
)
ABOUT = {"born_from": "2015-01-01", "born_to": "2017-12-31"}
MOTHER = {"mother": NameForm(given_names="Eve", family_name="Lee")}
WELL_KNOWN = [
    ChildForm(**BORN, **NUMBER),
    ChildForm(**LEE, **NUMBER),
    ChildForm(**LEE, **BORN),
    ChildForm(**LEE, **ABOUT, **HOME),
    ChildForm(**LEE, **ABOUT, **MOTHER),
    ChildForm(given_names="Baby", family_name="Lee", **BORN),
    ChildForm(family_name="Lee", **BORN, **HOME),
    ChildForm(family_name="Lee", **BORN, **MOTHER),
    ChildForm(given_names="Ann", **BORN, **HOME),
    ChildForm(expected_on="2027-01-01", **MOTHER),
    ChildForm(given_names="Jo", family_name="Li", **BORN),
    ChildForm(**LEE, upn="A123456789012"),
    ChildForm(given_names="A", family_name="Lee", **NUMBER, **BORN),  # a number: an initial helps to weigh
    ChildForm(given_names="A", family_name="Lee", upn="A123456789012", **BORN),
    ChildForm(**LEE, born_from="2015-01-01", born_to="2019-01-04", **HOME),  # four years, at 366 days
]
TOO_LITTLE = [
    ChildForm(),
    ChildForm(family_name="Lee"),
    ChildForm(**HOME),
    ChildForm(**BORN, **HOME, sex="F"),
    ChildForm(given_names="Ann", **BORN),
    ChildForm(**NUMBER),
    ChildForm(**NUMBER, given_names="Ann"),
    ChildForm(**NUMBER, **ABOUT),
    ChildForm(**LEE, **HOME),
    ChildForm(**LEE, **ABOUT),
    ChildForm(given_names="A", family_name="Lee", **BORN),
    ChildForm(given_names="A.", family_name="Lee", **BORN),
    ChildForm(given_names="A", family_name="Lee", **NUMBER),
    ChildForm(**LEE, born_from="2015-01-01", born_to="2019-01-05", **HOME),
    ChildForm(expected_on="2027-01-01", mother=NameForm(family_name="Lee")),
    ChildForm(expected_on="2027-01-01", mother=NameForm(given_names="Eve")),
]


@pytest.mark.parametrize("place", range(len(WELL_KNOWN)))
def test_enough(place: int) -> None:
    require_enough(_read(WELL_KNOWN[place]))


@pytest.mark.parametrize("place", range(len(TOO_LITTLE)))
def test_too_little_says_what_would_help(place: int) -> None:
    with pytest.raises(Invalid, match=r"add|give|after born_from"):
        require_enough(_read(TOO_LITTLE[place]))


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (ChildForm(**LEE, **HOME), "add an NHS number; or the date of birth or an age"),
        (ChildForm(**LEE), "add an NHS number; or the full date of birth"),
        (ChildForm(**LEE, **ABOUT), "add a postcode; or an NHS number; or the full date of birth; or the"
         " mother's given and family name"),
        (ChildForm(**BORN, **HOME), "add an NHS number; or the family name; or the given name"),
        (ChildForm(**HOME), "add the family name and the full date of birth; or the given name and the full"
         " date of birth"),
        (ChildForm(), "add an NHS number and the full date of birth; or the given name and the family name"
         " and the full date of birth"),
    ],
)  # fmt: skip
def test_each_way_on_is_said_once(form: ChildForm, told: str) -> None:
    with pytest.raises(Invalid) as caught:
        require_enough(_read(form))
    (problem,) = caught.value.problems
    assert problem.detail.endswith(f"; {told}")
    assert set(problem.wants) == {kind.value for kind in Known if kind.label in told}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (ChildForm(given_names="A", family_name="Lee", **BORN),
         ("nhs_number", "postcodes", "given_names", "other_names", "sex")),
        (ChildForm(given_names="Jo", sex="F", **NUMBER, **HOME),
         ("date_of_birth", "family_name", "other_names")),
        (ChildForm(**LEE, other_names=(NameForm(family_name="Smith"),)),
         ("nhs_number", "date_of_birth", "postcodes", "sex")),
    ],
)  # fmt: skip
def test_what_would_help_is_what_was_not_given(form: ChildForm, fields: tuple[str, ...]) -> None:
    assert what_would_help(_read(form)) == fields


A_DETAIL: dict[Known, dict[str, Any]] = {
    Known.NUMBER: NUMBER, Known.GIVEN: {"given_names": "Ann"}, Known.FAMILY: {"family_name": "Lee"},
    Known.DAY: BORN, Known.AGE: ABOUT, Known.PLACE: HOME, Known.MOTHER: MOTHER,
    Known.EXPECTED: {"expected_on": "2027-01-01"},
}  # fmt: skip


@given(st.sets(st.sampled_from(Known)))
def test_nothing_weaker_than_the_rule_passes(kinds: set[Known]) -> None:
    """Whatever is given passes if, and only if, it holds one line of the rule; a full date is an age too."""
    child = _read(ChildForm(**{k: v for kind in kinds for k, v in A_DETAIL[kind].items()}))
    known = kinds | ({Known.AGE} if Known.DAY in kinds else set())
    assert what_is_known(child) == known
    with nullcontext() if any(line <= known for line in ENOUGH) else pytest.raises(Invalid):
        require_enough(child)


def test_one_letter_is_an_initial_and_one_chinese_character_a_name() -> None:
    form = ChildForm(given_names="小明", family_name="王", date_of_birth="2016-03-09")
    require_enough(_read(form))
    for initial in ("W", "Ж", "あ"):  # the last is an A in Latin letters
        with pytest.raises(Invalid, match="one letter"):
            require_enough(
                _read(ChildForm(given_names="Ming", family_name=initial, date_of_birth="2016-03-09"))
            )


def test_the_rule_is_what_the_security_notes_ask_for() -> None:
    """security.md 2.6, the other way round: what must never be enough, whatever line is added later."""
    names = {Known.GIVEN, Known.FAMILY}
    for line in ENOUGH:
        assert len(line) > 1
        assert line & {Known.DAY, Known.AGE, Known.EXPECTED} or line >= {Known.NUMBER, *names}
        assert line & {Known.NUMBER, Known.MOTHER, Known.PLACE} or line >= {Known.DAY, *names}


@pytest.mark.parametrize("wild", ["*", "%", "?", "Sm%", "Smi*", "Sm?th", "S.+", "[A-Z]mith", "S_th"])
def test_there_are_no_wildcards(wild: str) -> None:
    with pytest.raises(Invalid):
        require_enough(_read(ChildForm(given_names="Ann", family_name=wild, **BORN)))


@given(st.builds(ChildForm, **{name: st.text(max_size=40) for name in ("given_names", "family_name", "upn")}))
def test_anything_typed_is_read_or_refused(form: ChildForm) -> None:
    with suppress(Invalid):
        _read(form)
