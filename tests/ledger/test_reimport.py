"""A restored tree is made whole with the leaves that were signed since, from beside it or from an export."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from fingerpost.ledger import tree_store
from fingerpost.ledger.export import export
from fingerpost.ledger.reimport import Reimport, exported, kept
from fingerpost.ledger.sequencer import Discontinued
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.wiring import Service
from fingerpost.words.errors import Unavailable
from tests.ledger.test_tree import DROP_TAIL, Behind, behind, record  # noqa: F401  a fixture


@pytest.fixture
def restored(service: Service, behind: Behind, tmp_path: Path) -> Reimport:  # noqa: F811
    """A tree of 22 leaves, exported, whose database is as it was at 12: one later entry is there again."""
    record(service, 10)
    service.sequencer.sequence_all()
    record(service, 10)
    service.sequencer.sequence_all()
    export(service.tree, tmp_path / "log")
    for sql in DROP_TAIL:
        behind(sql)
    return Reimport(service.tree_database, service.vault, service.tree.log)


@pytest.mark.parametrize("where", ["kept", "exported"])
def test_the_tree_goes_on_as_it_was_signed(
    service: Service, restored: Reimport, tmp_path: Path, where: str
) -> None:
    leaves = kept(service.vault) if where == "kept" else exported(tmp_path / "log")
    made = restored.run(leaves, service.now())
    assert (made.found, made.signed, made.lost) == (12, 22, tuple(range(12, 22)))
    verdict = verify_tree(service.tree_database, service.tree.log)
    assert (verdict.faults, verdict.leaves) == ((), 22)
    again = restored.run(leaves, service.now())
    assert (again.found, again.signed, again.lost) == (22, 22, ())


def test_other_leaves_are_refused(service: Service, restored: Reimport, tmp_path: Path) -> None:
    """Too few of them, and others than those that were signed."""
    others: list[Sequence[bytes]] = [exported(tmp_path / "nowhere")(12, 22), [b"x" * 32] * 10]
    for leaves in others:
        with pytest.raises(Discontinued, match="not the ones"):
            restored.run(lambda _, __, found=leaves: found, service.now())


def test_no_two_grow_the_tree(service: Service, restored: Reimport) -> None:
    with service.tree_database.transaction() as session:
        assert tree_store.lock(session)
        with pytest.raises(Unavailable, match="stop the service"):
            restored.run(kept(service.vault), service.now())
