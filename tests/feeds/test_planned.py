"""What a feed would change is kept for its authority's people, who decide on one that is held."""

import pytest

from fingerpost.access.caller import Practitioner
from fingerpost.feeds import Held
from fingerpost.feeds.planned import Planned
from fingerpost.signposts.person import Person
from fingerpost.words.errors import NotFound, Refused
from fingerpost.words.vocabulary import Role
from tests.feeds.conftest import AUTHORITY, Desk, Extract

BOSS, WORKER = Person(AUTHORITY, "boss"), Person(AUTHORITY, "sw")


def _newest(desk: Desk) -> Planned:
    newest = desk.service.feeds.plans.newest(BOSS)
    assert newest is not None
    return newest


def test_a_dry_run_is_kept_until_a_feed_is_loaded(desk: Desk, extract: Extract) -> None:
    extract.child("C1", pers_sex="blue")
    desk.service.feeds.plan_ssd(extract.write(), AUTHORITY)
    newest = _newest(desk)
    assert (newest.plan.report.added, newest.plan.faults, newest.accepted) == (1, 1, None)
    boss = Practitioner(AUTHORITY, "boss", "Boss", Role.MANAGER, active=True)
    desk.service.accounts.save_practitioner(boss)
    with pytest.raises(NotFound):  # it is not held: there is nothing to decide
        desk.service.feeds.plans.decide(newest.digest, BOSS, accepted=True)
    desk.load(extract)
    assert desk.service.feeds.plans.newest(BOSS) is None


def test_what_its_authority_says_of_a_held_feed_holds_for_these_files(desk: Desk, extract: Extract) -> None:
    for who, role in ((BOSS, Role.MANAGER), (WORKER, Role.SOCIAL_WORKER)):
        person = Practitioner(who.authority, who.reference, "A Person", role, active=True)
        desk.service.accounts.save_practitioner(person)
    for number in range(30):
        extract.child(f"C{number}", pers_forename=f"Ama{chr(97 + number % 26)}", pers_common_child_id="")
    desk.load(extract)
    del extract.tables["ssd_person"][6:], extract.tables["ssd_cin_episodes"][6:]
    with pytest.raises(Held):
        desk.load(extract)
    held, plans = _newest(desk), desk.service.feeds.plans
    assert held.plan.report.held is not None
    with pytest.raises(Refused):
        plans.decide(held.digest, WORKER, accepted=True)
    plans.decide(held.digest, BOSS, accepted=False)
    with pytest.raises(Held):  # a mistake, whoever sends it
        desk.load(extract, accept_removals=True)
    assert (_newest(desk).accepted, _newest(desk).decided_by) == (False, "boss")
    plans.decide(held.digest, BOSS, accepted=True)
    more = extract.child("C30", pers_forename="Other", pers_common_child_id="")
    with pytest.raises(Held):  # other files: nobody has said anything of them
        desk.load(extract)
    assert _newest(desk).accepted is None
    extract.tables["ssd_person"].remove(more)
    extract.tables["ssd_cin_episodes"].pop()
    assert desk.load(extract).counts.removed == 24  # what was said of these stands
    assert plans.newest(BOSS) is None


def _thirty_loaded(desk: Desk, extract: Extract) -> None:
    """Load thirty children of an authority that has a manager to ask."""
    boss = Practitioner(AUTHORITY, "boss", "Boss", Role.MANAGER, active=True)
    desk.service.accounts.save_practitioner(boss)
    for number in range(30):
        extract.child(f"C{number}", pers_forename=f"Ama{chr(97 + number % 26)}", pers_common_child_id="")
    desk.load(extract)


def test_a_mistake_stays_one_when_another_feed_is_planned_held_or_loaded(
    desk: Desk, extract: Extract
) -> None:
    _thirty_loaded(desk, extract)
    whole = {table: list(rows) for table, rows in extract.tables.items()}
    del extract.tables["ssd_person"][6:], extract.tables["ssd_cin_episodes"][6:]
    with pytest.raises(Held):
        desk.load(extract)
    plans, mistake = desk.service.feeds.plans, _newest(desk).digest
    plans.decide(mistake, BOSS, accepted=False)
    half, extract.tables = extract.tables, whole
    extract.child("C30", pers_forename="Other", pers_common_child_id="")
    desk.service.feeds.plan_ssd(extract.write(), AUTHORITY)
    desk.load(extract)
    extract.tables = half
    with pytest.raises(Held, match="called these very files a mistake"):
        desk.load(extract, accept_removals=True)
    newest = _newest(desk)
    assert (newest.digest, newest.accepted, newest.decided_by) == (mistake, False, "boss")
    plans.decide(mistake, BOSS, accepted=True)
    assert desk.load(extract).counts.removed == 25


def test_a_mistake_is_one_also_where_nothing_else_would_hold_it(desk: Desk, extract: Extract) -> None:
    _thirty_loaded(desk, extract)
    whole = {table: list(rows) for table, rows in extract.tables.items()}
    del extract.tables["ssd_person"][8:], extract.tables["ssd_cin_episodes"][8:]
    with pytest.raises(Held):
        desk.load(extract)
    desk.service.feeds.plans.decide(_newest(desk).digest, BOSS, accepted=False)
    half, extract.tables = extract.tables, {table: rows[:20] for table, rows in whole.items()}
    desk.load(extract)
    extract.tables = half
    with pytest.raises(Held, match="called these very files a mistake"):
        desk.load(extract)  # 12 of 20 would go now, which nobody need be asked about
