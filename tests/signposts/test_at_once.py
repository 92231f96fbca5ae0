"""R13, small: a child whom 64 threads register at once stands once (assurance/at_once).

Whoever takes children away at once waits in one order.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from assurance.at_once.registered import House

from fingerpost.wiring import Service
from tests.cli.serving import until
from tests.conftest import Child, Owner, Publish, write_extract

LEEDS, HULL = "E08000035", "E06000010"
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
