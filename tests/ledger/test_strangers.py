"""A stranger's tools accept our log, and refuse every one of five hundred forgeries of it.

The Go checksum database's own code reads an export; npm's own verifier reads proofs. Neither knows us.
Install them with `make strangers`; where they are missing these tests are skipped, and say so.
"""

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from fingerpost.ledger import Receipt
from fingerpost.ledger.export import export
from fingerpost.wiring import Service
from tests.ledger.forge import Case, Log, forged_folders, forged_proofs
from tests.ledger.test_tree import record

HERE = Path(__file__).parent / "stranger"
GOCODE = Path("/usr/share/gocode")  # where Debian's golang-…-dev packages put their source
TIMES = 100  # of each of five kinds
KNOWN = 270  # past the first full tile


@pytest.fixture(scope="session")
def tree_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tree.go`, compiled against Debian's golang.org/x/mod without a network."""
    if not shutil.which("go") or not (GOCODE / "src" / "golang.org" / "x" / "mod" / "sumdb").is_dir():
        pytest.skip("golang-go and golang-golang-x-mod-dev are not installed: run `make strangers` as root")
    program = tmp_path_factory.mktemp("stranger") / "tree"
    environment = os.environ | {
        "GO111MODULE": "off", "GOPATH": str(GOCODE), "GOFLAGS": "", "GOPROXY": "off", "CGO_ENABLED": "0",
    }  # fmt: skip
    subprocess.run(["go", "build", "-o", program, HERE / "tree.go"], check=True, env=environment, timeout=300)
    return program


@pytest.fixture(scope="session")
def library() -> Path:
    """The folder of @sigstore/verify: installed beside `proof.js`, or the one inside npm."""
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    npm = shutil.which("npm")
    places = [HERE / "node_modules"]
    if npm:
        places.append(Path(npm).resolve().parents[1] / "node_modules")
    for place in places:
        if (found := place / "@sigstore" / "verify" / "dist" / "tlog" / "merkle.js").is_file():
            return found.parents[2]
    pytest.skip("@sigstore/verify is not installed: run `make strangers`")


@pytest.fixture
def receipts(service: Service) -> list[Receipt]:
    """Some three hundred entries, in two rounds."""
    given = record(service, KNOWN - 2)
    service.sequencer.sequence_all()
    return given


def _case(service: Service, receipts: list[Receipt]) -> tuple[Case, str]:
    """The log with a checkpoint kept at `KNOWN`, grown since, and its receipt of the latest part."""
    known = str(service.tree.checkpoint())
    receipts += record(service, 50)
    service.sequencer.sequence_all()
    entries = [e.receipt.entry_bytes() for _, e in service.ledger.checked(service.records_database) if e]
    log = Log(entries, service.tree.log, service.vault._signing.sign)
    assert log.checkpoint == str(service.tree.checkpoint())
    return Case(log, KNOWN, entries.index(receipts[-7].entry_bytes())), known


def _asked(line: list[object], questions: list[str]) -> list[str]:
    done = subprocess.run(
        [str(part) for part in line], input="".join(f"{q}\n" for q in questions), capture_output=True,
        text=True, check=True, timeout=120,
    )  # fmt: skip
    answers = done.stdout.splitlines()
    assert len(answers) == len(questions)
    return answers


def test_the_checksum_database_reads_our_log(
    service: Service, receipts: list[Receipt], tree_program: Path, tmp_path: Path
) -> None:
    case, known = _case(service, receipts)
    export(service.tree, tmp_path / "exported")
    (tmp_path / "known").write_text(known)
    line = [tree_program, service.tree.log.vkey, tmp_path / "known", case.log.entries[case.receipt].hex()]
    assert _asked(line, [str(tmp_path / "exported")]) == ["ok"]
    forged = list(forged_folders(case, tmp_path / "forged", TIMES))
    assert _asked(line, [str(tmp_path / "forged" / "honest")]) == ["ok"]
    answers = _asked(line, [str(folder) for _, folder in forged])
    kinds = Counter(kind for kind, _ in forged)
    assert (len(kinds), set(kinds.values())) == (5, {TIMES})
    assert [pair for pair in zip(forged, answers, strict=True) if pair[1] == "ok"] == []


def test_npms_verifier_accepts_our_proofs(service: Service, receipts: list[Receipt], library: Path) -> None:
    case, _ = _case(service, receipts)
    log = service.tree.log
    line: list[object] = ["node", HERE / "proof.js", library, log.key.hex(), log.key_id.hex(), log.name]
    honest = [_proof(service, receipt) for receipt in receipts[::29]] + [case.log.proof(case.receipt)]
    assert set(_asked(line, [msgspec.json.encode(p).decode() for p in honest])) == {"ok"}
    forged = list(forged_proofs(case, TIMES))
    answers = _asked(line, [msgspec.json.encode(proof).decode() for _, proof in forged])
    kinds = Counter(kind for kind, _ in forged)
    assert (len(kinds), set(kinds.values())) == (5, {TIMES})
    assert [kind for (kind, _), answer in zip(forged, answers, strict=True) if answer == "ok"] == []


def _proof(service: Service, receipt: Receipt) -> dict[str, object]:
    proof = service.tree.prove(receipt)
    return {
        "entry": receipt.entry_bytes().hex(), "index": proof.index,
        "path": [h.hex() for h in proof.path], "checkpoint": proof.checkpoint,
    }  # fmt: skip
