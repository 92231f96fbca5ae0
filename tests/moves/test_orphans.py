"""A child closed as handed on, and opened nowhere, surfaces by itself, until somebody opens."""

from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.signposts.person import Person
from fingerpost.synthetic.numbers import nhs_number
from fingerpost.wiring import Service
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import Role
from tests.conftest import Child, Owner
from tests.feeds.conftest import Extract
from tests.moves.conftest import ANN, BEN, HULL, LEEDS, YAN, YORK, Clock, Send, inbox, kinds

NUMBER = "9990000034"
CHILD = Child(reference="L1", nhs_number=NUMBER, postcode="HU1 1UU")
CLOSED = msgspec.structs.replace(CHILD, closed="2026-03-02", why="RC5")  # a Monday
OPENED = Child(reference="H1", nhs_number=NUMBER, postcode="HU1 1UU", started="2026-03-05")
BYSTANDER = Child(reference="L9", given="Some", family="Else", born="2015-02-03", postcode="HU1 1UU")


def _listed(service: Service, by: Person) -> list[str | None]:
    return [orphan.reference for orphan in service.moves.orphans.listed(by)]


def _night(service: Service, clock: Clock, day: str, at: str = "06:00") -> None:
    clock.on(day, at)
    service.moves.nightly()


def test_after_five_working_days_both_directors_are_told_and_it_is_on_both_lists(
    moving: Service, send: Send, clock: Clock
) -> None:
    send(LEEDS, CLOSED)
    for day in ("2026-03-03", "2026-03-08", "2026-03-09"):  # the fifth working day is Monday the 9th
        _night(moving, clock, day)
        assert _listed(moving, ANN) == []
    _night(moving, clock, "2026-03-10")
    first = [item for who in (ANN, BEN) for item in inbox(moving, who) if item.kind.value == "orphaned"]
    assert [item.step.value for item in first] == ["director", "director"]
    for day in ("2026-03-11", "2026-04-30"):
        _night(moving, clock, day)
        assert (kinds(moving, ANN).count("orphaned"), kinds(moving, BEN).count("orphaned")) == (1, 1)
    assert (_listed(moving, ANN), _listed(moving, BEN), _listed(moving, YAN)) == (["L1"], [None], [])
    (at_hull,) = [item for item in inbox(moving, BEN) if item.kind.value == "orphaned"]
    assert [(team.authority, team.status) for team in at_hull.ring] == [(LEEDS, "previous")]
    assert moving.moves.orphans.listed(ANN)[0].working_days == 41


def test_the_day_begins_at_midnight_in_england(moving: Service, send: Send, clock: Clock) -> None:
    """In summer that is an hour before midnight in UTC."""
    clock.on("2026-06-15")
    send(LEEDS, msgspec.structs.replace(CLOSED, closed="2026-06-15"))
    _night(moving, clock, "2026-06-22", "22:59")
    assert _listed(moving, ANN) == []
    _night(moving, clock, "2026-06-22", "23:01")
    assert _listed(moving, ANN) == ["L1"]


def test_a_clock_that_is_put_back_tells_nothing_twice_and_loses_nothing(
    moving: Service, send: Send, clock: Clock
) -> None:
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-03-10", "00:10")
    clock.pass_by(hours=-3)
    moving.moves.nightly()
    assert kinds(moving, ANN) == ["orphaned recalled"]  # the 9th again: it was told a day too early
    _night(moving, clock, "2026-03-10", "00:30")
    assert sorted(kinds(moving, ANN)) == ["orphaned", "orphaned recalled"]
    assert _listed(moving, ANN) == ["L1"]


def test_whoever_opens_takes_it_off_the_list(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-03-10")
    send(HULL, OPENED)
    assert (_listed(moving, ANN), _listed(moving, BEN)) == ([], [])
    assert sorted(kinds(moving, ANN)) == ["orphaned recalled", "shared"]
    assert sorted(kinds(moving, BEN)) == ["orphaned recalled", "out_of_area recalled", "shared"]


def test_one_opened_in_time_was_never_lost(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, CLOSED)
    clock.on("2026-03-06")
    send(HULL, OPENED)
    _night(moving, clock, "2026-04-01")
    assert (_listed(moving, ANN), kinds(moving, ANN)) == ([], ["shared"])


TAKEN_UP = {  # when work elsewhere began and ended, and whether the child is lost
    "Amara": ("2025-12-10", "2026-03-03", False),  # the next had begun while the last went on
    "Boris": ("2026-03-02", "2026-03-02", False),  # the next took it up for a day
    "Clement": ("2025-12-10", "2026-03-02", True),  # one who had begun lately ended as well: nobody has it
    "Dorothea": ("2025-01-10", "2026-03-04", False),  # one who knew the child long before went on after
    "Ezekiel": ("2025-01-10", "2025-06-01", True),  # one who knew the child long before has not taken it up
}


def test_who_took_up_in_time(moving: Service, send: Send, clock: Clock) -> None:
    def child(stated: Child, number: int, given: str, **work: str) -> Child:
        return msgspec.structs.replace(
            stated, reference=given, given=given, born=f"201{number}-0{number + 1}-15",
            nhs_number=nhs_number(number), **work,
        )  # fmt: skip

    clock.on("2026-03-06")
    there = [
        child(OPENED, number, given, started=began, closed=ended)
        for number, (given, (began, ended, _)) in enumerate(TAKEN_UP.items())
    ]
    send(HULL, *there)
    send(LEEDS, *(child(CLOSED, number, given) for number, given in enumerate(TAKEN_UP)))
    _night(moving, clock, "2026-03-10")
    assert set(_listed(moving, ANN)) == {given for given, (*_, lost) in TAKEN_UP.items() if lost}


def test_staying_in_touch_with_a_care_leaver_takes_up_nobody_whom_one_had_handed_on(
    moving: Service, send: Send, clock: Clock, tmp_path: Path
) -> None:
    other = msgspec.structs.replace(
        CLOSED, reference="L2", given="Amara", born="2015-05-15", nhs_number=nhs_number(2)
    )
    extract = Extract(tmp_path / "care")
    for child, why in ((CLOSED, "E3"), (other, "E13")):
        extract.add(
            "ssd_person", pers_person_id=child.reference, pers_forename=child.given,
            pers_surname=child.family, pers_dob=child.born, pers_sex=child.sex,
            pers_common_child_id=child.nhs_number,
        )  # fmt: skip
        extract.add(
            "ssd_cla_episodes", clae_cla_episode_id=f"E{child.reference}", clae_person_id=child.reference,
            clae_entered_care_date="2025-01-01", clae_cla_episode_start_date="2025-01-01",
            clae_cla_episode_ceased_date="2026-02-02", clae_cla_episode_ceased_reason=why,
        )  # fmt: skip
        extract.add(
            "ssd_care_leavers", clea_table_id=f"CL{child.reference}", clea_person_id=child.reference,
            clea_care_leaver_in_touch="YES",
        )  # fmt: skip
    clock.on("2026-03-06")
    moving.feeds.load_ssd(extract.write(), HULL)
    send(LEEDS, CLOSED, other)
    _night(moving, clock, "2026-03-10")
    assert _listed(moving, ANN) == ["L1"]


def test_reopened_where_it_was_closed_it_is_found(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-03-10")
    send(LEEDS, CHILD)
    assert (_listed(moving, ANN), kinds(moving, ANN)) == ([], ["orphaned recalled"])


def test_reopened_and_closed_otherwise_it_is_nobodys_to_open(
    moving: Service, clock: Clock, tmp_path: Path
) -> None:
    extract = Extract(tmp_path / "again")
    extract.add("ssd_person", pers_person_id="L1")
    for number, (opened, closed, why) in enumerate(
        [("2025-11-03", "2026-02-02", "RC5"), ("2026-02-04", "2026-03-02", "RC8")]
    ):
        extract.add(
            "ssd_cin_episodes", cine_person_id="L1", cine_referral_id=f"E{number}",
            cine_referral_date=opened, cine_close_date=closed, cine_close_reason=why,
        )  # fmt: skip
    moving.feeds.load_ssd(extract.write(), LEEDS)
    _night(moving, clock, "2026-03-20")
    assert _listed(moving, ANN) == []


def test_feeds_out_of_order_end_where_the_last_word_is(moving: Service, send: Send, clock: Clock) -> None:
    """The new area's feed before the old one's, and an old export after a new one."""
    clock.on("2026-03-06")
    send(HULL, OPENED)
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-03-12")
    assert (_listed(moving, ANN), kinds(moving, ANN)) == ([], ["shared"])
    send(LEEDS, CHILD)  # yesterday's file again
    send(LEEDS, CLOSED)
    send(HULL, BYSTANDER)  # a file of before: Hull does not know the child
    assert _listed(moving, ANN) == ["L1"]
    send(HULL, OPENED, BYSTANDER)
    assert _listed(moving, ANN) == []
    assert [k for k in kinds(moving, ANN) if "recalled" not in k] == ["shared"]


def test_only_a_closing_as_handed_on_counts(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, msgspec.structs.replace(CLOSED, why="RC8"))
    _night(moving, clock, "2026-03-20")
    assert _listed(moving, ANN) == []


def test_care_taken_over_by_another_counts_too(moving: Service, clock: Clock, tmp_path: Path) -> None:
    extract = Extract(tmp_path / "care")
    extract.add("ssd_person", pers_person_id="C1")
    extract.add(
        "ssd_cla_episodes", clae_cla_episode_id="E1", clae_person_id="C1",
        clae_entered_care_date="2025-01-01", clae_cla_episode_start_date="2025-01-01",
        clae_cla_episode_ceased_date="2026-02-23", clae_cla_episode_ceased_reason="E3",
    )  # fmt: skip
    moving.feeds.load_ssd(extract.write(), LEEDS)
    _night(moving, clock, "2026-03-03")
    assert _listed(moving, ANN) == ["C1"]


OLIVER = {"given": "Oliver", "family": "Smith", "nhs_number": "", "postcode": "LS1 4DY"}


def _in_doubt(send: Send, owner: Owner, **at_hull: str) -> UUID:
    send(LEEDS, msgspec.structs.replace(CLOSED, **OLIVER))
    send(HULL, msgspec.structs.replace(OPENED, **{**OLIVER, "postcode": "HU1 1UU", **at_hull}))
    ((link, state),) = owner.execute("SELECT id, state FROM link").fetchall()
    assert state == "proposed"
    return UUID(str(link))


def test_in_doubt_people_have_ten_working_days_and_then_it_is_listed_until_they_say(
    moving: Service, send: Send, clock: Clock, owner: Owner
) -> None:
    """The child may have been taken up: people are asked first; but no child waits for them unlisted."""
    clock.on("2026-03-06")
    link = _in_doubt(send, owner, family="Featherstonehaugh")
    _night(moving, clock, "2026-03-16")
    assert _listed(moving, ANN) == []
    _night(moving, clock, "2026-03-17")
    assert [orphan.asked for orphan in moving.moves.orphans.listed(ANN)] == [True]
    assert set(kinds(moving, ANN)) == {"links_overdue", "orphan_asked"}  # one for the pair, one for the child
    for who in (ANN, BEN):
        moving.review.decide(link, who, same=True)
    moving.moves.beat()
    assert _listed(moving, ANN) == []


def test_decided_otherwise_the_directors_are_told_that_nobody_has_it(
    moving: Service, send: Send, clock: Clock, owner: Owner
) -> None:
    clock.on("2026-03-06")
    link = _in_doubt(send, owner, family="Featherstonehaugh")
    _night(moving, clock, "2026-03-17")
    for who in (ANN, BEN):
        moving.review.decide(link, who, same=False)
    for day in ("2026-03-18", "2026-03-19"):
        _night(moving, clock, day)
        assert [kind for kind in kinds(moving, ANN) if "orphan" in kind] == ["orphan_asked", "orphaned"]
    assert [orphan.asked for orphan in moving.moves.orphans.listed(ANN)] == [False]


def test_who_is_not_the_child_leaves_it_on_the_list(
    moving: Service, send: Send, clock: Clock, owner: Owner
) -> None:
    clock.on("2026-03-06")
    link = _in_doubt(send, owner, started="2025-02-25")
    for who in (ANN, BEN):
        moving.review.decide(link, who, same=False)
    _night(moving, clock, "2026-03-10")
    assert [orphan.asked for orphan in moving.moves.orphans.listed(ANN)] == [False]


def test_one_whom_nobody_looked_at_for_months_is_found_when_somebody_does(
    moving: Service, send: Send, clock: Clock
) -> None:
    """The process that follows was away from before the day until long after it."""
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-07-01")
    assert _listed(moving, ANN) == ["L1"]


def test_who_took_a_child_up_and_left_long_after_leaves_no_orphan(
    moving: Service, send: Send, clock: Clock
) -> None:
    """The new area's record goes by its own rule; and what was listed before a year had passed stays."""
    other = msgspec.structs.replace(CLOSED, reference="L2", given="Osbert", born="2012-05-06", nhs_number="")
    clock.on("2026-03-06")
    send(HULL, OPENED, BYSTANDER)
    send(LEEDS, CLOSED, other)
    _night(moving, clock, "2026-03-20")
    clock.on("2027-03-20")
    send(HULL, BYSTANDER)
    moving.moves.nightly(since=clock().date().replace(year=2020))
    assert _listed(moving, ANN) == ["L2"]


def test_only_managers_see_the_list_and_of_their_own_authority(
    moving: Service, send: Send, clock: Clock
) -> None:
    send(LEEDS, CLOSED)
    _night(moving, clock, "2026-03-10")
    moving.accounts.save_practitioner(Practitioner(YORK, "desk", "Desk", Role.DESK_OFFICER, active=True))
    with pytest.raises(Refused):
        moving.moves.orphans.listed(Person(YORK, "desk"))
    with pytest.raises(Refused):
        moving.moves.orphans.listed(Person(LEEDS, "nobody"))


def test_a_record_that_goes_leaves_the_list(moving: Service, send: Send, clock: Clock) -> None:
    send(LEEDS, CLOSED, BYSTANDER)
    _night(moving, clock, "2026-03-10")
    send(LEEDS, BYSTANDER)
    assert (_listed(moving, ANN), _listed(moving, BEN)) == ([], [])
