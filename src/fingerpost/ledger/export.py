"""The tree as files in the layout of https://c2sp.org/tlog-tiles, for any web server or any reader."""

from pathlib import Path

from fingerpost.ledger.checkpoint import Checkpoint, read_checkpoint
from fingerpost.ledger.note import read_note
from fingerpost.ledger.tiles import WIDTH, Tile, tiles_of
from fingerpost.ledger.tree import Tree
from fingerpost.vault import durable
from fingerpost.words.errors import Invalid, Problem

_FOR_ALL = 0o644  # it is public


def export(tree: Tree, folder: Path) -> int:
    """Write the signed tree below `folder`; return how many files were written.

    Tiles first, each whole or not at all, and the checkpoint last: a reader of the folder never meets a
    checkpoint whose tiles are not there. The checkpoint of another log is never replaced, nor one that this
    tree does not continue, and what was exported for it is not written again.
    """
    note = str(tree.checkpoint())
    before = _exported(tree, folder / "checkpoint")
    tiles = [t for t in tiles_of(_size(note.encode()), before) if _is_new(t, folder)]
    for tile in tiles:
        path = folder / "tile" / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, tree.tile(tile), _FOR_ALL)
    folder.mkdir(parents=True, exist_ok=True)
    durable.replace(folder / "checkpoint", note.encode(), _FOR_ALL)
    return len(tiles) + 1


def _exported(tree: Tree, path: Path) -> int:
    """Return the size of the tree exported before: 0 if none. This tree must continue it."""
    if not path.exists():
        return 0
    if (note := read_note(path.read_bytes())) is None:
        raise Invalid(Problem("folder", "holds a checkpoint that cannot be read"))
    return tree.require_continues(note).size


def _size(note: bytes) -> int:
    found = read_note(note)
    head: Checkpoint | None = read_checkpoint(found) if found else None
    return head.size if head else 0


def _is_new(tile: Tile, folder: Path) -> bool:
    return tile.width < WIDTH or not (folder / "tile" / tile.path).exists()
