"""Feeds at once, of one authority and of several, against the real database."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fingerpost.feeds import Feeds
from tests.feeds.conftest import AUTHORITY, Desk, Extract


def test_writers_in_other_processes_take_turns_too(desk: Desk, extract: Extract) -> None:
    """Each has a `Feeds` of its own, so that only the database's lock stands between them."""
    extract.child("C1")
    folder, service = extract.write(), desk.service
    pool = service.feeds._database

    def load(_: int) -> int:
        return Feeds(pool, pool, service.vault, service.ledger, service.now).load_ssd(folder, AUTHORITY).added

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(load, range(24))) == 1
    assert (desk.count("record"), desk.count("signpost")) == (1, 1)


def test_two_authorities_at_once_do_not_stop_each_other(desk: Desk, extract: Extract, tmp_path: Path) -> None:
    """They hold the same children, so that both take the same tokens out of the index as too common."""
    for number in range(40):
        extract.child(f"C{number}", pers_common_child_id="")
    folder = extract.write()
    others = [AUTHORITY, "E08000026", "E08000027", "E08000028"]
    for _ in range(3):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda code: desk.service.feeds.load_ssd(folder, code), others))
        for row in extract.tables["ssd_person"]:
            row["pers_surname"] = f"{row['pers_surname']}x"
        extract.write()
    assert desk.count("record") == 160
    crowded = "SELECT count(*) FROM (SELECT token FROM token GROUP BY token HAVING count(*) > 100) c"
    assert desk.owner.execute(crowded).fetchone() == (0,)
