"""The loss drill, the ceremony, and what is owed after a destruction."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from fingerpost.access.caller import Caller
from fingerpost.cli import fingerpost
from fingerpost.custody import custody as custody_module
from fingerpost.custody.shares import CUSTODIANS, Share, combine, read_paper, split
from fingerpost.instance import Instance
from fingerpost.ledger.events import KeyringBackedUp, KeyringRecovered, KeyShareDestroyed, KeySharesIssued
from fingerpost.settings import Settings
from fingerpost.vault.keys import FileKeyring
from fingerpost.vault.wrapping import FileWrapping
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Invalid, Misconfigured, NotFound, Unavailable
from tests.conftest import Child, Publish, form_of, question

NAMES = ("amber", "birch", "cedar", "damson", "elder")
CHILD = Child()
Papers = dict[str, Share]
Run = Callable[..., Result]


@pytest.fixture
def keyring(settings: Settings) -> FileKeyring:
    return Instance(settings).keyring()


def _issue(service: Service, keyring: FileKeyring) -> Papers:
    papers: Papers = {}
    service.custody.issue(keyring, NAMES, lambda share: papers.update({share.custodian: share}))
    return papers


def _events(service: Service) -> list[object]:
    kinds = KeySharesIssued | KeyShareDestroyed | KeyringBackedUp | KeyringRecovered
    entries = [entry for _, entry in service.ledger.checked(service.records_database)]
    return [entry.event for entry in entries if entry and isinstance(entry.event, kinds)]


@pytest.fixture
def known(publish: Publish) -> None:
    """A child of whom the service knows."""
    publish("E08000035", CHILD)


@pytest.mark.usefixtures("known")
def test_the_loss_drill(
    service: Service, settings: Settings, keyring: FileKeyring, nurse: Caller, tmp_path: Path
) -> None:
    """A blank host, a backup of the keyring and any three shares: a keyring that opens the records."""
    words = [share.words for share in _issue(service, keyring).values()]
    backup = keyring.raw()
    for n, some in enumerate(combinations(words, 3)):
        blank = tmp_path / f"host{n}"
        recovered = FileKeyring.recover(
            blank / "keyring" / "keyring.json", FileWrapping(blank / "w"), backup, combine(list(some))
        )
        assert recovered.names() == keyring.names()
    on_it = msgspec.structs.replace(settings, keyring=blank / "keyring", wrapping_key=blank / "w")
    with opened(on_it) as again:
        assert again.lookup.ask(nurse, question(form_of(CHILD))).matches
    with pytest.raises(Misconfigured, match="already"):
        FileKeyring.recover(blank / "keyring" / "keyring.json", FileWrapping(blank / "w"), backup, bytes(32))


def test_two_shares_or_five_of_two_kinds_make_nothing(service: Service, keyring: FileKeyring) -> None:
    one, other = _issue(service, keyring), _issue(service, keyring)
    words = [share.words for share in one.values()]
    for some in (words[:2], [words[0]] * 3, [*words[:2], other["cedar"].words], [*words[:2], "not a share"]):
        with pytest.raises(Invalid, match="3 different"):
            combine(some)
    with pytest.raises(Invalid, match="something else"):
        combine(split(bytes(16))[:3])


def test_shares_of_an_older_generation_open_nothing(
    service: Service, keyring: FileKeyring, tmp_path: Path
) -> None:
    old = [share.words for share in _issue(service, keyring).values()]
    keyring.ensure(["audit/2030-01"])
    before = keyring.raw()
    keyring.destroy(["audit/2030-01"])
    key, wrapping = combine(old[:3]), FileWrapping(tmp_path / "w")
    with pytest.raises(Misconfigured, match="not of the wrapping key"):
        FileKeyring.recover(tmp_path / "k" / "keyring.json", wrapping, keyring.raw(), key)
    assert wrapping.held(keyring.generation[:8]) == frozenset()
    # What makes them worth asking for: with a backup of their own time they do open. Hence the attestations.
    assert (
        "audit/2030-01" in FileKeyring.recover(tmp_path / "k" / "keyring.json", wrapping, before, key).names()
    )


def test_who_holds_and_who_owes(service: Service, keyring: FileKeyring) -> None:
    assert "nobody" in service.custody.standing(keyring).in_words
    _issue(service, keyring)
    first = keyring.generation
    standing = service.custody.standing(keyring)
    assert (standing.generation, standing.holders, standing.outstanding) == (first, NAMES, ())
    assert "5 custodians" in standing.in_words
    with pytest.raises(Invalid, match="in use"):
        service.custody.attest(keyring, first, "amber")
    keyring.ensure(["audit/2030-01"])
    keyring.destroy(["audit/2030-01"])
    standing = service.custody.standing(keyring)
    assert (standing.holders, [s.custodian for s in standing.outstanding]) == ((), list(NAMES))
    for left, name in enumerate(reversed(NAMES)):
        assert f"{5 - left} older shares" in service.custody.standing(keyring).in_words
        service.custody.attest(keyring, first, name)
    assert service.custody.standing(keyring).outstanding == ()
    for generation, name in ((first, "amber"), (first, "nobody"), ("0", "amber")):
        with pytest.raises(NotFound):
            service.custody.attest(keyring, generation, name)
    assert _events(service) == [
        KeySharesIssued(generation=first, custodians=NAMES, needed=3),
        *(KeyShareDestroyed(generation=first, custodian=name) for name in reversed(NAMES)),
    ]


def test_a_ceremony_that_is_cut_short_leaves_the_keyring_and_asks_for_the_shares(
    service: Service, keyring: FileKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring.generation
    with monkeypatch.context() as patch:
        patch.setattr(FileKeyring, "renew", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            _issue(service, keyring)
    assert keyring.generation == before
    assert len(service.custody.standing(keyring).outstanding) == CUSTODIANS


def test_a_destruction_during_the_ceremony_is_not_undone(service: Service, keyring: FileKeyring) -> None:
    def meanwhile(share: Share) -> None:
        if share.custodian == "elder":
            keyring.ensure(["audit/2030-01"])
            keyring.destroy(["audit/2030-01"])

    with pytest.raises(Unavailable, match="meanwhile"):
        service.custody.issue(keyring, NAMES, meanwhile)
    assert "audit/2030-01" not in keyring.names()


def test_shares_are_tried_before_they_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody_module, "split", split)
    monkeypatch.setattr("fingerpost.custody.shares.combine", lambda _: bytes(32))
    with pytest.raises(ArithmeticError):
        split(b"1" * 32)


@pytest.mark.parametrize("names", [NAMES[:4], (*NAMES[:4], "amber"), (*NAMES, "fir"), (*NAMES[:4], "An Ash")])
def test_five_different_custodians_go_by_a_code(
    service: Service, keyring: FileKeyring, names: tuple[str, ...]
) -> None:
    with pytest.raises(Invalid, match="custodian"):
        service.custody.issue(keyring, names, lambda _: None)


def test_a_paper_is_read_as_it_was_written() -> None:
    share = Share("0a1b2c3d.4.5e6f7a8b", "amber", split(bytes(32))[0])
    assert read_paper(share.paper()) == share
    assert share.words not in repr(share)
    for text in ("", share.words, share.paper().replace(share.words, "academic acid")):
        with pytest.raises(Invalid, match="33 words"):
            read_paper(text)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(settings.instance))
    monkeypatch.setenv("FINGERPOST_ENVIRONMENT", "test")
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("FINGERPOST_KEYRING", str(settings.keyring))
    monkeypatch.setenv("FINGERPOST_WRAPPING_KEY", str(settings.wrapping_key))

    def typed(*words: str | Path) -> Result:
        return CliRunner().invoke(fingerpost, ["keys", *map(str, words)])

    return typed


def test_by_hand(
    run: Run, service: Service, keyring: FileKeyring, tmp_path: Path, settings: Settings
) -> None:
    """Ceremony, backup, loss, recovery, destruction, attestation, as an operator types them."""
    five = [word for name in NAMES for word in ("--custodian", name)]
    assert run("shares", tmp_path / "papers", *five).exit_code == 0
    papers = sorted((tmp_path / "papers").iterdir())
    assert [
        (p.stat().st_mode & 0o777, p.name.endswith(f"-{n}.txt")) for p, n in zip(papers, NAMES, strict=True)
    ] == (5 * [(0o600, True)])
    assert run("backup", tmp_path / "backup.json").exit_code == 0
    assert run("backup", tmp_path / "backup.json").exit_code == 2
    assert settings.keyring is not None
    (settings.keyring / "keyring.json").rename(tmp_path / "lost")
    three = [word for paper in papers[:3] for word in ("--share", paper)]
    few = run("recover", tmp_path / "backup.json", *three[:4])
    assert (few.exit_code, "3 different" in few.stderr) == (2, True)
    assert run("recover", tmp_path / "backup.json", *three).exit_code == 0
    listed = run("list")
    assert (listed.exit_code, listed.stderr) == (0, "")
    assert "5 custodians" in listed.stdout
    older = keyring.generation
    assert run("rotate-index").exit_code == 0
    assert run("list").stderr.count("OUTSTANDING") == CUSTODIANS
    done = run("attest", "--generation", older, "--custodian", "cedar")
    assert (done.exit_code, "4 older shares" in done.stdout) == (0, True)
    other = tmp_path / "papers" / "other.txt"
    other.write_text(papers[4].read_text().replace(older, "00000000.1.00000000"))
    mixed = run("recover", tmp_path / "backup.json", *three[:4], "--share", other)
    assert (mixed.exit_code, "different generations" in mixed.stderr) == (2, True)
    kinds = [type(event) for event in _events(service)]
    assert kinds == [KeySharesIssued, KeyringBackedUp, KeyringRecovered, KeyShareDestroyed]


def test_a_blank_host_has_no_ledger_yet(
    run: Run, keyring: FileKeyring, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = _issue(service, keyring)
    (tmp_path / "backup").write_bytes(keyring.raw())
    for name in NAMES[:3]:
        (tmp_path / name).write_text(papers[name].paper())
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(tmp_path / "blank"))
    monkeypatch.delenv("FINGERPOST_KEYRING")
    monkeypatch.delenv("FINGERPOST_WRAPPING_KEY")
    shares = [word for name in NAMES[:3] for word in ("--share", tmp_path / name)]
    recovered = run("recover", tmp_path / "backup", *shares)
    assert (recovered.exit_code, "on no ledger" in recovered.stdout) == (0, True)
    assert (tmp_path / "blank" / "keyring" / "keyring.json").exists()
