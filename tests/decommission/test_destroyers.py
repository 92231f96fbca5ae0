"""Ending each medium: zeros where it stood, nothing left by name, refusals before the first byte, kills."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from fingerpost.decommission import holds
from fingerpost.decommission.acts.preparing import HoldEnd
from fingerpost.decommission.destroyers.destroy import Destroyers
from fingerpost.decommission.destroyers.limits import system_of
from fingerpost.decommission.destroyers.overwriting import BLOCK
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.holds import Held, Watch
from fingerpost.decommission.item import Item, Medium, Method
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.words.errors import Refused
from tests.decommission import paper
from tests.decommission.test_certificate import laid_down

POINTS = 20  # calls of the system that end three small files, at least
MARK = b"Featherstonehaugh,Zebedee,2016-03-09\n" * 400


def item(where: str, medium: Medium = Medium.FILE, **more: object) -> Item:
    return Item(id="i1", medium=medium, where=where, owner="somebody", **more)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    made.mkdir()
    return made


@pytest.fixture
def destroyers(tmp_path: Path) -> Destroyers:
    return Destroyers(tmp_path / "journals")


def watched(root: Path, where: str) -> int:
    """Hold a file's blocks open, to see what stands in them once its name is gone."""
    return os.open(root / where, os.O_RDONLY)


def test_a_file_is_zeros_before_its_name_goes(root: Path, destroyers: Destroyers) -> None:
    (root / "extract.csv").write_bytes(MARK)
    handle = watched(root, "extract.csv")
    ended = destroyers(item("extract.csv"), root)
    assert os.pread(handle, len(MARK) + 1, 0) == bytes(len(MARK))
    assert list(root.iterdir()) == []
    assert (ended.overwritten, ended.read_back, ended.method) == (len(MARK), len(MARK), Method.CLEAR)
    assert any("wear-levelling" in limit for limit in ended.limits)
    assert any("snapshots" in limit for limit in ended.limits)
    os.close(handle)


@pytest.mark.parametrize("medium", [Medium.FOLDER, Medium.POSTGRESQL, Medium.WAL])
def test_a_folder_goes_with_everything_below(root: Path, destroyers: Destroyers, medium: Medium) -> None:
    for name in ("a/1", "a/b/2", "a/b/c/3"):
        (root / "it" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "it" / name).write_bytes(MARK)
    (root / "it/empty").touch()
    (root / "it/link").symlink_to(root / "it/a/1")
    ended = destroyers(item("it", medium), root)
    assert list(root.iterdir()) == []
    assert ended.overwritten == 3 * len(MARK)


def test_tablespaces_and_log_go_with_their_server(root: Path, destroyers: Destroyers) -> None:
    for name in ("server/pg_tblspc", "fast/PG_18", "log"):
        (root / name).mkdir(parents=True)
    (root / "server/pg_tblspc/16400").symlink_to(root / "fast")
    (root / "server/pg_wal").symlink_to(root / "log")
    for name in ("fast/PG_18/1", "log/000000010000000000000001", "server/PG_VERSION"):
        (root / name).write_bytes(MARK)
    assert destroyers(item("server", Medium.POSTGRESQL), root).overwritten == 3 * len(MARK)
    assert list(root.iterdir()) == []


def test_sqlite_goes_with_what_stands_beside_it(root: Path, destroyers: Destroyers) -> None:
    path = root / "caseload.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = wal")
        database.execute("CREATE TABLE child (name TEXT)")
        database.commit()
        saved = {p.name: p.read_bytes() for p in root.iterdir()}
    for name, content in saved.items():
        (root / name).write_bytes(content)
    assert len(saved) == 3
    destroyers(item("caseload.db", Medium.SQLITE), root)
    assert list(root.iterdir()) == []


def test_a_block_image_stays_and_holds_zeros(root: Path, destroyers: Destroyers) -> None:
    (root / "disk.img").write_bytes(MARK)
    before = (root / "disk.img").stat().st_ino
    ended = destroyers(item("disk.img", Medium.BLOCK_IMAGE), root)
    assert (root / "disk.img").read_bytes() == bytes(len(MARK))
    assert (root / "disk.img").stat().st_ino == before
    assert any("stays, and holds zeros" in limit for limit in ended.limits)
    assert destroyers(item("disk.img", Medium.BLOCK_IMAGE), root).overwritten == len(MARK)


def test_other_names_of_a_file_are_told(root: Path, tmp_path: Path, destroyers: Destroyers) -> None:
    (root / "one").write_bytes(MARK)
    os.link(root / "one", tmp_path / "other")
    ended = destroyers(item("one"), root)
    assert (tmp_path / "other").read_bytes() == bytes(len(MARK))
    assert any("1 of its files had other names" in limit for limit in ended.limits)


def test_what_was_encrypted_says_what_that_rests_on(root: Path, destroyers: Destroyers) -> None:
    (root / "volume").write_bytes(MARK)
    ended = destroyers(item("volume", always_encrypted=True, keys=("safe 1", "safe 2")), root)
    assert ended.method == Method.CRYPTOGRAPHIC_ERASE
    assert any("every copy of its key" in limit for limit in ended.limits)


def _refused(destroyers: Destroyers, it: Item, root: Path, words: str) -> None:
    with pytest.raises(Refused, match=words):
        destroyers(it, root)


def test_what_must_not_be_touched_is_refused(root: Path, tmp_path: Path, destroyers: Destroyers) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/kept").write_bytes(MARK)
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "folder").mkdir()
    (root / "folder/away").symlink_to(tmp_path / "elsewhere")
    (root / "pipe").mkdir()
    os.mkfifo(root / "pipe/it")
    _refused(destroyers, item("tape 4", Medium.BY_HAND), root, "ended by hand, before two witnesses")
    _refused(destroyers, item("../elsewhere/kept"), root, "not below the procedure's root")
    _refused(destroyers, item(str(tmp_path / "elsewhere/kept")), root, "not below the procedure's root")
    _refused(destroyers, item("."), root, "not below the procedure's root")
    _refused(destroyers, item("out/kept"), root, "a link leads to it")
    _refused(destroyers, item("out"), root, "a link leads to it")
    _refused(destroyers, item("folder", Medium.FOLDER), root, "leads out of the procedure's root")
    _refused(destroyers, item("nowhere"), root, "nothing here ended it")
    _refused(destroyers, item("pipe/it"), root, "neither a file nor a folder")
    assert (tmp_path / "elsewhere/kept").read_bytes() == MARK


@pytest.mark.parametrize("where", ["live", "live/data", "all"])
def test_the_live_service_is_refused(root: Path, tmp_path: Path, where: str) -> None:
    (root / "all").mkdir()
    (root / "live/data").mkdir(parents=True)
    (root / "live/data/PG_VERSION").write_bytes(MARK)
    living = [root / "live", root / "all/nested"]
    _refused(Destroyers(tmp_path / "j", living), item(where, Medium.FOLDER), root, "of what lives on")
    assert (root / "live/data/PG_VERSION").read_bytes() == MARK


def test_what_a_program_has_open_is_refused(root: Path, destroyers: Destroyers) -> None:
    (root / "it").mkdir()
    (root / "it/extract.csv").write_bytes(MARK)
    code = "import sys; f = open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", code, str(root / "it/extract.csv")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        _refused(destroyers, item("it", Medium.FOLDER), root, "running program has it open")
        program.communicate(b"")
    assert (root / "it/extract.csv").read_bytes() == MARK
    destroyers(item("it", Medium.FOLDER), root)


def test_a_running_server_is_refused(root: Path, legacy: Legacy, destroyers: Destroyers) -> None:
    folder = legacy.server.folder
    _refused(destroyers, item("server", Medium.POSTGRESQL), folder.parent, "its server is running")


def test_media_that_cannot_be_written_are_refused(
    root: Path, destroyers: Destroyers, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "extract.csv").write_bytes(MARK)

    def fails(*_: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pwrite", fails)
    _refused(destroyers, item("extract.csv"), root, "Input/output error.*destroy its medium")
    monkeypatch.undo()

    def another(*_: object) -> bytes:
        return b"Zebedee"

    monkeypatch.setattr(os, "pread", another)
    _refused(destroyers, item("extract.csv"), root, "does not read back")
    monkeypatch.undo()
    assert destroyers(item("extract.csv"), root).overwritten == len(MARK)


def test_a_hold_stops_it_between_blocks(root: Path, tmp_path: Path, destroyers: Destroyers) -> None:
    (root / "large").write_bytes(b"x" * (3 * BLOCK))
    procedure = laid_down(paper.until(7), tmp_path / "procedure")
    watch, asked = Watch(procedure), list[int]()
    elsewhere = Procedure(procedure.folder, procedure.moment)  # somebody else's process

    def asking(size: int) -> None:
        asked.append(size)
        if len(asked) == 3:
            holds.place(elsewhere, paper.SIGNERS["oona"], "H-1", "order of a court")
        watch(size)

    with pytest.raises(Held, match="hold H-1 has arrived"):
        destroyers(item("large"), root, asking)
    assert (root / "large").read_bytes() == bytes(2 * BLOCK) + b"x" * BLOCK
    with pytest.raises(Held):
        destroyers(item("large"), root, asking)
    assert (root / "large").read_bytes() == bytes(2 * BLOCK) + b"x" * BLOCK
    holds.end(procedure, paper.SIGNERS["oona"], "H-1", HoldEnd.LIFTED, "order of the court")
    assert destroyers(item("large"), root, asking).overwritten == 3 * BLOCK


CALLS = ("pwrite", "fsync", "rename", "unlink", "rmdir", "pread")


def _killed_at(call: int, base: Path) -> bool:
    """Destroy in a process that is killed at its n-th call of the system; tell whether it came so far."""
    if pid := os.fork():
        return os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    calls = count(1)

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return called

    for name in CALLS:
        setattr(os, name, dying(getattr(os, name)))
    Destroyers(base / "journals")(item("it", Medium.FOLDER), base / "root")
    os._exit(0)


def test_killed_at_every_call_of_the_system_it_goes_on(tmp_path: Path) -> None:
    first = 0
    while True:
        first += 1
        base = tmp_path / str(first)
        root = base / "root"
        (root / "it/a").mkdir(parents=True)
        for name in ("it/1", "it/2", "it/a/3"):
            (root / name).write_bytes(MARK)
        if not _killed_at(first, base):
            break
        ended = Destroyers(base / "journals")(item("it", Medium.FOLDER), root)
        assert list(root.iterdir()) == []
        assert ended.overwritten == ended.read_back == 3 * len(MARK)
    assert first > POINTS


def test_called_again_it_counts_nothing_twice(root: Path, destroyers: Destroyers) -> None:
    (root / "extract.csv").write_bytes(MARK)
    ended, again = (destroyers(item("extract.csv"), root) for _ in range(2))
    assert (again.began, again.overwritten) == (ended.began, ended.overwritten)


def test_the_journal_names_no_file(root: Path, tmp_path: Path, destroyers: Destroyers) -> None:
    (root / "Featherstonehaugh.pdf").write_bytes(MARK)
    destroyers(item("Featherstonehaugh.pdf"), root)
    assert b"Featherstonehaugh" not in (tmp_path / "journals/i1.jsonl").read_bytes()


def test_the_file_system_is_known() -> None:
    assert system_of(Path("/proc")) == "proc"
