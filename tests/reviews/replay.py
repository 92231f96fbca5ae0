"""Replays all timelines side by side through one service, day by day, and keeps who learnt what when."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from uuid import UUID, uuid4

from msgspec import Struct

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import QuestionForm, read_question
from fingerpost.moves.life import Kind
from fingerpost.notices.inbox import Item
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.clock import LONDON, today
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Owner
from tests.reviews.books import Books
from tests.reviews.timeline import Asked, Day, HandOver, Must, Timeline

AFTER = timedelta(days=10)  # that are replayed when the last timeline has ended
DAWN = time(6)  # when the night's look at what time alone changes runs


class Clock:
    """What time it is in the timelines."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class Learnt(Struct, frozen=True):
    """One authority learnt something: by a notice of a kind, or, without one, by an answer."""

    at: datetime
    who: str
    kind: str
    of: tuple[str, ...]  # "Leeds, previous": whom to ring
    recalled: bool = False

    @property
    def on(self) -> date:
        """The day, in England."""
        return self.at.astimezone(LONDON).date()


def first(must: Must, learnt: list[Learnt]) -> Learnt | None:
    """Return when somebody first learnt what a promise is about."""
    return next((one for one in learnt if _keeps(must, one)), None)


def lost(line: Timeline, learnt: list[Learnt]) -> list[Must]:
    """Return the promises of a timeline that were not kept."""
    known = ((must, first(must, learnt)) for must in line.must)
    return [must for must, one in known if one is None or one.on > must.by]


def _keeps(must: Must, one: Learnt) -> bool:
    whom = {of.partition(",")[0] for of in one.of}
    same = (one.who, one.kind) == (must.who, must.kind) and not one.recalled
    return same and (not must.of or must.of in whom)


class Step(Struct, frozen=True, order=True):
    """A day of one timeline, in its place among all."""

    moment: datetime
    timeline: str
    place: int


class Replay:
    """All families in one country: a child of one must not be taken for a child of another."""

    def __init__(
        self, service: Service, clock: Clock, owner: Owner, folder: Path, told: dict[str, Timeline]
    ) -> None:
        self._service, self._clock, self._owner, self._timelines = service, clock, owner, told
        self._books = Books(folder)
        self._whose: dict[UUID, str] = {}  # a record's timeline
        self._names = {code: name for line in told.values() for name, code in line.places.items()}
        self.learnt: dict[str, list[Learnt]] = {name: [] for name in told}
        self.strayed: list[Item] = []  # told of a record that no timeline knows

    def run(self) -> None:
        """Replay every day from the first to some after the last."""
        for code in self._names:
            self._let_in(Person(code, "manager"), Role.MANAGER)
        for moment, step in self._calendar():
            self._clock.moment = moment
            if step is None:
                self._service.moves.nightly()
                self._read_inboxes()
            else:
                self._do(step.timeline, self._timelines[step.timeline].day[step.place])

    def _calendar(self) -> Iterator[tuple[datetime, Step | None]]:
        """Yield every step and every dawn, in the order of time; no two at one moment."""
        steps = sorted(
            Step(day.moment, name, place)
            for name, line in self._timelines.items() for place, day in enumerate(line.day)
        )  # fmt: skip
        first, last = steps[0].moment.date(), steps[-1].moment.date() + AFTER
        dawns = [
            datetime.combine(first + timedelta(days=n), DAWN, LONDON) for n in range((last - first).days)
        ]
        apart = ((step.moment + timedelta(seconds=n), step) for n, step in enumerate(steps))
        yield from sorted(chain(apart, ((dawn, None) for dawn in dawns)), key=lambda pair: pair[0])

    def _do(self, name: str, day: Day) -> None:
        for place, children in day.states.items():
            self._feed(name, self._timelines[name].places[place], children)
        if day.asks is not None:
            self._ask(name, day.asks)
        if day.hands_over is not None:
            self._hand_over(name, day.hands_over)
        if day.agree is not None:
            self._agree({self._timelines[name].places[place] for place in day.agree})

    def _feed(self, name: str, authority: str, children: dict[str, dict[str, object]]) -> None:
        for child, changes in children.items():
            self._books.state(authority, f"{name}.{child}", changes)
        folder = self._books.export(authority, today(self._clock.moment))
        report = self._service.feeds.load_ssd(folder, authority)
        assert not report.quarantine, report.quarantine
        for child in children:
            reference = self._service.vault.reference(authority, f"{name}.{child}")
            found = self._owner.execute("SELECT id FROM record WHERE reference = %s", (reference,))
            self._whose |= {row: name for (row,) in found.fetchall() if isinstance(row, UUID)}
        self._service.moves.beat()
        self._read_inboxes()

    def _read_inboxes(self) -> None:
        """Read what was told at this very moment, as whoever was told reads it."""
        told = self._owner.execute(
            # That pairs wait names no record: it is of those that are told of by it.
            "SELECT n.id, n.authority, coalesce(n.record_id, (SELECT l.record_a FROM link_call c"
            "  JOIN link l ON l.id = c.link_id WHERE c.cause = n.cause LIMIT 1))"
            " FROM notice n WHERE %s IN (n.told_at, n.recalled_at)",
            (self._clock.moment,),
        ).fetchall()
        whose = {row: self._whose.get(record) for row, _, record in told}  # type: ignore[arg-type]
        for authority in {str(code) for _, code, _ in told}:
            for item in self._service.notices.inbox.items(Person(authority, "manager"), most=1000):
                if item.id in whose:
                    self._keep(whose[item.id], authority, item)

    def _keep(self, name: str | None, authority: str, item: Item) -> None:
        if name is None or authority not in self._names:
            self.strayed.append(item)
            return
        of = tuple(sorted({f"{self._names[t.authority]}, {t.status}" for t in item.ring}))
        learnt = Learnt(
            self._clock.moment, self._names[authority], item.kind.value, of, item.recalled_at is not None
        )
        self.learnt[name].append(learnt)

    def _ask(self, name: str, asked: Asked) -> None:
        authority = self._timelines[name].places[asked.who]
        self._let_in(Person(authority, f"{asked.role}"), asked.role)
        form = QuestionForm(
            practitioner=f"{asked.role}", purpose=asked.purpose, case_reference=name, child=asked.child
        )
        caller = Caller(uuid4(), "reviews", authority, asked.who, (Scope.LOOKUP,))
        answer = self._service.lookup.ask(caller, read_question(form, today(self._clock.moment)))
        shown = {(s.authority, s.status) for match in answer.matches for s in match.signposts}
        of = tuple(sorted(f"{self._names[code]}, {status}" for code, status in shown))
        kind = "" if answer.outcome is Outcome.FOUND else answer.outcome.value
        self.learnt[name].append(Learnt(self._clock.moment, asked.who, kind, of))

    def _hand_over(self, name: str, step: HandOver) -> None:
        places = self._timelines[name].places
        verbs, sender = self._service.moves.hand_overs, Person(places[step.sender], "manager")
        receiver = places.get(step.receiver)
        if step.accepted and receiver is not None:
            taker = Person(receiver, "manager")
            offered = next(h for h in verbs.listed(taker) if h.sender == sender.authority)
            verbs.accept(offered.id, taker)
        else:
            kind = Kind.RESPONSIBILITY if receiver else Kind.LEAVING
            verbs.offer(f"{name}.{step.child}", receiver, sender, kind=kind)
        self._read_inboxes()

    def _agree(self, authorities: set[str]) -> None:
        """Let an officer of each authority say that what waits between them is one child."""
        review = self._service.review
        for authority in sorted(authorities):
            manager = Person(authority, "manager")
            between = [
                w for w in review.queue(manager).links if {w.authority_a, w.authority_b} == authorities
            ]
            assert between, "nothing waits for these two"
            for link in between:
                review.decide(link.id, manager, same=True)
        self._service.moves.beat()
        self._read_inboxes()

    def _let_in(self, person: Person, role: Role) -> None:
        self._service.accounts.save_practitioner(
            Practitioner(person.authority, person.reference, "A Person", role, active=True)
        )
