"""What partners are asked to state, what they stated, who is overdue, and what keeps the gate shut. Pure.

A partner owes one statement for each item of the inventory that it owns, and one for the rest of its estate:
`searched X by method Y, found 0`. Statements are kept as they came; two that disagree stand beside each other
until the signer of one withdraws it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from fingerpost.decommission.item import Item
from fingerpost.words.vocabulary import Labelled

ESTATE = "estate"  # stands for whatever a partner has beside the items of the inventory
DAYS_TO_ANSWER = 28
CHASED_AFTER = (-7, 1, 8, 15)  # days from when the answer is due: a reminder, then three that it is late
AUDITED_ONE_IN = 20  # 5 per cent, rounded up
LONGEST_SEARCHED = 500  # characters


class PartnerKind(Labelled):
    """What a partner was to the database."""

    LOCAL_AUTHORITY = "local_authority", "local authority"
    NATIONAL = "national", "national partner"
    SUPPLIER = "supplier", "supplier"


class Search(Labelled):
    """How somebody looked for copies."""

    TOOL = "tool", "this tool's own scan"
    FILES = "files", "search of files by content"
    MAIL = "mail", "search of mailboxes and their archives"
    CATALOGUE = "catalogue", "catalogue of databases and backups"
    BY_HAND = "by_hand", "search of rooms, cupboards and devices by hand"


class Standing(Labelled):
    """How one task stands."""

    AWAITED = "awaited", "awaited"
    OVERDUE = "overdue", "overdue"
    FOUND = "found", "copies were found; they are to be listed and ended, and the search made again"
    DISAGREE = "disagree", "statements disagree; one has to be withdrawn by who signed it"
    AUDIT = "audit", "the audit found copies"
    DONE = "done", "searched, found 0"


class Partner(Struct, frozen=True):
    """A body that held, or may hold, something of the database. `code` is what items name as their owner."""

    code: str
    name: str
    kind: PartnerKind


class Task(Struct, frozen=True, order=True):
    """One statement that one partner owes: about one of its items, or about its estate."""

    partner: str
    item: str


class Statement(Struct, frozen=True, kw_only=True):
    """`Searched X by method Y, found N`: copies that the inventory does not list. `by`: who signed."""

    partner: str
    item: str
    searched: str
    method: Search
    found: int
    on: date
    by: str
    employer: str

    @property
    def task(self) -> Task:
        """What it answers."""
        return Task(self.partner, self.item)


class Stated(Struct, frozen=True):
    """A statement in the ledger, by the place of its entry. `audit`: somebody else looked again."""

    entry: int
    statement: Statement
    audit: bool = False
    withdrawn: bool = False


def tasks(partners: Iterable[Partner], items: Iterable[Item]) -> list[Task]:
    """Return every statement that is owed, in order."""
    codes = {partner.code for partner in partners}
    owned = {Task(item.owner, item.id) for item in items if item.owner in codes}
    return sorted(owned | {Task(code, ESTATE) for code in codes})


def check_statement(statement: Statement, owed: Iterable[Task], *, audit: bool, today: date) -> str:
    """Return why a statement cannot be taken, or ''."""
    known = set(owed)
    if statement.partner not in {task.partner for task in known}:
        return "no partner of this procedure has that code"
    if statement.task not in known:
        return "the inventory lists no such item for this partner; add the item first"
    if not audit and statement.employer != statement.partner:
        return "the signer is not of this partner"
    if audit and statement.employer == statement.partner:
        return "an audit is signed by somebody who is not of the partner"
    if statement.on > today:
        return "the search is dated in the future"
    return _check_words(statement)


def _check_words(statement: Statement) -> str:
    if not statement.searched.strip():
        return "say what was searched"
    if len(statement.searched) > LONGEST_SEARCHED:
        return f"what was searched is longer than {LONGEST_SEARCHED} characters"
    return "" if statement.found >= 0 else "the number of copies found is below nothing"


def check_withdrawal(entry: int, by: str, stated: Iterable[Stated]) -> str:
    """Return why somebody cannot withdraw a statement, or ''. It stays in the ledger, marked."""
    found = next((s for s in stated if s.entry == entry), None)
    if found is None:
        return "there is no statement at that place of the ledger"
    if found.withdrawn:
        return "it is withdrawn already"
    return "" if found.statement.by == by else "a statement is withdrawn by who signed it, and by nobody else"


def standing(task: Task, stated: Iterable[Stated], due: date, today: date) -> Standing:
    """Return how one task stands on a day."""
    live = [s for s in stated if s.statement.task == task and not s.withdrawn]
    if any(s.audit and s.statement.found for s in live):
        return Standing.AUDIT
    found = {s.statement.found for s in live if not s.audit}
    if not found:
        return Standing.OVERDUE if today > due else Standing.AWAITED
    if len(found) > 1:
        return Standing.DISAGREE
    return Standing.DONE if found == {0} else Standing.FOUND


def audit_sample(owed: Sequence[Task], seed: bytes) -> list[Task]:
    """Return the one in twenty that somebody else looks at again.

    `seed` is a root of the procedure's ledger of after the last statement: nobody knew it when stating.
    """
    wanted = -(-len(owed) // AUDITED_ONE_IN)
    drawn = sorted(owed, key=lambda t: hashlib.sha256(seed + f"{t.partner}\n{t.item}".encode()).digest())
    return sorted(drawn[:wanted])


class Board(Struct, frozen=True):
    """Every task with how it stands, on one day."""

    standings: Mapping[Task, Standing]
    unaudited: tuple[Task, ...] = ()

    @property
    def overdue(self) -> list[str]:
        """The codes of partners with something overdue: the public list."""
        return sorted({t.partner for t, s in self.standings.items() if s is Standing.OVERDUE})

    @property
    def shut(self) -> list[str]:
        """Why the gate is shut, one line for each reason; none where it is open."""
        not_done = [s for s in Standing if s is not Standing.DONE]
        counted = [(s, sum(1 for t in self.standings.values() if t is s)) for s in not_done]
        reasons = [f"{n} of the partners' statements: {s.label}" for s, n in counted if n]
        late = f"{len(self.unaudited)} statements are drawn for audit and not looked at again"
        return reasons + [late] * bool(self.unaudited)

    def of(self, partner: str) -> dict[str, Standing]:
        """Return one partner's tasks by item."""
        return {t.item: s for t, s in self.standings.items() if t.partner == partner}


def board(
    owed: Sequence[Task], stated: Sequence[Stated], due: date, today: date, *, seed: bytes = b""
) -> Board:
    """Return how everything stands. The audit's sample is drawn once `seed` is given."""
    by_task: dict[Task, list[Stated]] = {task: [] for task in owed}
    for one in stated:
        by_task.setdefault(one.statement.task, []).append(one)
    standings = {task: standing(task, by_task[task], due, today) for task in owed}
    sample = audit_sample(owed, seed) if seed else []
    left = tuple(t for t in sample if not any(s.audit and not s.withdrawn for s in by_task[t]))
    return Board(standings, left)


def chasers(owing: Iterable[str], sent: Mapping[str, int], due: date, today: date) -> dict[str, int]:
    """Return whom to chase today and for which time, by partner. `sent`: how many chasers each has had."""
    passed = sum(1 for days in CHASED_AFTER if today >= due + timedelta(days=days))
    return {partner: passed for partner in owing if sent.get(partner, 0) < passed}
