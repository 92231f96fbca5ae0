"""The command line against a database of each test's own."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from fingerpost.cli import fingerpost
from fingerpost.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; anything but an exit is a traceback that an operator would have seen."""
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(settings.instance))
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("FINGERPOST_KEYRING", str(settings.keyring))
    monkeypatch.setenv("FINGERPOST_WRAPPING_KEY", str(settings.wrapping_key))
    monkeypatch.setenv("FINGERPOST_ENVIRONMENT", "test")

    monkeypatch.setenv("FINGERPOST_GUARD", "off")

    def invoke(*arguments: str, code: int = 0, **environment: str) -> Result:
        done = CliRunner(env=environment).invoke(fingerpost, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        assert done.exit_code == code, done.output
        return done

    return invoke
