"""One feed, one transaction: everything it states is written and on the ledger, or nothing is."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from uuid import UUID, uuid4

import msgspec

from fingerpost.db.database import Database, Session
from fingerpost.feeds import planned, ssd, store
from fingerpost.feeds.faults import Fault
from fingerpost.feeds.holding import NOTHING, Accepted, Holding, holding
from fingerpost.feeds.plan import Plan, Planner
from fingerpost.feeds.planned import Plans
from fingerpost.feeds.report import (
    FeedReport,
    OwnSignpost,
    Progress,
    QuarantinedRow,
    RunSummary,
    by_rule,
    next_leave,
    no_progress,
)
from fingerpost.feeds.ssd import FORMAT, Extract
from fingerpost.feeds.teams import Merged, StoredTeam, directory, merged
from fingerpost.ledger import Ledger
from fingerpost.ledger.event import parted
from fingerpost.ledger.events import FeedContinued, FeedLoaded, FeedPlanned, FeedRefused, SignpostsListed
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.register import Applied, Register
from fingerpost.signposts.store import take_turn
from fingerpost.vault import Vault
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Refused, Unavailable

# Feeds wait for each other in one order (`remove_records`). But whoever keeps a shield may want a record that
# a feed has written, and the feed waits for their turn: one of the two is sent back, and starts again.
ATTEMPTS = 5


class Held(Refused):
    """A feed that is not written unasked; `report` says what it would have done."""

    def __init__(self, report: FeedReport, options: Sequence[str]) -> None:
        self.report = report
        super().__init__(
            f"the feed of {report.authority} is held: {report.held};"
            " if that is right, a manager lets it in under Administration"
            + (f", or load it with {' '.join(options)}" if options else "")
        )


class Feeds:
    """Loads what authorities send.

    `database` connects as the role that may publish and takes the time a feed takes; `reading`, for a door,
    gives up in time.
    """

    def __init__(
        self,
        database: Database,
        reading: Database,
        vault: Vault,
        ledger: Ledger,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reading = reading
        self._linking = Linking(database, vault, ledger, clock)
        self._turns: dict[str, Lock] = {}
        self.plans = Plans(database, ledger, clock)

    def load_ssd(
        self,
        folder: Path,
        authority: str,
        *,
        accept_removals: bool = False,
        accept_older: bool = False,
        progress: Progress | None = None,
    ) -> FeedReport:
        """Load one folder. Raise `Invalid` or `Held` where it is refused: then nothing was changed."""
        accepted = Accepted(accept_removals, accept_older)
        moment = self._clock()
        extract = self._read(folder, authority, moment, progress)
        # Waiting here, not in a transaction: many writers of one authority must not use up the pool.
        with self._turns.setdefault(authority, Lock()):
            report = self._attempt(_Load(self, extract, authority, moment, progress, accepted=accepted))
            return self._linked(report, progress)

    def plan_ssd(self, folder: Path, authority: str, *, progress: Progress | None = None) -> FeedReport:
        """Say what loading one folder would change, and keep that for the authority's own people.

        Nothing of the feed is written: no row of it, and no key.
        """
        moment = self._clock()
        self._check_authority(authority)
        extract = ssd.read(folder, today(moment), progress or no_progress)
        with self._database.transaction() as session:
            report = _Load(self, extract, authority, moment, progress).rehearse(session)
            event = FeedPlanned(authority=authority, format=FORMAT, digest=extract.digest.hex())
            self._ledger.record(session, event)
        return report

    def runs(self, authority: str, most: int = 10) -> list[RunSummary]:
        """Return an authority's latest feeds, newest first."""
        with self._reading.statement() as session:
            return store.runs(session, authority, most)

    def quarantine(self, run: UUID, most: int = 1000) -> list[QuarantinedRow]:
        """Return what could not be used of one feed."""
        with self._reading.statement() as session:
            return store.quarantine(session, run, most)

    def signposts(self, authority: str, most: int) -> list[tuple[OwnSignpost, str]]:
        """Return an authority's own signposts, each with the id of the row that let it in; it is recorded."""
        self._check_authority(authority)
        with self._database.transaction() as session:
            rows = store.own_signposts(session, authority, most)
            planted = self._vault.planted(row.record_id for row in rows)
            rows = [row for row in rows if row.record_id not in planted]
            self._ledger.record(session, SignpostsListed(authority=authority, signposts=len(rows)))
        opened = self._vault.open_source
        return [(row, opened(row.id, authority, row.cohort, row.sealed_source)) for row in rows]

    def teams(self, authority: str) -> list[StoredTeam]:
        """Return an authority's contact sheet as it stands."""
        self._check_authority(authority)
        with self._database.statement() as session:
            return store.teams(session, authority)

    @property
    def vault(self) -> Vault:
        """The vault that seals what is loaded."""
        return self._vault

    @property
    def ledger(self) -> Ledger:
        """The ledger that every load stands on."""
        return self._ledger

    def _check_authority(self, authority: str) -> None:
        with self._database.statement() as session:
            if not store.takes_part(session, authority):
                raise NotFound("no authority with that code takes part; give the GSS or ODS code")

    def _read(self, folder: Path, authority: str, moment: datetime, progress: Progress | None) -> Extract:
        self._check_authority(authority)
        try:
            return ssd.read(folder, today(moment), progress or no_progress)
        except Invalid as error:
            self._refuse(authority, str(error))
            raise

    def _refuse(self, authority: str, reason: str) -> None:
        with self._database.transaction() as session:
            self._ledger.record(session, FeedRefused(authority=authority, format=FORMAT, reason=reason))

    def _attempt(self, load: "_Load") -> FeedReport:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(load)
            except Unavailable:
                continue
        return self._once(load)

    def _linked(self, report: FeedReport, progress: Progress | None) -> FeedReport:
        """Look for links. The feed is stored whatever happens here: what is not linked stays due."""
        try:
            links = self._linking.link(report.authority, progress)
        except Unavailable:
            return report
        return msgspec.structs.replace(report, links=links)

    def _once(self, load: "_Load") -> FeedReport:
        with self._database.transaction() as session:
            report, options = load.run(session)
        if report.held is not None:
            self._hold(report, load.digest)
            raise Held(report, options)
        return report

    def _hold(self, report: FeedReport, digest: bytes) -> None:
        with self._database.transaction() as session:
            planned.keep(session, digest, report)
            event = FeedRefused(authority=report.authority, format=FORMAT, reason=f"held: {report.held}")
            self._ledger.record(session, event)


class _Load:
    """One folder on its way into the store."""

    def __init__(
        self,
        feeds: Feeds,
        extract: Extract,
        authority: str,
        moment: datetime,
        progress: Progress | None,
        *,
        accepted: Accepted = NOTHING,
    ) -> None:
        self._feeds, self._extract, self._authority, self._moment = feeds, extract, authority, moment
        self._progress = progress or no_progress
        self._accepted = accepted
        self._read_faults = len(extract.faults.found)

    @property
    def _today(self) -> date:
        return today(self._moment)

    @property
    def digest(self) -> bytes:
        """The digest of the folder's files."""
        return self._extract.digest

    def rehearse(self, session: Session) -> FeedReport:
        """Plan, and keep the plan."""
        plan, teams = self._plan(session)
        report = self._report(plan, teams, None, self._holding(session, plan).words())
        planned.keep(session, self.digest, report)
        return report

    def run(self, session: Session) -> tuple[FeedReport, Sequence[str]]:
        """Plan and write, inside the caller's transaction; write nothing if the feed is held.

        With the report come the options that would let it in.
        """
        take_turn(session, self._authority)
        plan, teams = self._plan(session)
        asked = self._holding(session, plan)
        if asked.stands(self._accepted):
            return self._report(plan, teams, None, asked.words()), asked.options
        self._save(session, teams)
        register = Register(session, self._feeds.vault, self._authority, self._today)
        applied = register.apply(plan.changes.beside(plan.planted), self._sealing(plan))
        run = uuid4()
        self._note(session, run, plan, teams, applied, accepted=asked.by_options())
        report = self._report(plan, teams, run)
        if report.reported:
            store.note_report(session, self._authority, self._moment)
        return report, ()

    def _holding(self, session: Session, plan: Plan) -> Holding:
        return holding(session, self._authority, self.digest, plan.takes_too_much())

    def _save(self, session: Session, teams: Merged) -> None:
        store.save_teams(session, self._authority, teams.named)
        store.leave(session, _ids(teams.left), self._today)
        if not {*_ids(teams.named)} <= {*_ids(store.teams(session, self._authority))}:
            raise Unavailable("a team of the sheet was added on the pages meanwhile; nothing was stored")

    def _plan(self, session: Session) -> tuple[Plan, Merged]:
        del self._extract.faults.found[self._read_faults :]  # those of an attempt that was sent back
        teams = merged(store.teams(session, self._authority), self._extract.sheet, self._moment)
        known = directory(teams.teams, self._extract.professionals, self._extract.departments)
        planner = Planner(self._feeds.vault, self._authority, self._extract, known, self._today)
        return planner.plan(session, self._progress), teams

    def _sealing(self, plan: Plan) -> Callable[[int], None]:
        total = sum(child.seal for child in plan.changes.children)
        done = 0

        def tick(more: int) -> None:
            nonlocal done
            done += more
            if done % 500 == 0 or done == total:
                self._progress("sealing", done, total)

        return tick

    def _note(
        self, session: Session, run: UUID, plan: Plan, teams: Merged, applied: Applied, *,
        accepted: tuple[str, ...],
    ) -> None:  # fmt: skip
        """Write who changed on the ledger, and how many in the run: both in the same transaction."""
        faults, counts = self._extract.faults.found, plan.changes.counts
        digest = self.digest
        store.forget_plan(session, self._authority)
        store.add_run(
            session,
            RunSummary(
                run, self._authority, FORMAT, self._moment, counts.added, len(plan.changes.changed()),
                len(plan.changes.removed), counts.unchanged, len(faults),
            ),
            digest,
        )  # fmt: skip
        store.add_quarantine(session, run, _quarantined(faults))
        first, *more = parted(
            applied.added, applied.changed, applied.removed, _ids(teams.left), _ids(teams.back)
        )
        event = FeedLoaded(
            authority=self._authority, format=FORMAT, run=run, digest=digest.hex(),
            added=first[0], changed=first[1], removed=first[2],
            unchanged=counts.unchanged, quarantined=len(faults), keys_made=applied.keys_made,
            accepted=accepted, teams_left=first[3], teams_back=first[4],
        )  # fmt: skip
        self._feeds.ledger.record(session, event)
        for added, changed, removed, left, back in more:
            event = FeedContinued(
                authority=self._authority, run=run, added=added, changed=changed, removed=removed,
                teams_left=left, teams_back=back,
            )  # fmt: skip
            self._feeds.ledger.record(session, event)

    def _report(self, plan: Plan, teams: Merged, run: UUID | None, held: str | None = None) -> FeedReport:
        return FeedReport(
            authority=self._authority,
            format=FORMAT,
            run=run,
            at=self._moment,
            read=self._extract.read,
            counts=plan.changes.counts,
            let_in=by_rule(plan.drafts),
            kept_out=dict(sorted(plan.kept_out.items())),
            quarantine=tuple(sorted(self._extract.faults.found)),
            silent=tuple(sorted(self._extract.silent)),
            teams=len(self._extract.sheet.teams),
            teams_left=_references(teams.left),
            teams_back=_references(teams.back),
            teams_missing=_references(teams.missing),
            without_team=plan.without_team,
            next_leave=next_leave(plan.drafts),
            held=held,
        )


def _ids(teams: Iterable[StoredTeam]) -> tuple[UUID, ...]:
    return tuple(team.id for team in teams)


def _references(teams: Iterable[StoredTeam]) -> tuple[str, ...]:
    return tuple(sorted(team.reference for team in teams))


def _quarantined(faults: list[Fault]) -> list[QuarantinedRow]:
    """One entry for each field of a row: a second reason for the same field adds nothing to put right."""
    found = {(f.table, f.row, f.field): f"{f.reason} ({f.effect})" for f in reversed(faults)}
    return [QuarantinedRow(*place, reason) for place, reason in sorted(found.items())]
