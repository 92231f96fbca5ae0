"""The clock, people and feeds of `tests/moves`."""

from tests.moves.conftest import clock, moving, send

__all__ = ["clock", "moving", "send"]
