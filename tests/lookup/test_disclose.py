"""What may be shown of the records found: never a list of children, and never less than is sure."""

from uuid import uuid4

import msgspec
import pytest

from fingerpost.lookup.disclose import one_identity, within
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band

MOST = 5


def _records(*bands: Band, child: int | None = None) -> list[Weighed]:
    """Records of as many children as there are bands, or of one."""
    return [
        Weighed(uuid4(), place if child is None else child, band, 10.0, ())
        for place, band in enumerate(bands)
    ]


def test_nothing_found_is_nothing_shown() -> None:
    assert within([], MOST) == ()


@pytest.mark.parametrize("band", Band)
def test_five_children_are_shown_and_six_are_a_list(band: Band) -> None:
    assert within(five := _records(*[band] * 5), MOST) == five
    assert within(_records(*[band] * 6), MOST) is None


def test_many_records_of_one_child_are_one_child() -> None:
    assert within(many := _records(*[Band.PROBABLE] * 12, child=3), MOST) == many


def test_namesakes_never_hide_a_child_who_is_surely_found() -> None:
    found = _records(Band.CERTAIN, *[Band.POSSIBLE] * 9)
    assert within(found, MOST) == found[:1]


def test_a_few_namesakes_are_shown_beside_the_child() -> None:
    assert within(found := _records(Band.CERTAIN, *[Band.POSSIBLE] * 4), MOST) == found


def test_one_question_shows_one_of_two_identities_that_are_never_joined() -> None:
    strong, weak, third = (
        msgspec.structs.replace(w, match_weight=weight)
        for w, weight in zip(_records(*[Band.CERTAIN] * 3), (20.0, 15.0, 9.0), strict=True)
    )
    never = [(weak.record, strong.record)]
    assert one_identity([strong, weak, third], never) == [strong, third]
    assert one_identity([strong, weak, third], []) == [strong, weak, third]
    alike = msgspec.structs.replace(weak, match_weight=20.0)
    assert one_identity([strong, alike, third], [(strong.record, alike.record)]) == [third]
