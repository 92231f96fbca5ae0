"""Is any child lost when the family moves? A made-up country replayed, and judged by its truth.

    fingerpost synth --children 47000 --seed 5 COUNTRY
    python -m benchmarks.moves.run COUNTRY [--every 91] [--nightly 60]

Nights are `--every` days apart over six years, until the last `--nightly`, which come one by one. Every
authority whose books changed loads them, and what follows from each feed is told before the next one comes.
"""

import argparse
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
from benchmarks.moves.judge import (
    Arrival,
    Figures,
    Move,
    Outcome,
    Owner,
    Seen,
    Truth,
    false_notices,
    judged,
    moves_of,
    orphans,
    proposed,
    told,
)
from benchmarks.moves.nights import Books
from msgspec import Struct, field
from tests.conftest import go_live, let_in

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.instance import Instance
from fingerpost.lookup.question import Question
from fingerpost.settings import Environment, Settings
from fingerpost.signposts import trails_store
from fingerpost.wiring import Service, found, opened
from fingerpost.words.errors import FingerpostError
from fingerpost.words.vocabulary import Purpose, Role, Scope

YEARS = timedelta(days=6 * 365)
HOUR = time_of_day(22)
LOOK_BACK = timedelta(days=30)  # beyond the night before: as far as time alone makes an orphan


class Clock:
    """The night that is replayed."""

    def __init__(self, night: date) -> None:
        self.night = night

    def __call__(self) -> datetime:
        return datetime.combine(self.night, HOUR, UTC)


class Times(Struct):
    """Seconds: of each feed until its notices were written; of a night of all; of following everybody."""

    told: list[float] = field(default_factory=list[float])
    whole_night: float = 0.0
    everybody: float = 0.0


class Country:
    """The books of every authority, the service that they are sent to, and what was seen."""

    def __init__(self, folder: Path, service: Service, owner: Owner, clock: Clock) -> None:
        self.service, self.owner, self.clock, self.truth = service, owner, clock, Truth(folder)
        self._work = service.settings.instance.parent / "books"
        self.books = [Books(place) for place in sorted(folder.iterdir()) if place.is_dir()]
        self.seen = Seen()
        self.times = Times()
        self._changes = {books.code: sorted(books.changes()) for books in self.books}
        self._loaded: dict[str, str] = {}

    def replay(self, nights: list[date]) -> None:
        """Load every night, and tell what time alone has changed."""
        before = nights[0]
        for night in nights:
            self.clock.night = night
            for books in self.books:
                if self._changed(books.code, night):
                    self._load(books, night)
            self.service.moves.nightly(since=before - LOOK_BACK)
            self._judge(night)
            before = night
            print(night, len(self.seen.arrivals), "records", flush=True)

    def whole_night(self) -> None:
        """Load every authority once more, changed or not; then follow everybody anew."""
        self.clock.night += timedelta(days=1)
        began = time.perf_counter()
        for books in self.books:
            self._load(books, self.clock.night)
        self.service.moves.nightly()
        self.times.whole_night = time.perf_counter() - began
        self.owner.execute("INSERT INTO move_due (record_id) SELECT id FROM record")
        began = time.perf_counter()
        self.service.moves.nightly()
        self.times.everybody = time.perf_counter() - began

    def _changed(self, code: str, night: date) -> bool:
        tonight, before = night.isoformat(), self._loaded.get(code, "")
        return any(before < day <= tonight for day in self._changes[code])

    def _load(self, books: Books, night: date) -> None:
        folder = books.write(night, self._work / books.code)
        began = time.perf_counter()
        try:
            self.service.feeds.load_ssd(folder, books.code, accept_removals=True)
        except FingerpostError as error:
            self.seen.refused.append(f"{books.code} {night}: {error}")
            return
        self.service.moves.beat()
        self.times.told.append(time.perf_counter() - began)
        self._loaded[books.code] = night.isoformat()
        self._arrived(books, night)

    def _arrived(self, books: Books, night: date) -> None:
        """Note whose first signposts came tonight."""
        tonight, code = night.isoformat(), books.code
        new = [
            person for person, since in books.known_since.items()
            if since <= tonight and (code, person) not in self.seen.known
        ]  # fmt: skip
        by_reference = {self.service.vault.reference(code, person): person for person in new}
        rows = self.owner.execute(
            "SELECT r.id, r.reference, bool_or(s.ended IS NULL) FROM record r"
            " JOIN signpost s ON s.record_id = r.id WHERE r.authority = %s AND r.reference = ANY (%s)"
            " AND r.hidden IS NULL GROUP BY r.id", (code, list(by_reference)),
        ).fetchall()  # fmt: skip
        for record, reference, current in rows:
            person = by_reference[bytes(reference)]
            self.seen.known.add((code, person))
            first = books.known_since[person]
            self.seen.arrivals.append(
                Arrival(
                    record=record, authority=code, person=person, night=night, first=first, current=current
                )
            )

    def _judge(self, night: date) -> None:
        """Note what became known tonight of whoever came tonight from elsewhere, and works with the child."""
        notices, waiting = told(self.owner), proposed(self.owner)
        for move in moves_of(self.seen, self.truth):
            new = move.arrival
            if new.night == night and new.current:
                self.seen.outcomes[new.record] = self._outcome(move, notices, waiting)

    def _outcome(self, move: Move, notices: set[tuple[UUID, UUID]], waiting: set[frozenset[UUID]]) -> Outcome:
        new, old = move.arrival.record, move.old.record
        if (new, old) in notices:
            return Outcome.TOLD
        if not self._stands(old):
            return Outcome.GONE
        if old in self._ask(move.arrival.authority, new):
            return Outcome.SHOWN
        return Outcome.WAITING if frozenset((new, old)) in waiting else Outcome.MISSED

    def _stands(self, record: UUID) -> bool:
        """Tell whether a record still has a signpost that may be shown."""
        standing = "SELECT FROM signpost WHERE record_id = %s AND leaves_on > %s LIMIT 1"
        return bool(self.owner.execute(standing, (record, self.clock.night)).fetchall())

    def _ask(self, authority: str, record: UUID) -> set[UUID]:
        """Return the records that a social worker is shown who asks by all that their own record holds."""
        with self.service.notices.database.statement() as session:
            sealed = trails_store.sealed(session, [record])[record]
        question = Question(
            practitioner="worker", purpose=Purpose.SECTION_17_ASSESSMENT, case_reference="M-1",
            child=self.service.vault.open_details(sealed),
        )  # fmt: skip
        caller = Caller(uuid4(), "moves", authority, authority, (Scope.LOOKUP,))
        try:
            answer = self.service.lookup.ask(caller, question)
        except FingerpostError:
            return set()
        shown = [s.id for match in answer.matches for s in match.signposts]
        rows = self.owner.execute("SELECT DISTINCT record_id FROM signpost WHERE id = ANY (%s)", (shown,))
        return {UUID(str(row[0])) for row in rows.fetchall()}


def nights_until(last: date, every: int, nightly: int) -> list[date]:
    """Return the nights: far apart at first, then one by one."""
    singles = [last - timedelta(days=n) for n in range(nightly, -1, -1)]
    far = [last - YEARS + timedelta(days=n) for n in range(every, YEARS.days - nightly, every)]
    return [*far, *singles]


def quantile(values: list[float], share: float) -> float:
    """Return the value that a share of values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def say(name: str, found: Figures) -> None:
    """Print the figures of some nights."""
    gone = found.outcomes.pop(Outcome.GONE, 0)
    moves = found.outcomes.total()
    print(f"{name}: {moves} moves; besides, {gone} whose earlier record had left by its rule")
    for outcome in (Outcome.TOLD, Outcome.SHOWN, Outcome.WAITING, Outcome.MISSED):
        some = found.outcomes[outcome]
        print(f"  the same night {outcome.label}: {some} ({_share(some, moves)})")
    print(f"  what the records of those missed bear: {found.missed_notes.most_common(12)}")


def say_all(country: Country, nights: list[date], nightly: int) -> None:
    """Print what was measured."""
    seen, owner, times, truth = country.seen, country.owner, country.times, country.truth
    for name, window in (("all nights", nights), ("night by night", nights[-nightly:])):
        say(name, judged(seen, truth, set(window)))
    notices, false = false_notices(seen, truth, owner)
    print(f"notices {notices}, false {false} ({_share(false, notices)})")
    lost = orphans(seen, truth, owner, country.clock.night)
    print(f"orphans due {lost.planted}, listed {lost.found}")
    print(f"taken up {lost.taken_up}, listed all the same: {lost.listed_waiting} with a link that waits,")
    print(f"  {lost.listed_unknown} without; besides, whose taker no replayed night held: {lost.unseen}")
    print(f"feed to notice, of {len(times.told)} feeds: median {quantile(times.told, 0.5):.2f} s,")
    print(f"  p95 {quantile(times.told, 0.95):.2f} s, most {max(times.told):.2f} s; a beat adds up to 2 s")
    print(f"{len(country.books)} authorities in one night: {times.whole_night:.0f} s;")
    print(f"  everybody followed anew: {times.everybody:.0f} s")
    print(f"feeds refused: {len(seen.refused)} {seen.refused[:3]}")


def _share(some: int, of: int) -> str:
    return f"{some / max(of, 1):.2%}"


def run(folder: Path, country: Path, last: date, every: int, nightly: int) -> None:
    """Replay a country in a new instance in `folder`, and print what was measured."""
    settings = Settings(instance=folder / "i", environment=Environment.TEST, guard=False)
    found(settings)
    clock = Clock(last)
    with (
        opened(settings, clock) as service,
        psycopg.connect(Instance(settings).owner_conninfo(), autocommit=True) as owner,
    ):
        let_in(Instance(settings).owner_conninfo())
        go_live(settings)
        made = Country(country, service, owner, clock)
        for books in made.books:
            worker = Practitioner(books.code, "worker", "A Worker", Role.SOCIAL_WORKER, active=True)
            service.accounts.save_practitioner(worker)
        nights = nights_until(last, every, nightly)
        began = time.perf_counter()
        made.replay(nights)
        print(f"{len(nights)} nights in {time.perf_counter() - began:.0f} s")
        made.whole_night()
        say_all(made, nights, nightly)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("country", type=Path)
    parser.add_argument("--every", type=int, default=91, help="days between the nights of the first years")
    parser.add_argument("--nightly", type=int, default=60, help="the last nights, which come one by one")
    given = parser.parse_args()
    manifest = msgspec.json.decode((given.country / "manifest.json").read_bytes())
    with tempfile.TemporaryDirectory(prefix="moves-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # the embedded database runs as a user without rights
        run(folder, given.country, date.fromisoformat(manifest["as_of"]), given.every, given.nightly)


if __name__ == "__main__":
    main()
