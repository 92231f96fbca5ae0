"""Frames and messages: of the row's own types or refused, and no refusal repeats a byte of what came."""

import contextlib
import socket
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.vault import Candidate, Question, wire
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.messages import MAY
from fingerpost.vault.own import StartedAnew
from fingerpost.vault.release import Unrecorded
from fingerpost.vault.remote import RemoteVault
from fingerpost.vault.seal import Broken
from fingerpost.vault.wrapping import WrappingKeyGone
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import FingerpostError, Misconfigured, Refused, Unavailable

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
NAMED = st.tuples(st.sampled_from(sorted(MAY)), st.lists(ANYTHING, max_size=6)).map(lambda m: [m[0], *m[1]])
FRAMES = st.binary(max_size=80) | (ANYTHING | NAMED).map(msgspec.msgpack.encode)
CANDIDATE = Candidate(uuid4(), "E08000035", date(2031, 3, 1), 1, b"sealed")
CHILD = ChildDetails(names=(PersonName("Zoë", "Ó"),), date_of_birth=date(2016, 2, 29), postcodes=("LS1 4DY",))
SENT: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("seal_record", (UUID(int=1), "A", date(2030, 1, 1), CHILD, "P1"), {}),
    ("alike", (Question(b"own", [1, -2]), [CANDIDATE]), {}),
    ("enter", (UUID(int=2), datetime(2026, 1, 1, tzinfo=UTC), b"x"), {}),
    ("reseal", ("told", UUID(int=3), "A", date(2030, 1, 1), b"x"), {"to": date(2031, 1, 1)}),
    ("warm", (), {}),
]


@settings(max_examples=300, deadline=None)
@given(FRAMES)
def test_any_frame_is_a_message_or_refused_in_silence(frame: bytes) -> None:
    for read in (wire.read_message, wire.read_hello):
        with contextlib.suppress(wire.Garbled):
            read(frame)
            continue
        with pytest.raises(wire.Garbled) as refused:
            read(frame)
        assert (str(refused.value), refused.value.__suppress_context__) == ("", True)


@settings(max_examples=100, deadline=None)
@given(FRAMES, st.sampled_from(sorted(MAY)))
def test_any_frame_is_an_answer_or_refused(frame: bytes, message: str) -> None:
    with contextlib.suppress(wire.Garbled, FingerpostError):
        wire.read_answer(message, frame)


@pytest.mark.parametrize(("message", "arguments", "named"), SENT, ids=lambda case: str(case)[:12])
def test_what_is_sent_arrives(message: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    sent = wire.STRUCTS[message](*arguments, **named)
    arrived = wire.read_message(wire.encode(sent))
    assert (type(arrived).__name__, wire.arguments(arrived)) == (message, wire.arguments(sent))


def test_an_iterator_arrives_as_a_list() -> None:
    frame = wire.encode(wire.STRUCTS["alike"](Question(b"own", []), iter([CANDIDATE])))
    assert wire.arguments(wire.read_message(frame))["candidates"] == [CANDIDATE]


@pytest.mark.parametrize("message", sorted(MAY))
def test_the_far_vault_has_every_message(message: str) -> None:
    assert callable(getattr(RemoteVault, message))


@pytest.mark.parametrize(
    "kind",
    [Unrecorded, KeyDestroyed, StartedAnew, Broken, Refused, Misconfigured, Unavailable, FingerpostError],
)
def test_an_error_arrives_as_what_it_was(kind: type[FingerpostError]) -> None:
    with pytest.raises(kind, match="why") as raised:
        wire.read_answer("warm", wire.failed(kind("why")))
    assert type(raised.value) is kind


def test_an_error_unknown_out_here_arrives_as_its_parent() -> None:
    with pytest.raises(Misconfigured, match="why"):
        wire.read_answer("warm", wire.failed(WrappingKeyGone("why")))


def test_a_frame_has_a_bound_and_an_end() -> None:
    one, other = socket.socketpair()
    with one, other:
        with pytest.raises(Refused, match="4 MiB"):
            wire.send(one, bytes(wire.MOST_BYTES + 1), 1)
        wire.send(one, b"whole", 1)
        assert wire.receive(other, first=1, rest=1) == b"whole"
        with pytest.raises(TimeoutError):
            wire.receive(other, first=0.01, rest=1)
        one.sendall(b"\x00\x00\x00\x09half")
        with pytest.raises(TimeoutError):
            wire.receive(other, first=1, rest=0.05)
        one.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(wire.Garbled):
            wire.receive(other, first=1, rest=0.05)
        one.sendall(b"\x00\x00\x00\x09")
        one.close()
        with pytest.raises(wire.Garbled):
            wire.receive(other, first=1, rest=1)
        with pytest.raises(wire.Closed):
            wire.receive(other, first=1, rest=1)
