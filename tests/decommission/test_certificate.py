"""Certificates: made from the ledger alone, signed by three, verified from file, checkpoint and keys."""

import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from fingerpost.decommission import evidence as e
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
from fingerpost.decommission.certify import certify, countersign, file_name, hand_out, read
from fingerpost.decommission.chain import Chain, UnsoundProcedure
from fingerpost.decommission.folder import LEDGER, TOOL, Procedure
from fingerpost.decommission.item import Method
from fingerpost.decommission.people import new_signer
from fingerpost.decommission.verify import faults, read_keys, whole
from fingerpost.ledger.note import Verifier, sign
from fingerpost.words.errors import Invalid, Misconfigured, NotFound, Refused
from tests.decommission import paper

STATED = Particulars(manufacturer="Array & Sons", model="A 9", location="Data hall 2", destination="shredded")


def laid_down(chain: Chain, folder: Path) -> Procedure:
    """A chain as a folder, at an hour after its last entry."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LEDGER).write_bytes(b"".join(line.line + b"\n" for line in chain.lines))
    if not (folder / TOOL).exists():
        paper.SIGNERS["tool"].keep(folder / TOOL)
    return Procedure(folder, lambda: chain.state.last_at or paper.START)


@pytest.fixture(scope="module")
def ended() -> Chain:
    return paper.until(9)


@pytest.fixture
def procedure(ended: Chain, tmp_path: Path) -> Procedure:
    return laid_down(ended, tmp_path / "procedure")


@pytest.fixture(scope="module")
def handed(ended: Chain, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, list[Verifier]]:
    """The certificate of the tape, the checkpoint, and the keys, as they are handed out."""
    folder = tmp_path_factory.mktemp("handed")
    procedure, signers = laid_down(ended, folder / "procedure"), paper.SIGNERS
    certify(procedure, signers["oona"], "tape", STATED)
    for who in ("vera", "val"):
        countersign(procedure, signers[who], "tape")
    [(path, _)] = hand_out(procedure, folder / "out")
    return path.read_bytes(), (path.parent / "checkpoint").read_bytes(), read_keys(
        (path.parent / "keys").read_bytes()
    )  # fmt: skip


Handed = tuple[bytes, bytes, list[Verifier]]


def test_it_has_the_fields_of_the_standard_and_their_evidence(handed: Handed) -> None:
    found = msgspec.json.decode(handed[0], type=Bundle).certificate
    assert (found.item.serial, found.item.medium.label) == (
        "T1",
        "not reachable from here: tape, printout, somebody else's system",
    )
    assert found.particulars == STATED
    assert (found.method, found.tool) == (Method.DESTROY, "test")
    assert found.doer.name == "Oona Operator"
    assert [witness.employer for witness in found.witnesses] == ["department", "archive"]
    assert found.scans is not None
    assert (found.scans.planted, found.scans.found, found.scans.hits) == (20, 20, 0)
    assert any("wear-levelling" in limit for limit in found.limits)
    assert len(found.evidence) == 64


def test_it_is_verified_from_file_checkpoint_and_keys_alone(handed: Handed) -> None:
    assert faults(*handed) == []


def test_no_byte_can_be_changed(handed: Handed) -> None:
    content, checkpoint, keys = handed
    every = range(int(time.time()) % 13, len(content), 13)  # others in each run
    missed = [
        (place, bit)
        for place in every
        for bit in (place % 8, 5)  # 5: upper and lower case
        if not faults(flipped(content, place, bit), checkpoint, keys)
    ]
    assert missed == []


def flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        yield path
        for place, inner in enumerate(cast("list[Any]", value)):
            yield from leaves(inner, (*path, place))
    else:
        yield path


def changed(value: Any) -> Any:  # noqa: PLR0911
    match value:
        case list():
            return cast("list[Any]", value)[:-1] if value else ["x"]
        case bool():
            return not value
        case int():
            return value + 1
        case "tape":
            return "server"
        case str() if value.endswith("Z"):
            return value.replace("2010", "2011", 1)
        case str():
            return value[:-1] + ("x" if value[-1:] != "x" else "y")
        case _:
            return None


def test_no_field_can_be_changed_and_written_well(handed: Handed) -> None:
    """As a forger would who knows how a certificate is written."""
    content, checkpoint, keys = handed
    whole_ = msgspec.json.decode(content)
    seen: dict[str, str] = {}
    for path in leaves(whole_):
        forged = deepcopy(whole_)
        at = forged
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = changed(at[path[-1]])
        if forged == whole_:
            continue
        written = msgspec.json.format(msgspec.json.encode(forged)) + b"\n"
        found = faults(written, checkpoint, keys)
        assert found, path
        seen[".".join(map(str, path))] = found[0]
    assert len(seen) > 60
    assert seen["certificate.overwritten"] == "certificate: it is not the one that was signed"
    assert seen["checkpoint"].startswith("checkpoint: ")
    assert seen["entries.2.line"].startswith("entry ")


def test_what_the_doer_signed_wrongly_is_named_by_field(ended: Chain) -> None:
    """Three people may sign what the ledger does not say: the verifier names each field."""
    chain = copy_of(ended)
    true = certificate(lines_of(chain), "tape", STATED)
    other = true.item.__class__(
        id="tape", medium=true.item.medium, where="shelf 5", owner="supplier", serial="T1"
    )
    for field, value in (
        ("item", other),
        ("overwritten", 7),
        ("witnesses", ()),
        ("scans", None),
        ("limits", ()),
    ):
        false = msgspec.structs.replace(true, **{field: value})
        assert [f.partition(":")[0] for f in judged(chain, false)] == [field]


def copy_of(chain: Chain) -> Chain:
    made = Chain()
    for line in chain.lines:
        made.add(line.line)
    return made


def judged(chain: Chain, found: Certificate, doer: str = "oona", *seen: str) -> list[str]:
    """What the verifier says of a certificate that these people signed."""
    chain = copy_of(chain)
    paper.say(chain, (e.Certified(item="tape", certificate=digest(found)), doer))
    for who in seen or ("vera", "val"):
        said = e.CertificateVerified(item="tape", certificate=digest(found))
        paper.say(chain, (said, who))
    head = sign(chain.checkpoint.text, chain.log, paper.SIGNERS["tool"].sign)
    keys = [chain.log, *(p.verifier for p in persons_of(lines_of(chain)).values() if p.verifier)]
    return faults(encoded(bundle(chain, found, head)), str(head).encode(), keys)


def test_one_who_verifies_is_too_few(ended: Chain) -> None:
    true = certificate(lines_of(ended), "tape", STATED)
    assert judged(ended, true) == []
    assert judged(ended, true, "oona", "vera") == [
        "verifier: it is not verified by one person and validated by a third"
    ]


@pytest.mark.parametrize(
    ("without", "fault"),
    [("test", "checkpoint: no key"), ("oona", "entry 0: the key of oona"), ("win", "the key of win is none")],
)
def test_keys_that_nobody_trusts_are_named(handed: Handed, without: str, fault: str) -> None:
    content, checkpoint, keys = handed
    found = faults(content, checkpoint, [key for key in keys if key.name != without])
    assert any(fault in f for f in found)


def test_another_logs_checkpoint_and_another_key_are_refused(handed: Handed) -> None:
    content, checkpoint, keys = handed
    assert faults(content, checkpoint + b"\n", keys)[0].startswith("checkpoint: the certificate was proved")
    other = new_signer("test").verifier
    swapped = [other if key.name == "test" else key for key in keys]
    assert faults(content, checkpoint, swapped) == ["checkpoint: it is not signed by the procedure's log"]


def test_keys_that_are_none_are_named_by_line() -> None:
    assert read_keys(b"# of the department\n\n") == []
    with pytest.raises(Misconfigured, match="line 2 "):
        read_keys(b"# \nnot+a+key\n")
    with pytest.raises(Misconfigured, match="line 1 "):
        read_keys(b"\xff\xfe")


def test_a_certificate_is_signed_in_its_turn_and_by_its_people(procedure: Procedure, tmp_path: Path) -> None:
    signers = paper.SIGNERS
    with pytest.raises(NotFound):
        countersign(procedure, signers["vera"], "tape")
    with pytest.raises(Refused, match="not ended"):
        certify(procedure, signers["oona"], "nothing", STATED)
    path = certify(procedure, signers["oona"], "tape", STATED)
    with pytest.raises(Refused, match="oona is not one who verifies"):
        countersign(procedure, signers["oona"], "tape")
    countersign(procedure, signers["vera"], "tape")
    with pytest.raises(Refused, match="three people"):
        countersign(procedure, signers["vera"], "tape")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Data hall 2", b"Data hall 3"))
    with pytest.raises(Invalid, match="not the one that was signed"):
        countersign(procedure, signers["val"], "tape")
    path.write_bytes(content)
    countersign(procedure, signers["val"], "tape")
    assert read(procedure, "tape").particulars == STATED
    assert len(hand_out(procedure, tmp_path / "out")) == 1


def test_a_whole_ledger_is_read_by_the_rules(ended: Chain) -> None:
    lines = [line.line for line in ended.lines]
    head = str(sign(ended.checkpoint.text, ended.log, paper.SIGNERS["tool"].sign)).encode()
    assert whole(lines, head, [ended.log]).state.ended.keys() == {"server", "extract", "stray", "tape"}
    with pytest.raises(UnsoundProcedure, match="line 3 "):
        whole([*lines[:2], *lines[3:]], head, [ended.log])
    with pytest.raises(UnsoundProcedure, match="checkpoint"):
        whole(lines[:-1], head, [ended.log])
    with pytest.raises(UnsoundProcedure, match="no key"):
        whole(lines, head, [])


def test_the_name_of_a_file_is_a_name() -> None:
    assert file_name("I-0042") == "I-0042"
    assert len({file_name(item) for item in ("a/b", "a b", "../x", "")}) == 4
    assert all(file_name(item).isalnum() for item in ("a/b", "a b", "../x", ""))
