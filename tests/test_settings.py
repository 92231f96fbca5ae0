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
        ("FINGERPOST_PAGE_WEBHOOK", "http://localhost.example/x", "must begin with https://"),
        ("FINGERPOST_PAGE_WEBHOOK", "https:///x", "must begin with https://"),
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
    assert _in_production("postgresql:///f?host=/run/postgresql").environment is Environment.PRODUCTION


def _in_production(url: str, **others: str) -> Settings:
    said = {f"{PREFIX}{name.upper()}": text for name, text in others.items()}
    return load({**GIVEN, "FINGERPOST_ENVIRONMENT": "production", "FINGERPOST_DATABASE_URL": url, **said})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@db/f?", "postgresql://u:p@db/f?sslmode=require&", "postgresql:///f?host=db&",
        "postgresql:///f?hostaddr=192.0.2.1&", "postgresql:///f?host=/run/a,db&", "postgresql:///f?service=far&",
        "postgresql://%2Frun%2Fpostgresql:5432,db.example/f?",
    ],
)  # fmt: skip
def test_production_has_no_database_in_clear(url: str) -> None:
    with pytest.raises(Misconfigured, match="sslmode=verify-full"):
        _in_production(url)
    assert _in_production(f"{url.replace('sslmode=require&', '')}sslmode=verify-full").database_url


def test_an_address_that_no_driver_reads_is_named() -> None:
    with pytest.raises(Misconfigured, match="FINGERPOST_DATABASE_URL is not an address") as refused:
        load({**GIVEN, "FINGERPOST_DATABASE_URL": "postgresql://u:secret@db:port/f?no"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///f", "postgresql://u:p@%2Frun%2Fpostgresql/f",
        "postgresql://db/f?host=/run/postgresql",  # the last word on a thing counts, and none is asked of db
    ],
)  # fmt: skip
def test_a_socket_needs_no_tls(url: str) -> None:
    assert _in_production(url).database_url == url


def test_production_is_not_put_on_a_network_without_a_proxy() -> None:
    for host in ("::", "192.0.2.7", "fingerpost.example"):
        with pytest.raises(Misconfigured, match="FINGERPOST_HOST"):
            _in_production("postgresql:///f", host=host)
    assert _in_production("postgresql:///f", host="::1").host == "::1"


def test_in_production_people_prove_who_they_are_unless_the_operator_says_not() -> None:
    assert _in_production("postgresql:///f").people_prove
    assert not _in_production("postgresql:///f", person_tokens="off").people_prove
    assert not load(GIVEN).people_prove
    assert load({**GIVEN, "FINGERPOST_PERSON_TOKENS": "on"}).people_prove


def test_a_password_in_the_url_is_not_shown() -> None:
    settings = load({**GIVEN, "FINGERPOST_DATABASE_URL": "postgresql://u:secret@db/f"})
    assert "secret" not in repr(settings)


def test_every_setting_is_read_and_documented() -> None:
    fields = set(Settings.__struct_fields__)
    assert set(READERS) == fields
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    assert [f for f in fields if f"`{PREFIX}{f.upper()}`" not in page] == []
