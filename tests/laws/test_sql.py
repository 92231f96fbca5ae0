"""Law 5: every statement plans against the schema, and none scans a large table from end to end."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest

from fingerpost.instance import Instance
from fingerpost.settings import Settings

SOURCE = Path(__file__).parents[2] / "src" / "fingerpost"
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
LARGE = {
    "record",
    "token",
    "signpost",
    "ledger_entry",
    "feed_quarantine",
    "link",
    "told",
    "held_copy",
    "ledger_leaf",
    "ledger_tile",
    "shield",
    "shield_token",
    "shield_cover",
    "shield_alert",
    "contact_request",
    "sensitive_note",
    "sensitive_token",
    "desk_reference",
    "asking",
    "asking_subject",
    "tie",
    "alert",
    "challenge",
    "notice",
    "notice_delivery",
    "meeting",
    "watch",
    "watch_token",
    "asked_waiting",
    "watch_hit",
    "alert_sweep",
    "contact_test",
}


def _statements() -> list[tuple[str, str]]:
    """Return (place, SQL) of every literal statement in a store: strings passed as a call's argument."""
    found: list[tuple[str, str]] = []
    for path in sorted(SOURCE.rglob("*store.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    text = argument.value.strip()
                    if text.startswith(VERBS):
                        found.append((f"{path.parent.name}/{path.name}:{argument.lineno}", text))
    return found


STATEMENTS = _statements()


Plan: TypeAlias = "dict[str, Plan] | list[Plan] | str | float | None"


def _plan(owner: psycopg.Connection[tuple[Any, ...]], sql: str) -> Plan:
    first, *rest = sql.split("%s")
    numbered = first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))
    row = owner.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {numbered}".encode(), prepare=False).fetchone()
    assert row is not None
    return row[0]


def _scans(plan: Plan) -> set[str]:
    match plan:
        case dict():
            own = {str(plan["Relation Name"])} if plan.get("Node Type") == "Seq Scan" else set[str]()
            return own.union(*map(_scans, plan.values()))
        case list():
            return set[str]().union(*map(_scans, plan))
        case _:
            return set()


@pytest.fixture(scope="module")
def owner(shared_settings: Settings) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(Instance(shared_settings).owner_conninfo(), autocommit=True) as connection:
        # The tables are empty here: forbid the scan that an empty table invites.
        connection.execute("SET enable_seqscan = off")
        yield connection


def test_there_are_statements() -> None:
    assert len(STATEMENTS) > 20


@pytest.mark.parametrize(("place", "sql"), STATEMENTS, ids=[place for place, _ in STATEMENTS])
def test_plans_without_scanning_a_large_table(
    owner: psycopg.Connection[tuple[Any, ...]], place: str, sql: str
) -> None:
    assert _scans(_plan(owner, sql)) & LARGE == set(), place


def test_the_law_can_fail(owner: psycopg.Connection[tuple[Any, ...]]) -> None:
    assert _scans(_plan(owner, "SELECT id FROM signpost WHERE role = %s")) == {"signpost"}


def test_each_advisory_lock_has_a_number_of_its_own() -> None:
    """Two uses of one number wait for each other, or take one another for a second of their kind."""
    numbers = [
        number
        for path in SOURCE.rglob("*.py")
        for number in re.findall(r"^_[A-Z_]+ = (7_310_\d{3})(?!_)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(numbers) >= 7
    assert sorted(numbers) == sorted(set(numbers))
