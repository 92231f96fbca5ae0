"""An authority whose people all register the same child at the same moment, by form and by extract."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Barrier
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from tests.conftest import form_of, write_extract

from assurance.frame import child
from fingerpost.access.caller import Practitioner
from fingerpost.lookup.form import read_child
from fingerpost.signposts.own import Statement
from fingerpost.signposts.person import Person
from fingerpost.signposts.signpost import SignpostRole, SourceRow
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.errors import Unavailable
from fingerpost.words.vocabulary import Role
from fingerpost.words.vocabulary import Service as Work

FORMS, FEEDS = "E06000010", "E08000035"
KEEPER = Person(FORMS, "keeper")


class House:
    """Whoever registers, so many at once. `said` counts what each was told."""

    def __init__(self, service: Service, folder: Path, threads: int) -> None:
        self._service, self._folder = service, folder
        self._pool, self._start = ThreadPoolExecutor(threads), Barrier(threads)
        self._threads = threads
        self.said = Counter[str]()
        self._stood = dict[str, tuple[int, int]]()
        service.accounts.save_practitioner(
            Practitioner(KEEPER.authority, KEEPER.reference, "A Keeper", Role.MANAGER, active=True)
        )
        service.feeds.load_ssd(write_extract(folder / "teams", child(0)), FORMS)
        self._team = service.offices.own.teams(FORMS)[0].id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def register(self, number: int) -> None:
        """Register the `number`-th child, all at once, and look how often it stands."""
        act = self._by_form(number) if number % 2 else self._by_extract(number)
        authority = FORMS if number % 2 else FEEDS

        def at_once(_: int) -> str:
            self._start.wait()
            with suppress(Unavailable):
                act()
                return "registered"
            return "told to try again"

        self.said.update(self._pool.map(at_once, range(self._threads)))
        self._stood[f"P{number}"] = self._stands(authority, f"P{number}")

    def not_once(self) -> dict[str, tuple[int, int]]:
        """Return of which children there is not exactly one record with one signpost."""
        return {reference: found for reference, found in self._stood.items() if found != (1, 1)}

    def _by_extract(self, number: int) -> Any:
        extract = write_extract(self._folder / uuid4().hex, child(number))
        return lambda: self._service.feeds.load_ssd(extract, FEEDS, accept_removals=True)

    def _by_form(self, number: int) -> Any:
        statement = Statement(
            reference=f"P{number}", details=read_child(form_of(child(number)), today()),
            service=Work.CHILD_IN_NEED, team=self._team, role=SignpostRole.TEAM, started=date(2026, 11, 2),
        )  # fmt: skip
        return lambda: self._service.offices.own.register(statement, KEEPER)

    def _stands(self, authority: str, reference: str) -> tuple[int, int]:
        """Return how many records and signposts an authority has by this reference."""
        by = self._service.vault.reference(authority, reference)
        with self._service.feeds._database.statement() as session:  # pyright: ignore[reportPrivateUsage]
            ((records, signposts),) = session.tuples(
                "SELECT count(DISTINCT r.id), count(s.id) FROM record r LEFT JOIN signpost s"
                " ON s.record_id = r.id WHERE r.authority = %s AND r.reference = %s",
                (authority, by),
            )
        return records, signposts


def careless() -> None:
    """Make each statement by form one of its own, whoever states it again: the control."""
    SourceRow.identity = property(lambda _: uuid4().hex)  # type: ignore[assignment,method-assign]
