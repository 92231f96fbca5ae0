"""What goes over the vault's socket: frames of MessagePack, each one typed struct.

A frame is its length (4 bytes, big-endian) and that many bytes. The first on a connection is `Hello`; then
each message is a struct made from its row in `messages.py`, answered by `Given` or `Failed`. What is not of
the message's own types is refused unread: nothing here repeats a byte of it.
"""

import hashlib
import inspect
import select
import socket
import struct
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.messages import MAY, Vault
from fingerpost.vault.own import StartedAnew
from fingerpost.vault.release import Unrecorded
from fingerpost.vault.seal import Broken
from fingerpost.words.errors import FingerpostError, Misconfigured, Refused, Unavailable

MOST_BYTES = 4 * 1024 * 1024  # of a frame: 400 candidates of 10 kB each, the most that a lookup weighs
_LENGTH = struct.Struct(">I")


class Closed(Exception):
    """The other side hung up between two frames."""


class Garbled(Exception):
    """What came is no frame, no message, or not of the message's types."""


class Hello(Struct, frozen=True, tag="hello"):
    """Which messages the sender knows: both sides must know the same."""

    version: str


class Given(Struct, frozen=True, tag="given", array_like=True):
    """What a message is answered with, to be read by its row's type."""

    value: msgspec.Raw


class Failed(Struct, frozen=True, tag="failed", array_like=True):
    """One of our errors, by name, and its words, which carry no value."""

    error: str
    detail: str


def _concrete(kind: Any) -> Any:
    """Return the type to decode: what may be any iterable comes as a list."""
    return list[get_args(kind)[0]] if get_origin(kind) in {Iterable, Collection} else kind


def _struct(message: str) -> type[Struct]:
    stated = getattr(Vault, message)
    hints = get_type_hints(stated)
    fields = [
        (p.name, _concrete(hints[p.name])) if p.default is p.empty
        else (p.name, _concrete(hints[p.name]), p.default)
        for p in list(inspect.signature(stated).parameters.values())[1:]
    ]  # fmt: skip
    return msgspec.defstruct(
        message, fields, tag=message, array_like=True, frozen=True, forbid_unknown_fields=True
    )


STRUCTS = {message: _struct(message) for message in MAY}
_RESULTS = {message: get_type_hints(getattr(Vault, message))["return"] for message in MAY}
_ERRORS: dict[str, type[FingerpostError]] = {
    kind.__name__: kind
    for kind in (
        KeyDestroyed, StartedAnew, Unrecorded, Broken, Refused, Misconfigured, Unavailable, FingerpostError,
    )
}  # fmt: skip


def _version() -> str:
    """Return a digest of every type that a message or its answer is made of."""
    kinds = [*STRUCTS.values(), *_RESULTS.values()]
    schemas = msgspec.json.schema_components(kinds)
    return hashlib.sha256(msgspec.json.encode(schemas, order="sorted")).hexdigest()[:16]


VERSION = _version()

encode = msgspec.msgpack.Encoder(uuid_format="bytes", enc_hook=list).encode  # an iterator is sent as a list
_message = msgspec.msgpack.Decoder(Union[tuple(STRUCTS.values())])  # noqa: UP007  made of a table
_hello = msgspec.msgpack.Decoder(Hello)
_answer = msgspec.msgpack.Decoder(Given | Failed)
_results = {message: msgspec.msgpack.Decoder(kind) for message, kind in _RESULTS.items()}


def read_hello(frame: bytes) -> Hello:
    """Return the first frame of a connection, or raise `Garbled`."""
    return _decoded(_hello.decode, frame)


def read_message(frame: bytes) -> Struct:
    """Return a message, each of its fields of its declared type, or raise `Garbled`."""
    return _decoded(_message.decode, frame)


def arguments(message: Struct) -> dict[str, Any]:
    """Return what a message holds, by the names of its row."""
    return {name: getattr(message, name) for name in message.__struct_fields__}


def given(value: object) -> bytes:
    """Return the frame that answers with a value."""
    return encode(Given(msgspec.Raw(encode(value))))


def failed(error: FingerpostError) -> bytes:
    """Return the frame that answers with an error: by its own name, or its nearest parent's known here."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    return encode(Failed(name, str(error)))


def read_answer(message: str, frame: bytes) -> Any:
    """Return what a message was answered with, or raise the vault's error; `Garbled` if it is neither."""
    answer = _decoded(_answer.decode, frame)
    if isinstance(answer, Given):
        return _decoded(_results[message].decode, answer.value)
    raise _ERRORS.get(answer.error, FingerpostError)(answer.detail)


def send(end: socket.socket, frame: bytes, within: float) -> None:
    """Send one frame, whole within so many seconds."""
    if len(frame) > MOST_BYTES:
        raise Refused(f"the vault's messages are of {MOST_BYTES // 2**20} MiB at most")
    end.settimeout(within)
    end.sendall(_LENGTH.pack(len(frame)) + frame)


def readable(end: socket.socket, seconds: float) -> bool:
    """Tell whether within so long something can be read, or the other side hung up."""
    poll = select.poll()  # not select(), which ends at descriptor 1023
    poll.register(end, select.POLLIN)
    return bool(poll.poll(int(seconds * 1000)))


def receive(end: socket.socket, *, first: float, rest: float) -> bytes:
    """Return the next frame: its first byte within `first` seconds, the others within `rest` seconds of it.

    Raises `Closed`, `Garbled`, or `TimeoutError`.
    """
    if not readable(end, first):
        raise TimeoutError
    deadline = time.monotonic() + rest
    head = _exactly(end, _LENGTH.size, deadline)
    length = _LENGTH.unpack(head)[0]
    if length > MOST_BYTES:
        raise Garbled
    try:
        return _exactly(end, length, deadline)
    except Closed:  # in the middle of one
        raise Garbled from None


def _exactly(end: socket.socket, count: int, deadline: float) -> bytes:
    content = bytearray()
    while len(content) < count:
        end.settimeout(max(deadline - time.monotonic(), 0.001))
        piece = end.recv(min(count - len(content), 1 << 20))
        if not piece:
            raise Garbled if content else Closed
        content += piece
    return bytes(content)


def _decoded(decode: Callable[[bytes], Any], content: Any) -> Any:
    try:
        return decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, OverflowError, RecursionError):
        raise Garbled from None  # the decoder's words may quote what it read
