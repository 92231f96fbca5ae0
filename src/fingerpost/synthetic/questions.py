"""What a practitioner types: a child known to somebody, or to nobody, as heard at a desk at night."""

from random import Random

import msgspec
from msgspec import Struct

from fingerpost.synthetic.books import cluster
from fingerpost.synthetic.days import iso
from fingerpost.synthetic.lives import Child, Family
from fingerpost.synthetic.mistakes import misheard, mistyped, wrong_day, wrong_digit, wrong_postcode
from fingerpost.synthetic.names import nicknames, spellings
from fingerpost.synthetic.places import Home
from fingerpost.synthetic.rows import WHOLE_COUNTRY, Extract

ASKED = 0.03
"""Share of children known to an authority who are asked about."""
ASKED_UNKNOWN = 0.006
"""Questions about children known to nobody, as a share of all children."""

SPELT_AS_HEARD = 0.10
NICKNAME = 0.08
MISHEARD, MISTYPED = 0.07, 0.02
NO_GIVEN, NO_FAMILY = 0.01, 0.015
NO_BIRTH_DATE, WRONG_BIRTH_DATE = 0.06, 0.025
POSTCODE_KNOWN, POSTCODE_WRONG = 0.74, 0.02
NHS_NUMBER_KNOWN, NHS_NUMBER_WRONG = 0.22, 0.004
UPN_KNOWN = 0.04


class Question(Struct, frozen=True, kw_only=True):
    """One question in the fields of `evaluate.csv`; empty text where the practitioner does not know."""

    given_names: str
    family_name: str
    date_of_birth: str
    sex: str
    postcode: str
    nhs_number: str
    upn: str


def _heard(rng: Random, text: str) -> str:
    if rng.random() < SPELT_AS_HEARD and text in spellings():
        text = rng.choice(spellings()[text])
    if rng.random() < MISHEARD:
        text = misheard(rng, text)
    return mistyped(rng, text) if rng.random() < MISTYPED else text


def _given(rng: Random, child: Child) -> str:
    if rng.random() < NO_GIVEN:
        return ""
    short = nicknames().get(child.given, ())
    if short and rng.random() < NICKNAME:
        return rng.choice(short)
    if child.middle == "Muhammad" and rng.random() < 0.4:
        return f"Muhammad {_heard(rng, child.given)}"
    return _heard(rng, child.given)


def _family(rng: Random, child: Child, as_of: int) -> str:
    if rng.random() < NO_FAMILY:
        return ""
    old = bool(child.later_family) and rng.random() < 0.25
    return _heard(rng, child.family if old else child.family_on(as_of))


def _birth(rng: Random, child: Child, as_of: int) -> str:
    if rng.random() < NO_BIRTH_DATE:
        return ""
    return iso(wrong_day(rng, child.born, as_of) if rng.random() < WRONG_BIRTH_DATE else child.born)


def _postcode(rng: Random, home: Home) -> str:
    if not home.house or rng.random() >= POSTCODE_KNOWN:
        return ""
    return wrong_postcode(rng, home.postcode) if rng.random() < POSTCODE_WRONG else home.postcode


def _nhs_number(rng: Random, child: Child) -> str:
    if not child.nhs_number or rng.random() >= NHS_NUMBER_KNOWN:
        return ""
    return wrong_digit(rng, child.nhs_number) if rng.random() < NHS_NUMBER_WRONG else child.nhs_number


def heard_question(rng: Random, child: Child, home: Home, as_of: int) -> Question:
    """Return a child's details as a practitioner who just met the family might type them."""
    return Question(
        given_names=_given(rng, child),
        family_name=_family(rng, child, as_of),
        date_of_birth=_birth(rng, child, as_of),
        sex=child.sex if rng.random() < 0.97 else "",
        postcode=_postcode(rng, home),
        nhs_number=_nhs_number(rng, child),
        upn=child.upn if rng.random() < UPN_KNOWN else "",
    )


def plain_question(child: Child, home: Home, as_of: int) -> Question:
    """Return a child's details without a mistake, and without its numbers: for the demonstration."""
    return Question(
        given_names=child.given,
        family_name=child.family_on(as_of),
        date_of_birth=iso(child.born),
        sex=child.sex,
        postcode=home.postcode,
        nhs_number="",
        upn="",
    )


def write_question(extract: Extract, child: Child, question: Question) -> None:
    """Write one row of `questions.csv`."""
    row = (f"Q-{cluster(child.index)}", cluster(child.index), "question")
    extract.add(WHOLE_COUNTRY, "questions", (*row, *msgspec.structs.astuple(question), child.community))


def present_home(family: Family) -> Home:
    """Return where a family lives now, so far as any authority could know."""
    return family.stays[-1].tenancies[-1].home
