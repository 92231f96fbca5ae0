"""What may be shown of the records found: never a list of children, and never less than is sure."""

from datetime import UTC, date, datetime
from itertools import permutations
from uuid import uuid4

import msgspec
import pytest

from fingerpost.lookup.disclose import Leveled, matches, one_life, within
from fingerpost.lookup.store import SignpostRow
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band, Level

MOST = 5
MOMENT = datetime(2026, 11, 27, tzinfo=UTC)


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


def test_one_question_shows_one_of_two_lives_that_are_never_joined() -> None:
    strong, weak, third = (
        msgspec.structs.replace(w, match_weight=weight)
        for w, weight in zip(_records(*[Band.CERTAIN] * 3), (20.0, 15.0, 9.0), strict=True)
    )
    lives = {strong.record: uuid4(), weak.record: uuid4()}
    assert one_life([strong, weak, third], lives) == [strong, third]
    assert one_life([strong, weak, third], {}) == [strong, weak, third]
    assert one_life([weak, third], lives) == [weak, third]
    assert one_life([strong, weak], dict.fromkeys(lives, uuid4())) == [strong, weak]
    alike = msgspec.structs.replace(weak, match_weight=20.0)
    assert one_life([strong, alike, third], lives) == [third]


def _row(
    record: Weighed, team: str, started: int, ended: int | None = None, level: Level = Level.FULL
) -> Leveled:
    """A signpost by a team, from a year until a year."""
    row = SignpostRow(
        record_id=record.record, id=uuid4(), authority=team, authority_name=team, team=team,
        role="allocated_social_worker", service="child_in_need", started=date(started, 1, 1),
        ended=date(ended, 1, 1) if ended else None, confirmed=date(2026, 1, 1), disputed_on=None,
        office_phone="", office_hours="", duty_phone="", inbox="", proven_on=None,
    )  # fmt: skip
    return Leveled(level, row)


def test_whoever_works_with_the_child_now_stands_before_whoever_did() -> None:
    """Then the surer, then the most recent; but the surest child first, and no order by what is not shown."""
    sure, doubtful, older, newer, other = (
        Weighed(uuid4(), child, band, weight, ())
        for child, band, weight in (
            (7, Band.CERTAIN, 30.0), (7, Band.PROBABLE, 9.0), (7, Band.PROBABLE, 8.0),
            (7, Band.PROBABLE, 7.0), (4, Band.POSSIBLE, 3.0),
        )
    )  # fmt: skip
    rows = [
        _row(sure, "before, surely", 2020, 2021), _row(doubtful, "before", 2019, 2020),
        _row(older, "before too", 2018, 2019), _row(older, "now", 2020), _row(older, "now and newer", 2021),
        _row(newer, "now, contact", 2024, level=Level.CONTACT), _row(other, "another child", 2025),
    ]  # fmt: skip
    shown = matches([other, doubtful, newer, older, sure], rows, MOMENT, "desk")
    assert [(match.child, signpost.team) for match in shown for signpost in match.signposts] == [
        (1, "now and newer"), (1, "now"), (1, "before too"), (1, "now, contact"), (1, "before, surely"),
        (1, "before"), (2, "another child"),
    ]  # fmt: skip


def test_whoever_rings_about_a_planted_child_disturbs_no_team_that_left_either() -> None:
    planted = msgspec.structs.replace(_records(Band.CERTAIN)[0], planted=True)
    leveled = _row(planted, "a team", 2020)
    row = msgspec.structs.replace(
        leveled.row, left_on=date(2026, 11, 3), ring="another", office_phone="1", duty_phone="2",
        left_office_phone="3", left_duty_phone="4",
    )  # fmt: skip
    (match,) = matches([planted], [Leveled(Level.FULL, row)], MOMENT, "desk", "decoys")
    contact = match.signposts[0].contact
    assert contact.left
    assert {contact.office_phone, contact.duty_phone, contact.left.office_phone, contact.left.duty_phone} == {
        "decoys"
    }


def test_asked_again_an_answer_reads_the_same() -> None:
    """Records as sure, of the same day, come from the database in any order."""
    equal = [Weighed(uuid4(), child, Band.CERTAIN, 30.0, ()) for child in (1, 1, 2, 2)]
    rows = [_row(w, "a team", 2020) for w in equal]
    ways = {
        tuple((match.child, match.signposts[0].id) for match in matches(way, rows, MOMENT, "desk"))
        for way in permutations(equal)
    }
    assert len(ways) == 1
