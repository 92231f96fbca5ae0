"""The tree from the command line: sequence, prove, verify, export, witnesses, reconcile."""

import json
import shutil
from pathlib import Path

import msgspec
import psycopg
import pytest

from fingerpost.access.caller import Caller
from fingerpost.ledger.proof import proves, read_proof
from fingerpost.vault.receipt import Receipt
from fingerpost.wiring import Service
from tests.cli.conftest import Run
from tests.cli.test_ledger import ASK
from tests.conftest import Child, Publish
from tests.ledger.witness import Witness


@pytest.fixture
def answer(run: Run, nurse: Caller, publish: Publish, tmp_path: Path) -> Path:
    """The file of an answer, as `ask --json` printed it."""
    publish("E08000035", Child())
    file = tmp_path / "answer.json"
    file.write_text(run(*ASK).stdout)
    return file


def test_from_a_receipt_to_its_proof(run: Run, answer: Path, service: Service) -> None:
    assert "waits for its place" in run("ledger", "verify", "--receipt", str(answer)).stdout
    assert "waits" in run("ledger", "prove", str(answer), code=1).stderr
    assert run("ledger", "sequence", "--once").stdout.startswith("Added ")
    assert "Added 0" in run("ledger", "sequence", "--once").stdout
    proof = read_proof(run("ledger", "prove", str(answer)).stdout.encode())
    held = json.loads(answer.read_text())["receipt"]
    receipt = msgspec.convert(held, Receipt)
    assert proof is not None
    assert proves(proof, receipt.entry_bytes(), service.tree.log)
    words = run("ledger", "verify", "--receipt", str(answer), "--receipt", str(answer)).stdout
    assert words.count(f"leaf {proof.index} of its tree") == 2


def test_verify_tells_of_the_tree(run: Run, answer: Path, owner_conninfo: str) -> None:
    run("ledger", "sequence", "--once")
    assert "1 checkpoints, 0 waiting" in run("ledger", "verify").stdout
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_leaf DISABLE TRIGGER ledger_is_append_only")
        owner.execute("UPDATE ledger_leaf SET entry = sha256('x') WHERE leaf_index = 0")
    assert "leaf 0 is not what" in run("ledger", "verify", code=1).stderr


def test_since_a_checkpoint(run: Run, answer: Path, tmp_path: Path, owner_conninfo: str) -> None:
    run("ledger", "sequence", "--once")
    kept = tmp_path / "checkpoint"
    kept.write_text(run("ledger", "checkpoint").stdout)
    run(*ASK)
    run("ledger", "sequence", "--once")
    assert "continues the checkpoint of" in run("ledger", "verify", "--since", str(kept)).stdout
    newer = tmp_path / "newer"
    newer.write_text(run("ledger", "checkpoint").stdout)
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        for table in ("ledger_checkpoint", "ledger_leaf"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_is_append_only".encode())
        owner.execute("DELETE FROM ledger_checkpoint WHERE follows IS NOT NULL")
    assert "proof of tampering" in run("ledger", "verify", "--since", str(newer), code=1).stdout
    (tmp_path / "none").write_text("nothing\n")
    assert "is not a checkpoint" in run("ledger", "verify", "--since", str(tmp_path / "none"), code=2).stderr


def test_after_a_restore_the_sequencer_says_why_it_stops(run: Run, answer: Path, service: Service) -> None:
    run("ledger", "sequence", "--once")
    assert service.settings.keyring is not None
    memory = service.settings.keyring / "signed.json"
    memory.write_text(memory.read_text().replace('"size":', '"size":9'))
    run(*ASK, code=2)  # nothing is answered by a database that lacks what was signed
    assert "restored from a backup" in run("ledger", "sequence", "--once", code=2).stderr
    memory.write_text("{")
    assert "cannot be read" in run("ledger", "sequence", "--once", code=2).stderr


def test_export(run: Run, answer: Path, tmp_path: Path) -> None:
    assert "no checkpoint" in run("ledger", "export", str(tmp_path / "log"), code=1).stderr
    run("ledger", "sequence", "--once")
    assert "fingerpost.example/ledger+" in run("ledger", "export", str(tmp_path / "log")).stdout
    assert (tmp_path / "log" / "checkpoint").read_text() == run("ledger", "checkpoint").stdout
    assert (tmp_path / "log" / "tile" / "entries").is_dir()
    shutil.rmtree(tmp_path / "log" / "tile")


def test_a_witness(
    run: Run, answer: Path, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ledger", "sequence", "--once")
    witness = Witness("witness.example", service.tree.log)
    lines = witness.answer(run("ledger", "ask-witness", "--old", "0").stdout)
    assert lines is not None
    file = tmp_path / "lines"
    file.write_text(lines)
    arguments = ("ledger", "cosign", str(file), "--size", str(witness.size))
    assert "FINGERPOST_WITNESSES" in run(*arguments, code=2).stderr
    monkeypatch.setenv("FINGERPOST_WITNESSES", witness.verifier.vkey)
    assert "Cosigned by witness.example" in run(*arguments).stdout
    assert lines in run("ledger", "checkpoint", "--cosigned").stdout
    old = witness.size
    run(*ASK)
    run("ledger", "sequence", "--once")
    assert witness.answer(run("ledger", "ask-witness", "--old", str(old - 1)).stdout) is None
    assert witness.answer(run("ledger", "ask-witness", "--old", str(old)).stdout) is not None
    assert "not the 999" in run("ledger", "ask-witness", "--old", "999", code=1).stderr
    file.write_text("nothing")
    assert "is not signature lines" in run(*arguments, code=2).stderr
    file.write_text(lines)
    assert "no checkpoint of that size" in run("ledger", "cosign", str(file), "--size", "1", code=1).stderr


def test_reconcile(run: Run, answer: Path, owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        for table in ("ledger_entry", "vault_release"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ledger_is_append_only".encode())
        owner.execute("UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 h'")
        owner.execute("UPDATE vault_release SET released_at = released_at - interval '1 h'")
        assert run("ledger", "reconcile").stdout == "1 disclosures, 1 unseals\n"
        assert "ledger_reconciled" in run("ledger", "show", "--last", "1").stdout
        owner.execute("DELETE FROM ledger_entry WHERE kind = 'lookup_answered'")
        assert "UNRECORDED" in run("ledger", "reconcile", code=1).stderr
        owner.execute("DELETE FROM vault_release")
        assert run("ledger", "reconcile").stdout == "0 disclosures, 0 unseals\n"
    shown = run("ledger", "show", "--json").stdout.splitlines()
    told = [json.loads(line)["event"] for line in shown if "ledger_reconciled" in line]
    assert [len(event["unrecorded"]) for event in told] == [0, 1, 0]
