"""A witness of the tests: keeps the last tree it saw, and cosigns only what continues it."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fingerpost.ledger.cosignature import cosign
from fingerpost.ledger.merkle import EMPTY_ROOT
from fingerpost.ledger.note import SignatureType, Verifier, read_lines
from fingerpost.wiring import Service
from tests.ledger import naive


class Witness:
    """Reads the request of c2sp.org/tlog-witness and answers with signature lines, or refuses."""

    def __init__(self, name: str, log: Verifier) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw(), SignatureType.COSIGNATURE)
        self._log = log
        self.size, self._root = 0, EMPTY_ROOT

    def answer(self, request: str) -> str | None:
        """Return the cosignature, or None where the request does not continue what was seen."""
        head, _, checkpoint = request.partition("\n\n")
        old, *proof = head.split("\n")
        text, _, signatures = checkpoint.rpartition("\n\n")
        name, encoded = signatures.split("\n")[0].removeprefix("— ").split(" ")
        if name != self._log.name or not self._log.signed(
            f"{text}\n".encode(), base64.b64decode(encoded)[4:]
        ):
            return None
        size, root = int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
        hashes = [base64.b64decode(line) for line in proof]
        if old != f"old {self.size}" or not naive.continues(self._root, self.size, root, size, hashes):
            return None
        self.size, self._root = size, root
        return str(cosign(f"{text}\n", self.verifier, 1_800_000_000, self._key.sign))


def cosign_latest(service: Service) -> Witness:
    """Let a new witness cosign the latest checkpoint."""
    witness = Witness("witness.example", service.tree.log)
    lines = read_lines(witness.answer(service.tree.witness_request(0)) or "")
    assert lines is not None
    assert service.tree.add_cosignatures(lines, witness.size, [witness.verifier]) == ["witness.example"]
    return witness
