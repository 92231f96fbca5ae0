"""Text that some bytes hide, pure: UTF-16, base64, hexadecimal, escapes. Each is scanned as the bytes are."""

import base64
import binascii
import quopri
import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from fingerpost.decommission.scanners.anchors import runs_of

_LITTLE = re.compile(rb"(?:[\x09-\xff]\x00){8,}"), "utf-16-le"
_BIG = re.compile(rb"(?:\x00[\x09-\xff]){8,}"), "utf-16-be"
_LEAST_WIDE = 8  # zeros
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}(?:\r?\n[A-Za-z0-9+/]{4,})*={0,2}")
# Longer than those of `containers`: what begins at any of four letters meets two bytes by chance.
_CONTAINERS = (b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"PGDMP", b"SQLite format 3\x00")
_HEX = re.compile(rb"[0-9a-fA-F]{32,}")
_MANY_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}[^%]{0,60}(?:%[0-9A-Fa-f]{2}[^%]{0,60}){5}")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_ESCAPED = re.compile(rb"\\u([0-9A-Fa-f]{4})")
_SOFT_BREAKS = re.compile(rb"=(?:\r?\n[^=]{1,80}=\r?\n|[0-9A-F]{2}=[0-9A-F]{2})")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_FEW_TAGS = 8  # of one block, beside which names are not parted by tags
_TEXT = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_MOSTLY = 0.85  # of decoded bytes that are text, for it to have been text


def _table(letters: bytes) -> NDArray[np.bool_]:
    table = np.zeros(256, np.bool_)
    table[np.frombuffer(letters, np.uint8)] = True
    return table


_HEX_DIGITS = b"0123456789abcdefABCDEF"
_OF_HEX = _table(_HEX_DIGITS)
_OF_BASE64 = _table(bytes(c for c in range(256) if chr(c).isascii() and chr(c).isalnum()) + b"+/")


def views(content: bytes, from_there: Callable[[int], bytes] | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield what is encoded in some bytes, each under the name of its encoding.

    `from_there` returns a file's bytes from a place in them on: what is in base64 may end after `content`.
    """
    if content.count(0) >= _LEAST_WIDE:
        for pattern, encoding, begins in _wide(content):
            yield (
                "utf-16",
                b"\n".join(
                    match[0].decode(encoding, "ignore").encode()
                    for place in begins
                    if (match := pattern.match(content, place))
                ),
            )
    for match in _long(content, _OF_BASE64, 24, _BASE64):
        for text in _unbase64(match[0]):
            cut = text.startswith(_CONTAINERS) and match.end() > len(content) - 4
            whole = _BASE64.match(from_there(match.start())) if from_there and cut else None
            yield "base64", next(_unbase64(whole[0]), text) if whole else text
    for match in _long(content, _OF_HEX, 32, _HEX):
        for digits in (match[0], match[0][1:]):
            yield "hexadecimal", binascii.unhexlify(digits[: len(digits) // 2 * 2])
    yield from _escaped(content)


def _escaped(content: bytes) -> Iterator[tuple[str, bytes]]:
    if b"%" in content and _MANY_PERCENT.search(content):
        yield "percent", _PERCENT.sub(lambda m: bytes([int(m[1], 16)]), content)
    if b"\\u" in content:
        yield "escapes", _ESCAPED.sub(lambda m: chr(int(m[1], 16)).encode(errors="replace"), content)
    if content.count(b"<") > _FEW_TAGS:
        yield "markup", _TAG.sub(b" ", content)
    if b"=" in content and _SOFT_BREAKS.search(content):
        yield "quoted-printable", quopri.decodestring(content)


def _long(
    content: bytes, letters: NDArray[np.bool_], least: int, pattern: re.Pattern[bytes]
) -> Iterator[re.Match[bytes]]:
    """Yield the matches of a pattern that begins with a long run of some letters."""
    start, end = runs_of(letters[np.frombuffer(content, np.uint8)])
    reached = 0
    for place in start[end - start >= least].tolist():
        if place >= reached and (match := pattern.match(content, place)):
            reached = match.end()
            yield match


def _wide(content: bytes) -> Iterator[tuple[re.Pattern[bytes], str, list[int]]]:
    """Yield each order of bytes with where eight characters or more begin that have a zero beside them."""
    block = np.frombuffer(content, np.uint8)
    zero, letter = block == 0, block >= ord("\t")
    for pattern, encoding, one, other in (*_LITTLE, letter, zero), (*_BIG, zero, letter):
        run = one[:-1] & other[1:]
        for step in (2, 4, 8):
            run = run[:-step] & run[step:]
        if run.any():
            run[2:] &= ~run[:-2]
            yield pattern, encoding, np.flatnonzero(run).tolist()


def _unbase64(run: bytes) -> Iterator[bytes]:
    """Yield what a run decodes to, from whichever of its first four letters makes text or a container."""
    letters = run.translate(None, b"\r\n=")
    for start in range(4):
        part = letters[start:]
        whole = len(part) if len(part) % 4 != 1 else len(part) - 1
        decoded = base64.b64decode(part[:whole] + b"=" * (-whole % 4))
        if decoded.startswith(_CONTAINERS) or _is_text(decoded[:300]):
            yield decoded


def _is_text(content: bytes) -> bool:
    return bool(content) and len(content.translate(None, _TEXT)) <= (1 - _MOSTLY) * len(content)
