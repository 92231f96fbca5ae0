"""One pool of connections as one database role, and the few ways statements are run through it."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any, LiteralString, Self, TypeVar

from msgspec import Struct
from psycopg import Connection, Cursor
from psycopg.conninfo import make_conninfo
from psycopg.rows import class_row, scalar_row, tuple_row
from psycopg_pool import ConnectionPool

from fingerpost.db.errors import Overtaken, translated
from fingerpost.db.patience import Patience
from fingerpost.words.errors import Refused, Unavailable

Row = TypeVar("Row", bound=Struct)
Done = TypeVar("Done")
Parameters = Sequence[object]

# The pool tells of every failed attempt; callers get one `Unavailable` that says what it means.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())

ATTEMPTS = 3  # of what another transaction overtook: whoever comes third in a row has been unlucky twice
WAIT_FOR_CONNECTION = 3.0  # seconds, where nobody waits for an answer


class Session:
    """One connection inside one transaction."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def run(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        """Run a statement; return how many rows it touched."""
        return self._connection.execute(sql, parameters).rowcount

    def run_many(self, sql: LiteralString, rows: Sequence[Parameters]) -> None:
        """Run one statement for many rows in a single round trip."""
        with self._connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def rows(self, kind: type[Row], sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        """Return every row as a `kind`, whose fields are the statement's columns."""
        return self._cursor(class_row(kind), sql, parameters).fetchall()

    def row(self, kind: type[Row], sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        """Return the first row as a `kind`, or None."""
        return self._cursor(class_row(kind), sql, parameters).fetchone()

    def column(self, sql: LiteralString, parameters: Parameters = ()) -> list[Any]:
        """Return the first column of every row."""
        return self._cursor(scalar_row, sql, parameters).fetchall()

    def value(self, sql: LiteralString, parameters: Parameters = ()) -> Any:
        """Return the first column of the first row, or None."""
        return self._cursor(scalar_row, sql, parameters).fetchone()

    def tuples(
        self, sql: LiteralString, parameters: Parameters = (), *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        """Return every row as a plain tuple: for hot paths that build their own value.

        In `binary` ids and sealed bytes are read in a third of the time that text takes.
        """
        cursor = self._connection.cursor(row_factory=tuple_row, binary=binary)
        return cursor.execute(sql, parameters).fetchall()

    def copy(self, sql: LiteralString, rows: Iterator[Parameters]) -> None:
        """Stream rows into a `COPY … FROM STDIN`."""
        with self._connection.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)

    def _cursor(self, factory: Any, sql: LiteralString, parameters: Parameters) -> Cursor[Any]:
        return self._connection.cursor(row_factory=factory).execute(sql, parameters)


class NotGiven(Refused):
    """This process was not given a database role: what it does not do, it cannot do."""


class Database:
    """A pool of connections as one role, opened at its first use: a command uses two or three of fifteen.

    Enter it in the process that uses it, never before a fork.
    """

    def __init__(
        self, conninfo: str, *, most: int = 8, patience: float | None = None,
        admit: Callable[[Session], None] | None = None, lasting: bool = True,
    ) -> None:  # fmt: skip
        """Prepare the pool. Nobody waits longer than `patience` (seconds) for the database, if given.

        `admit` looks at each new connection before anybody may use it, and raises where nobody may. What is
        not `lasting` is not waited for until the disk has it: a power cut may take the last second of it.
        """
        self._patience = Patience(patience) if patience else None
        options = [] if lasting else ["synchronous_commit=off"]
        if patience:  # the server gives up a little earlier, where it still can: that keeps the connection
            # On a lock sooner still: whoever waits for this one's connection has their own wait to come.
            options += [f"statement_timeout={int(patience * 800)}ms", f"lock_timeout={int(patience * 200)}ms"]
        if options:
            conninfo = make_conninfo(conninfo, options=" ".join(f"-c {option}" for option in options))
        # A door says "try again" within two seconds where the database is away (R5).
        wait = patience / 2 if patience else WAIT_FOR_CONNECTION
        self._pool = ConnectionPool(
            conninfo,
            min_size=1 if patience else 0,  # one that somebody waits for stays
            max_size=most,
            timeout=wait,
            reconnect_timeout=wait,  # then whoever asks next tries at once, after no longer pause
            kwargs={"autocommit": True},
            configure=(lambda connection: admit(Session(connection))) if admit else None,
            open=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._patience:
            self._patience.stop()
        self._pool.close()

    @contextmanager
    def transaction(self) -> Generator[Session]:
        """Yield a session whose statements commit together, or not at all."""
        with self._connection() as connection, connection.transaction():
            yield Session(connection)

    def attempt(self, work: Callable[[Session], Done]) -> Done:
        """Return what `work` gives in a transaction of its own, begun anew where another overtook it."""
        for _ in range(ATTEMPTS - 1):
            with suppress(Overtaken), self.transaction() as session:
                return work(session)
        with self.transaction() as session:
            return work(session)

    @contextmanager
    def statement(self) -> Generator[Session]:
        """Yield a session whose every statement commits by itself: one round trip each."""
        with self._connection() as connection:
            yield Session(connection)

    @contextmanager
    def _connection(self) -> Generator[Connection[Any]]:
        lost = False
        self._pool.open()  # does nothing where it is
        try:
            with translated(), self._pool.connection() as connection:
                try:
                    with self._patience.over(connection) if self._patience else nullcontext():
                        yield connection
                finally:
                    lost = connection.closed
        except Unavailable:
            if lost:
                # The server went away: its other connections are as dead as this one. Dropping them all
                # (unasked: a frozen server answers nobody) costs one caller an error; leaving them, each.
                self._pool.drain()
            raise


class Closed(Database):
    """A role that this process was not given: every use raises `NotGiven`."""

    def __init__(self, role: str) -> None:
        super().__init__("")
        self._role = role

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @contextmanager
    def _connection(self) -> Generator[Connection[Any]]:
        raise NotGiven(f"this process was not given the database role {self._role}")
        yield  # makes this a generator
