"""Looking for a child on the phone: the desk asks for a verified caller who cannot reach the pages.

The caller is let in by their own role, papers and budget, as if they had asked; the officer of the desk is on
the ledger beside them, in every entry. The answer's reference is said aloud and is good for a day.
"""

from collections.abc import Callable
from datetime import datetime

from fingerpost.access import store as access_store
from fingerpost.access.caller import Caller
from fingerpost.access.rules import RecordsAct
from fingerpost.access.sessions import PAGES
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.ledger.events import CallerVerified
from fingerpost.lookup.answer import Answer
from fingerpost.lookup.ask import Lookup
from fingerpost.lookup.question import Question
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import Invalid, NotFound, Problem
from fingerpost.words.vocabulary import Scope


class Telephone:
    """Asks for callers. `database` knows who people are."""

    def __init__(
        self, database: Database, lookup: Lookup, ledger: Ledger, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._lookup, self._ledger = database, lookup, ledger
        self._reviewers = Reviewers(database, ledger, clock)

    def ask(self, caller: Person, question: Question, by: Person) -> Answer:
        """Answer a verified caller's question, asked by an officer of the desk."""
        self._reviewers.allow(by, RecordsAct.DESK, set())
        if caller == by:
            raise Invalid(Problem("caller", "must be another than the officer of the desk"))
        with self._database.transaction() as session:
            found = access_store.identified(session, caller.authority, caller.reference)
            name = access_store.authority_name(session, caller.authority)
            if found is None or name is None:
                raise NotFound("nobody of that authority has that staff reference")
            self._ledger.record(session, CallerVerified(by=str(by), caller=str(caller)))
        asking = Caller(PAGES, f"desk, by {by}", caller.authority, name, (Scope.LOOKUP,))
        return self._lookup.ask(asking, question)
