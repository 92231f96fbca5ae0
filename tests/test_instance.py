"""An instance on disk: whole or not there, closed to others, opened by name."""

import stat
from pathlib import Path

import msgspec
import pytest

from fingerpost.db.migrate import ROLES
from fingerpost.instance import Instance, Passwords
from fingerpost.settings import Settings
from fingerpost.wiring import found, opened
from fingerpost.words.errors import Misconfigured, Unavailable


def test_a_role_of_a_later_version_gets_its_password(settings: Settings) -> None:
    instance = Instance(settings)
    known = instance.passwords()
    fewer = {role: password for role, password in known.roles.items() if role != "fingerpost_tree"}
    instance.passwords_path.write_bytes(msgspec.json.encode(Passwords(known.owner, fewer)))
    with pytest.raises(Misconfigured, match="db migrate"), opened(settings):
        pass
    assert instance.migrate() == []
    now_known = instance.passwords()
    assert set(now_known.roles) == set(ROLES)
    assert {role: now_known.roles[role] for role in fewer} == fewer
    assert stat.S_IMODE(instance.passwords_path.stat().st_mode) == 0o600
    with opened(settings) as service:
        assert service.sequencer.sequence() == 2


def _failing(tmp_path: Path) -> Settings:
    """Settings of an instance that cannot come to be: nobody answers at its database."""
    return Settings(
        instance=tmp_path / "i", keyring=tmp_path / "keys", database_url="postgresql://x@127.0.0.1:1/x"
    )


def test_secrets_are_closed_to_others_and_shown_by_no_repr(instance: Instance) -> None:
    for path in (instance.keyring_path, instance.passwords_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    passwords = instance.passwords()
    assert set(passwords.roles) == set(ROLES)
    secrets = [passwords.owner, *passwords.roles.values()]
    assert len(set(secrets)) == len(secrets) == len(ROLES) + 1
    shown = f"{passwords!r} {instance.keyring()!r} {instance.settings!r}"
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_passwords_that_others_can_read_are_refused(instance: Instance, tmp_path: Path, mode: int) -> None:
    copy = tmp_path / "database.json"
    copy.write_bytes(instance.passwords_path.read_bytes())
    copy.chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        Instance(Settings(instance=tmp_path)).passwords()


@pytest.mark.parametrize("content", [b"", b"{", b'{"owner": 1}', b"\xff", b'{"owner": "Zyx", "roles": []}'])
def test_damaged_passwords_are_named_and_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "database.json").write_bytes(content)
    (tmp_path / "database.json").chmod(0o600)
    with pytest.raises(Misconfigured, match=r"database\.json is damaged") as refused:
        Instance(Settings(instance=tmp_path)).passwords()
    assert "Zyx" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_failed_founding_can_be_tried_again(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable):
            found(_failing(tmp_path))
        assert not (tmp_path / "i").exists()
        assert not (tmp_path / "keys" / "keyring.json").exists()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "keyring.json").write_bytes(b"precious")
    with pytest.raises(Misconfigured, match="there is a keyring"):
        found(_failing(tmp_path))
    assert (tmp_path / "keys" / "keyring.json").read_bytes() == b"precious"
    (tmp_path / "i").mkdir()
    (tmp_path / "i" / "mine").touch()
    with pytest.raises(Misconfigured, match="not empty"):
        found(_failing(tmp_path))
    assert (tmp_path / "i" / "mine").exists()


def test_an_instance_that_is_not_there_is_named_with_its_remedy(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "none")
    with pytest.raises(Misconfigured, match="fingerpost init"), opened(settings):
        pass
    assert not (tmp_path / "none").exists()


def test_each_role_connects_as_itself(instance: Instance) -> None:
    conninfos = [instance.conninfo(role) for role in ROLES]
    assert all(f"user={role}" in conninfo for role, conninfo in zip(ROLES, conninfos, strict=True))
    by_dsn = Instance(
        Settings(instance=instance.folder, database_url="postgresql://o:Zyx@db.example/f?sslmode=require")
    )
    assert by_dsn.server is None
    for role in ROLES:
        conninfo = by_dsn.conninfo(role)
        assert (f"user={role}" in conninfo, "Zyx" in conninfo) == (True, False)
        assert "sslmode=require" in conninfo


def test_a_database_in_use_is_left_to_the_instance_that_uses_it(settings: Settings, tmp_path: Path) -> None:
    """New passwords for the same roles would lock the first instance out."""
    second = msgspec.structs.replace(settings, instance=tmp_path / "second", keyring=None)
    with pytest.raises(Misconfigured, match="belongs to an instance already"):
        Instance(second).create()
    assert not second.instance.exists()
    with opened(settings) as first:
        assert first.lookup.coverage().authorities > 0
