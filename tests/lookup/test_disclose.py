"""What may be shown of the records found: never a list of children, and never less than is sure."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import msgspec
import pytest

from fingerpost.lookup.coverage import coverage
from fingerpost.lookup.disclose import (
    Leveled,
    askable,
    matches,
    one_life,
    permitted,
    within,
    without,
    without_decoys,
)
from fingerpost.lookup.store import ReportRow, SignpostRow
from fingerpost.lookup.trail import Reached
from fingerpost.vault.vault import Weighed
from fingerpost.words.vocabulary import Band, Level, Service

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
    surest = msgspec.structs.replace(third, match_weight=30.0)
    assert one_life([surest, weak], lives) == [surest, weak]  # whose life is not kept apart counts for none
    three = {w.record: uuid4() for w in (strong, weak, third)}
    assert one_life([weak, third, strong], three) == [strong]
    twice = msgspec.structs.replace(third, match_weight=1.0)  # another record of the life of the surest
    assert one_life([twice, strong, weak], {**lives, twice.record: lives[strong.record]}) == [twice, strong]
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


def test_the_most_recent_is_whatever_was_shown_last() -> None:
    """Of one child's records the one with the latest signpost, and of past ones the one that ended last."""
    one, other = (Weighed(uuid4(), 1, Band.CERTAIN, 9.0, ()) for _ in range(2))
    rows = [_row(one, "long ago", 2010), _row(one, "newest", 2024), _row(other, "between", 2020)]
    shown = matches([one, other], rows, MOMENT, "desk")
    assert [s.team for m in shown for s in m.signposts] == ["newest", "long ago", "between"]
    past = [_row(one, "long", 2015, 2022), _row(one, "short", 2018, 2019)]
    assert [s.team for m in matches([one], past, MOMENT, "desk") for s in m.signposts] == ["long", "short"]


def test_asked_again_an_answer_reads_the_same() -> None:
    """Records as sure, of the same day, come from the database in any order."""
    equal = [Weighed(uuid4(), child, Band.CERTAIN, 30.0, ()) for child in (1, 1, 2, 2)]
    rows = [_row(w, "a team", 2020) for w in equal]
    ways = {
        tuple((match.child, match.signposts[0].id) for match in matches(way, rows, MOMENT, "desk"))
        for way in permutations(equal)
    }
    assert len(ways) == 1


def test_a_child_is_left_out_under_every_record() -> None:
    one, same, other = (Weighed(uuid4(), child, Band.CERTAIN, 30.0, ()) for child in (1, 1, 2))
    assert without([one, same, other], {one.record}) == [other]
    assert without([one, same, other], {uuid4()}) == [one, same, other]


@pytest.mark.parametrize(
    ("band", "hidden"), [(Band.CERTAIN, True), (Band.PROBABLE, True), (Band.POSSIBLE, False)]
)
def test_a_planted_child_leads_nobody_astray(band: Band, hidden: bool) -> None:
    """Beside one who exists and is surely found, it is not there; alone, it is."""
    decoy = Weighed(uuid4(), 1, Band.CERTAIN, 30.0, (), planted=True)
    real = Weighed(uuid4(), 2, band, 20.0, ())
    assert without_decoys([decoy, real]) == ([real] if hidden else [decoy, real])
    assert without_decoys([decoy]) == [decoy]


def test_whoever_rings_about_a_planted_child_disturbs_nobodys_team() -> None:
    decoy, real = (Weighed(uuid4(), n, Band.CERTAIN, 30.0, (), planted=n == 0) for n in range(2))
    phones = {"office_phone": "0113", "duty_phone": "0114", "inbox": "a@b.example"}
    rows = [
        Leveled(Level.FULL, msgspec.structs.replace(_row(w, "team", 2020).row, **phones))
        for w in (decoy, real)
    ]
    shown = matches([decoy, real], rows, MOMENT, "desk", "decoys")
    by_child = {match.signposts[0].id: match.signposts[0].contact for match in shown}
    planted, theirs = (by_child[row.row.id] for row in rows)
    assert {planted.phone_now, planted.office_phone, planted.duty_phone, planted.inbox} == {"decoys", ""}
    assert (theirs.office_phone, theirs.duty_phone, theirs.inbox) == ("0113", "0114", "a@b.example")


def test_a_service_without_a_level_is_not_there() -> None:
    rows = [
        msgspec.structs.replace(_row(_records(Band.CERTAIN)[0], "team", 2020).row, service=service.value)
        for service in (Service.CHILD_IN_NEED, Service.SENSITIVE, Service.EARLY_HELP)
    ]
    levels = {Service.CHILD_IN_NEED: Level.FULL, Service.SENSITIVE: Level.NONE}
    assert permitted(rows, levels) == (Leveled(Level.FULL, rows[0]),)


@pytest.mark.parametrize(("level", "may"), [(Level.CONTACT, True), (Level.FULL, False), (Level.NONE, False)])
def test_a_sensitive_service_is_only_ever_a_team_that_can_be_asked(level: Level, may: bool) -> None:
    assert askable({Service.SENSITIVE: level}) is may
    assert not askable({})


def test_a_sensitive_service_is_the_desk_and_the_same_for_all() -> None:
    one, other = _records(Band.CERTAIN, Band.CERTAIN)
    rows = [
        Leveled(Level.CONTACT, msgspec.structs.replace(_row(w, team, year, ended).row, service="sensitive"))
        for w, team, year, ended in ((one, "clinic", 2020, None), (other, "refuge", 2021, 2022))
    ]
    shown = [s for match in matches([one, other], rows, MOMENT, "0800 desk") for s in match.signposts]
    assert all(s.brokered and s.contact.phone_now == "0800 desk" for s in shown)
    assert all(s.contact.proven_lately for s in shown)  # no warning: somebody answers there day and night
    assert len({msgspec.structs.replace(s, id=shown[0].id) for s in shown}) == 1
    assert {s.id for s in shown} == {row.row.id for row in rows}


def test_contact_tells_whom_to_ring_and_nothing_of_why_or_when() -> None:
    (w,) = _records(Band.CERTAIN)
    for level in (Level.CONTACT, Level.FULL):
        (match,) = matches([w], [_row(w, "team", 2020, 2021, level)], MOMENT, "desk")
        (shown,) = match.signposts
        told = (shown.role, shown.service, shown.started, shown.ended, shown.last_confirmed)
        assert (any(told), all(told)) == ((level is Level.FULL),) * 2
        assert (shown.role_words == "not named") is (level is Level.CONTACT)
        assert (shown.service_words == "not named") is (level is Level.CONTACT)
        assert (shown.status, shown.level, shown.team, shown.disputed) == ("previous", level, "team", False)


def test_contact_does_not_tell_how_many_services_a_team_has_for_a_child() -> None:
    (w,) = _records(Band.CERTAIN)

    def shown(*rows: Leveled) -> list[tuple[str, str]]:
        return [(s.level.value, s.status) for m in matches([w], rows, MOMENT, "desk") for s in m.signposts]

    contact, now, before = (
        _row(w, "team", 2020, level=Level.CONTACT), _row(w, "team", 2020), _row(w, "team", 2019, 2020),
    )  # fmt: skip
    assert shown(contact, _row(w, "team", 2021, level=Level.CONTACT)) == [("contact", "current")]
    assert shown(contact, now) == shown(now, contact) == [("full", "current")]
    assert shown(now, _row(w, "team", 2021)) == [("full", "current")] * 2
    assert shown(contact, before) == [("contact", "current"), ("full", "previous")]
    assert len(shown(contact, _row(w, "other team", 2020, level=Level.CONTACT))) == 2


def test_words_allude_to_no_record_but_those_shown_beside() -> None:
    """That another fits better, or that a link leads here from it, is said beside that other alone."""
    near, best, far = (
        Weighed(uuid4(), n, Band.CERTAIN, weight, ("own",), beside=("another fits better",))
        for n, weight in enumerate((20.0, 30.0, 10.0))
    )
    alike = msgspec.structs.replace(near, record=uuid4(), child=5)
    reached = Reached(uuid4(), 1, Band.CERTAIN, 5.0, (), linked=("linked",), through=frozenset({best.record}))
    rows = [_row(w, "team", 2020) for w in (near, best, far, alike, reached)]

    def words(*weighed: Weighed) -> list[str]:
        return ["".join(map(str, m.words)) for m in matches(weighed, rows, MOMENT, "desk")]

    assert words(near) == ["own"]
    assert words(best, near) == ["own", "own; another fits better"]
    assert words(near, far) == ["own", "own; another fits better"]
    assert words(near, alike) == ["own; another fits better"] * 2
    assert words(best, reached) == ["own", "linked"]
    assert words(reached) == ["held to be of the same child by other details than those given"]


HOUR = timedelta(hours=1)


def test_coverage_says_who_reports_and_who_is_silent() -> None:
    reports = [
        ReportRow("E1", "Leeds", MOMENT - 24 * HOUR),
        ReportRow("E2", "York", MOMENT - 24 * HOUR - timedelta(seconds=1)),
        ReportRow("E3", "Hull", None),
        ReportRow("E4", "Kent", None),
    ]
    found = coverage(reports, MOMENT, 24 * HOUR)
    assert (found.authorities, found.reporting) == (4, 1)
    assert [(s.authority, s.since) for s in found.silent] == [
        ("E2", reports[1].reported_at), ("E3", None), ("E4", None),
    ]  # fmt: skip
    assert found.statement == (
        "Not found is not the same as safe. 1 of 4 local authorities reported in the last 24 hours; 1 have"
        " gone silent and 2 have never reported. Of 100 children known to a reporting authority, about 5 are"
        " missed."
    )
