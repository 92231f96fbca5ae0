"""Translates driver errors into the service's own, without the values PostgreSQL quotes in them.

A unique violation prints the offending row; for us that may be a child's number. So only the SQLSTATE
and the names of table and constraint pass, and the driver's exception is never chained.
"""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
import psycopg_pool
from psycopg import errors

from fingerpost.words.errors import FingerpostError, Unavailable


class StoreError(FingerpostError):
    """The database refused a statement: its SQLSTATE and constraint, never its values."""

    def __init__(self, error: psycopg.Error) -> None:
        self.sqlstate = error.sqlstate
        self.constraint = error.diag.constraint_name
        place = self.constraint or error.diag.table_name or "no table"
        super().__init__(f"the database refused a statement ({self.sqlstate}, {place})")


class Overtaken(Unavailable):
    """Somebody else changed the same at this moment, and was first: try again.

    Two waited for each other, or a row went that this one leant on; begun anew, it sees what the other did.
    """

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(
            f"somebody else changed the same at this moment ({error.sqlstate}); nothing was stored: try again"
        )


@contextmanager
def translated() -> Generator[None]:
    """Run a block of driver calls; whatever they raise leaves as ours."""
    failure: FingerpostError
    try:
        yield
        return
    except (errors.DeadlockDetected, errors.SerializationFailure, errors.ForeignKeyViolation) as error:
        failure = Overtaken(error)
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout):
        failure = Unavailable("the database cannot be reached just now; nothing was stored")
    except psycopg.Error as error:
        failure = StoreError(error)
    # Raised outside the handler, so that no traceback carries the driver's message along.
    raise failure
