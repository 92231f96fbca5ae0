"""Ending a database of children so that anyone can verify it.

A procedure is a folder. Everything that is done in it stands in its own ledger (`evidence`), signed by who
did it; what may be done next follows from that alone (`state`, `rules`), for the tool and for whoever
verifies it later. What destroys says so before and after; what searches carries no list of children; and
each says what it cannot prove.
"""
