"""`ledger show` and `ledger verify`, of the whole and of one receipt."""

import json
from pathlib import Path

import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.wiring import Service
from tests.cli.conftest import Run
from tests.conftest import Child, Publish

ASK = (
    "ask", "--practitioner", "RJ1/nurse", "--purpose", "unscheduled_care", "--case-reference", "A", "--json",
    "--given-names", "Zebedee", "--family-name", "Featherstonehaugh", "--date-of-birth", "9/3/2016",
)  # fmt: skip


@pytest.fixture
def answer(run: Run, nurse: Caller, publish: Publish, tmp_path: Path) -> Path:
    """The file of an answer, as `ask --json` printed it."""
    publish("E08000035", Child())
    file = tmp_path / "answer.json"
    file.write_text(run(*ASK).stdout)
    return file


def _receipt(answer: Path, **changes: str) -> Path:
    """A file of the receipt alone."""
    receipt = {**json.loads(answer.read_text())["receipt"], **changes}
    file = answer.with_name("receipt.json")
    file.write_text(json.dumps(receipt))
    return file


def test_show_names_no_child_and_is_an_entry_itself(run: Run, answer: Path) -> None:
    shown = run("ledger", "show").output
    assert ("lookup_answered" in shown, "outcome=found" in shown, "Zebedee" in shown) == (True, True, False)
    again = run("ledger", "show", "--last", "1").output.splitlines()
    assert (len(again), "ledger_read" in again[0], "reader=console" in again[0]) == (1, True, True)
    run("ledger", "show", "--reader", "auditor")
    assert "reader=auditor" in run("ledger", "show", "--last", "1").output


def test_show_json_is_whole_one_entry_a_line(run: Run, answer: Path) -> None:
    entries = [json.loads(line) for line in run("ledger", "show", "--json").stdout.splitlines()]
    (asked,) = [e["event"] for e in entries if e["kind"] == "lookup_answered"]
    assert asked["asked"]["names"][0] == ["Zebedee", "Featherstonehaugh"]
    assert all(entry["sound"] for entry in entries)


def test_verify_counts_what_is_sound(run: Run, answer: Path) -> None:
    done = run("ledger", "verify").output
    assert ("1  lookup_answered" in done, "0 wrong" in done) == (True, True)


def test_a_genuine_receipt(run: Run, answer: Path) -> None:
    for file in (answer, _receipt(answer)):
        assert "genuine" in run("ledger", "verify", "--receipt", str(file)).output


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"leaf": "00" * 32}, "not signed by this ledger, or was altered"),
        ({"recorded_at": "2026-01-01T00:00:00+00:00"}, "not signed"),
        ({"entry": "00000000-0000-4000-8000-000000000000"}, "not signed"),
        ({"signature": "00" * 64}, "not signed"),
        ({"signature": "\N{SNOWMAN}"}, "not signed"),
        ({"signature": ""}, "not signed"),
    ],
)
def test_a_forged_receipt(run: Run, answer: Path, changes: dict[str, str], words: str) -> None:
    assert words in run("ledger", "verify", "--receipt", str(_receipt(answer, **changes)), code=1).output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "neither a receipt"), (b"{", "neither"), (b"\xff\xfe", "neither"), (b"[1]", "neither"),
        (b"{}", "is not a receipt"), (b'{"leaf": "Zebedee"}', "is not a receipt"),
        (b'{"receipt": {"entry": "Zebedee"}}', "neither"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_receipt(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(content)
    done = run("ledger", "verify", "--receipt", str(file), code=2)
    assert (words in done.stderr, "Zebedee" in done.stderr) == (True, False)


def test_what_was_changed_behind_its_back_is_found(
    run: Run, answer: Path, owner_conninfo: str, service: Service
) -> None:
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_is_append_only")
        owner.execute(
            "UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 day'"
            " WHERE kind = 'lookup_answered'"
        )
        done = run("ledger", "verify", code=1)
        assert "is not what was signed" in done.stderr
        assert "BROKEN" in run("ledger", "show").output
        assert "changed after" in run("ledger", "verify", "--receipt", str(answer), code=1).output
        owner.execute("DELETE FROM ledger_entry WHERE kind = 'lookup_answered'")
    assert "proof of tampering" in run("ledger", "verify", "--receipt", str(answer), code=1).output


@pytest.mark.parametrize(
    "arguments",
    [("--last", "0"), ("--last", "many"), ("--reader",), ("extra",), ("--receipt", "x")],
)
def test_wrong_arguments(run: Run, arguments: tuple[str, ...]) -> None:
    assert "Error: " in run("ledger", "show", *arguments, code=2).stderr


def test_a_receipt_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert "does not exist" in run("ledger", "verify", "--receipt", str(tmp_path / "no"), code=2).stderr
