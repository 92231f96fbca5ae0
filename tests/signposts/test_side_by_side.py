"""Feeds truly side by side: processes of their own, one database, the same children. Nothing is lost."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fingerpost.matching import MOST_RECORDS_PER_TOKEN
from fingerpost.settings import Settings
from fingerpost.wiring import Service
from tests.conftest import Child, Owner, Publish, write_extract

LEEDS, HULL, YORK = "E08000035", "E06000010", "E06000014"
MANY = 150
# Each loads its own extracts in turn, once the starting file is there, and says what came of it.
LOADER = """
import sys, time
from pathlib import Path
from fingerpost import settings
from fingerpost.wiring import opened
authority, start, *folders = sys.argv[1:]
with opened(settings.load()) as service:
    service.feeds.plan_ssd(Path(folders[0]), authority)
    print("ready", flush=True)
    while not Path(start).exists():
        time.sleep(0.001)
    for folder in folders:
        report = service.feeds.load_ssd(Path(folder), authority, accept_removals=True, accept_older=True)
        assert report.links is not None, "not linked"
print("done", flush=True)
"""


def _children(prefix: str, postcode: str) -> list[Child]:
    """Children whose names, births and numbers are each their own."""
    return [
        Child(
            reference=f"{prefix}{n}", given=_word(n), family=f"{_word(n * 7 + 3)}son",
            born=f"201{n % 10}-{n % 12 + 1:02}-{n % 28 + 1:02}", postcode=postcode, nhs_number=_number(n),
        )
        for n in range(MANY)
    ]  # fmt: skip


def _word(n: int) -> str:
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    letters = []
    for place in range(6):
        letters.append((consonants, vowels)[place % 2][(n * (place + 3) + n // 7) % (14, 5)[place % 2]])
    return "".join(letters).capitalize() + f"{chr(97 + n % 26)}{chr(97 + n // 26)}"


def _number(n: int) -> str:
    """Return an NHS number of the range kept for tests, with its check digit."""
    for nine in (f"999{n:04}{last:02}" for last in range(99)):
        check = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
        if check != 1:
            return f"{nine}{(11 - check) % 11}"
    raise AssertionError


def _run(settings: Settings, start: Path, feeds: dict[str, list[Path]]) -> None:
    """Load every authority's extracts in a process each, let go at one moment; none may fail."""
    environment = {
        **os.environ, "FINGERPOST_INSTANCE": str(settings.instance), "FINGERPOST_ENVIRONMENT": "test",
        "FINGERPOST_DATABASE_URL": str(settings.database_url), "FINGERPOST_KEYRING": str(settings.keyring),
    }  # fmt: skip
    running = [
        subprocess.Popen(
            [sys.executable, "-c", LOADER, authority, str(start), *map(str, folders)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for authority, folders in feeds.items()
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    start.touch()
    for process in running:
        output, errors = process.communicate(timeout=120)
        assert (output, errors, process.returncode) == ("done\n", "", 0)


def _linked(owner: Owner) -> int:
    row = owner.execute(
        "SELECT count(*) FROM link l JOIN record a ON a.id = l.record_a JOIN record b ON b.id = l.record_b"
        " WHERE l.state = 'linked' AND a.authority <> b.authority"
    ).fetchone()
    assert row is not None
    return int(str(row[0]))


@pytest.mark.parametrize("round_", range(2))
def test_every_child_of_both_is_linked(settings: Settings, owner: Owner, tmp_path: Path, round_: int) -> None:
    leeds = write_extract(tmp_path / "leeds", *_children("L", "LS1 4DY"))
    hull = write_extract(tmp_path / "hull", *_children("H", "HU1 1UU"))
    _run(settings, tmp_path / "start", {LEEDS: [leeds], HULL: [hull]})
    assert _linked(owner) == MANY
    assert owner.execute("SELECT count(*) FROM link_due").fetchone() == (0,)
    _index_is_whole(owner)


def test_loading_correcting_and_taking_away_side_by_side(
    settings: Settings, service: Service, owner: Owner, tmp_path: Path
) -> None:
    """Three authorities, each with several nights in which children come, go, are corrected and come back."""
    nights: dict[str, list[Path]] = {}
    for code, prefix, postcode in ((LEEDS, "L", "LS1 4DY"), (HULL, "H", "HU1 1UU"), (YORK, "Y", "YO1 7HH")):
        whole = _children(prefix, postcode)
        books = [whole, whole[: MANY // 3], _children(prefix, "TR1 1AA")[::-1], whole[MANY // 2 :], whole]
        nights[code] = [
            write_extract(tmp_path / f"{prefix}{night}", *book) for night, book in enumerate(books)
        ]
    _run(settings, tmp_path / "start", nights)
    service.review.linking.link_all()
    assert _linked(owner) == 3 * MANY  # each child's three records, each with each
    assert owner.execute("SELECT count(*) FROM record").fetchone() == (3 * MANY,)
    _index_is_whole(owner)


def test_a_link_made_while_another_authority_was_looking_stands(
    service: Service, owner: Owner, publish: Publish
) -> None:
    """Leeds looked before Hull's child was there, and changes trails after Hull has found Leeds's."""
    publish(LEEDS, Child())
    owner.execute("INSERT INTO link_due (record_id, asked) SELECT id, gen_random_uuid() FROM record")
    arrived = [Child(reference="H1")]

    def meanwhile(*_: object) -> None:
        if arrived:
            publish(HULL, arrived.pop())

    service.review.linking.link(LEEDS, meanwhile)
    assert _linked(owner) == 1
    assert owner.execute("SELECT count(*) FROM link_due").fetchone() == (0,)


def _index_is_whole(owner: Owner) -> None:
    """The index holds exactly the records' tokens, but for common ones, and none is shared by too many."""
    crowded = owner.execute(
        "SELECT count(*) FROM (SELECT token FROM token GROUP BY token HAVING count(*) > %s) AS t",
        (MOST_RECORDS_PER_TOKEN,),
    ).fetchone()
    astray = owner.execute(
        "SELECT count(*) FROM token t WHERE NOT EXISTS (SELECT FROM record r WHERE r.id = t.record_id"
        " AND t.token = ANY (r.tokens)) OR EXISTS (SELECT FROM common_token c WHERE c.token = t.token)"
    ).fetchone()
    missing = owner.execute(
        "SELECT count(*) FROM record r CROSS JOIN LATERAL unnest(r.tokens) AS held (token)"
        " WHERE NOT EXISTS (SELECT FROM token t WHERE t.token = held.token AND t.record_id = r.id)"
        " AND NOT EXISTS (SELECT FROM common_token c WHERE c.token = held.token)"
    ).fetchone()
    assert (crowded, astray, missing) == ((0,), (0,), (0,))


@pytest.mark.parametrize("round_", range(2))
def test_a_token_that_two_feeds_fill_together_is_dropped(
    settings: Settings, owner: Owner, tmp_path: Path, round_: int
) -> None:
    """Each brings fewer than may share a token; together they bring more."""
    few = MOST_RECORDS_PER_TOKEN - 5
    alike = [Child(given="Oliver", family="Smith", postcode="LS1 4DY") for _ in range(few)]
    started = time.monotonic()
    _run(
        settings,
        tmp_path / "start",
        {
            code: [write_extract(tmp_path / code, *(_named(child, n) for n, child in enumerate(alike)))]
            for code in (LEEDS, HULL)
        },
    )
    assert time.monotonic() - started < 60
    _index_is_whole(owner)
    assert owner.execute("SELECT count(*) > 0 FROM common_token").fetchone() == (True,)


def _named(child: Child, n: int) -> Child:
    return Child(reference=f"S{n}", given=child.given, family=child.family, postcode=child.postcode)
