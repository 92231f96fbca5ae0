"""Real backups of an instance's embedded server, and real restores of them beside it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from fingerpost.db.embedded import DATABASE, OWNER, binaries
from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.vault import Candidate


def _run(instance: Instance, program: str, *arguments: str) -> None:
    assert instance.server is not None
    password = {"PGPASSWORD": instance.passwords().owner}
    where = ("-h", str(instance.server.socket_folder()), "-U", OWNER)
    line = [str(binaries() / program), *where, *arguments]
    done = subprocess.run(line, env={**os.environ, **password}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def base_backup(settings: Settings, folder: Path, checksums: str = "SHA256") -> Path:
    """Take a base backup, the log it needs included."""
    options = ("-X", "stream", "-c", "fast", f"--manifest-checksums={checksums}")
    _run(Instance(settings), "pg_basebackup", "-D", str(folder), *options)
    return folder


def dump(settings: Settings, file: Path) -> Path:
    """Dump the database as one file."""
    _run(Instance(settings), "pg_dump", "-F", "c", "-f", str(file), DATABASE)
    return file


@contextmanager
def from_dump(settings: Settings, file: Path, name: str) -> Iterator[psycopg.Connection[Any]]:
    """Restore a dump into a database of its own beside the live one."""
    instance = Instance(settings)
    _run(instance, "createdb", name)
    _run(instance, "pg_restore", "-d", name, str(file))
    conninfo = psycopg.conninfo.make_conninfo(instance.owner_conninfo(), dbname=name)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


def restored(settings: Settings, backup: Path, folder: Path, *, wal: bool = False) -> Settings:
    """Put a base backup beside an instance, under the same keys; with `wal`, replay the live log."""
    live = Instance(settings)
    assert live.server is not None
    folder.mkdir()
    shutil.copy2(live.passwords_path, folder / "database.json")
    data = folder / "postgres" / "data"
    shutil.copytree(backup, data)
    if wal:
        (data / "recovery.signal").touch()
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write("hot_standby = off\n")  # nobody is let in before the log is replayed
            file.write(f'restore_command = \'cp "{live.server.data}/pg_wal/%f" "%p"\'\n')
    data.chmod(0o700)
    if os.geteuid() == 0:
        owner = live.server.data.stat()
        for path in (data, *data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
    wrapping = settings.wrapping_key or live.folder / "wrapping-key"
    return msgspec.structs.replace(
        settings, instance=folder, keyring=live.keyring_path.parent, wrapping_key=wrapping
    )


def records(connection: psycopg.Connection[Any]) -> list[Candidate]:
    """Return every sealed record of a database."""
    rows = connection.execute("SELECT id, authority, cohort, schema_version, sealed FROM record").fetchall()
    return [Candidate(*row) for row in rows]


@contextmanager
def owner_of(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """Connect to an instance's database as its owner, holding its server up."""
    instance = Instance(settings)
    with instance.running(), psycopg.connect(instance.owner_conninfo(), autocommit=True) as connection:
        yield connection
