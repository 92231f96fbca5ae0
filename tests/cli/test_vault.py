"""`vault serve` and `db give`: what is wrong is named, and a process is given its own roles alone."""

from pathlib import Path

import msgspec
import pytest

from fingerpost import settings as read
from fingerpost.instance import PARTS, Passwords
from fingerpost.vault.messages import Caller
from fingerpost.wiring import opened
from fingerpost.words.errors import Misconfigured
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("allowed", "said"), [("web", "--allow"), ("nobody=1", "--allow"), ("web=no such", "has no user")]
)
def test_who_may_ask_is_named_rightly(run: Run, tmp_path: Path, allowed: str, said: str) -> None:
    assert said in run("vault", "serve", str(tmp_path / "s"), "--allow", allowed, code=2).output


@pytest.mark.parametrize("part", [str(part) for part in PARTS])  # as it is typed
def test_a_process_is_given_its_own_roles_alone(run: Run, tmp_path: Path, part: str) -> None:
    folder = tmp_path / "own"
    assert str(folder / "database.json") in run("db", "give", str(folder), "--for", part).output
    given = msgspec.json.decode((folder / "database.json").read_bytes(), type=Passwords)
    assert (given.owner, set(given.roles)) == ("", {f"fingerpost_{name}" for name in PARTS[part]})
    assert (folder.stat().st_mode & 0o777, (folder / "database.json").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_every_caller_has_its_roles() -> None:
    assert set(PARTS) == {"vault", *Caller}
    assert all("vault" not in PARTS[caller] for caller in Caller)


def test_production_needs_a_vault_apart(run: Run) -> None:
    done = run("serve", code=2, FINGERPOST_ENVIRONMENT="production", FINGERPOST_GUARD="on")
    assert "needs FINGERPOST_VAULT" in done.output
    with pytest.raises(Misconfigured, match="needs FINGERPOST_VAULT"):
        opened(read.load({
            "FINGERPOST_INSTANCE": "/nowhere", "FINGERPOST_ENVIRONMENT": "production",
            "FINGERPOST_DATABASE_URL": "postgresql:///nowhere",
        })).__enter__()  # fmt: skip


def test_a_vault_that_is_not_there_is_named_before_anything_is_served(run: Run, tmp_path: Path) -> None:
    assert "vault cannot be reached" in run("serve", code=1, FINGERPOST_VAULT=str(tmp_path / "none")).output
    assert "vault cannot be reached" in run("status", code=1, FINGERPOST_VAULT=str(tmp_path / "none")).output
