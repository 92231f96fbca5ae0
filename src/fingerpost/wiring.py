"""The one composition root: builds everything from the settings; nothing is global."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from fingerpost.access.accounts import Accounts
from fingerpost.access.accreditation import Accreditation
from fingerpost.access.emergency import Emergencies
from fingerpost.access.own_sign_ins import OwnSignIns
from fingerpost.access.provider import Provider, Registration
from fingerpost.access.sessions import Pools as SigningIn
from fingerpost.access.sessions import Sessions
from fingerpost.access.switches import Switches
from fingerpost.administration import Administration, administration
from fingerpost.custody import Custody
from fingerpost.db.database import Closed, Database, Session
from fingerpost.decommission.sunset import AUTHORISATIONS, Sunset
from fingerpost.feeds import Feeds
from fingerpost.guard import Guard
from fingerpost.guard.alerts import Alerts as GuardAlerts
from fingerpost.guard.challenges import Challenges
from fingerpost.guard.desk import Desk as GuardDesk
from fingerpost.guard.honey import Honey
from fingerpost.guard.paging import Pager, Paging
from fingerpost.instance import Instance
from fingerpost.ledger import Ledger
from fingerpost.ledger.current import Current
from fingerpost.ledger.note import Verifier
from fingerpost.ledger.reconcile import Reconciling
from fingerpost.ledger.reimport import Reimport
from fingerpost.ledger.sequencer import Sequencer
from fingerpost.ledger.tree import Tree
from fingerpost.lookup import Lookup
from fingerpost.lookup.contact import is_bank_holiday
from fingerpost.lookup.telephone import Telephone
from fingerpost.matching import Model, load
from fingerpost.moves import moves
from fingerpost.moves.moves import Moves
from fingerpost.notices import notices
from fingerpost.notices.deliver import Post
from fingerpost.notices.notices import Notices
from fingerpost.oversight import Oversight, oversight
from fingerpost.reference import authorities
from fingerpost.requests import Requests, requests
from fingerpost.retention.destroy import Destruction
from fingerpost.retention.erase import Erasure
from fingerpost.retention.hold import Holds
from fingerpost.retention.purge import Purge
from fingerpost.retention.replay import Replay
from fingerpost.retention.restored import Restore
from fingerpost.rights import Rights, rights
from fingerpost.settings import Environment, Settings
from fingerpost.shields import Shields, Watch
from fingerpost.shields.alerts import Alerts
from fingerpost.shields.desk import Desk
from fingerpost.shields.standing import StandingShields
from fingerpost.signposts.never_join import NeverJoin
from fingerpost.signposts.own import Own
from fingerpost.signposts.person import Reviewers
from fingerpost.signposts.reindex import Reindex
from fingerpost.signposts.review import Review
from fingerpost.signposts.sensitive import Sensitive
from fingerpost.signposts.told import Told
from fingerpost.vault import Vault
from fingerpost.vault.beside import Beside
from fingerpost.vault.memory import LastSigned
from fingerpost.vault.release import Releases
from fingerpost.vault.remote import connect
from fingerpost.vault.vault import LocalVault
from fingerpost.words import clock
from fingerpost.words.errors import Invalid, Misconfigured

DEMO_IDENTITY = "{}/demo-identity"  # the issuer of the demonstration's own provider
PATIENCE = 3.0  # seconds that an answer waits for the database before it is refused


class Offices(Struct, frozen=True):
    """What people do at the pages beside looking: keep their authority's house, look over what was done."""

    administration: Administration
    oversight: Oversight
    own: Own
    own_sign_ins: OwnSignIns
    telephone: Telephone
    reviewers: Reviewers


class Service(Struct, frozen=True):
    """Everything a door may call. Each database is a pool as that role alone."""

    settings: Settings
    now: Callable[[], datetime]
    vault: Vault
    ledger: Ledger
    tree: Tree
    sequencer: Sequencer
    sunset: Sunset
    guard: Guard
    guard_desk: GuardDesk
    challenges: Challenges
    guard_alerts: GuardAlerts
    honey: Honey
    paging: Paging
    lookup: Lookup
    feeds: Feeds
    review: Review
    never_join: NeverJoin
    told: Told
    purge: Purge
    holds: Holds
    destruction: Destruction
    reindex: Reindex
    custody: Custody
    erasure: Erasure
    restore: Restore
    sensitive: Sensitive
    shields: Shields
    watch: Watch
    alerts: Alerts
    desk: Desk
    moves: Moves
    requests: Requests
    rights: Rights
    accounts: Accounts
    accreditation: Accreditation
    switches: Switches
    emergencies: Emergencies
    sessions: Sessions
    offices: Offices
    lookup_database: Database
    records_database: Database
    tree_database: Database

    def __repr__(self) -> str:
        return f"Service({self.settings!r})"

    @property
    def reconciling(self) -> Reconciling:
        """What left the vault held against what was recorded."""
        return Reconciling(self.records_database, self.ledger, self.now)

    @property
    def notices(self) -> Notices:
        """Who must be told what."""
        return self.moves.notices


def found(settings: Settings) -> None:
    """Create an instance and enter every authority of England in it. All, or nothing is left behind."""
    instance = Instance(settings)
    instance.create()
    try:
        with opened(settings, at_keyring=True) as service:
            bodies = [(a.code, a.name, a.kind.value) for a in authorities().values()]
            service.accounts.found(bodies, sorted(instance.keyring().names()))
    except BaseException:
        instance.remove()
        raise


def _provider(settings: Settings, now: Callable[[], datetime]) -> Provider | None:
    issuer = settings.oidc_issuer or (DEMO_IDENTITY.format(settings.url) if settings.demo_identity else "")
    if not issuer:
        return None
    secret = settings.oidc_secret_file.read_text("utf-8").strip() if settings.oidc_secret_file else ""
    return Provider(Registration(issuer, settings.oidc_client_id, secret, strong=settings.oidc_strong), now)


def _model(path: Path | None) -> Model:
    try:
        return load(path)
    except Invalid as error:
        raise Misconfigured(f"FINGERPOST_MODEL: {error}") from None


class _Pools(Struct, frozen=True):
    """A pool for each role, and a second of the tree and of reports for those who wait for an answer."""

    asking: Database
    publishing: Database
    keeping: Database
    growing: Database
    showing: Database
    ending: Database
    reading: Database
    signing_in: SigningIn
    shielding: Database
    moving: Database
    telling: Database
    brokering: Database
    answering: Database


def _pools(stack: ExitStack, instance: Instance, admit: Callable[[Session], None] | None) -> _Pools:
    """Open every pool. Those that answer or change anything `admit` each new connection first, if given."""
    threads = instance.settings.threads

    def pool(
        name: str, most: int = 4, patience: float | None = None, *,
        admitted: bool = False, lasting: bool = True,
    ) -> Database:  # fmt: skip
        role = f"fingerpost_{name}"
        if not instance.may_be(role):
            return Closed(role)
        database = Database(
            instance.conninfo(role), most=most, patience=patience, admit=admit if admitted else None,
            lasting=lasting,
        )  # fmt: skip
        return stack.enter_context(database)

    return _Pools(
        asking=pool("lookup", threads, PATIENCE, admitted=True),
        publishing=pool("feed", admitted=True),
        keeping=pool("admin", admitted=True),
        growing=pool("tree"),
        showing=pool("tree", patience=PATIENCE),
        ending=pool("retention"),
        reading=pool("records"),
        shielding=pool("shields", admitted=True),
        moving=pool("moves", admitted=True),
        telling=pool("moves", patience=PATIENCE, admitted=True),
        brokering=pool("requests", patience=PATIENCE, admitted=True),
        answering=pool("rights", admitted=True),
        signing_in=SigningIn(
            pool("sign_in", threads, PATIENCE, admitted=True),
            pool("sign_in", threads, PATIENCE, admitted=True, lasting=False),
        ),
    )


@contextmanager
def opened_vault(settings: Settings, now: Callable[[], datetime] = clock.now) -> Generator[LocalVault]:
    """Open the vault in this process: the keyring, what stands beside it, and the one role that counts."""
    instance = Instance(settings)
    keyring = instance.keyring()
    memory, beside = LastSigned(instance.last_signed_path), Beside(instance.ended_path)
    conninfo = instance.conninfo("fingerpost_vault")
    with instance.running(), Database(conninfo, most=settings.threads, patience=PATIENCE) as counting:
        instance.require_migrated()
        yield LocalVault(keyring, Releases(counting, now), memory, beside, now, model=_model(settings.model))


def vault_apart(settings: Settings) -> Vault | None:
    """Return the vault that is a process of its own, or None where this process is to hold it."""
    if settings.vault:
        return connect(settings.vault)
    if settings.environment is Environment.PRODUCTION:
        raise Misconfigured(
            "FINGERPOST_ENVIRONMENT=production needs FINGERPOST_VAULT: the socket of a vault that runs as a"
            " process and user of its own (`fingerpost vault serve`), so that this one holds no key"
        )
    return None


@contextmanager
def opened(
    settings: Settings, now: Callable[[], datetime] = clock.now, *,
    behind: bool = False, at_keyring: bool = False,
) -> Generator[Service]:  # fmt: skip
    """Open an instance: its server if embedded, its vault, and pools. Call it after any fork.

    A database that was restored and not yet told what ended since is refused, unless it may be `behind`; so
    is a service whose authorisation is over, and one in production that has none.
    Where the vault is a process of its own, no keyring is touched, unless this is a ceremony `at_keyring`.
    """
    instance = Instance(settings)
    with ExitStack() as stack:
        apart = None if at_keyring else vault_apart(settings)
        if not behind and not at_keyring:
            sunset(settings, now).require()
        instance.passwords()  # one that is not there is named before anything is started in it
        stack.enter_context(instance.running())
        if apart:
            instance.require_migrated()
        vault: Vault = apart or stack.enter_context(opened_vault(settings, now))
        current = Current(vault)
        pools = _pools(stack, instance, None if behind else current.require)
        if not behind and instance.may_be("fingerpost_tree"):
            with pools.growing.statement() as session:
                current.require(session)
        yield _service(settings, now, vault, pools, Ledger(vault, now))


def sunset(settings: Settings, now: Callable[[], datetime] = clock.now) -> Sunset:
    """Return the authorisation that an instance runs under, and its end."""
    path = settings.authorisation or settings.instance / AUTHORISATIONS
    required = settings.environment is Environment.PRODUCTION
    return Sunset(path, settings.instance, settings.ledger_origin, now, required=required)


def _guard(settings: Settings, vault: Vault, asking: Database) -> Guard:
    return Guard(
        asking, vault, on=settings.guard, desk_phone=settings.desk_phone,
        challenge_one_in=settings.challenge_one_in, is_holiday=is_bank_holiday,
    )  # fmt: skip


def _offices(
    pools: _Pools, vault: Vault, ledger: Ledger, now: Callable[[], datetime], lookup: Lookup
) -> Offices:
    return Offices(
        administration(pools.keeping, pools.publishing, pools.asking, ledger, now),
        oversight(pools.reading, pools.keeping, ledger, now),
        Own(pools.publishing, vault, ledger, now),
        OwnSignIns(pools.signing_in.lasting, ledger, now),
        Telephone(pools.keeping, lookup, ledger, now),
        Reviewers(pools.keeping, ledger, now),
    )


def _lookup(
    settings: Settings, asking: Database, vault: Vault, ledger: Ledger, guard: Guard, *,
    now: Callable[[], datetime],
) -> Lookup:  # fmt: skip
    return Lookup(
        asking, vault, ledger, guard, now,
        desk_phone=settings.desk_phone, honey_phone=settings.honey_phone,
        silent_after=timedelta(hours=settings.silent_after_hours),
    )  # fmt: skip


def _restore(
    vault: Vault, pools: _Pools, ledger: Ledger, now: Callable[[], datetime], log: Verifier, *,
    purge: Purge, erasure: Erasure, moving: Moves,
) -> Restore:  # fmt: skip
    end_alert = moving.alerts.end_again
    shields = StandingShields(pools.shielding, vault, ledger)
    replay = Replay(
        pools.ending, pools.publishing, pools.keeping, vault, erasure, end_alert=end_alert, shields=shields
    )
    reimport = Reimport(pools.growing, vault, log)
    return Restore(
        pools.ending, vault, ledger, now, purge=purge, shields=shields, replay=replay, reimport=reimport
    )


def _moves(
    settings: Settings, pools: _Pools, vault: Vault, ledger: Ledger, now: Callable[[], datetime]
) -> Moves:
    behind, doors = pools.moving, pools.telling
    post = Post(settings.url, settings.mail_host, settings.mail_port, settings.mail_from)
    told = notices.build(behind, doors, vault, ledger, post, clock=now, production=not settings.practice)
    silent_after = timedelta(hours=settings.silent_after_hours)
    return moves.build(behind, doors, vault, ledger, told, clock=now, silent_after=silent_after)


def _service(
    settings: Settings, now: Callable[[], datetime], vault: Vault, pools: _Pools, ledger: Ledger
) -> Service:
    publishing, ending = pools.publishing, pools.ending
    log = Verifier(settings.ledger_origin, vault.verifying_key())
    destruction = Destruction(ending, vault, ledger, now)
    erasure = Erasure(ending, vault, ledger, now)
    purge = Purge(ending, vault, ledger, now, also=destruction.finish)
    guard = _guard(settings, vault, pools.asking)
    lookup = _lookup(settings, pools.asking, vault, ledger, guard, now=now)
    review = Review(publishing, vault, ledger, now)
    moving = _moves(settings, pools, vault, ledger, now)
    return Service(
        settings=settings, now=now, vault=vault, ledger=ledger, sunset=sunset(settings, now),
        tree=Tree(pools.showing, log), sequencer=Sequencer(pools.growing, vault, log),
        guard=guard,
        guard_desk=GuardDesk(pools.keeping, vault, ledger, now),
        challenges=Challenges(pools.keeping, pools.reading, ledger, now),
        guard_alerts=GuardAlerts(pools.keeping, ledger, now),
        paging=Paging(pools.keeping, guard, Pager(settings.page_command, settings.page_webhook), now),
        honey=Honey(pools.keeping, ledger, now),
        lookup=lookup,
        feeds=Feeds(publishing, pools.asking, vault, ledger, now),
        review=review,
        never_join=NeverJoin(publishing, vault, ledger, now),
        told=Told(publishing, vault, ledger, now),
        reindex=Reindex(publishing, vault, ledger), custody=Custody(pools.keeping, ledger, now),
        purge=purge,
        holds=Holds(ending, vault, ledger, now),
        destruction=destruction,
        erasure=erasure,
        restore=_restore(vault, pools, ledger, now, log, purge=purge, erasure=erasure, moving=moving),
        requests=requests(pools.brokering, vault, ledger, now),
        sensitive=Sensitive(publishing, vault, ledger, now),
        rights=rights(pools.answering, vault, ledger, now),
        shields=Shields(pools.shielding, vault, ledger, now, follow=review.linking.follow),
        watch=Watch(pools.shielding, vault, ledger, now),
        alerts=Alerts(pools.shielding, vault, ledger, now),
        desk=Desk(pools.shielding, vault, ledger, now),
        moves=moving,
        accounts=Accounts(pools.keeping, ledger, now, bound=settings.environment is Environment.PRODUCTION),
        accreditation=Accreditation(pools.keeping, ledger, now),
        switches=Switches(pools.keeping, ledger, now),
        emergencies=Emergencies(pools.keeping, pools.reading, ledger, now),
        sessions=Sessions(pools.signing_in, vault, ledger, now, _provider(settings, now)),
        offices=_offices(pools, vault, ledger, now, lookup),
        lookup_database=pools.asking,
        records_database=pools.reading,
        tree_database=pools.growing,
    )  # fmt: skip
