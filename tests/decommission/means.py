"""Plain means for a small legacy: every file is a copy, and is overwritten, then taken away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Class, Ended, Item, Medium, Method
from fingerpost.decommission.rehearse import Means


def walk(procedure: Procedure, *_: Any) -> Iterator[Item]:
    """Yield every file below the root, as what nobody declared."""
    for path in sorted(procedure.root.rglob("*")):
        if path.is_file() and path.name not in {"register.csv", "server.json"}:
            where = path.relative_to(procedure.root).as_posix()
            yield Item(id="", medium=Medium.FILE, where=where, owner="unknown", kind=Class.CORE)


def overwrite(item: Item, root: Path, watch: Any) -> Ended:
    """Overwrite and take away a file, or every file below a folder."""
    began, place, size = datetime.now(UTC), root / item.where, 0
    for path in sorted(place.rglob("*"), reverse=True) if place.is_dir() else [place]:
        watch()
        if path.is_file():
            size += path.stat().st_size
            path.write_bytes(bytes(path.stat().st_size))
            path.unlink()
        elif path.is_dir() and not path.is_symlink():
            path.rmdir()
    if place.is_dir():
        place.rmdir()
    return Ended(
        item=item.id, method=Method.CLEAR, tool="test", began=began, ended=datetime.now(UTC),
        overwritten=size, read_back=0, limits=("reads nothing back",),
    )  # fmt: skip


def means(**other: Any) -> Means:
    return Means(discover=walk, destroyer=lambda _: overwrite, canaries=20, sample=50, servers=False, **other)
