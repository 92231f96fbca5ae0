"""An authority's people: who asks, in which role, with which papers, and who has left."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from uuid import UUID

from fingerpost.access import store as access_store
from fingerpost.access.accounts import Accounts
from fingerpost.access.accreditation import Accreditation
from fingerpost.access.caller import Practitioner
from fingerpost.access.lists import Checked, Leaver
from fingerpost.access.rules import RecordsAct
from fingerpost.access.switches import Because, Subject, Switches
from fingerpost.administration import store
from fingerpost.administration.store import PersonRow
from fingerpost.db.database import Database
from fingerpost.ledger import Ledger
from fingerpost.signposts.person import Person, Reviewers
from fingerpost.words.errors import Invalid, NotFound, Problem, Refused
from fingerpost.words.vocabulary import Role

# Records officers need the word of two others, and the national service names its own.
GIVEN_HERE = (Role.SOCIAL_WORKER, Role.POLICE_OFFICER, Role.CLINICIAN, Role.MANAGER)


class People:
    """Keeps an authority's people. `database` connects as the role that keeps accounts."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._accounts = Accounts(database, ledger, clock)
        self._accreditation = Accreditation(database, ledger, clock)
        self._switches = Switches(database, ledger, clock)
        self._reviewers = Reviewers(database, ledger, clock)

    def list(self, by: Person) -> list[PersonRow]:
        """Return the people of the administrator's authority."""
        with self._database.statement() as session:
            return store.people(session, by.authority)

    def names(self, people: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return what people (authority, reference) are called; those who are not registered are left out."""
        if not people:
            return {}
        with self._database.statement() as session:
            return {
                (row.authority, row.reference): row.name for row in store.names(session, sorted(set(people)))
            }

    def save(self, reference: str, name: str, role: Role, by: Person) -> None:
        """Add somebody, or change their name and role; a returning one is active again."""
        self._allow(by, reference)
        if role not in GIVEN_HERE:
            raise Invalid(Problem("role", "is given by the operator, not here"))
        self._require_kept_here(by.authority, reference, "changes the role")
        person = Practitioner(by.authority, reference, name, role, active=True)
        self._accounts.save_practitioner(person, by=str(by))

    def accredit(self, reference: str, dbs_on: date, trained_on: date, by: Person) -> None:
        """Record the days of somebody's DBS check and training."""
        self._allow(by, reference)
        self._accreditation.accredit_people(
            by.authority, [Checked(reference, dbs_on, trained_on)], by=str(by)
        )

    def leave(self, reference: str, leaves_on: date, by: Person) -> None:
        """Record that somebody leaves, and the first day they are out."""
        self._allow(by, reference)
        if self._accreditation.list_leavers(by.authority, [Leaver(reference, leaves_on)], by=str(by)):
            raise NotFound("nobody of your authority has that reference")

    def suspend(self, reference: str, because: Because, by: Person) -> None:
        """Switch somebody off at once."""
        self._allow(by, reference)
        self._switches.suspend(Subject.PERSON, f"{by.authority}/{reference}", because, by=str(by))

    def restore(self, reference: str, by: Person) -> None:
        """Switch somebody on again; their idle days begin anew."""
        self._allow(by, reference)
        self._switches.restore(Subject.PERSON, f"{by.authority}/{reference}", by=(str(by),))

    def agree(self, reference: str, by: Person) -> None:
        """Give the second word to a records officer's role."""
        self._switches.agree_role(by.authority, reference, (by.authority, by.reference))

    def allow(self, by: Person) -> UUID:
        """Raise `Refused` unless the person may keep their authority's people."""
        return self._reviewers.allow(by, RecordsAct.ADMINISTER, {by.authority})

    def allow_account(self, reference: str, by: Person) -> None:
        """Raise `Refused` unless the person may say by which account that somebody signs in.

        Whoever names an account can sign in by it: so nobody is made a records officer here either.
        """
        self.allow(by)
        self._require_kept_here(by.authority, reference, "names the accounts")

    def _allow(self, by: Person, reference: str) -> None:
        self.allow(by)
        if reference == by.reference:
            raise Refused("nobody keeps their own account; ask another manager or records officer")

    def _require_kept_here(self, authority: str, reference: str, does: str) -> None:
        with self._database.statement() as session:
            found = access_store.identified(session, authority, reference)
        if found is not None and found[1].role not in GIVEN_HERE:
            raise Refused(f"the operator {does} of records officers and of the national service")
