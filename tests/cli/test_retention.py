"""`retention`: every command, right and wrong; receipts that `ledger verify` accepts."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from fingerpost.wiring import Service
from fingerpost.words.clock import today
from tests.cli.conftest import Run
from tests.conftest import Owner, Publish
from tests.retention.conftest import LEEDS, Past, child, count, past, people
from tests.retention.test_destroy import MONTH

__all__ = ["past"]
UNTIL, LATER = ((today() + timedelta(days=days)).isoformat() for days in (90, 120))
BY = ("--by", f"{LEEDS}/officer")
ORDER = ("--kind", "court", "--order", "ZC26P00123", "--until", UNTIL)
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _people(service: Service) -> None:
    people(service)


def _receipts(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith('{"entry"')]


def test_rules(run: Run) -> None:
    shown = run("retention", "rules").output
    assert "section 47 enquiry (`s47-enquiry`)" in shown
    assert "Limitation Act 1980" in shown


def test_purge_and_its_receipt(run: Run, past: Past, tmp_path: Path) -> None:
    past.load(LEEDS, child(1))
    shown = run("retention", "purge").output
    assert "Gone: 1 signposts, 1 records" in shown
    (tmp_path / "receipt").write_text(_receipts(shown)[0])
    assert "genuine" in run("ledger", "verify", "--receipt", str(tmp_path / "receipt")).output
    assert "Nothing has reached its day." in run("retention", "purge").output


def test_a_month(run: Run, past: Past) -> None:
    past.load(LEEDS, child(1))
    run("retention", "purge")
    destroy = ("retention", "destroy-month", f"{MONTH:%Y-%m}")
    assert "Asked" in run(*destroy, "--by", "E06000010/service").output
    assert "second person" in run(*destroy, "--by", "E06000010/service", "--confirm", code=1).output
    done = run(*destroy, "--by", "E06000010/second", "--confirm").output
    assert f"Destroyed 1 keys of {MONTH:%Y-%m}" in done
    assert len(_receipts(done)) == 1
    assert "may be destroyed from" in run(*destroy, "--audit", "--by", "E06000010/service", code=1).output
    assert "YYYY-MM" in run("retention", "destroy-month", "September", *BY, code=2).output
    assert "records officer may not" in run(*destroy, *BY, code=1).output


def test_a_hold(run: Run, past: Past, owner: Owner) -> None:
    past.load(LEEDS, child(1), child(2))
    row = owner.execute("SELECT id FROM record LIMIT 1").fetchone()
    assert row is not None
    place = ("retention", "hold", "place")
    made = run(*place, "--authority", LEEDS, "--reference", "P1", *ORDER, *BY).output
    hold = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", made)[0]
    assert "Held until" in run(*place, "--record", str(row[0]), *ORDER, *BY).output
    assert "ZC26P00123" in run("retention", "hold", "list", *BY).output
    assert "still stands as usual" in run("retention", "hold", "open", hold, *BY).output
    run("retention", "purge")
    assert child(1).family in run("retention", "hold", "open", hold, *BY).output
    assert "Held until" in run("retention", "hold", "renew", hold, "--until", LATER, *BY).output
    assert "second person" in run("retention", "hold", "lift", hold, *BY).output
    assert "Lifted" in run("retention", "hold", "lift", hold, "--by", f"{LEEDS}/other").output
    assert count(owner, "hold") == 1
    assert "ZC26P00123" not in run("ledger", "show", "--last", "100").output


@pytest.mark.parametrize(
    "which", [(), ("--authority", LEEDS), ("--record", NOBODY, "--reference", "P1"), ("--reference", "P1")]
)
def test_a_hold_needs_one_child(run: Run, which: tuple[str, ...]) -> None:
    assert "--record alone" in run("retention", "hold", "place", *which, *ORDER, *BY, code=2).output


def test_no_hold(run: Run) -> None:
    assert "No holds." in run("retention", "hold", "list", *BY).output
    assert "no hold of that id" in run("retention", "hold", "lift", NOBODY, *BY, code=1).output
    assert "may not" in run("retention", "hold", "list", "--by", "RJ1/nurse", code=1).output


def test_erased_and_overdue(run: Run, publish: Publish, owner: Owner, tmp_path: Path) -> None:
    publish(LEEDS, child(1), child(2))
    erase = ("retention", "erase", "--authority", LEEDS, "--reference")
    shown = run(*erase, "P1", *BY).output
    assert "Erased: 1 signposts, 0 items told; 2 other values sealed again." in shown
    assert len(_receipts(shown)) == 1
    assert "nothing is held" in run(*erase, "P1", *BY, code=1).output
    assert "OVERDUE" not in run("status").output
    owner.execute("UPDATE erasure SET erased_at = erased_at - interval '25 hours'")
    assert "OVERDUE: a child erased on" in run("status", code=1).output
    settle = run("retention", "settle", "--backup", str(tmp_path), code=2).output
    assert "is not a folder that pg_basebackup" in settle


def test_a_database_that_was_not_restored_has_nothing_to_be_told(run: Run, tmp_path: Path) -> None:
    restored = ("retention", "restored", "--by", "E06000010/service")
    shown = run(*restored).output
    assert "0 acts done again. Nothing has reached its day." in shown
    assert len(_receipts(shown)) == 1
    assert "0 acts" in run(*restored, "--mirror", str(tmp_path)).output
    assert "may not" in run("retention", "restored", *BY, code=1).output
