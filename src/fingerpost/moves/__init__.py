"""No child is lost when the family moves.

Promise: two authorities that hold one child are told of each other at once; a child closed here as handed on,
and opened nowhere, surfaces by itself; a hand-over always has exactly one holder. All of it follows from what
feeds state, again with every feed, and nothing of it shows a child to anybody: it shows whom to ring.
"""
