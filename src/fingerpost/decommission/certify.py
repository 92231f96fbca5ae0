"""Signing certificates: the doer, a verifier of another employer, a third; and handing them out."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from fingerpost.decommission.acts.attesting import CertificateVerified, Certified
from fingerpost.decommission.certificate import (
    Bundle,
    Certificate,
    Particulars,
    bundle,
    certificate,
    digest,
    encoded,
    lines_of,
    persons_of,
)
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.people import Signer
from fingerpost.vault import durable
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused

FOLDER = "certificates"
CHECKPOINT, KEYS = "checkpoint", "keys"


def certify(procedure: Procedure, doer: Signer, item: str, particulars: Particulars) -> Path:
    """Write the certificate of an item, as the ledger knows it, and sign it. Return its file."""
    found = certificate(lines_of(procedure.chain), item, particulars)
    path = _path(procedure, item)
    path.parent.mkdir(exist_ok=True)
    durable.replace(path, encoded(found), 0o644)
    procedure.say(Certified(item=item, certificate=digest(found)), doer)
    return path


def countersign(procedure: Procedure, signer: Signer, item: str) -> None:
    """Verify, or validate, a certificate: that it says what the ledger says, and is what the doer signed."""
    found = read(procedure, item)
    again = certificate(lines_of(procedure.chain), item, found.particulars)
    if msgspec.structs.replace(again, version=found.version) != found:
        raise Refused(f"the certificate of item {item} says something else than the ledger")
    procedure.say(CertificateVerified(item=item, certificate=digest(found)), signer)


def read(procedure: Procedure, item: str) -> Certificate:
    """Read the certificate of an item; `Invalid` where it is not the one that was signed."""
    path = _path(procedure, item)
    if not path.exists():
        raise NotFound(f"item {item} has no certificate yet")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != procedure.state.certificates.get(item):
        raise Invalid(Problem("certificate", f"of item {item} is not the one that was signed"))
    return msgspec.json.decode(content, type=Certificate)


def hand_out(procedure: Procedure, out: Path) -> list[tuple[Path, Bundle]]:
    """Write every certificate with its proof, the checkpoint, and the public keys. Return them."""
    out.mkdir(parents=True, exist_ok=True)
    head, chain = procedure.checkpoint(), procedure.chain
    durable.replace(out / CHECKPOINT, str(head).encode(), 0o644)
    durable.replace(out / KEYS, "".join(f"{key}\n" for key in _keys(procedure)).encode(), 0o644)
    found: list[tuple[Path, Bundle]] = []
    for item in chain.state.certificates:
        made = bundle(chain, read(procedure, item), head)
        path = out / f"{file_name(item)}.json"
        durable.replace(path, encoded(made), 0o644)
        found.append((path, made))
    return found


def _keys(procedure: Procedure) -> Iterator[str]:
    """Yield every public key of the procedure: the log's, then each person's."""
    yield procedure.chain.log.vkey
    yield from (person.vkey for person in persons_of(lines_of(procedure.chain)).values())


def file_name(item: str) -> str:
    """Return the name of an item's files: its id, or what stands for one that no file can have as a name."""
    if re.fullmatch(r"\w[\w.-]{0,80}", item):
        return item
    return hashlib.sha256(item.encode()).hexdigest()[:24]


def _path(procedure: Procedure, item: str) -> Path:
    return procedure.folder / FOLDER / f"{file_name(item)}.json"
