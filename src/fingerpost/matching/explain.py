"""An assessment in words: one sentence fit to be read out, and a table for the records officer.

Both come from the comparison that scored, and neither holds a value of either record.
"""

from msgspec import Struct

from fingerpost.matching.weigh import Assessment

FIELDS = {
    "nhs_number": "NHS number",
    "upn": "unique pupil number",
    "given": "given name",
    "family": "family name",
    "order": "order of names",
    "birth": "date of birth",
    "sex": "sex",
    "place": "postcode",
    "mother": "mother's name",
    "rival": "other records",
}

WORDS = {
    "nhs_number.same": "same NHS number",
    "nhs_number.digit": "NHS numbers differ by one digit",
    "nhs_number.two_digits": "NHS numbers differ by two digits",
    "nhs_number.different": "different NHS number",
    "upn.same": "same unique pupil number",
    "upn.digit": "unique pupil numbers differ by one character",
    "upn.two_digits": "unique pupil numbers differ by two characters",
    "upn.different": "different unique pupil number",
    "given.exact": "same given name",
    "given.spelling": "given name spelt another way",
    "given.form": "given name is a short or other form of the same name",
    "given.middle": "one given name is the other's second name",
    "given.typo": "given name the same but for a slip of spelling",
    "given.initial": "same initial of the given name",
    "given.blurred": "given names much alike, at least one of them no usual name",
    "given.near": "given names alike, but perhaps of two children",
    "given.other_tongue": "given names of two languages, as many who bear this family name have",
    "given.order": "both unnamed, same order of birth",
    "given.different": "different given name",
    "family.exact": "same family name",
    "family.part": "one part of the family name is the same",
    "family.spelling": "family name sounds alike",
    "family.typo": "family name the same but for a slip of spelling",
    "family.initial": "same initial of the family name",
    "family.near": "family names somewhat alike",
    "family.different": "different family name",
    "order.swapped": "given and family names the other way round",
    "birth.exact": "same date of birth",
    "birth.swapped": "day and month of birth swapped",
    "birth.digit": "dates of birth differ by one digit",
    "birth.guess": "both dates of birth are the same stand-in",
    "birth.guesses_close": "both dates of birth are stand-ins, a year or two apart",
    "birth.guess_apart": "one date of birth is a stand-in, a year or two from the other",
    "birth.default": "one date of birth is a stand-in in the same year",
    "birth.two_parts": "two of day, month and year of birth agree",
    "birth.two_digits": "dates of birth differ by two digits",
    "birth.year": "dates of birth within a year",
    "birth.inside": "date of birth within the time estimated",
    "birth.expected": "born, or expected, in the time of one pregnancy",
    "birth.close": "date of birth close to the time estimated or expected",
    "birth.outside": "date of birth outside the time estimated or expected",
    "birth.different": "different date of birth",
    "sex.same": "same sex",
    "sex.different": "different sex recorded",
    "place.exact": "a postcode in common",
    "place.typo": "postcodes differ by one character",
    "place.sector": "postcodes in the same neighbourhood",
    "place.district": "postcodes in the same district",
    "place.area": "postcodes in the same area",
    "place.different": "no postcode in common",
    "place.code": "a postal code in common",
    "place.code_near": "postal codes differ by one character",
    "place.code_different": "no postal code in common",
    "mother.same": "same mother's name",
    "mother.alike": "mothers' names alike",
    "mother.different": "different mother's name",
    "rival.better": "another record of the same authority fits better",
    "rival.another_child": "a record that is another child's fits as well or better",
}

_RIVAL = "rival."


class Comparison(Struct, frozen=True):
    """One field of a pair: the comparison level, its match weight in bits, and the level in words."""

    field: str
    level: str
    match_weight: float
    words: str


def comparisons(assessment: Assessment) -> tuple[Comparison, ...]:
    """Return the table for the records officer: a row for each field both records hold."""
    return tuple(
        Comparison(
            field=FIELDS[level.partition(".")[0]],
            level=level,
            match_weight=round(bits, 2),
            words=WORDS[level],
        )
        for level, bits in assessment.found
    )


def explain(assessment: Assessment) -> str:
    """Return the sentence: what agrees and what does not, in the order a reader asks for it.

    Of the two records alone: `explain_beside` has the rest, which speaks of a third.
    """
    said = [WORDS[level] for level, _ in assessment.found if not level.startswith(_RIVAL)]
    return "; ".join(said) or "nothing in common to compare"


def explain_beside(assessment: Assessment) -> str:
    """Return what lowered a record beside others; nothing where nothing did."""
    return "; ".join(WORDS[level] for level, _ in assessment.found if level.startswith(_RIVAL))
