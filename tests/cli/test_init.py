"""`init`, `status`, `serve` and `db`: an instance that is whole, or none at all."""

import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from fingerpost.cli import fingerpost
from fingerpost.instance import Instance
from fingerpost.ledger.note import read_vkey
from fingerpost.settings import Settings
from fingerpost.wiring import opened
from fingerpost.words.errors import Misconfigured
from tests.cli.conftest import Run
from tests.cli.serving import environment

NO_SERVER = "postgresql://nobody@127.0.0.1:1/nothing"


def _init(folder: Path, **settings: str) -> Result:
    given = {f"FINGERPOST_{name.upper()}": value for name, value in settings.items()}
    done = CliRunner(env={"FINGERPOST_INSTANCE": None, **given}).invoke(fingerpost, ["init", str(folder)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def test_a_fresh_instance_is_whole_and_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "i"
    done = _init(folder)
    assert (done.exit_code, str(folder) in done.output) == (0, True), done.output
    secrets = (folder / "keyring" / "keyring.json", folder / "database.json")
    assert [stat.S_IMODE(path.stat().st_mode) for path in secrets] == [0o600, 0o600]
    with opened(Settings(instance=folder)) as service:
        coverage = service.lookup.coverage()
        kinds = [row.kind for row, _ in service.ledger.checked(service.records_database)]
    assert (coverage.authorities, coverage.reporting) == (153, 0)
    assert "instance_created" in kinds
    again = _init(folder)
    assert (again.exit_code, "not empty" in again.output) == (2, True)


def test_a_folder_that_holds_something_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path, tmp_path / "file"):
        refused = _init(folder)
        assert (refused.exit_code, "is not empty" in refused.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = _init(tmp_path / "file" / "i")
    assert (refused.exit_code, str(tmp_path / "file" / "i") in refused.stderr) == (2, True)


def test_after_a_failure_nothing_is_left(tmp_path: Path) -> None:
    """The database cannot be reached: no folder and no keyring stays, wherever that was."""
    keys = tmp_path / "keys"
    refused = _init(tmp_path / "i", database_url=NO_SERVER, keyring=str(keys))
    assert (refused.exit_code, "cannot be reached" in refused.stderr) == (1, True)
    assert not (tmp_path / "i").exists()
    assert list(keys.iterdir()) == []


def test_a_keyring_that_was_there_is_never_touched(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "keyring.json").write_bytes(b"precious")
    refused = _init(tmp_path / "i", keyring=str(keys))
    assert (refused.exit_code, "there is a keyring" in refused.stderr) == (2, True)
    assert (keys / "keyring.json").read_bytes() == b"precious"
    assert not (tmp_path / "i").exists()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """No file may grow past 100 kB, which stops the database half-way."""
    done = subprocess.run(
        [sys.executable, "-m", "fingerpost", "init", str(tmp_path / "i")], env=environment(tmp_path / "i"),
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode in {1, 2}
    assert (done.stderr.startswith("fingerpost: "), done.stderr.count("\n")) == (True, 1), done.stderr
    assert not (tmp_path / "i").exists()


def test_status_tells_what_is_there(run: Run, settings: Settings) -> None:
    shown = run("status").output
    for words in (str(settings.instance), "test", "PostgreSQL", "0 of 153", "ledger's key"):
        assert words in shown
    told = shown.split()
    vkey = told[told.index("authorisation") - 1]
    key = told[told.index(vkey) - 3]
    log = read_vkey(vkey)
    assert log is not None
    assert (log.name, log.key.hex()) == ("fingerpost.example/ledger", key)


@pytest.mark.parametrize("command", [("status",), ("serve",), ("ledger", "verify"), ("db", "migrate")])
def test_without_an_instance_the_remedy_is_named(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FINGERPOST_INSTANCE", raising=False)
    unset = CliRunner().invoke(fingerpost, command)
    assert (unset.exit_code, "FINGERPOST_INSTANCE is not set" in unset.stderr) == (2, True)
    nowhere = CliRunner().invoke(fingerpost, ["--instance", str(tmp_path / "none"), *command])
    assert (nowhere.exit_code, "fingerpost init" in nowhere.stderr) == (2, True), nowhere.output
    assert list(tmp_path.iterdir()) == []
    os.environ.pop("FINGERPOST_INSTANCE", None)  # --instance sets it for the process


@pytest.mark.parametrize(
    ("file", "words"), [("keyring/keyring.json", "keyring"), ("database.json", "database.json")]
)
def test_a_damaged_instance_is_refused_by_name(
    tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch, file: str, words: str
) -> None:
    shutil.copytree(instance.folder / "wrapping-key", tmp_path / "i" / "wrapping-key")
    for name in ("keyring/keyring.json", "database.json"):
        copy = tmp_path / "i" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((instance.folder / name).read_bytes())
        copy.chmod(0o600)
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(tmp_path / "i"))
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", NO_SERVER)
    damaged = tmp_path / "i" / file
    for harm in (lambda: damaged.chmod(0o644), lambda: damaged.write_bytes(damaged.read_bytes()[:50])):
        whole = damaged.read_bytes()
        harm()
        refused = CliRunner().invoke(fingerpost, ["status"])
        assert (refused.exit_code, words in refused.stderr) == (2, True), refused.output
        assert whole[60:90].decode() not in refused.output
        damaged.chmod(0o600)
        damaged.write_bytes(whole)


def test_migrate_is_done_once(run: Run) -> None:
    assert "up to date" in run("db", "migrate").output


def test_a_database_that_refuses_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", NO_SERVER)
    refused = run("db", "migrate", code=1)
    assert (refused.stdout, refused.stderr.count("\n")) == ("", 1)


def test_serve_refuses_a_schema_of_another_version(run: Run, owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("DELETE FROM schema_migration WHERE number = 12")
    assert "run `fingerpost db migrate`" in run("serve", code=2).stderr


def test_serve_refuses_a_port_in_use(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("FINGERPOST_PORT", str(port))
        refused = run("serve", code=2)
    assert f"port {port}: address already in use; set FINGERPOST_HOST or FINGERPOST_PORT" in refused.stderr


@pytest.mark.parametrize("host", ["203.0.113.1", "no.such.host.example"])
def test_serve_refuses_an_address_that_is_not_ours(
    run: Run, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("FINGERPOST_HOST", host)
    assert "set FINGERPOST_HOST" in run("serve", code=2).stderr


def test_every_role_has_a_new_password_and_the_old_are_refused(run: Run, settings: Settings) -> None:
    instance = Instance(settings)
    kept = instance.passwords_path.read_bytes()
    before = instance.conninfo("fingerpost_lookup")
    try:
        run("db", "renew")
        with psycopg.connect(instance.conninfo("fingerpost_lookup")) as lookup:
            assert lookup.execute("SELECT current_user").fetchone() == ("fingerpost_lookup",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(before)
    finally:  # the server is of all tests
        instance.passwords_path.write_bytes(kept)
        instance.migrate()


def test_a_part_of_the_passwords_renews_none(settings: Settings, tmp_path: Path) -> None:
    Instance(settings).give(["vault"], tmp_path / "part")
    part = Instance(structs.replace(settings, instance=tmp_path / "part"))
    with pytest.raises(Misconfigured, match="where all of them are"):
        part.renew_passwords()
