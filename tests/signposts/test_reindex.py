"""The index key changes while the index is in use: answers stay as they are, and the old key is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.instance import Instance
from fingerpost.ledger.events import IndexRebuildBegun, IndexRebuilt
from fingerpost.matching import MOST_RECORDS_PER_TOKEN, prepare, record_keys
from fingerpost.settings import Settings
from fingerpost.signposts import reindex, reindex_store
from fingerpost.signposts.reindex import Reindex
from fingerpost.signposts.store import take_turn
from fingerpost.vault.keys import FRESH
from fingerpost.vault.tokens import IndexKey
from fingerpost.wiring import PATIENCE, Service
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Unavailable
from tests.conftest import Child, Owner, Publish, form_of, question

LEEDS, HULL = "E08000035", "E06000010"
NAMES = ("Ada", "Bo", "Cyd", "Dov", "Eve", "Flo", "Gus", "Hal", "Ivo", "Joy", "Kit", "Lev")
CHILDREN = tuple(
    Child(reference=f"P{n}", given=name, family=f"Thistlethwaite{name}", born=f"2015-0{1 + n % 9}-1{n % 9}")
    for n, name in enumerate(NAMES)
)


@pytest.fixture
def answers(service: Service, nurse: Caller, publish: Publish) -> Callable[[], list[Any]]:
    """What every question is answered with, once Leeds and Hull have sent their children."""
    publish(LEEDS, *CHILDREN)
    publish(HULL, *CHILDREN[:6])

    def ask() -> list[Any]:
        found = [service.lookup.ask(nurse, question(form_of(child))).matches for child in CHILDREN]
        return [[(s.id, match.band) for match in matches for s in match.signposts] for matches in found]

    return ask


def _generations(owner: Owner) -> dict[int, int]:
    return dict(
        owner.execute("SELECT index_generation, count(*) FROM record GROUP BY index_generation").fetchall()
    )


def _events(service: Service) -> list[Any]:
    entries = [entry for _, entry in service.ledger.checked(service.records_database)]
    return [e.event for e in entries if e and isinstance(e.event, IndexRebuildBegun | IndexRebuilt)]


def test_answers_are_the_same_before_in_the_middle_and_after(
    service: Service, answers: Callable[[], list[Any]], owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "BATCH", 3)
    before, asked = answers(), []
    assert all(before)
    middle: list[dict[int, int]] = []

    def look(_: str, __: int) -> None:
        middle.append(_generations(owner))
        asked.append(answers())

    rebuilt = service.reindex.rotate(look, settle=0)
    assert (rebuilt.generation, rebuilt.moved) == (2, 18)
    assert [state for state in middle if len(state) == 2] == middle[:-1]  # it was asked in the middle
    assert [a == before for a in asked] == [True] * 6
    assert (answers(), _generations(owner)) == (before, {2: 18})
    assert _events(service) == [
        IndexRebuildBegun(generation=2),
        IndexRebuilt(generation=2, records=18, destroyed=(1,)),
    ]


def test_nothing_of_the_old_key_is_left(
    service: Service, settings: Settings, answers: Callable[[], list[Any]], owner: Owner
) -> None:
    answers()
    keyring = Instance(settings).keyring()
    generation, key = keyring.generation, keyring.key("index/1")
    tokens = _tokens(key)
    assert _found(owner, tokens) == 3 * [True]  # the control: before, they are all there
    service.reindex.rotate(settle=0)
    assert _found(owner, tokens) == 3 * [False]
    assert (service.vault.index_generations(), "index/1" in keyring.names()) == ([2], False)
    assert keyring.generation != generation
    assert [t for t in _tokens(keyring.key("index/2")) if not _found(owner, [t])[0]] == []


def _details() -> ChildDetails:
    child = CHILDREN[0]
    born = date.fromisoformat(child.born)
    return ChildDetails(names=(PersonName(child.given, child.family),), date_of_birth=born)


def _tokens(key: bytes) -> list[int]:
    """Tokens of the first child, as whoever holds a key of the index can make them."""
    return IndexKey(key).tokens(record_keys(prepare(_details())))[:3]


def _found(owner: Owner, tokens: list[int]) -> list[bool]:
    query = (
        "SELECT EXISTS (SELECT FROM token WHERE token = %(t)s)"
        " OR EXISTS (SELECT FROM common_token WHERE token = %(t)s)"
        " OR EXISTS (SELECT FROM record WHERE %(t)s = ANY (tokens))"
    )
    return [bool(owner.execute(query, {"t": token}).fetchone() == (True,)) for token in tokens]


def test_a_feed_in_the_middle_is_found_and_linked(
    service: Service, answers: Callable[[], list[Any]], nurse: Caller, publish: Publish, owner: Owner
) -> None:
    answers()
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(reindex, "BATCH", 3)
    late = Child(reference="P0", given="Ada", family="ThistlethwaiteAda", born="2015-01-10")
    loaded = []

    def load(_: str, moved: int) -> None:
        if not loaded:
            loaded.append(publish("E08000025", late))
            assert len(_generations(owner)) == 2

    service.reindex.rotate(load, settle=0)
    monkeypatch.undo()
    assert loaded[0].links.linked == 2  # to records under either key
    found = service.lookup.ask(nurse, question(form_of(CHILDREN[0]))).matches
    assert {s.authority for m in found for s in m.signposts} >= {LEEDS, HULL, "E08000025"}


def test_a_feed_that_wrote_under_the_old_key_is_waited_for(
    service: Service, settings: Settings, publish: Publish, owner: Owner
) -> None:
    """An authority that commits its first record, under the old key, after the rebuilding began."""
    publish(LEEDS, CHILDREN[0])
    row, cohort = uuid4(), date(2030, 1, 1)
    service.vault.ensure_cohorts(HULL, [cohort])
    late = service.vault.seal_record(row, HULL, cohort, _details(), "P9")
    with psycopg.connect(Instance(settings).owner_conninfo()) as slow:
        slow.execute("SELECT pg_advisory_xact_lock(7310446, hashtext(%s))", (HULL,))
        slow.execute(
            "INSERT INTO record"
            " (id, authority, reference, cohort, schema_version, sealed, tokens, fingerprint)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '')",
            (row, HULL, bytes(16), cohort, late.schema_version, late.sealed, late.tokens),
        )
        line = [sys.executable, "-c", _ROTATE.format(batch=500, end="")]
        with subprocess.Popen(line, env=_environment(settings)) as rotating:
            try:
                _wait_for_a_turn(owner)
                _until_the_new_key_is_seen(service)
                slow.commit()
                assert rotating.wait(60) == 0
            finally:
                rotating.kill()
    assert _generations(owner) == {2: 2}


def _wait_for_a_turn(owner: Owner) -> None:
    """Return once somebody waits for an authority's turn."""
    for _ in range(600):
        waiting = owner.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7310446 AND NOT granted"
        ).fetchone()
        if waiting is not None:
            return
        time.sleep(0.1)
    raise AssertionError("nobody waits")


def _until_the_new_key_is_seen(service: Service) -> None:
    """Return once this process asks under both keys: it looks for new ones every `FRESH` seconds."""
    ends = time.monotonic() + 10 * FRESH
    while service.vault.index_generations() != [1, 2]:
        assert time.monotonic() < ends
        time.sleep(FRESH / 10)


_ROTATE = """
import os, signal
from fingerpost import settings
from fingerpost.signposts import reindex
from fingerpost.wiring import opened
reindex.BATCH = {batch}
def tell(_, moved):
    {end}
    pass
with opened(settings.load()) as service:
    service.reindex.rotate(tell, settle=0)
"""


def _environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "FINGERPOST_INSTANCE": str(settings.instance), "FINGERPOST_ENVIRONMENT": "test",
        "FINGERPOST_DATABASE_URL": str(settings.database_url), "FINGERPOST_KEYRING": str(settings.keyring),
        "FINGERPOST_WRAPPING_KEY": str(settings.wrapping_key),
    }  # fmt: skip


def test_a_kill_in_the_middle_goes_on(
    service: Service, settings: Settings, answers: Callable[[], list[Any]], owner: Owner
) -> None:
    before = answers()
    end = "if moved >= 6: os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run(
        [sys.executable, "-c", _ROTATE.format(batch=3, end=end)], env=_environment(settings), check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert _generations(owner) == {1: 12, 2: 6}
    _until_the_new_key_is_seen(service)
    assert answers() == before
    assert service.reindex.rotate(settle=0).moved == 12
    assert (answers(), _generations(owner), service.vault.index_generations()) == (before, {2: 18}, [2])


def test_a_kill_before_the_old_key_goes_is_made_good(
    service: Service, answers: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers()
    with monkeypatch.context() as patch:
        patch.setattr(
            type(service.vault), "destroy_indexes", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            service.reindex.rotate(settle=0)
    assert service.vault.index_generations() == [1, 2]
    assert service.reindex.rotate(settle=0).moved == 0
    assert service.vault.index_generations() == [2]


def test_common_tokens_are_worked_out_afresh(service: Service, publish: Publish, owner: Owner) -> None:
    many = [Child(reference=f"P{n}", given="Ann", family="Lee", born="2015-01-01") for n in range(30)]
    publish(LEEDS, *many)
    common = owner.execute("SELECT count(*) FROM common_token").fetchone()
    assert common is not None
    assert common[0] > 5
    service.reindex.rotate(settle=0)
    assert owner.execute("SELECT index_generation, count(*) FROM common_token GROUP BY 1").fetchall() == [
        (2, common[0])
    ]
    most = owner.execute("SELECT max(n) FROM (SELECT count(*) AS n FROM token GROUP BY token) s").fetchone()
    assert most is None or (most[0] or 0) <= MOST_RECORDS_PER_TOKEN
    publish(LEEDS, *many[:10])  # fewer share them now
    service.reindex.rotate(settle=0)
    assert owner.execute("SELECT count(*) FROM common_token").fetchone() == (0,)


def test_a_record_whose_key_is_destroyed_is_found_no_more(
    service: Service, settings: Settings, answers: Callable[[], list[Any]], owner: Owner
) -> None:
    answers()
    keyring = Instance(settings).keyring()
    keyring.destroy([name for name in keyring.names() if name.startswith(f"data/{HULL}/")])
    time.sleep(FRESH)
    assert service.reindex.rotate(settle=0).moved == 18
    left = owner.execute("SELECT authority, min(cardinality(tokens)) > 0 FROM record GROUP BY 1").fetchall()
    assert dict(left) == {HULL: False, LEEDS: True}


def test_one_sent_back_starts_again_and_one_that_cannot_is_told(
    service: Service, answers: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers()
    refusals = iter([True, True])

    def behind(*arguments: Any) -> Any:
        if next(refusals, False):
            raise Unavailable("sent back")
        return reindex_store.behind(*arguments)

    source = reindex.TokenSource(
        "records", take_turn, behind, reindex.RECORDS.tokens, reindex.RECORDS.replace
    )
    publishing = service.reindex._database
    assert Reindex(publishing, service.vault, service.ledger, [source]).rotate(settle=0).moved == 18
    refusals = iter([True] * 20)
    with pytest.raises(Unavailable):
        Reindex(publishing, service.vault, service.ledger, [source]).rotate(settle=0)
    assert service.vault.index_generations() == [2, 3]


def test_settles_long_enough_for_every_process() -> None:
    assert reindex.SETTLE >= FRESH + PATIENCE
