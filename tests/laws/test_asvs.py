"""OWASP ASVS 5.0, requirement by requirement: what `docs/assurance/asvs.csv` claims can be looked up."""

import ast
import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fingerpost.api.rest.door import ROUTES
from tests.laws.test_routes import at, headers, http, request_id, service, settings  # noqa: F401  # pyright: ignore[reportUnusedImport]  fixtures

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "assurance" / "asvs.csv"
OWNERS = {"application": 264, "identity provider": 32, "not applicable": 49}
STATUSES = {"met", "missed", "later", ""}


def _rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def exists(place: str, root: Path = ROOT) -> bool:
    """Tell whether a file, or a test in it, is there."""
    path, _, test = place.partition("::")
    if not (root / path).is_file():
        return False
    tree = ast.parse((root / path).read_text("utf-8")) if test else ast.Module([], [])
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return not test or test in names


def test_every_requirement_is_answered_once() -> None:
    rows = _rows()
    assert len({row["id"] for row in rows}) == len(rows) == 345
    assert Counter(row["owner"] for row in rows) == OWNERS
    assert {row["status"] for row in rows} <= STATUSES
    assert all(bool(row["status"]) == (row["owner"] == "application") for row in rows)
    assert all(row["note"] for row in rows)


@pytest.mark.parametrize("row", [r for r in _rows() if r["status"] == "met"], ids=lambda row: row["id"])
def test_what_shows_it_is_there(row: dict[str, str]) -> None:
    assert exists(row["shown_by"])


def test_what_is_missed_or_later_shows_nothing() -> None:
    assert not any(row["shown_by"] for row in _rows() if row["status"] != "met")


def test_a_claim_without_its_test_would_be_seen() -> None:
    """The control."""
    assert exists("tests/laws/test_asvs.py::exists")
    assert not exists("tests/laws/test_asvs.py::test_that_is_not_there")
    assert not exists("tests/laws/test_not_there.py")


def test_what_the_pages_of_assurance_name_is_there() -> None:
    named = re.compile(r"`(tests/[a-z0-9_/]+\.py(?:::\w+)?)`")
    places = {place for page in TABLE.parent.glob("*.md") for place in named.findall(page.read_text("utf-8"))}
    assert len(places) > 50
    assert sorted(place for place in places if not exists(place)) == []


def test_the_summary_counts_as_the_table() -> None:
    summary = (ROOT / "docs" / "assurance" / "asvs.md").read_text("utf-8")
    for level in "123":
        of = Counter(r["status"] for r in _rows() if r["level"] == level and r["status"])
        line = f"| L{level} | {of.total()} | {of['met']} | {of['missed']} | {of['later']} |"
        assert line in summary, line


def test_headers_of_every_answer(
    http: FlaskClient,  # noqa: F811
    headers: Callable[[str], dict[str, str]],  # noqa: F811
    at: Callable[[str], str],  # noqa: F811
) -> None:
    """Found, refused and unknown alike: not sniffed, not kept, not read by another site's script."""
    asked = [(r.method, at(r.path), headers(c)) for r in ROUTES for c in ("both", "nobody")]
    asked += [("GET", "/nowhere", {}), ("TRACE", "/healthz", {})]
    for method, path, given in asked:
        answer = http.open(path, method=method, headers={**given, "Origin": "https://evil.example"})
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        kept = "tile" in path and answer.status_code == 200
        assert answer.headers["Cache-Control"] == (
            "public, max-age=31536000, immutable" if kept else "no-store"
        )
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert "Location" not in answer.headers
        assert "Server" not in answer.headers
