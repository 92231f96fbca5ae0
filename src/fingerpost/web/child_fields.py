"""The fields that say which child a form is about, and reading them as forgivingly as a look does."""

from fingerpost.lookup.form import read_child
from fingerpost.web.fields import Field, Written
from fingerpost.web.look.written import child_form, on_the_page
from fingerpost.web.route import Visit
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid

CHILD = (
    Field("given_names", "Given names"),
    Field("family_name", "Family name"),
    Field(
        "birth",
        "Date of birth or age",
        "For example, 9 3 2016, March 2016, 7 or 5 months",
        width="govuk-input--width-10",
    ),
    Field(
        "postcode", "Postcode", "Now or before. Put a comma between several", width="govuk-input--width-20"
    ),
    Field("number", "NHS number or unique pupil number", width="govuk-input--width-20"),
    Field("other_given_names", "Other given names", "A former name, a nickname"),
    Field("other_family_name", "Other family name"),
)


def child_of(visit: Visit, written: Written) -> ChildDetails:
    """Return the child that was typed; its faults are noted beside their fields."""
    day = today(visit.service.now())
    try:
        child = read_child(child_form(written.typed, day), day)
    except Invalid as invalid:
        for problem in map(on_the_page, invalid.problems):
            written.wrong(problem.field, problem.detail)
        return ChildDetails()
    if not child.names and not child.nhs_number and not child.upn:
        written.wrong("given_names", "Enter the child’s names or a number")
    return child
