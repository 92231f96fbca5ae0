"""The ledger's tree, read-only and for anyone: checkpoints, tiles (https://c2sp.org/tlog-tiles) and proofs.

No sign-in, because nothing is disclosed: a tile holds hashes over hashes that only a receipt's holder can
make. What shows is how many entries there are, and so how busy the service is.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Response, request
from msgspec import Struct

from fingerpost.access.caller import Caller
from fingerpost.ledger.tiles import read_path
from fingerpost.wiring import Service
from fingerpost.words.errors import NotFound

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
# A tile never changes, a partial one included: its width is in its name.
_FOR_EVER = "public, max-age=31536000, immutable"


class VerifyingKey(Struct, frozen=True):
    """The public key (Ed25519, RFC 8032, hexadecimal) that receipts are checked with.

    `vkey` is the same for checkpoints, in the form of https://c2sp.org/signed-note.
    """

    algorithm: str
    key: str
    vkey: str


def ledger_key(service: Service, _caller: Caller | None) -> VerifyingKey:
    """Give the public key that receipts and checkpoints are checked with."""
    return VerifyingKey("Ed25519", service.vault.verifying_key().hex(), service.tree.log.vkey)


def checkpoint(service: Service, _caller: Caller | None) -> Response:
    """Give the latest signed checkpoint."""
    return Response(str(service.tree.checkpoint()), HTTPStatus.OK, content_type=TEXT)


def cosigned(service: Service, _caller: Caller | None) -> Response:
    """Give the latest checkpoint that a witness cosigned."""
    return Response(str(service.tree.cosigned()), HTTPStatus.OK, content_type=TEXT)


def tile(service: Service, _caller: Caller | None) -> Response:
    """Give a tile or an entry bundle."""
    found = read_path(_argument("tile"))
    if found is None:
        raise NotFound("no tile has such a path")
    content = service.tree.tile(found)
    return Response(content, HTTPStatus.OK, {"Cache-Control": _FOR_EVER}, content_type=BYTES)


def proof(service: Service, _caller: Caller | None) -> Response:
    """Give the proof that a receipt's entry is in the tree; 503 while it waits for its place."""
    return Response(str(service.tree.prove_entry(UUID(_argument("entry")))), HTTPStatus.OK, content_type=TEXT)


def _argument(name: str) -> str:
    return str((request.view_args or {})[name])
