"""Settings: right ones are read, wrong ones are refused by name, and each is documented (law 8)."""

from pathlib import Path

import pytest

from fingerpost.settings import PREFIX, READERS, Environment, Settings, load
from fingerpost.words.errors import Misconfigured

GIVEN = {"FINGERPOST_INSTANCE": "/srv/i"}


def test_read() -> None:
    settings = load({**GIVEN, "FINGERPOST_PORT": "9000", "HOME": "/root"})
    assert settings == Settings(instance=Path("/srv/i"), port=9000)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("FINGERPOST_PROT", "9000", "did you mean FINGERPOST_PORT"),
        ("FINGERPOST_PORT", "0", "whole number from 1 to 65535"),
        ("FINGERPOST_PORT", "٣", "whole number"),
        ("FINGERPOST_PORT", "", "whole number"),
        ("FINGERPOST_THREADS", "-1", "whole number"),
        ("FINGERPOST_ENVIRONMENT", "prod", "one of demo, test, production"),
        ("FINGERPOST_DATABASE_URL", "mysql://x", "postgresql://"),
        ("FINGERPOST_DESK_PHONE", " ", "empty"),
        ("FINGERPOST_", "x", "not a setting"),
    ],
)
def test_a_wrong_one_is_refused_by_name(name: str, text: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=name) as refused:
        load({**GIVEN, name: text})
    assert words in str(refused.value)


def test_a_missing_one_is_refused_by_name() -> None:
    with pytest.raises(Misconfigured, match="FINGERPOST_INSTANCE"):
        load({})


def test_production_refuses_the_embedded_database() -> None:
    with pytest.raises(Misconfigured, match="FINGERPOST_DATABASE_URL"):
        load({**GIVEN, "FINGERPOST_ENVIRONMENT": "production"})
    url = "postgresql://u:p@db/fingerpost"
    given = load({**GIVEN, "FINGERPOST_ENVIRONMENT": "production", "FINGERPOST_DATABASE_URL": url})
    assert given.environment is Environment.PRODUCTION


def test_a_password_in_the_url_is_not_shown() -> None:
    settings = load({**GIVEN, "FINGERPOST_DATABASE_URL": "postgresql://u:secret@db/f"})
    assert "secret" not in repr(settings)


def test_every_setting_is_read_and_documented() -> None:
    fields = set(Settings.__struct_fields__)
    assert set(READERS) == fields
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    assert [f for f in fields if f"`{PREFIX}{f.upper()}`" not in page] == []
