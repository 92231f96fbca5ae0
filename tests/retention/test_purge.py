"""The purge: gone at the leaving date, whole or not at all, with a receipt; and never by one wrong clock."""

import os
import signal
import threading
from datetime import date, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from fingerpost.db.database import Session
from fingerpost.ledger.verify import verify_receipt
from fingerpost.retention import purge as module
from fingerpost.retention.clocks import ClocksDisagree
from fingerpost.retention.purge import Purged
from fingerpost.settings import Settings
from fingerpost.signposts import shielding_store
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.vault import Candidate
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import now
from fingerpost.words.errors import FingerpostError
from tests.conftest import Owner, Publish, write_extract
from tests.retention.conftest import HULL, LEEDS, Past, child, count, found, kinds

TABLES = ("signpost", "record", "token", "link", "link_due", "told", "feed_quarantine")


def _tell_of_everyone(service: Service, owner: Owner) -> None:
    rows = owner.execute("SELECT id, authority, cohort, schema_version, sealed FROM record").fetchall()
    with service.feeds._database.transaction() as session:
        tell(session, service.vault, ToldKind.RECALLED, [Candidate(*row) for row in rows], now())


def test_what_has_left_is_gone_with_all_that_was_made_of_it(
    ready: Service, past: Past, publish: Publish, owner: Owner
) -> None:
    past.load(LEEDS, child(1), child(2))
    past.load(HULL, child(1))
    publish("E06000001", child(1), child(3))
    _tell_of_everyone(ready, owner)
    assert count(owner, "link") > 0
    done = ready.purge.run()
    assert (done.signposts, done.records, done.told) == (3, 3, 3)
    assert [count(owner, t) for t in ("signpost", "record", "link")] == [2, 2, 0]
    left = {row[0] for row in owner.execute("SELECT DISTINCT record_id FROM token").fetchall()}
    assert left == {row[0] for row in owner.execute("SELECT id FROM record").fetchall()}
    assert count(owner, "told") == 2
    assert found(ready, child(1)) == {"E06000001"}
    assert found(ready, child(2)) == set()
    key = ready.vault.verifying_key()
    assert len(done.receipts) == 3  # one for each authority, one for the rows set aside so long ago
    assert not [r for r in done.receipts if verify_receipt(ready.ledger, ready.records_database, r, key)]


def test_again_finds_nothing(ready: Service, past: Past) -> None:
    past.load(LEEDS, child(1))
    assert ready.purge.run().signposts == 1
    entries = len(kinds(ready, 100))
    assert ready.purge.run() == Purged()
    assert len(kinds(ready, 100)) == entries


def test_a_signpost_that_stays_keeps_its_record(ready: Service, past: Past, owner: Owner) -> None:
    """Of two signposts of one child only the one whose day has come goes."""
    past.load(LEEDS, child(1))
    owner.execute(
        "INSERT INTO signpost SELECT gen_random_uuid(), record_id, 'missing', team_id, role, started, ended,"
        " confirmed, current_date + 30, rule, source_table, decode(md5('other'), 'hex'), sealed_source,"
        " cohort FROM signpost"
    )
    assert ready.purge.run().records == 0
    assert (count(owner, "signpost"), count(owner, "record")) == (1, 1)
    assert found(ready, child(1)) == {LEEDS}


def test_old_remainders_go(ready: Service, past: Past, publish: Publish, owner: Owner) -> None:
    publish(LEEDS, child(1), msgspec.structs.replace(child(2), born="nonsense"))
    _tell_of_everyone(ready, owner)
    assert count(owner, "feed_quarantine") > 0
    assert ready.purge.run() == Purged()
    owner.execute("UPDATE feed_run SET received_at = received_at - interval '91 days'")
    owner.execute("UPDATE told SET cohort = date_trunc('month', now() - interval '32 days')")
    done = ready.purge.run()
    assert (done.quarantined > 0, done.told) == (True, 2)
    assert (count(owner, "feed_quarantine"), count(owner, "told")) == (0, 0)


@pytest.mark.parametrize("wrong", [timedelta(minutes=15), -timedelta(minutes=15), timedelta(days=4000)])
def test_a_clock_that_jumped_ends_nothing(
    settings: Settings, publish: Publish, owner: Owner, wrong: timedelta
) -> None:
    publish(LEEDS, child(1))
    with (
        opened(settings, lambda: now() + wrong) as service,
        pytest.raises(ClocksDisagree, match="put the clock right"),
    ):
        service.purge.run()
    assert count(owner, "signpost") == 1


def test_chunks_and_another_purger(
    ready: Service, past: Past, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    past.load(LEEDS, *(child(n) for n in range(5)))
    owner.execute("SELECT pg_advisory_lock(7310453, 0)")
    assert ready.purge.run() == Purged()
    assert count(owner, "signpost") == 5
    owner.execute("SELECT pg_advisory_unlock(7310453, 0)")
    done = ready.purge.run()
    assert (done.signposts, len(done.receipts)) == (5, 4)  # three chunks, and the remainders


def test_a_feed_that_is_being_written_keeps_nothing_that_has_left(
    ready: Service, past: Past, owner: Owner, owner_conninfo: str
) -> None:
    """Whatever arrives takes its turn among the shields until it commits: that is not another purger."""
    past.load(LEEDS, child(1))
    with psycopg.connect(owner_conninfo) as arriving:
        shielding_store.take_turn(Session(arriving))
        assert ready.purge.run().signposts == 1
    assert count(owner, "record") == 0


def _killed_while_purging(settings: Settings, after: int) -> None:
    """Purge in a process of its own that is killed (SIGKILL) while its `after`-th chunk is being written."""
    if not (pid := os.fork()):
        try:
            left = after

            def recorded(*arguments: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return record(*arguments)

            with opened(settings) as service:
                record = service.ledger.record
                service.ledger.record = recorded  # type: ignore[method-assign]
                service.purge.run()
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def test_killed_in_the_middle_it_loses_nothing_and_resumes(
    settings: Settings, past: Past, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    past.load(LEEDS, *(child(n) for n in range(6)))
    _killed_while_purging(settings, 2)
    assert count(owner, "signpost") == 4
    assert count(owner, "record") == 4
    with opened(settings) as service:
        assert kinds(service, 100).count("records_purged") == 1
        assert service.purge.run().signposts == 4
        assert kinds(service, 100).count("records_purged") == 3
    assert [count(owner, t) for t in ("signpost", "record", "token")] == [0, 0, 0]


def test_it_runs_by_itself_and_tells_what_fails(
    ready: Service, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.load(LEEDS, child(1))
    monkeypatch.setattr(module, "RETRY", 0.01)
    stopped, failures = threading.Event(), list[FingerpostError]()
    run, rounds = ready.purge.run, 0

    def once_wrong() -> Purged:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ClocksDisagree("put the clock right")
        stopped.set()
        return run()

    monkeypatch.setattr(ready.purge, "run", once_wrong)
    ready.purge.keep_running(stopped, failures.append)
    assert [type(f) for f in failures] == [ClocksDisagree]
    assert found(ready, child(1)) == set()


def test_death_and_adoption_take_also_what_cannot_be_read(
    ready: Service, tmp_path: Path, owner: Owner, publish: Publish
) -> None:
    """A table that cannot be read tonight keeps what it said before; not of a child who has died."""
    publish(LEEDS, child(1))
    extract = write_extract(tmp_path / "died", child(1))
    person = extract / "ssd_person.csv"
    head, row = person.read_text("utf-8").splitlines()
    person.write_text(f"{head},pers_death_date\n{row},{date(2026, 1, 2)}\n", "utf-8")
    (extract / "ssd_cin_episodes.csv").rename(extract / "gone")
    (extract / "ssd_missing.csv").write_text(
        "miss_table_id,miss_person_id,miss_missing_episode_start_date,"
        "miss_missing_episode_end_date,miss_missing_episode_type\n"
    )
    ready.feeds.load_ssd(extract, LEEDS, accept_removals=True, accept_older=True)
    assert (count(owner, "signpost"), count(owner, "record")) == (0, 0)
