"""The clock, people and feeds of `tests/moves`."""

from tests.moves.conftest import clock, moving, owner, send

__all__ = ["clock", "moving", "owner", "send"]
