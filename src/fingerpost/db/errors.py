"""Translates driver errors into the service's own, without the values PostgreSQL quotes in them.

A unique violation prints the offending row; for us that may be a child's number. So only the SQLSTATE
and the names of table and constraint pass, and the driver's exception is never chained.
"""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
import psycopg_pool

from fingerpost.words.errors import FingerpostError, Unavailable


class StoreError(FingerpostError):
    """The database refused a statement: its SQLSTATE and constraint, never its values."""

    def __init__(self, error: psycopg.Error) -> None:
        self.sqlstate = error.sqlstate
        self.constraint = error.diag.constraint_name
        place = self.constraint or error.diag.table_name or "no table"
        super().__init__(f"the database refused a statement ({self.sqlstate}, {place})")


@contextmanager
def translated() -> Generator[None]:
    """Run a block of driver calls; whatever they raise leaves as ours."""
    failure: FingerpostError
    try:
        yield
        return
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout):
        failure = Unavailable("the database cannot be reached just now; nothing was stored")
    except psycopg.Error as error:
        failure = StoreError(error)
    # Raised outside the handler, so that no traceback carries the driver's message along.
    raise failure
