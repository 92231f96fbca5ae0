"""Where a procedure stands: its entries folded, pure. Whoever has the ledger comes to the same state."""

from collections.abc import Iterator
from datetime import datetime

from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.act import Act
from fingerpost.decommission.acts.preparing import Duty, Explanation, Place, Search
from fingerpost.decommission.evidence import Entry, spoken
from fingerpost.decommission.item import Class, Ended, Item, Medium
from fingerpost.decommission.people import Part, Person
from fingerpost.decommission.plan import STEP_OF


class State:
    """What follows from the entries so far. Read it; only `apply` changes it."""

    def __init__(self) -> None:
        self.entries = 0
        self.last_at: datetime | None = None
        self.opened: e.Opened | None = None
        self.closed = False
        self.people: dict[str, Person] = {}
        self.pending: dict[str, str] = {}  # who is to approve and waits for a second word: the first's
        self.approvals: dict[int, tuple[str, ...]] = {}
        self.duties: dict[Duty, int] = {}
        self.holds: dict[str, e.HoldPlaced] = {}
        self.ended_holds: set[str] = set()
        self.planted: dict[Place, int] = {}
        self.commitment = ""
        self.searched: dict[Search, int] = {}
        self.declared: dict[str, Item] = {}
        self.discovered: dict[str, Item] = {}
        self.explained: dict[str, Explanation] = {}
        self.feeds_stopped = False
        self.frozen: e.Frozen | None = None
        self.scan_list: e.ScanListMade | None = None
        self.investment: e.InvestmentKept | None = None
        self.minimum: e.MinimumSealed | None = None
        self.switching_off = False
        self.switched_off: e.SwitchedOff | None = None
        self.no_access: e.NoAccessProved | None = None
        self.asked: dict[str, e.PartnerAsked] = {}
        self.chased: dict[str, int] = {}
        self.attested: dict[str, e.Attested] = {}  # that stand
        self.signers: dict[str, str] = {}  # of attestations, withdrawn ones too
        self.drawn: tuple[str, ...] = ()
        self.audited: dict[str, bool] = {}
        self.keys_ended: set[tuple[str, str]] = set()
        self.under_way: dict[str, e.DestructionBegan] = {}
        self.began: dict[str, e.DestructionBegan] = {}
        self.ended: dict[str, Ended] = {}
        self.doers: dict[str, str] = {}
        self.witnessed: dict[str, set[str]] = {}
        self.twin: e.TwinScanned | None = None
        self.scanned: e.Scanned | None = None
        self.list_destroyed = False
        self.certificates: dict[str, str] = {}
        self.certifiers: dict[str, str] = {}
        self.verifiers: dict[str, tuple[str, ...]] = {}
        self.summary: e.SummaryPublished | None = None
        self.minimum_confirmed = False

    # What is read off it

    @property
    def items(self) -> dict[str, Item]:
        """The inventory: what is declared, what was discovered."""
        return {**self.discovered, **self.declared}

    @property
    def copies(self) -> dict[str, Item]:
        """The items that have to be ended here."""
        over = {Explanation.NO_COPY, Explanation.GONE}
        return {i: item for i, item in self.items.items() if self.explained.get(i) not in over}

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Items that only the register, or only a search, knows, and nobody explained."""
        both = self.declared.keys() & self.discovered.keys()
        return tuple(i for i in self.items if i not in both and i not in self.explained)

    @property
    def target(self) -> Item | None:
        """The item of the live store."""
        where = self.opened.target if self.opened else None
        return next((item for item in self.items.values() if item.where == where), None)

    def by_hand(self, item: Item) -> bool:
        """Tell whether an item is not reachable from here."""
        return item.medium is Medium.BY_HAND or self.explained.get(item.id) is Explanation.BY_HAND

    def items_of(self, partner: str) -> tuple[str, ...]:
        """The items that a partner must attest."""
        return tuple(
            i for i, item in self.copies.items() if item.owner == partner and item.kind is not Class.CORE
        )

    def has(self, person: str, part: Part) -> bool:
        """Tell whether somebody has a part now."""
        known = self.people.get(person)
        return known is not None and part in known.parts and person not in self.pending

    def disagreeing(self) -> Iterator[tuple[e.Attested, e.Attested]]:
        """Yield attestations about the same that say different things."""
        first: dict[tuple[str, str], e.Attested] = {}
        for one in self.attested.values():
            other = first.setdefault((one.partner, one.item), one)
            if (other.found, other.surrendered) != (one.found, one.surrendered):
                yield other, one

    # How an entry changes it

    def apply(self, entry: Entry) -> None:
        """Take one more entry, which `rules` let pass."""
        entry = spoken(entry)
        self.entries += 1
        self.last_at = entry.at
        act, by = entry.act, entry.by
        step = STEP_OF.get(type(act))
        if step is not None:
            self.approvals.pop(step, None)  # what was approved is something else now
        self._people(act, by)
        self._preparing(act)
        self._finding(act)
        self._freezing(act)
        self._switching_off(act)
        self._partners(act, by)
        self._destroying(act, by)
        self._proving(act, by)

    def _people(self, act: Act, by: str) -> None:
        match act:
            case e.Opened():
                self.opened = act
                self.people = {person.id: person for person in act.people}
            case e.PersonAdmitted(person=person):
                self.people[person.id] = person
                if Part.APPROVER in person.parts:
                    self.pending[person.id] = by
            case e.PersonSeconded(person=person):
                self.pending.pop(person)
            case e.PersonLeft(person=person):
                left = self.people[person]
                self.people[person] = Person(
                    id=left.id, name=left.name, title=left.title, employer=left.employer, parts=(),
                    vkey=left.vkey,
                )  # fmt: skip
                self.pending.pop(person, None)
            case e.Approved(step=step):
                self.approvals[step] = (*self.approvals.get(step, ()), by)
            case e.Closed():
                self.closed = True
            case _:
                pass

    def _preparing(self, act: Act) -> None:
        match act:
            case e.DutyMet(duty=duty, outstanding=outstanding):
                self.duties[duty] = outstanding
            case e.HoldPlaced(hold=hold):
                self.holds[hold] = act
            case e.HoldEnded(hold=hold):
                self.holds.pop(hold)
                self.ended_holds.add(hold)
            case _:
                pass

    def _finding(self, act: Act) -> None:
        match act:
            case e.CanariesPlanted(place=place, planted=planted, commitment=commitment):
                self.planted[place] = planted
                self.commitment = commitment
            case e.Searched(search=search, found=found):
                self.searched[search] = found
            case e.ItemDeclared(item=item):
                self.declared[item.id] = item
            case e.ItemDiscovered(item=item):
                self.discovered[item.id] = item
            case e.ItemExplained(item=item, explanation=explanation):
                self.explained[item] = explanation
            case _:
                pass

    def _freezing(self, act: Act) -> None:
        match act:
            case e.FeedsStopped():
                self.feeds_stopped = True
            case e.Frozen():
                self.frozen = act
            case e.FreezeBroken():
                self.frozen = self.scan_list = self.investment = self.minimum = None
                self.switched_off = self.no_access = None  # all of it was of another content,
                self.twin = self.scanned = None  # and these of another list
            case e.ScanListMade():
                self.scan_list = act
            case e.InvestmentKept():
                self.investment = act
            case e.MinimumSealed():
                self.minimum = act
            case _:
                pass

    def _switching_off(self, act: Act) -> None:
        match act:
            case e.SwitchOffBegan():
                self.switching_off = True
            case e.SwitchedOff():
                self.switched_off = act
            case e.NoAccessProved():
                self.no_access = act
            case _:
                pass

    def _partners(self, act: Act, by: str) -> None:
        match act:
            case e.PartnerAsked(partner=partner):
                self.asked[partner] = act
            case e.PartnerChased(partner=partner, time=time):
                self.chased[partner] = time
            case e.Attested(attestation=attestation):
                self.attested[attestation] = act
                self.signers[attestation] = by
            case e.AttestationWithdrawn(attestation=attestation):
                self.attested.pop(attestation)
            case e.AuditDrawn(attestations=drawn):
                self.drawn = drawn
            case e.Audited(attestation=attestation, agreed=agreed):
                self.audited[attestation] = agreed
            case _:
                pass

    def _destroying(self, act: Act, by: str) -> None:
        match act:
            case e.KeyEnded(item=item, key=key):
                self.keys_ended.add((item, key))
            case e.DestructionBegan(item=item):
                self.under_way[item] = self.began[item] = act
            case e.DestructionStopped(item=item):
                self.under_way.pop(item)
            case e.Destroyed(ended=ended):
                self.under_way.pop(ended.item)
                self.ended[ended.item] = ended
                self.doers[ended.item] = by
                if not self.list_destroyed:
                    self.scanned = None  # a scan comes after the last destruction
            case e.Witnessed(item=item):
                self.witnessed.setdefault(item, set()).add(by)
            case _:
                pass

    def _proving(self, act: Act, by: str) -> None:
        match act:
            case e.TwinScanned():
                self.twin = act
            case e.Scanned():
                self.scanned = act
            case e.ScanListDestroyed():
                self.list_destroyed = True
            case e.Certified(item=item, certificate=certificate):
                self.certificates[item] = certificate
                self.certifiers[item] = by
                self.verifiers.pop(item, None)
            case e.CertificateVerified(item=item):
                self.verifiers[item] = (*self.verifiers.get(item, ()), by)
            case e.SummaryPublished():
                self.summary = act
            case e.MinimumConfirmed():
                self.minimum_confirmed = True
            case _:
                pass
