"""From an extract to what would change: earlier details stand in, rules decide, the store is compared."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from msgspec import Struct, field

from fingerpost.db.database import Session
from fingerpost.feeds.columns import PERSON
from fingerpost.feeds.people import Person, completed, findable
from fingerpost.feeds.report import Progress
from fingerpost.feeds.ssd import Extract
from fingerpost.guard.honey import Share, apart
from fingerpost.signposts import store
from fingerpost.signposts.changes import Changes, Stored, Unread, too_much
from fingerpost.signposts.contacts import Directory
from fingerpost.signposts.eligibility import derive, gone_from
from fingerpost.signposts.register import Register
from fingerpost.signposts.signpost import Draft, Registration, StoredSignpost
from fingerpost.vault import Vault
from fingerpost.vault.keys import KeyDestroyed
from fingerpost.vault.seal import Broken
from fingerpost.words.child import ChildDetails


class Plan(Struct, kw_only=True):
    """What a feed would change, and what was met on the way.

    `current` counts signposts before it by source table, `gone` those that it would remove, `going_on` those
    that had not ended.
    `planted` is what changes of children who do not exist: written beside, and counted nowhere.
    """

    changes: Changes = field(default_factory=Changes)
    planted: Changes = field(default_factory=Changes)
    drafts: list[Draft] = field(default_factory=list[Draft])
    kept_out: Counter[str] = field(default_factory=Counter[str])
    unread: set[bytes] = field(default_factory=set[bytes])
    current: Counter[str] = field(default_factory=Counter[str])
    gone: Counter[str] = field(default_factory=Counter[str])
    going_on: int = 0

    @property
    def without_team(self) -> int:
        """How many signposts lead to the authority's front door for want of a known team."""
        return sum(draft.team_id is None for draft in self.drafts)

    def takes_too_much(self) -> str | None:
        """Return what of it is likelier a failed export than a night's work: a phrase and counts."""
        removed, ended = self.changes.counts.removed, self.changes.counts.ended
        if too_much(removed, self.current.total()):
            return f"it would remove {removed} of {self.current.total()} signposts, more than a fifth"
        for table, some in sorted(self.gone.items()):
            if too_much(some, self.current[table]):
                said = f"it would remove {some} of {self.current[table]} signposts"
                return f"{said} from {table}, more than a fifth"
        if too_much(ended, self.going_on):
            return f"it would end {ended} of {self.going_on} signposts that go on, more than a fifth"
        return None


class Planner:
    """Plans one authority's feed on one day. Reads the store, writes nothing."""

    def __init__(self, vault: Vault, authority: str, extract: Extract, teams: Directory, today: date) -> None:
        self._vault, self._authority = vault, authority
        self._extract, self._teams, self._today = extract, teams, today

    def plan(self, session: Session, tick: Progress) -> Plan:
        """Compare the extract with the store, inside the caller's transaction."""
        held, planted = apart(self._vault, store.held(session, self._authority))
        standing = _standing(held, self._today)
        plan = Plan(going_on=sum(s.ended is None for s in standing))
        plan.current.update(s.source_table for s in standing)
        plan.unread = {self._vault.reference(self._authority, p) for p in self._extract.unread_people}
        registrations = list(self._registrations(self._earlier(session), plan, tick))
        unread = Unread(frozenset(plan.unread), self._extract.people_damaged)
        register = Register(session, self._vault, self._authority, self._today)
        plan.changes = register.plan(held, registrations, unread)
        removed = set(plan.changes.removed)
        plan.gone.update(s.source_table for s in standing if s.id in removed)
        share = Share(session, self._vault, self._authority, self._today)
        plan.planted = share.changes(planted, registrations, plan.changes.counts.records_added)
        return plan

    def _earlier(self, session: Session) -> dict[str, ChildDetails]:
        """Return what was accepted earlier of people some of whose details cannot be read tonight."""
        people = [person.reference for person in self._extract.people.values() if person.unread]
        tokens = {self._vault.reference(self._authority, reference): reference for reference in people}
        found: dict[str, ChildDetails] = {}
        for token, candidate in store.sealed(session, self._authority, list(tokens)).items():
            try:
                found[tokens[token]] = self._vault.open_details(candidate)
            except (KeyDestroyed, Broken):
                continue  # what cannot be opened any more does not come back
        return found

    def _registrations(
        self, earlier: dict[str, ChildDetails], plan: Plan, tick: Progress
    ) -> Iterator[Registration]:
        total = len(self._extract.people)
        for done, person in enumerate(self._extract.people.values()):
            if done % 500 == 0:
                tick("comparing", done, total)
            before = earlier.get(person.reference)
            registration = self._registration(completed(person, before) if before else person, plan)
            if registration is not None:
                yield registration

    def _registration(self, person: Person, plan: Plan) -> Registration | None:
        case = self._extract.cases[person.reference]
        case.born, case.expected = person.details.date_of_birth, person.details.expected_on
        drafts, declined = derive(case, self._teams, self._today)
        if drafts and not findable(person.details):
            self._cannot_be_found(person, plan)
            return None
        plan.drafts += drafts
        plan.kept_out.update(row.reason.value for row in declined)
        return Registration(
            reference=person.reference,
            details=person.details,
            signposts=tuple(drafts),
            declined=tuple(row.source for row in declined),
            kept_tables=self._kept_tables(person),
            gone_from=gone_from(case),
        )

    def _cannot_be_found(self, person: Person, plan: Plan) -> None:
        plan.unread.add(self._vault.reference(self._authority, person.reference))
        reason = "too little is left to find the child by; give a name and a date of birth"
        self._extract.faults.set_aside(PERSON.table, person.row, "the row", reason)

    def _kept_tables(self, person: Person) -> frozenset[str]:
        unread = self._extract.unread_tables.get(person.reference)
        return self._extract.silent | unread if unread else self._extract.silent


def _standing(held: Stored, today: date) -> list[StoredSignpost]:
    return [one for some in held.signposts.values() for one in some if one.leaves_on > today]
