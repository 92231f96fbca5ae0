"""What people write about a child's birth, place and number, and what is understood of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.lookup.form import QuestionForm, read_question
from fingerpost.lookup.question import Known, require_enough
from fingerpost.web.look.written import FIELDS, birth, child_form, on_the_page
from fingerpost.words.child import ChildDetails
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Purpose

TODAY = date(2026, 11, 27)
DAY = {"date_of_birth": "2016-03-09"}


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("9/3/2016", DAY), ("9 3 2016", DAY), ("09-03-2016", DAY), ("9.3.16", DAY), ("9th March 2016", DAY),
        ("9 mar 2016", DAY), (" 9  March,  2016 ", DAY), ("2016-03-09", {"date_of_birth": "2016-03-09"}),
        ("March 2016", {"born_from": "2016-03-01", "born_to": "2016-03-31"}),
        ("3/2016", {"born_from": "2016-03-01", "born_to": "2016-03-31"}),
        ("2016", {"born_from": "2016-01-01", "born_to": "2016-12-31"}),
        ("2026", {"born_from": "2026-01-01", "born_to": "2026-11-27"}),
        ("7", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("aged 7", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("7 years old", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("about 7", {"born_from": "2017-11-28", "born_to": "2020-11-27"}),
        ("6-8", {"born_from": "2017-11-28", "born_to": "2020-11-27"}),
        ("8 to 6", {"born_from": "2017-11-28", "born_to": "2020-11-27"}),
        ("5 months", {"born_from": "2026-05-30", "born_to": "2026-06-28"}),
        ("3 weeks", {"born_from": "2026-10-31", "born_to": "2026-11-06"}),
        ("9th of March 2016", DAY), ("March 9, 2016", DAY), ("march 9th 2016", DAY), ("09032016", DAY),
        ("090316", DAY), ("20160309", {"date_of_birth": "20160309"}), ("9/3/2016?", DAY),
        ("born yesterday", {"date_of_birth": "2026-11-26"}), ("today", {"date_of_birth": "2026-11-27"}),
        ("seven", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("7 and a half", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("7½ years", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("7.5", {"born_from": "2018-11-28", "born_to": "2019-11-28"}),
        ("~7", {"born_from": "2017-11-28", "born_to": "2020-11-27"}),
        ("7ish", {"born_from": "2017-11-28", "born_to": "2020-11-27"}),
        ("under one", {"born_from": "2025-11-28", "born_to": "2026-11-27"}),
        ("newborn", {"born_from": "2026-09-29", "born_to": "2026-11-27"}),
        ("032016", {"date_of_birth": "032016"}), ("yesterday-ish", {"date_of_birth": "yesterday-ish"}),
        ("don’t know", {}), ("Unknown", {}), ("?", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_births(written: str, understood: dict[str, str]) -> None:
    assert birth(written, TODAY) == understood


def test_an_age_is_the_child_s_on_every_day_of_the_interval() -> None:
    """Whoever is seven today was born in the interval, and whoever is six or eight was not."""
    found = birth("7", TODAY)
    first, last = date.fromisoformat(found["born_from"]), date.fromisoformat(found["born_to"])
    assert abs((first - date(2018, 11, 28)).days) <= 1
    assert abs((last - date(2019, 11, 27)).days) <= 1


def _faults(typed: dict[str, str]) -> list[Problem]:
    form = QuestionForm(
        practitioner="n", purpose=Purpose.UNSCHEDULED_CARE, case_reference="1", child=child_form(typed, TODAY)
    )
    try:
        read_question(form, TODAY)
    except Invalid as invalid:
        return [on_the_page(problem) for problem in invalid.problems]
    return []


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=60)))
def test_whatever_is_typed_is_a_question_or_a_fault_of_a_field_of_the_page(typed: dict[str, str]) -> None:
    assert {problem.field for problem in _faults(typed)} <= set(FIELDS)
    marked = {field: f"{value}§" for field, value in typed.items()}  # no word of ours has that sign
    assert not any("§" in problem.detail for problem in _faults(marked))


@pytest.mark.parametrize(
    "written", ["no known address", "NFA", "unknown", "-", "not known", "Don’t know.", "?"]
)
def test_no_address_is_no_fault(written: str) -> None:
    assert child_form({"postcode": written}, TODAY).postcodes == ()


def test_what_is_not_known_is_not_looked_for() -> None:
    """Taken for a name, it would find nobody, and that would be read as nothing found."""
    typed = dict.fromkeys(FIELDS, "Don’t know") | {"sex": ""}
    assert child_form(typed, TODAY) == child_form({}, TODAY)
    assert child_form({"family_name": "No"}, TODAY).family_name == "No"  # a name in Korea


def test_what_would_help_is_said_in_words_of_the_page() -> None:
    with pytest.raises(Invalid) as refused:
        require_enough(ChildDetails())
    assert on_the_page(refused.value.problems[0]) == Problem(
        "given_names", "Enter both names and the date of birth, or a number and the date of birth"
    )
    [fault] = _faults({"given_names": "Ann", "family_name": "Lee", "postcode": "ls6"})
    assert fault.detail.startswith("Postcode must be a whole postcode, such as")
    [fault] = _faults({"given_names": "Ann", "family_name": "Lee", "birth": "01/24/2023"})
    assert fault.detail.endswith("Write the day first, then the month")


def test_several_postcodes_and_either_number() -> None:
    form = child_form({"postcode": "LS1 4DY, LS2 7EW and LS3 1AB", "number": "A123456789012"}, TODAY)
    assert form.postcodes == ("LS1 4DY", "LS2 7EW", "LS3 1AB")
    assert (form.upn, form.nhs_number) == ("A123456789012", "")
    assert child_form({"number": "943 476 5919"}, TODAY).nhs_number == "943 476 5919"


def test_a_due_date_is_never_in_the_last_century() -> None:
    assert child_form({"expected": "4 2 27"}, TODAY).expected_on == "2027-02-04"


@pytest.mark.parametrize(
    ("wants", "field"),
    [((Known.FAMILY,), "given_names"), ((Known.NUMBER, Known.DAY), "birth"), ((Known.EXPECTED,), "expected")],
)
def test_a_fault_of_the_whole_is_shown_where_it_is_mended_most_often(
    wants: tuple[Known, ...], field: str
) -> None:
    shown = on_the_page(Problem("child", "is not enough to look for one child", wants))
    assert shown.field == field
    assert shown.detail.startswith("What you gave is not enough")
