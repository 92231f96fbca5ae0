"""Ours with PostgreSQL: the service's own vault, query and tables, without access rules and ledger.

Records go in by COPY, not by a feed: a million would take an hour of reading extracts, and a lookup sees
the same sealed rows and the same index either way.
"""

import gc
import hashlib
import random
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
from benchmarks.matching.ours import details
from benchmarks.matching.postgres_peer import wait_until_stopped
from benchmarks.matching.sets import Row
from msgspec import Struct

from fingerpost.app import answers_first
from fingerpost.instance import Instance
from fingerpost.lookup import store
from fingerpost.matching import MOST_RECORDS_PER_TOKEN, prepare, record_keys
from fingerpost.reference import authorities
from fingerpost.settings import Environment, Settings
from fingerpost.vault import SealedRecord, Vault
from fingerpost.vault.vault import Weighed
from fingerpost.wiring import Service, found, opened
from fingerpost.words.child import ChildDetails

COHORTS = [date(2027 + month // 12, month % 12 + 1, 1) for month in range(72)]
_BODIES = 20  # authorities that hold the records
_CHUNK = 2_000
_STAMPED = 1_000  # records that tell whether an instance kept from an earlier run is still right


class Sealed(Struct):
    """An open service over an index of records."""

    service: Service

    def ask(self, question: ChildDetails) -> list[Weighed]:
        """Look a child up as `Lookup` does: tokens, one query, unseal, score, band, explain."""
        vault = self.service.vault
        asked = vault.question(question)
        with self.service.lookup_database.statement() as session:
            return vault.weigh(asked, store.candidates(session, asked.tokens, sensitive=False))


_vaults: list[Vault] = []  # inherited by the workers that seal


def _seal(rows: list[tuple[UUID, str, date, Row]]) -> list[SealedRecord]:
    vault = _vaults[-1]
    return [vault.seal_record(row, body, cohort, details(held), str(row)) for row, body, cohort, held in rows]


def _placed(rows: list[Row], seed: int) -> Iterator[list[tuple[UUID, str, date, Row]]]:
    """Yield chunks of rows, each with a random id, authority and month of leaving."""
    rng, bodies = random.Random(seed), sorted(authorities())[:_BODIES]
    for start in range(0, len(rows), _CHUNK):
        yield [
            (UUID(int=rng.getrandbits(128), version=4), rng.choice(bodies), rng.choice(COHORTS), row)
            for row in rows[start : start + _CHUNK]
        ]


def _copy(owner: psycopg.Connection[tuple[object, ...]], vault: Vault, rows: list[Row], seed: int) -> None:
    columns = "id, authority, reference, cohort, schema_version, sealed, tokens, fingerprint"
    statement = f"COPY record ({columns}) FROM STDIN".encode()
    _vaults.append(vault)
    try:
        with (
            get_context("fork").Pool(initializer=gc.freeze) as pool,
            owner.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for chunk in pool.imap(_seal, _placed(rows, seed)):
                for r in chunk:
                    copy.write_row(
                        (r.id, r.authority, r.id.bytes, r.cohort, r.schema_version, r.sealed, r.tokens, b"")
                    )
    finally:
        _vaults.pop()


def _index(owner: psycopg.Connection[tuple[object, ...]]) -> None:
    """Fill the token table by the rule of its triggers, all at once."""
    owner.execute("CREATE TEMP TABLE held AS SELECT DISTINCT unnest(tokens) AS token, id FROM record")
    owner.execute(
        "INSERT INTO common_token SELECT token FROM held GROUP BY token HAVING count(*) > %s",
        (MOST_RECORDS_PER_TOKEN,),
    )
    owner.execute(
        "INSERT INTO token SELECT token, id FROM held"
        " WHERE token NOT IN (SELECT token FROM common_token) ORDER BY 1, 2"
    )
    owner.execute("DROP TABLE held")


def _load(instance: Instance, vault: Vault, rows: list[Row], seed: int) -> None:
    for body in sorted(authorities())[:_BODIES]:
        vault.ensure_cohorts(body, COHORTS)
    with psycopg.connect(instance.owner_conninfo(), autocommit=True) as owner:
        owner.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'")
        owner.execute("ALTER TABLE record DISABLE TRIGGER USER; ALTER TABLE token DROP CONSTRAINT token_pkey")
        _copy(owner, vault, rows, seed)
        _index(owner)
        owner.execute("ALTER TABLE token ADD PRIMARY KEY (token, record_id)")
        owner.execute("ALTER TABLE record ENABLE TRIGGER USER")
        owner.execute("VACUUM ANALYZE")


def settings_of(folder: Path) -> Settings:
    """Return the settings of an instance in `folder`."""
    return Settings(instance=folder, environment=Environment.TEST)


def _stamp(rows: list[Row]) -> str:
    """Return a digest that changes with the rows, and with how they are prepared and keyed."""
    digest = hashlib.sha256(str(len(rows)).encode())
    for row in rows[:: max(len(rows) // _STAMPED, 1)]:
        prepared = prepare(details(row))
        digest.update(msgspec.msgpack.encode([prepared, record_keys(prepared)]))
    return digest.hexdigest()


@contextmanager
def sealed(folder: Path, rows: list[Row], seed: int) -> Generator[Sealed]:
    """Open a service in `folder` whose index holds these rows, sealed; make it unless it is there."""
    settings, loaded, stamp = settings_of(folder), folder / "loaded", _stamp(rows)
    instance, current = Instance(settings), loaded.exists() and loaded.read_text() == stamp
    if current:
        with instance.running():
            instance.migrate()  # it was made by an earlier version
    else:
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier matcher sealed is of no use
        found(settings)
    with opened(settings) as service:
        if not current:
            _load(instance, service.vault, rows, seed)
            loaded.write_text(stamp)
        service.lookup.warm()
        answers_first()  # as the server does
        yield Sealed(service)
    assert instance.server is not None
    wait_until_stopped(instance.server)
