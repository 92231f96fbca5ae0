"""Signed notes, checkpoints, cosignatures and proofs: as the specifications show them, and no other."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.ledger.checkpoint import Checkpoint, read_checkpoint, verified
from fingerpost.ledger.cosignature import cosign, cosigned_at
from fingerpost.ledger.merkle import leaf_hash, node_hash
from fingerpost.ledger.note import (
    Line,
    Note,
    SignatureType,
    Verifier,
    read_lines,
    read_note,
    read_vkey,
    sign,
)
from fingerpost.ledger.proof import Proof, proves, read_proof

# The example of c2sp.org/signed-note.
SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of c2sp.org/tlog-cosignature: a checkpoint with a log's and a witness's line.
SPECIFIED_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9"
    "nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqh"
    "f5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
LOG = Verifier("log.example/x", KEY.public_key().public_bytes_raw())
WITNESS = Verifier("w.example", OTHER.public_key().public_bytes_raw(), SignatureType.COSIGNATURE)
HEAD = Checkpoint(LOG.name, 7, b"r" * 32)
NOTE = sign(HEAD.text, LOG, KEY.sign)


def test_the_specified_note() -> None:
    verifier, note = read_vkey(SPECIFIED_KEY), read_note(SPECIFIED_NOTE.encode())
    assert verifier is not None
    assert note is not None
    assert note.signed_by(verifier)
    assert str(note) == SPECIFIED_NOTE
    assert not note.signed_by(LOG)


def test_the_specified_checkpoint() -> None:
    note = read_note(SPECIFIED_CHECKPOINT.encode())
    assert note is not None
    assert str(note) == SPECIFIED_CHECKPOINT
    head = read_checkpoint(note)
    assert head is not None
    assert (head.origin, head.size, head.text) == ("example.com/behind-the-sofa", 20852163, note.text)
    assert [line.name for line in note.lines] == [head.origin, "witness.example.com/w1"]
    assert int.from_bytes(note.lines[1].signature[:8], "big") == 1679315147


def test_a_checkpoint_of_ours() -> None:
    read = read_note(str(NOTE).encode())
    assert read == NOTE
    assert verified(read, LOG) == HEAD
    assert read_vkey(LOG.vkey) == LOG
    assert verified(None, LOG) is None


def _other_text(note: Note) -> Note:
    return Note(note.text.replace("\n7\n", "\n8\n"), note.lines)


def _spoilt_line(note: Note) -> Note:
    (line,) = note.lines
    return Note(note.text, (line, Line(line.name, line.key_id, bytes(64))))


def _other_origin(note: Note) -> Note:
    return sign(note.text.replace("log.example", "glo.example"), LOG, KEY.sign)


def _no_checkpoint(_: Note) -> Note:
    return sign("no more than words\n", LOG, KEY.sign)


@pytest.mark.parametrize("change", [_other_text, _spoilt_line, _other_origin, _no_checkpoint])
def test_a_checkpoint_that_is_not_ours(change: Callable[[Note], Note]) -> None:
    assert verified(NOTE, LOG)
    assert verified(change(NOTE), LOG) is None


def test_lines_of_unknown_keys_are_let_pass() -> None:
    both = Note(NOTE.text, (Line("somebody.example", b"1234", bytes(64)), *NOTE.lines))
    assert verified(both, LOG) == HEAD
    assert verified(Note(NOTE.text, both.lines[:1]), LOG) is None


def test_a_witness_cosigns() -> None:
    line = cosign(NOTE.text, WITNESS, 1_679_315_147, OTHER.sign)
    (read,) = read_lines(str(line)) or ()
    note = Note(NOTE.text, (*NOTE.lines, read))
    assert cosigned_at(note, WITNESS) == 1_679_315_147
    assert verified(note, LOG) == HEAD
    assert cosigned_at(NOTE, WITNESS) is None
    later = Line(line.name, line.key_id, (1_679_315_148).to_bytes(8, "big") + line.signature[8:])
    assert cosigned_at(Note(NOTE.text, (later,)), WITNESS) is None
    assert cosigned_at(Note(_other_text(NOTE).text, (line,)), WITNESS) is None
    # The same key as a plain signer is another key: its signature cannot be passed off as a cosignature.
    plain = sign(NOTE.text, Verifier(WITNESS.name, WITNESS.key), OTHER.sign)
    assert cosigned_at(plain, WITNESS) is None


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"\n\n", b"text\n", b"text\n\n", b"\xff\n\n", str(NOTE).encode()[:-1],
        str(NOTE).encode() + b"x", str(NOTE).encode().replace(b"7", b"\t7"), b"t\n\n- name AAAAAAA=\n",
        "t\n\n— name\n".encode(), "t\n\n— a+b AAAAAAA=\n".encode(), "t\n\n— name !!!!\n".encode(),
        "t\n\n— name AAAA\n".encode(), "t\n\n— name AAAAAAB=\n".encode(),
        ("t\n\n" + "— n AAAAAAA=\n" * 65).encode(),
    ],
)  # fmt: skip
def test_what_is_no_note(content: bytes) -> None:
    assert read_note(content) is None


@pytest.mark.parametrize(
    "text",
    [
        "o\n7\n", "o\n07\n" + "A" * 43 + "=\n", "o\n-7\n" + "A" * 43 + "=\n", "o\n٧\n" + "A" * 43 + "=\n",
        "o\n7\nAAAA\n", "o\n7\n!\n", "\n7\n" + "A" * 43 + "=\n", "o\n" + "9" * 5000 + "\n" + "A" * 43 + "=\n",
        "o\n7\n" + "A" * 43 + "=", "o\n7\n" + "A" * 43 + "=\nmore", "o\n", "",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint(text: str) -> None:
    assert read_checkpoint(Note(text, ())) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "a+b", "a+00000000+AAAA", SPECIFIED_KEY.replace("530d903a", "530d903b"), SPECIFIED_KEY[:-4],
        "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", SPECIFIED_KEY.replace("Aeky", "Beky"),
    ],
)  # fmt: skip
def test_what_is_no_key(text: str) -> None:
    assert read_vkey(text) is None


@given(st.binary(max_size=300))
def test_nothing_read_ever_raises(content: bytes) -> None:
    read_note(content)
    read_proof(content)
    read_vkey(content.decode("latin-1"))
    read_checkpoint(Note(content.decode("latin-1"), ()))


def test_a_proof_as_text() -> None:
    root = node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    note = sign(Checkpoint(LOG.name, 2, root).text, LOG, KEY.sign)
    proof = Proof(1, (leaf_hash(b"a"),), str(note))
    assert read_proof(str(proof).encode()) == proof
    assert proves(proof, b"b", LOG)
    assert not proves(proof, b"c", LOG)
    assert not proves(Proof(0, proof.path, proof.checkpoint), b"b", LOG)
    assert not proves(Proof(1, proof.path, str(NOTE)), b"b", LOG)
    assert not proves(proof, b"b", Verifier(LOG.name, OTHER.public_key().public_bytes_raw()))
    single = Proof(0, (), str(note))
    assert read_proof(str(single).encode()) == single
    extra = str(proof).replace("\nindex", "\nextra AAAA\nindex")
    assert read_proof(extra.encode()) == proof


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("@v1", "@v2"), lambda t: t.replace("index 1", "index one"), lambda t: t[:40],
        lambda t: t.replace("index 1", "index " + "1" * 20), lambda t: t.replace("\nindex 1", ""),
        lambda t: t.replace("index 1\n", "index 1\nAAAA\n"), lambda t: "",
        lambda t: t.replace("index 1\n", "index 1\n!\n"), lambda t: t.partition("\n\n")[0],
    ],
)  # fmt: skip
def test_what_is_no_proof(change: Callable[[str], str]) -> None:
    text = str(Proof(1, (b"h" * 32,), str(NOTE)))
    assert read_proof(text.encode())
    assert read_proof(change(text).encode()) is None
