"""A real instance for the whole run, and for each test a database of its own copied from a template."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from fingerpost.db.embedded import DATABASE, OWNER
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An embedded instance, kept running for the session."""
    settings = Settings(instance=tmp_path_factory.mktemp("instance") / "i", environment=Environment.TEST)
    found(settings)
    made = Instance(settings)
    with made.running():
        yield made


def _owner(instance: Instance, database: str) -> str:
    assert instance.server is not None
    conninfo = instance.server.conninfo(OWNER, instance.passwords().owner)
    return make_conninfo(conninfo, dbname=database)


@pytest.fixture
def settings(instance: Instance) -> Iterator[Settings]:
    """Settings of a database of this test's own, reached by DSN as a production database is."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(_owner(instance, "postgres"), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
        parameters = conninfo_to_dict(_owner(instance, name))
        url = f"postgresql://{OWNER}:{parameters['password']}@/{name}?host={parameters['host']}"
        yield Settings(instance=instance.folder, environment=Environment.TEST, database_url=url)
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def owner_conninfo(settings: Settings) -> str:
    """The connection string of the owner of this test's database: for looking behind the service's back."""
    return Instance(settings).owner_conninfo()


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    """The service, open on this test's database."""
    with opened(settings) as made:
        yield made


@pytest.fixture
def canary_files(instance: Instance) -> list[Path]:
    """Every file the database server writes: pages, WAL and log."""
    assert instance.server is not None
    return [path for path in instance.server.folder.rglob("*") if path.is_file()]
