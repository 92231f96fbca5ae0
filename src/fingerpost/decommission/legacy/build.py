"""Building a legacy's database: schema, children, accounts, what the investment taught."""

import secrets
from collections.abc import Iterable
from importlib.resources import files

from msgspec import Struct

from fingerpost.db.embedded import DATABASE as OURS
from fingerpost.db.foreign import Foreign, database_of, reached
from fingerpost.decommission.legacy.children import LegacyChild, authority_codes, children
from fingerpost.decommission.legacy.place import DATABASE, ROLES, Legacy, Secrets
from fingerpost.reference.authorities import authorities
from fingerpost.words.errors import Misconfigured

NATIONAL = (
    "Barnardo's",
    "NSPCC",
    "KIDS",
    "NHS national feeds",
    "Work and pensions feed",
    "National pupil database",
)
_READS = "SELECT ON ALL TABLES IN SCHEMA public"
_SERVER = """
log_connections = all
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
autovacuum = off
wal_level = replica
"""
_STATEMENTS = files("fingerpost.decommission.legacy")


class Order(Struct, frozen=True):
    """How large a legacy is made."""

    children: int
    seed: int = 2010
    authorities: int = 150

    @property
    def accounts(self) -> int:
        """ContactPoint had 330,000 users for 11 million children."""
        return max(20, self.children * 3 // 100)


def build(legacy: Legacy, order: Order) -> None:
    """Make the server and fill the database. The folder must be empty."""
    if legacy.folder.exists() and any(legacy.folder.iterdir()):
        raise Misconfigured(f"{legacy.folder} is not empty; a legacy is built in a folder of its own")
    legacy.folder.mkdir(parents=True, exist_ok=True)
    legacy.folder.chmod(0o755)
    made = Secrets(secrets.token_urlsafe(24), {role: secrets.token_urlsafe(24) for role in ROLES})
    legacy.keep(made)
    legacy.server.create(made.owner)
    with (legacy.server.data / "postgresql.auto.conf").open("a") as configuration:
        configuration.write(_SERVER)
    with legacy.server:
        _restart(legacy)
        with reached(database_of(legacy.conninfo(), "postgres")) as server:
            server.named("CREATE DATABASE {}", DATABASE)
            server.named("DROP DATABASE {}", OURS)  # which every embedded server is made with
            _roles(server, made)
        with reached(legacy.conninfo()) as database:
            database.run("SET synchronous_commit = off")
            _fill(database, order)
            for role in ROLES:
                database.named(f"GRANT {_READS} TO {{}}", role)


def _restart(legacy: Legacy) -> None:
    """Have the server read its settings again: those here need no restart."""
    with reached(database_of(legacy.conninfo(), "postgres")) as server:
        server.run("SELECT pg_reload_conf()")


def _roles(server: Foreign, made: Secrets) -> None:
    for role, password in made.roles.items():
        server.login(role, password)


def _fill(database: Foreign, order: Order) -> None:
    codes = authority_codes(order.authorities)
    _script(database, "schema.sql")
    _fill_accounts(database, order.accounts)
    put(database, children(order.children, order.seed, codes))
    database.copy_into("report", ["1\tMonthly summary\tLookups, shields and accounts by authority\n"])
    _fill_lessons(database, codes)
    _script(database, "keys.sql")


def put(database: Foreign, found: Iterable[LegacyChild], first: int = 1) -> None:
    """Put children into the database, with what hangs on them; rows are counted from `first`."""
    database.run("CREATE TEMPORARY TABLE made (n bigint, LIKE child, line text)")
    database.copy_into("made", (f"{n}\t{c.line()}\t{c.export()}" for n, c in enumerate(found, first)))
    _script(database, "hanging.sql")


def _script(database: Foreign, name: str) -> None:
    database.script((_STATEMENTS / name).read_bytes())


def _fill_accounts(database: Foreign, accounts: int) -> None:
    numbers = range(1, accounts + 1)
    database.copy_into(
        "account", (f"{n}\tUser {n}\tOrganisation {n % 900}\t2009-05-18\tt\n" for n in numbers)
    )
    database.copy_into("access_token", (f"{n}\t{n}\tt\n" for n in numbers))


def _fill_lessons(database: Foreign, codes: list[str]) -> None:
    """Enter what holds no child: `keep.py` carries it over."""
    known = authorities()
    partners = [(code, known[code].name, "local authority") for code in codes]
    partners += [(f"N{n:02d}", name, "national") for n, name in enumerate(NATIONAL, start=1)]
    database.copy_into("partner", ("\t".join(row) + "\n" for row in partners))
    lines = (f"{n}\t{code}\tchildren's services\t01632 961{n:03d}\n" for n, code in enumerate(codes, start=1))
    database.copy_into("service_directory", lines)
    database.copy_into("matching_rule", ["1\tfamily name, date of birth and postcode agree\n",
                                         "2\ta twin is not a match\n"])  # fmt: skip
    database.copy_into("mapping", ["1\tGP\tprimary care\n", "2\tSCH\teducation\n"])
    database.copy_into(
        "guidance", ["1\tShielding\tA record is shielded where its being seen could cause harm.\n"]
    )
