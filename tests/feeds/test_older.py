"""Files that were loaded before, after newer ones: held until somebody says that they are right."""

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.feeds import Held
from fingerpost.ledger.events import FeedLoaded
from fingerpost.signposts.person import Person
from fingerpost.words.vocabulary import Role
from tests.feeds.conftest import AUTHORITY, Desk, Extract

BOSS = Person(AUTHORITY, "boss")
LOADED_BEFORE = "these very files were loaded before, on 2026-03-02, and others since"


@pytest.fixture
def older(desk: Desk, extract: Extract) -> Extract:
    """An extract of 30 children as it was a night before the newest, which had one child more."""
    for number in range(30):
        extract.child(f"C{number}", pers_forename=f"Ama{chr(97 + number % 26)}", pers_common_child_id="")
    desk.load(extract)
    extract.child("new", pers_common_child_id="")
    desk.load(extract)
    extract.tables["ssd_person"].pop()
    extract.tables["ssd_cin_episodes"].pop()
    return extract


def _accepted(desk: Desk) -> list[tuple[str, ...]]:
    """Return, of every feed that was loaded, the options that let it in, as the ledger has them."""
    entries = desk.service.ledger.checked(desk.service.records_database)
    return [one.event.accepted for _, one in entries if one and isinstance(one.event, FeedLoaded)]


def test_an_older_nights_files_do_not_take_a_new_child_away(desk: Desk, older: Extract) -> None:
    with pytest.raises(Held, match=LOADED_BEFORE):
        desk.load(older)
    with pytest.raises(Held, match="--accept-older"):
        desk.load(older, accept_removals=True)
    assert desk.count("record") == 31
    planned = desk.service.feeds.plan_ssd(older.folder, AUTHORITY)
    assert planned.held == LOADED_BEFORE


def test_a_change_that_was_really_undone_is_let_in(desk: Desk, older: Extract) -> None:
    assert desk.load(older, accept_older=True).counts.removed == 1
    assert _accepted(desk) == [(), (), ("--accept-older",)]
    assert desk.load(older).counts.unchanged == 30  # now they are the newest: again changes nothing
    older.child("new", pers_common_child_id="")
    with pytest.raises(Held, match=LOADED_BEFORE):
        desk.load(older)
    boss = Practitioner(AUTHORITY, "boss", "Boss", Role.MANAGER, active=True)
    desk.service.accounts.save_practitioner(boss)
    plans = desk.service.feeds.plans
    held = plans.newest(BOSS)
    assert held is not None
    plans.decide(held.digest, BOSS, accepted=True)
    assert desk.load(older).counts.added == 1
    assert _accepted(desk)[-1] == ()  # by the boss, whose word has an entry of its own
    older.tables["ssd_person"].pop()
    older.tables["ssd_cin_episodes"].pop()
    with pytest.raises(Held, match=LOADED_BEFORE):  # let in once is not let in for ever
        desk.load(older)


def test_every_reason_wants_its_own_word(desk: Desk, older: Extract) -> None:
    for number in range(30):
        older.child(f"D{number}", pers_forename=f"Eme{chr(97 + number % 26)}", pers_common_child_id="")
    desk.load(older)
    del older.tables["ssd_person"][30:], older.tables["ssd_cin_episodes"][30:]
    with pytest.raises(Held, match=f"30 of 60 signposts, more than a fifth; {LOADED_BEFORE}"):
        desk.load(older, accept_removals=True)
    with pytest.raises(Held, match="with --accept-removals --accept-older"):
        desk.load(older, accept_older=True)
    assert desk.load(older, accept_removals=True, accept_older=True).counts.removed == 30


def test_files_of_another_authority_are_not_older(desk: Desk, older: Extract) -> None:
    folder = older.write()
    assert desk.service.feeds.load_ssd(folder, "E08000026").added == 30
