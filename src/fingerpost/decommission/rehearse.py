"""A rehearsal: the whole procedure on a stand-in, every part played by made-up people with real keys.

Each step does what its gate still lacks, by the same verbs and rules as a real one, and asks its state first:
killed anywhere and run again, it goes on where it was. Real time passes; the set minute is a few seconds
ahead.
"""

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from msgspec import Struct

from fingerpost.db.foreign import reached, refuses
from fingerpost.decommission import (
    canaries,
    certify,
    destroy,
    freeze,
    holds,
    inventory,
    keep,
    minimum,
    no_access,
    people,
    residual,
    standin,
    switch_off,
)
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.attesting import ELSEWHERE
from fingerpost.decommission.acts.preparing import Duty, HoldEnd, Place, Search
from fingerpost.decommission.attest import Post, attest, draw, owed
from fingerpost.decommission.certificate import Particulars
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import current
from fingerpost.decommission.item import Item
from fingerpost.decommission.legacy.build import NATIONAL, Order, build
from fingerpost.decommission.legacy.children import authority_codes
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.letters import Letter
from fingerpost.decommission.looking import destroyers, look
from fingerpost.decommission.people import Part, Signer
from fingerpost.decommission.plan import STEPS
from fingerpost.decommission.publish import publish_certificates, publish_summary
from fingerpost.decommission.target import Target, target_of
from fingerpost.words.errors import Refused

SOON = timedelta(seconds=3)  # until the set minute
TWIN = Order(children=200, seed=1789, authorities=8)
_KEPT_FOR = timedelta(days=6 * 365 + 2)  # who looked: six years, as ContactPoint's audit
_HOLD, _CALLED = "H-1", "ContactPoint (a rehearsal)"

# id, name, title, employer, parts
_CAST = (
    ("olwen", "Olwen Operator", "engineer", "supplier", (Part.OPERATOR,)),
    ("ada", "Ada Approver", "director", "department", (Part.APPROVER,)),
    ("bram", "Bram Approver", "senior officer", "department", (Part.APPROVER,)),
    ("wilf", "Wilf Witness", "records officer", "department", (Part.WITNESS,)),
    ("wren", "Wren Witness", "archivist", "national archive", (Part.WITNESS,)),
    ("vera", "Vera Verifier", "assessor", "test laboratory", (Part.VERIFIER,)),
    ("vaughan", "Vaughan Validator", "assessor", "department", (Part.VERIFIER,)),
    ("audrey", "Audrey Auditor", "auditor", "audit office", (Part.AUDITOR,)),
)
_OPERATOR, _APPROVERS, _WITNESSES, _VERIFIERS, _AUDITOR = (
    "olwen", ("ada", "bram"), ("wilf", "wren"), ("vera", "vaughan"), "audrey"
)  # fmt: skip

Tell = Callable[[str], object]
Discover = Callable[[Procedure, Target, Search], Iterable[Item]]


class Means(Struct, frozen=True):
    """What looks for copies, what destroys them, and how many are looked for afterwards."""

    discover: Discover
    destroyer: Callable[[Procedure], destroy.Destroyer]
    canaries: int = 500
    sample: int = 10_000
    workers: int = 1
    servers: bool = True  # whether the twin has servers' data too, which takes longest to scan


def means(workers: int = 1) -> Means:
    """Return the means of a real procedure."""
    return Means(partial(look, workers=workers), destroyers, workers=workers)


class Rehearsal:
    """One rehearsal below one folder: the stand-in, its procedure, everybody's keys, the twin."""

    def __init__(self, folder: Path, order: Order, means: Means, tell: Tell = lambda line: None) -> None:
        self.legacy = Legacy(folder / "legacy")
        self.procedure = Procedure(folder / "procedure")
        self._keys, self._twin, self._out = folder / "keys", folder / "twin", folder / "out"
        self._investment = self._out / "investment"
        self._kept, self._key = self._out / "minimum" / "looks", self._out / "minimum-key" / "key"
        self._order, self._means, self._tell = order, means, tell
        self._acts = (
            self.basis, self.canaries, self.inventory, self.freeze, self.switch_off, self.partners,
            self.destruction, self.scans, self.certificates, self.summary, self.minimum,
        )  # fmt: skip

    def run(self) -> Procedure:
        """Go on from wherever it is to the end."""
        if not self.procedure.is_opened:
            self.open()
        while (number := current(self.procedure.state)) <= len(STEPS):
            self._tell(f"step {number}: {STEPS[number - 1].title.lower()}")
            self._acts[number - 1]()
            self._approve(number)
        if not self.procedure.state.closed:
            self.procedure.say(e.Closed(), self._signer(_OPERATOR))
        publish_certificates(self.procedure, self._out / "public", practice=True)
        return self.procedure

    def open(self) -> None:
        """Build the stand-in, make everybody's keys, and open the procedure."""
        self.legacy.take_away()  # of a run that was killed while it built
        build(self.legacy, self._order)
        tool = self.procedure.create()
        self._keys.mkdir(mode=0o700, exist_ok=True)
        cast = [*_CAST, *self._partners()]
        founders = [self._signer(who).person(name, title, by, *parts) for who, name, title, by, parts in cast]
        founders.append(tool.person("the tool", "", "", Part.TOOL))
        standin.target(self.legacy).keep(self.procedure)
        opened = e.Opened(
            procedure="rehearsal", target="server", root=str(self.legacy.folder.resolve()),
            basis="a rehearsal: every child in it is made up",
            switch_off_at=self.procedure.moment() + SOON, people=tuple(founders),
            partners=tuple(by for _, _, _, by, _ in self._partners()),
            canaries=self._means.canaries, sample=self._means.sample,
        )  # fmt: skip
        self.procedure.say(opened, self._signer(_OPERATOR))

    def _partners(self) -> list[tuple[str, str, str, str, tuple[Part, ...]]]:
        national = [f"N{place:02d}" for place in range(1, len(NATIONAL) + 1)]
        codes = [*authority_codes(self._order.authorities), *national]
        return [
            (f"of-{code}", f"Officer of {code}", "records officer", code, (Part.PARTNER,)) for code in codes
        ]

    def _signer(self, who: str) -> Signer:
        path = self._keys / f"{who}.key"
        if not path.exists():
            people.new_signer(who).keep(path)
        return people.read(path)

    def _approve(self, step: int) -> None:
        for who in _APPROVERS:
            if who not in self.procedure.state.approvals.get(step, ()):
                self.procedure.say(e.Approved(step=step), self._signer(who))

    # The steps

    def basis(self) -> None:
        """Meet every duty; a hold comes, and ends because what it is about was handed over."""
        state, operator = self.procedure.state, self._signer(_OPERATOR)
        if _HOLD not in state.holds and _HOLD not in state.ended_holds:
            holds.place(self.procedure, operator, _HOLD, "order of a court, made up")
        if _HOLD in state.holds:
            basis = "the court has what it asked for"
            holds.end(self.procedure, operator, _HOLD, HoldEnd.SEALED_APART, basis)
        for duty in Duty:
            if state.duties.get(duty) != 0:
                holds.meet(self.procedure, operator, duty, 0, "asked whoever keeps its register")

    def canaries(self) -> None:
        """Plant them, and find them again in each place."""
        known = canaries.canaries(self.procedure)
        with self.legacy.server:
            there = standin.plant(self.legacy, self._order, known)
        folder = self.legacy.folder
        canaries.say_planted(self.procedure, Place.DATABASE, there)
        first = authority_codes(self._order.authorities)[0]
        for place, where in (
            (Place.FEEDS, folder / "feeds"), (Place.EXTRACTS, folder / "partners" / first),
            (Place.BACKUPS, folder / "backups" / "nightly.dump"),
        ):  # fmt: skip
            canaries.planted(self.procedure, place, [where])

    def inventory(self) -> None:
        """Declare, look by two methods, presume strays."""
        operator, target = self._signer(_OPERATOR), target_of(self.procedure)
        inventory.declare(self.procedure, operator, inventory.register(self.legacy.register))
        for search in (Search.WALK, Search.CATALOGUE):
            with self.legacy.server:
                found = list(self._means.discover(self.procedure, target, search))
            inventory.discover(self.procedure, search, found)
        inventory.adopt_strays(self.procedure, operator)

    def freeze(self) -> None:
        """Stop feeds, freeze, and draw from the frozen target what has to be drawn."""
        target = target_of(self.procedure)
        with target.up():
            freeze.stop_feeds(self.procedure, target)
            if self.procedure.state.frozen is None:
                freeze.freeze(self.procedure, target)
            residual.make_list(self.procedure, target)
            self._draw(target)

    def switch_off(self) -> None:
        """Wait for the minute, and switch off while people are at work; then prove that nobody came."""
        target = target_of(self.procedure)
        if self.procedure.state.switched_off is None:
            switch_off.wait_for(self.procedure.opened.switch_off_at)
            with ExitStack() as at_work:
                with target.up():
                    for conninfo in target.accounts.values():
                        if not refuses(conninfo):  # the feeds' account is dead since the freeze
                            at_work.enter_context(reached(conninfo))
                switch_off.switch_off(self.procedure, target)
        if self.procedure.state.no_access is None:
            no_access.prove(self.procedure, target)

    def partners(self) -> None:
        """Write to every partner, let each answer, and look at one answer in twenty on site."""
        procedure = self.procedure
        today = procedure.moment().date()
        about = Letter(
            database=_CALLED, reference="FP", procedure=procedure.chain.id, written=today,
            due=today + timedelta(days=28), officer="Olwen Operator", reply_to="rehearsal@rehearsal.example",
        )  # fmt: skip
        Post(procedure, self._signer(_OPERATOR), {}, self._out).ask(about)
        for partner in procedure.opened.partners:
            self._answer(partner)
        drawn = procedure.state.drawn or draw(procedure)
        for attestation in drawn:
            if attestation not in procedure.state.audited:
                audited = e.Audited(attestation=attestation, agreed=True, how="looked at its machines")
                procedure.say(audited, self._signer(_AUDITOR))

    def destruction(self) -> None:
        """End whatever can be reached, then by hand what cannot."""
        operator = self._signer(_OPERATOR)
        destroyer = self._means.destroyer(self.procedure)
        destroy.destroy_all(
            self.procedure, operator, destroyer, lambda item, _: self._tell(f"  ended {item.where}")
        )
        for item in self.procedure.state.copies.values():
            self._by_hand(operator, item)

    def scans(self) -> None:
        """Scan the twin, then what is left; destroy the list."""
        state = self.procedure.state
        if state.twin is None:
            residual.scan_twin(self.procedure, self._twin, self._build_twin())
        if self.procedure.state.scanned is None:
            scanned, report = residual.scan_what_is_left(
                self.procedure, [self._investment], workers=self._means.workers
            )
            if scanned.hits or scanned.unread:
                units = (*report.with_hits, *report.unread)
                raise Refused(f"the scan is not clean: {', '.join(unit.path for unit in units[:5])}")
        residual.destroy_list(self.procedure)
        shutil.rmtree(self._twin, ignore_errors=True)  # nobody is in it

    def certificates(self) -> None:
        """Certify every item, by three people."""
        for item in self.procedure.state.copies.values():
            if item.id not in self.procedure.state.certificates:
                certify.certify(
                    self.procedure, self._signer(_OPERATOR), item.id, Particulars(source=item.owner)
                )
            for who in _VERIFIERS:
                if who not in self.procedure.state.verifiers.get(item.id, ()):
                    certify.countersign(self.procedure, self._signer(who), item.id)

    def summary(self) -> None:
        """Publish the summary."""
        officer = self._signer(_OPERATOR)
        publish_summary(self.procedure, officer, _CALLED, 0, self._out / "public", practice=True)

    def minimum(self) -> None:
        """Look at what is kept."""
        digest = minimum.digest(self._kept)
        self.procedure.say(e.MinimumConfirmed(digest=digest), self.procedure.tool)

    # Their parts

    def _draw(self, target: Target) -> None:
        """Carry over what holds no child, and seal who looked."""
        today = self.procedure.moment().date()
        self._out.mkdir(exist_ok=True)
        with reached(target.conninfo) as database:
            register, digest = keep.carry_over(database, self._investment, today)
            carried = e.InvestmentKept(digest=digest, tables=register.tables)
            self.procedure.say(carried, self.procedure.tool)
            for folder in (self._kept.parent, self._key.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            kept = minimum.keep(database, self._kept, self._key, today + _KEPT_FOR)
        self.procedure.say(minimum.said(kept), self.procedure.tool)

    def _answer(self, partner: str) -> None:
        """Let a partner attest what it owes: its items are handed over, elsewhere nothing was found."""
        signer, state = self._signer(f"of-{partner}"), self.procedure.state
        said = {a.item for a in state.attested.values() if a.partner == partner}
        for item in owed(state, partner):
            if item not in said:
                at_home = item != ELSEWHERE
                attest(
                    self.procedure, signer, item, searched="every drive, mailbox and cupboard",
                    how="search of files by content", found=int(at_home), surrendered=at_home,
                )  # fmt: skip

    def _by_hand(self, operator: Signer, item: Item) -> None:
        state = self.procedure.state
        if not state.by_hand(item):
            return
        if item.id not in state.ended:
            if item.id not in state.under_way:
                destroy.begin_by_hand(self.procedure, operator, item.id, item.serial, *_WITNESSES)
            destroy.end_by_hand(self.procedure, operator, item.id, "shredded to 2 mm, then incinerated")
        for who in _WITNESSES:
            if who not in state.witnessed.get(item.id, ()):
                destroy.witness(self.procedure, self._signer(who), item.id, item.serial)

    def _build_twin(self) -> list[Path]:
        """Build the twin anew, with the same canaries; return every place in which all of them stand."""
        twin = Legacy(self._twin)
        twin.take_away()
        build(twin, TWIN)
        with twin.server:
            standin.plant(twin, TWIN, canaries.canaries(self.procedure))
        standin.target(twin).stop()
        if not self._means.servers:
            for copy in ("server", "replica", "backups/base", "wal-archive"):
                shutil.rmtree(self._twin / copy)
        return standin.planted_in(twin)
