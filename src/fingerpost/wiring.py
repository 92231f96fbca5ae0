"""The one composition root: builds everything from the settings; nothing is global."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from fingerpost.access.accounts import Accounts
from fingerpost.db.database import Database
from fingerpost.feeds import Feeds
from fingerpost.guard import Guard
from fingerpost.guard.alerts import Alerts
from fingerpost.guard.challenges import Challenges
from fingerpost.guard.desk import Desk
from fingerpost.guard.paging import Pager, Paging
from fingerpost.instance import Instance
from fingerpost.ledger import Ledger
from fingerpost.ledger.memory import LastSigned
from fingerpost.ledger.note import Verifier
from fingerpost.ledger.sequencer import Sequencer
from fingerpost.ledger.tree import Tree
from fingerpost.lookup import Lookup
from fingerpost.lookup.contact import is_bank_holiday
from fingerpost.matching import Model, load
from fingerpost.reference import authorities
from fingerpost.retention.destroy import Destruction
from fingerpost.retention.hold import Holds
from fingerpost.retention.purge import Purge
from fingerpost.settings import Settings
from fingerpost.signposts.never_join import NeverJoin
from fingerpost.signposts.review import Review
from fingerpost.signposts.told import Told
from fingerpost.vault import Vault
from fingerpost.vault.release import Releases
from fingerpost.words import clock
from fingerpost.words.errors import Invalid, Misconfigured

PATIENCE = 3.0  # seconds that an answer waits for the database before it is refused


class Service(Struct, frozen=True):
    """Everything a door may call. Each database is a pool as that role alone."""

    settings: Settings
    now: Callable[[], datetime]
    vault: Vault
    ledger: Ledger
    tree: Tree
    sequencer: Sequencer
    guard: Guard
    desk: Desk
    challenges: Challenges
    alerts: Alerts
    paging: Paging
    lookup: Lookup
    feeds: Feeds
    review: Review
    never_join: NeverJoin
    told: Told
    purge: Purge
    holds: Holds
    destruction: Destruction
    accounts: Accounts
    lookup_database: Database
    records_database: Database
    tree_database: Database

    def __repr__(self) -> str:
        return f"Service({self.settings!r})"


def found(settings: Settings) -> None:
    """Create an instance and enter every authority of England in it. All, or nothing is left behind."""
    instance = Instance(settings)
    instance.create()
    try:
        with opened(settings) as service:
            bodies = [(a.code, a.name, a.kind.value) for a in authorities().values()]
            service.accounts.found(bodies, sorted(instance.keyring().names()))
    except BaseException:
        instance.remove()
        raise


def _model(path: Path | None) -> Model:
    try:
        return load(path)
    except Invalid as error:
        raise Misconfigured(f"FINGERPOST_MODEL: {error}") from None


@contextmanager
def opened(settings: Settings, now: Callable[[], datetime] = clock.now) -> Generator[Service]:
    """Open an instance: its server if embedded, keyring and pools. Call it after any fork."""
    instance = Instance(settings)
    with ExitStack() as stack:
        keyring = instance.keyring()
        stack.enter_context(instance.running())

        def database(role: str, most: int = 4, patience: float | None = None) -> Database:
            return stack.enter_context(Database(instance.conninfo(role), most=most, patience=patience))

        counting = database("fingerpost_vault", settings.threads, PATIENCE)
        vault = Vault(keyring, Releases(counting, now), _model(settings.model))
        ledger = Ledger(vault, now)
        asking = database("fingerpost_lookup", settings.threads, PATIENCE)
        guard = Guard(
            asking, vault, on=settings.guard, desk_phone=settings.desk_phone,
            challenge_one_in=settings.challenge_one_in, is_holiday=is_bank_holiday,
        )  # fmt: skip
        publishing, reading = database("fingerpost_feed"), database("fingerpost_records")
        administering = database("fingerpost_admin")
        growing = database("fingerpost_tree")
        ending = database("fingerpost_retention")
        destruction = Destruction(ending, vault, ledger, now)
        log = Verifier(settings.ledger_origin, vault.verifying_key())
        yield Service(
            settings=settings,
            now=now,
            vault=vault,
            ledger=ledger,
            tree=Tree(database("fingerpost_tree", patience=PATIENCE), log),
            sequencer=Sequencer(growing, vault, log, LastSigned(instance.last_signed_path)),
            guard=guard,
            desk=Desk(administering, vault, ledger, now),
            challenges=Challenges(administering, reading, ledger, now),
            alerts=Alerts(administering, ledger, now),
            paging=Paging(administering, guard, Pager(settings.page_command, settings.page_webhook), now),
            lookup=Lookup(
                asking, vault, ledger, guard, now,
                desk_phone=settings.desk_phone, silent_after=timedelta(hours=settings.silent_after_hours),
            ),
            feeds=Feeds(publishing, vault, ledger, now),
            review=Review(publishing, vault, ledger, now),
            never_join=NeverJoin(publishing, vault, ledger, now),
            told=Told(publishing, vault, ledger, now),
            purge=Purge(ending, vault, ledger, now, also=destruction.finish),
            holds=Holds(ending, vault, ledger, now),
            destruction=destruction,
            accounts=Accounts(administering, ledger, now),
            lookup_database=asking,
            records_database=reading,
            tree_database=growing,
        )  # fmt: skip
