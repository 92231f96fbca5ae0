"""A question as a person or a system writes it: every field text, all its faults found at once."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from fingerpost.access.rules import Emergency
from fingerpost.lookup.question import Question
from fingerpost.words import checks
from fingerpost.words.child import MOTHER_STANDS_IN, ChildDetails, PersonName, also_by_mother
from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import LookupReason, Purpose

Value = TypeVar("Value")
Text = Annotated[str, Meta(max_length=200)]
Name = Annotated[str, Meta(max_length=100)]

UNREADABLE = "unreadable"  # the clause on the ledger of a question that no rule was asked about
MOST_NAMES = 8
MOST_POSTCODES = 12
LONGEST_REASON = 300


class NameForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A name in two parts, as it is said."""

    given_names: Name = ""
    family_name: Name = ""


class ChildForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is known of one child. Dates as 2019-03-04 or 4/3/2019; everything optional."""

    given_names: Name = ""
    family_name: Name = ""
    other_names: Annotated[tuple[NameForm, ...], Meta(max_length=MOST_NAMES)] = ()
    date_of_birth: Text = ""
    born_from: Text = ""
    born_to: Text = ""
    expected_on: Text = ""
    sex: Text = ""
    postcodes: Annotated[tuple[Text, ...], Meta(max_length=MOST_POSTCODES)] = ()
    nhs_number: Text = ""
    upn: Text = ""
    mother: NameForm | None = None

    def __repr__(self) -> str:
        return "ChildForm(…)"


class EmergencyForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A child cannot wait: why, for whoever reviews it (no child's name), and when the person signed in."""

    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
    signed_in_at: Annotated[datetime, Meta(tz=True)]

    def __repr__(self) -> str:
        return "EmergencyForm(…)"


class QuestionForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A whole question: who asks, why, for which case, about whom."""

    practitioner: Annotated[str, Meta(min_length=1, max_length=100)]
    purpose: Purpose
    case_reference: Annotated[str, Meta(min_length=1, max_length=60)]
    child: ChildForm
    emergency: EmergencyForm | None = None
    reasons: Annotated[tuple[LookupReason, ...], Meta(max_length=4)] = ()

    def __repr__(self) -> str:
        return f"QuestionForm({self.purpose})"


def read_question(form: QuestionForm, today: date) -> Question:
    """Return the question, or raise `Invalid` with every fault in it."""
    reader = _Reader()
    practitioner = reader.read(checks.text, form.practitioner, "practitioner")
    case_reference = reader.read(checks.text, form.case_reference, "case_reference")
    child = _read_child(reader, form.child, today)
    emergency = form.emergency and _read_emergency(reader, form.emergency)
    for field, value in (("practitioner", practitioner), ("case_reference", case_reference)):
        if not value and not reader.found_fault(field):
            reader.problems.append(Problem(field, "must not be empty"))
    if reader.problems:
        raise Invalid(*reader.problems)
    return Question(
        practitioner=practitioner or "",
        purpose=form.purpose,
        case_reference=case_reference or "",
        child=child,
        emergency=emergency,
        reasons=form.reasons,
    )


def read_child(form: ChildForm, today: date) -> ChildDetails:
    """Return child details, or raise `Invalid` with every fault in them."""
    reader = _Reader()
    child = _read_child(reader, form, today)
    if reader.problems:
        raise Invalid(*reader.problems)
    return child


def unreadable(error: msgspec.MsgspecError) -> Invalid:
    """Turn a decoding error into `Invalid`. msgspec names the place after "at `$.", and quotes no value."""
    words, _, place = str(error).partition(" - at `")
    field = place.rstrip("`").removeprefix("$.").removeprefix("$") or "body"
    if isinstance(error, msgspec.ValidationError):
        return Invalid(Problem(field, _without_values(words)))
    return Invalid(Problem("body", "is not JSON in UTF-8"))


def _without_values(words: str) -> str:
    """Drop the one kind of value msgspec does quote: an enum member or a tag that does not exist."""
    if words.startswith("Invalid enum value"):
        return "is not one of the values allowed"
    if words.startswith("Object contains unknown field"):
        return "holds a field that is not known"
    if length := re.fullmatch(r"Expected `str` of length ([<>])= (\d+)", words):
        return "must not be empty" if length[1] == ">" else f"is longer than {length[2]} characters"
    return words


class _Reader:
    """Collects the faults of a form field by field instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, check: Callable[..., Value], text: str, field: str, *context: Any) -> Value | None:
        if not text.strip():
            return None
        try:
            return check(text, field, *context)
        except Invalid as invalid:
            self.problems.extend(invalid.problems)
            return None

    def found_fault(self, field: str) -> bool:
        return any(problem.field == field for problem in self.problems)


def _read_emergency(reader: _Reader, form: EmergencyForm) -> Emergency:
    reason = reader.read(checks.text, form.reason, "emergency.reason", LONGEST_REASON)
    if not reason and not reader.found_fault("emergency.reason"):
        reader.problems.append(Problem("emergency.reason", "must not be empty"))
    return Emergency(reason or "", form.signed_in_at)


def _read_child(reader: _Reader, form: ChildForm, today: date) -> ChildDetails:
    first = _read_name(reader, form.given_names, form.family_name, "child")
    others = (
        _read_name(reader, other.given_names, other.family_name, f"child.other_names[{place}]")
        for place, other in enumerate(form.other_names)
    )
    mother = form.mother and _read_name(
        reader, form.mother.given_names, form.mother.family_name, "child.mother"
    )
    details = ChildDetails(
        names=tuple(n for n in (first, *others) if n.given or n.family),
        date_of_birth=reader.read(checks.birth_date, form.date_of_birth, "child.date_of_birth", today),
        born_from=reader.read(checks.birth_date, form.born_from, "child.born_from", today),
        born_to=reader.read(checks.past_day, form.born_to, "child.born_to", today),
        expected_on=reader.read(checks.expected_date, form.expected_on, "child.expected_on", today),
        sex=reader.read(checks.sex_of, form.sex, "child.sex"),
        postcodes=_read_postcodes(reader, form.postcodes),
        nhs_number=reader.read(checks.nhs_number_of, form.nhs_number, "child.nhs_number"),
        upn=reader.read(checks.upn_of, form.upn, "child.upn"),
        mother=mother if mother and (mother.given or mother.family) else None,
    )
    _check_interval(reader, details)
    return _as_unborn_too(details, today)


def _as_unborn_too(details: ChildDetails, today: date) -> ChildDetails:
    """Look for a child born lately by its mother's family name too: elsewhere it may be unborn still."""
    born = details.date_of_birth
    if not details.names or born is None or born < today - MOTHER_STANDS_IN:
        return details
    return msgspec.structs.replace(details, names=also_by_mother(details.names, details.mother))


def _read_name(reader: _Reader, given: str, family: str, place: str) -> PersonName:
    return PersonName(
        reader.read(checks.name, given, f"{place}.given_names") or "",
        reader.read(checks.name, family, f"{place}.family_name") or "",
    )


def _read_postcodes(reader: _Reader, written: tuple[str, ...]) -> tuple[str, ...]:
    read = (
        reader.read(checks.postcode_of, text, f"child.postcodes[{place}]")
        for place, text in enumerate(written)
    )
    return tuple(dict.fromkeys(postcode for postcode in read if postcode))


def _check_interval(reader: _Reader, details: ChildDetails) -> None:
    born_from, born_to = details.born_from, details.born_to
    if (born_from is None) != (born_to is None) and not reader.problems:
        missing = "born_to" if born_to is None else "born_from"
        reader.problems.append(
            Problem(f"child.{missing}", "is needed: an estimated birth is a first and a last date")
        )
    elif born_from and born_to and born_to < born_from:
        reader.problems.append(Problem("child.born_to", "is before born_from"))
