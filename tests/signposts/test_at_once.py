"""R13, small: a child whom 64 threads register at once stands once (assurance/at_once).

Whoever takes children away at once waits in one order. Two that return at once are still known to be two.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from assurance.at_once.registered import House

from fingerpost.signposts.trails import BreakReason
from fingerpost.wiring import Service
from tests.cli.serving import until
from tests.conftest import Child, Owner, Publish, write_extract
from tests.signposts.linked import ANN, HULL, LEEDS, NEW, OLD, between, links, register_officers

CHILDREN = [Child(reference=f"P{n}", born=f"2016-03-{n:02d}", nhs_number="") for n in range(1, 25)]


def test_the_same_child_registered_by_64_at_once_stands_once(service: Service, tmp_path: Path) -> None:
    with House(service, tmp_path, 64) as house:
        house.register(1)
        house.register(2)
    assert house.said["registered"]
    assert house.not_once() == {}


def test_links_go_in_one_order_whoever_takes_a_record_away(
    service: Service, publish: Publish, owner: Owner, owner_conninfo: str, tmp_path: Path
) -> None:
    """While a feed waits for the first of its children's links, another may still have all the others.

    Each of two authorities that drop the same children would otherwise hold a link and wait for the other's.
    """
    for authority in (LEEDS, HULL):
        publish(authority, *CHILDREN)
    first, *others = (row[0] for row in owner.execute("SELECT id FROM link ORDER BY id").fetchall())
    assert len(others) >= len(CHILDREN) - 1
    nobody = write_extract(tmp_path / "nobody", Child(reference="Q", born="2011-11-11"))

    def waits() -> bool:
        return bool(owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall())

    with ThreadPoolExecutor(1) as pool, psycopg.connect(owner_conninfo) as hull:
        hull.execute("SELECT FROM link WHERE id = %s FOR UPDATE", (first,))
        loading = pool.submit(service.feeds.load_ssd, nobody, LEEDS, accept_removals=True)
        assert until(waits)
        hull.execute("SELECT FROM link WHERE id = ANY (%s) FOR UPDATE NOWAIT", (others,))
        hull.rollback()
        loading.result()
    assert owner.execute("SELECT count(*) FROM link").fetchone() == (0,)


def test_two_that_return_side_by_side_stay_apart(
    service: Service, publish: Publish, owner: Owner, owner_conninfo: str, tmp_path: Path
) -> None:
    """Neither feed could see the other's record, and both wait, as written, for the turn of the shields."""
    _broken(service, publish, owner)
    publish(LEEDS, Child(reference="Q", given="Quintus", family="Abernathy", born="2011-11-11"))
    publish(HULL, Child(reference="Q", given="Barnaby", family="Okonkwo", born="2014-12-12"))
    assert links(owner) == []
    back = {LEEDS: write_extract(tmp_path / "l", OLD), HULL: write_extract(tmp_path / "h", NEW)}

    def wait() -> bool:
        return len(owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall()) == len(back)

    with ThreadPoolExecutor(2) as pool, psycopg.connect(owner_conninfo) as first:
        first.execute("SELECT pg_advisory_xact_lock(7310449, 0)")
        loading = [
            pool.submit(service.feeds.load_ssd, path, code, accept_older=True) for code, path in back.items()
        ]
        assert until(wait)
        first.rollback()
        for feed in loading:
            feed.result()
    assert [state for _, _, state in links(owner)] == ["broken"]


def test_a_break_that_a_record_came_without_is_remembered_before_anything_is_linked(
    service: Service, publish: Publish, owner: Owner
) -> None:
    _broken(service, publish, owner)
    owner.execute("DELETE FROM link")
    owner.execute("INSERT INTO link_due SELECT id, gen_random_uuid() FROM record")
    service.review.linking.link_all()
    assert [state for _, _, state in links(owner)] == ["broken"]


def _broken(service: Service, publish: Publish, owner: Owner) -> None:
    register_officers(service)
    publish(LEEDS, OLD)
    publish(HULL, NEW)
    service.review.break_link(between(owner, LEEDS, HULL)[0], ANN, BreakReason.WRONG_MATCH)
