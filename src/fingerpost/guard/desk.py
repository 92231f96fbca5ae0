"""What the guard goes by, kept by those who answer for the people who ask: households, blocks, budgets."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from fingerpost.access import store as access_store
from fingerpost.access.caller import Practitioner
from fingerpost.access.rules import RecordsAct
from fingerpost.db.database import Database, Session
from fingerpost.guard import desk_store as store
from fingerpost.guard.likeness import household_keys, own_family_of
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import BudgetRaised, ConflictBlocked, ConflictLifted, HouseholdDeclared
from fingerpost.matching.subject import SUBJECT, subject_keys
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.vault import Vault
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.errors import Invalid, NotFound, Problem

LONGEST_RAISE_DAYS = 31
MOST_AN_HOUR, MOST_A_DAY = 200, 600  # ten times the ordinary; more than that is another service's work


class Desk:
    """Keeps households, blocks and budgets. `database` connects as the role that administers."""

    def __init__(
        self, database: Database, vault: Vault, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._ledger, self._clock = database, vault, ledger, clock
        self._reviewers = Reviewers(database, ledger, clock)

    def declare(
        self, person: Person, by: Person, members: Sequence[PersonName], families: Sequence[str],
        homes: Sequence[str],
    ) -> int:  # fmt: skip
        """Write a practitioner's household anew: themselves, or their manager. Return how many ties."""
        if by != person:
            self._reviewers.allow(by, RecordsAct.GUARD, {person.authority})
        with self._database.transaction() as session:
            who, known = _require(session, person)
            keys = household_keys(own_family_of(known.name), members, families, homes)
            tokens = self._vault.guard_tokens("tie", [f"{person.authority}:{k}:{t}" for k, t in keys])
            kinds = [kind for kind, _ in keys]
            store.replace_ties(session, who, person.authority, list(zip(kinds, tokens, strict=True)))
            event = HouseholdDeclared(practitioner=str(person), by=str(by), ties=len(keys))
            self._ledger.record(session, event)
        return len(keys)

    def block(self, person: Person, child: ChildDetails, by: Person) -> UUID:
        """Block a worker from finding one child, by every name and number given. Return the block's id."""
        orders = self._reviewers.allow(by, RecordsAct.GUARD, {person.authority})
        keys = subject_keys(child)
        if not keys:
            raise Invalid(Problem("child", "is not enough to know the child again by"))
        block = uuid4()
        with self._database.transaction() as session:
            who, _ = _require(session, person)
            tokens = self._vault.guard_tokens(SUBJECT, keys)
            store.add_block(session, block, who, tokens, (orders, self._clock()))
            event = ConflictBlocked(block=block, practitioner=str(person), by=str(by))
            self._ledger.record(session, event)
        return block

    def lift(self, block: UUID, by: Person) -> None:
        """Lift a block, as a second person."""
        with self._database.statement() as session:
            authority = store.authority_of_block(session, block)
        if authority is None:
            raise NotFound("there is no such block")
        who = self._reviewers.allow(by, RecordsAct.GUARD, {authority})
        with self._database.transaction() as session:
            if store.lift_block(session, block, who) is None:
                raise Invalid(Problem("by", "must be another than who ordered the block and who is blocked"))
            self._ledger.record(session, ConflictLifted(block=block, by=str(by)))

    def ask_raise(self, person: Person, an_hour: int, a_day: int, days: int, by: Person) -> UUID:
        """Ask for a larger budget for somebody else; nothing changes until a second person agrees."""
        _check_raise(an_hour, a_day, days)
        asks = self._reviewers.allow(by, RecordsAct.GUARD, {person.authority})
        if by == person:
            raise Invalid(Problem("by", "must be another than whose budget it is"))
        budget, until = uuid4(), self._clock() + timedelta(days=days)
        with self._database.transaction() as session:
            who, _ = _require(session, person)
            store.ask_raise(session, (budget, who, an_hour, a_day, until, asks))
            self._note(session, budget, str(person), (an_hour, a_day, until), by, agreed=False)
        return budget

    def agree_raise(self, budget: UUID, by: Person) -> None:
        """Agree to a larger budget, as a second person: it holds from now."""
        with self._database.statement() as session:
            asked = store.asked_raise(session, budget)
        if asked is None:
            raise NotFound("no budget by that id waits for a second person")
        who = self._reviewers.allow(by, RecordsAct.GUARD, {asked.authority})
        with self._database.transaction() as session:
            if not store.agree_raise(session, budget, who):
                raise Invalid(Problem("by", "must be another than who asked and whose budget it is"))
            person = f"{asked.authority}/{asked.practitioner}"
            self._note(session, budget, person, (asked.an_hour, asked.a_day, asked.until), by, agreed=True)

    def _note(
        self, session: Session, budget: UUID, person: str, what: tuple[int, int, datetime], by: Person,
        *, agreed: bool,
    ) -> None:  # fmt: skip
        an_hour, a_day, until = what
        event = BudgetRaised(
            budget=budget, practitioner=person, an_hour=an_hour, a_day=a_day, until=until.isoformat(),
            by=str(by), agreed=agreed,
        )  # fmt: skip
        self._ledger.record(session, event)


def _require(session: Session, person: Person) -> tuple[UUID, Practitioner]:
    found = access_store.identified(session, person.authority, person.reference)
    if found is None:
        raise NotFound("there is no such practitioner")
    return found


def _check_raise(an_hour: int, a_day: int, days: int) -> None:
    for field, value, most in (
        ("an_hour", an_hour, MOST_AN_HOUR), ("a_day", a_day, MOST_A_DAY), ("days", days, LONGEST_RAISE_DAYS),
    ):  # fmt: skip
        if not 1 <= value <= most:
            raise Invalid(Problem(field, f"must be from 1 to {most}"))
