"""The tree over HTTP: what anyone may read, how long it may be kept, and that it discloses nothing."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from fingerpost.api.rest.door import build
from fingerpost.ledger.events import LedgerRead
from fingerpost.ledger.merkle import includes, leaf_hash
from fingerpost.ledger.note import read_note
from fingerpost.ledger.proof import proves, read_proof
from fingerpost.wiring import Service
from tests.ledger.witness import cosign_latest

PROOF = "/api/v1/ledger/proofs"


@pytest.fixture
def http(service: Service) -> Iterator[FlaskClient]:
    with build(service).test_client() as client:
        yield client


def test_checkpoint_and_tiles(http: FlaskClient, service: Service) -> None:
    assert http.get("/ledger/checkpoint").status_code == 404
    service.sequencer.sequence_all()
    answer = http.get("/ledger/checkpoint")
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("text/plain; charset=utf-8", "no-store")
    note = read_note(answer.data)
    assert note is not None
    assert note.signed_by(service.tree.log)
    hashes, entries = http.get("/ledger/tile/0/000.p/2"), http.get("/ledger/tile/entries/000.p/2")
    for tile in (hashes, entries):
        assert tile.content_type == "application/octet-stream"
        assert tile.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert [leaf_hash(entries.data[2:34]), leaf_hash(entries.data[36:])] == [
        hashes.data[:32],
        hashes.data[32:],
    ]


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/3", "0/001.p/1", "1/000.p/1", "x", "entries/000", "0/000.p/2/"]
)
def test_what_the_tree_has_not(http: FlaskClient, service: Service, path: str) -> None:
    service.sequencer.sequence_all()
    answer = http.get(f"/ledger/tile/{path}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_proof(http: FlaskClient, service: Service) -> None:
    service.sequencer.sequence_all()
    with service.records_database.statement() as session:
        receipt = service.ledger.record(session, LedgerRead(reader="t", entries=1))
    waiting = http.get(f"{PROOF}/{receipt.entry}")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "2")
    service.sequencer.sequence_all()
    proof = read_proof(http.get(f"{PROOF}/{receipt.entry}").data)
    assert proof is not None
    assert proves(proof, receipt.entry_bytes(), service.tree.log)
    assert http.get(f"{PROOF}/00000000-0000-4000-8000-000000000000").status_code == 404
    assert http.get(f"{PROOF}/nonsense").status_code == 404


def test_a_witness(http: FlaskClient, service: Service) -> None:
    assert http.get("/ledger/cosigned").status_code == 404
    service.sequencer.sequence_all()
    cosign_latest(service)
    assert http.get("/ledger/cosigned").data == http.get("/ledger/checkpoint").data
    assert "— witness.example " in http.get("/ledger/checkpoint").get_data(as_text=True)


def test_nothing_public_is_what_a_guess_could_make(http: FlaskClient, service: Service) -> None:
    """Neither leaf, id, kind nor time stands in a tile: only the hash of all of them, under a nonce."""
    service.sequencer.sequence_all()
    entries = http.get("/ledger/tile/entries/000.p/2").data
    for row, entry in service.ledger.checked(service.records_database):
        assert entry is not None
        assert row.leaf not in entries
        assert row.id.bytes not in entries
        assert entry.receipt.entry_bytes() in entries


def test_the_proof_of_the_last_of_three(http: FlaskClient, service: Service) -> None:
    with service.records_database.statement() as session:
        receipt = service.ledger.record(session, LedgerRead(reader="t", entries=1))
    service.sequencer.sequence_all()
    proof = service.tree.prove(receipt)
    head = service.tree.require_continues(service.tree.checkpoint())
    assert (proof.index, len(proof.path)) == (2, 1)
    assert includes(head.root, 3, 2, leaf_hash(receipt.entry_bytes()), proof.path)
