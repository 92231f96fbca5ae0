"""What witnesses add to a checkpoint, pure: https://c2sp.org/tlog-cosignature (cosignature/v1, Ed25519)

A witness says: at this time, the largest tree of this log I have seen has this root, and it continues every
earlier one I cosigned. A log that shows different people different trees needs its witnesses to lie too.
"""

from collections.abc import Callable

from fingerpost.ledger.note import Line, Note, Verifier

TIME_BYTES = 8
_LATEST = 2**63 - 1


def message(text: str, seconds: int) -> bytes:
    """Return what a witness signs: the checkpoint's text under a header with the POSIX time."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(text: str, witness: Verifier, seconds: int, signer: Callable[[bytes], bytes]) -> Line:
    """Return a witness's signature line for a checkpoint's text."""
    signature = signer(message(text, seconds))
    return Line(witness.name, witness.key_id, seconds.to_bytes(TIME_BYTES, "big") + signature)


def cosigned_at(note: Note, witness: Verifier) -> int | None:
    """Return when a witness cosigned a note (POSIX seconds), or None where it did not, or not truly."""
    times = [_time(note.text, signature, witness) for signature in note.signatures_of(witness)]
    return None if None in times else max((t for t in times if t is not None), default=None)


def _time(text: str, signature: bytes, witness: Verifier) -> int | None:
    seconds = int.from_bytes(signature[:TIME_BYTES], "big")
    signed = seconds <= _LATEST and witness.signed(message(text, seconds), signature[TIME_BYTES:])
    return seconds if signed else None
