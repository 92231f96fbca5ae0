"""Migrations run once, in order, whole; and the database is then exactly what the files say (laws 6, 7)."""

import re
from importlib.resources import files

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from fingerpost.db import migrate as module
from fingerpost.db.migrate import ROLES, Migration, migrate, migrations
from fingerpost.instance import Instance
from fingerpost.settings import Settings
from fingerpost.wiring import opened, opened_vault
from fingerpost.words.errors import Misconfigured


def test_every_number_once() -> None:
    """A number may be left out, by branches side by side; two of one number would be applied by chance."""
    numbers = [m.number for m in migrations()]
    assert numbers == sorted(set(numbers))


def test_a_second_run_finds_nothing_to_do(settings: Settings) -> None:
    assert Instance(settings).migrate() == []


def test_a_server_that_logs_its_statements_learns_no_password(
    instance: Instance, settings: Settings, owner_conninfo: str
) -> None:
    """Many a server does, and its log is read by more people than the passwords are."""
    assert instance.server is not None
    before, known = instance.server.log.stat().st_size, Instance(settings).passwords().roles
    migrate(make_conninfo(owner_conninfo, options="-c log_statement=ddl"), known)
    logged = instance.server.log.read_bytes()[before:].decode()
    assert logged.count("ALTER ROLE") >= len(ROLES)
    assert not [role for role, password in known.items() if password in logged]
    with psycopg.connect(Instance(settings).conninfo(ROLES[0])):
        pass  # it is still the password


def test_a_failed_migration_leaves_nothing(
    settings: Settings, owner_conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migration(99, "broken", "CREATE TABLE half (n integer); SELECT no_such_function();")
    monkeypatch.setattr(module, "migrations", lambda: [*migrations(), broken])
    with pytest.raises(Exception, match="refused a statement"):
        migrate(owner_conninfo, Instance(settings).passwords().roles)
    with psycopg.connect(owner_conninfo) as owner:
        assert owner.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_an_edited_or_later_past_is_refused(settings: Settings, owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("UPDATE schema_migration SET digest = 'x' WHERE number = 1")
        with pytest.raises(Misconfigured, match="edited"):
            Instance(settings).migrate()
        owner.execute("INSERT INTO schema_migration (number, name, digest) VALUES (999, 'later', 'x')")
        with pytest.raises(Misconfigured, match="later version"):
            Instance(settings).migrate()


@pytest.mark.parametrize(
    ("past", "told"),
    [
        ("DELETE FROM schema_migration WHERE number = 12", "run `fingerpost db migrate`"),
        ("REVOKE ALL ON schema_migration FROM fingerpost_lookup", "run `fingerpost db migrate`"),
        ("DROP TABLE schema_migration", "run `fingerpost db migrate`"),
        ("INSERT INTO schema_migration VALUES (999, 'later', 'x')", "later version"),
    ],
)  # fmt: skip
def test_no_process_starts_on_a_schema_of_another_version(
    settings: Settings, owner_conninfo: str, past: str, told: str
) -> None:
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute(past.encode())
    for process in (opened(settings), opened_vault(settings)):
        with pytest.raises(Misconfigured, match=told), process:
            raise AssertionError("it started")


def _listed() -> set[tuple[str, str, str, str]]:
    """Read grants.sql as data: (role, table, privilege, column or '')."""
    text = re.sub(r"--.*", "", (files("fingerpost.db") / "grants.sql").read_text("utf-8"))
    found: set[tuple[str, str, str, str]] = set()
    for what, where, whom in re.findall(r"GRANT ([^;]+?) ON (?!SCHEMA|FUNCTION)([^;]+?) TO ([^;]+);", text):
        for privilege, columns in re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", what):
            for table in where.split(","):
                for role in whom.split(","):
                    for column in columns.split(",") if columns else [""]:
                        found.add((role.strip(), table.strip(), privilege, column.strip()))
    return found


def test_grants_are_exactly_the_listed_ones(owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo) as owner:
        whole = owner.execute(
            "SELECT grantee::regrole::text, relname, privilege_type, ''"
            " FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'S', 'v', 'm', 'p') AND grantee <> relowner"
        ).fetchall()
        columns = owner.execute(
            "SELECT grantee::regrole::text, relname, privilege_type, attname"
            " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl)"
            " WHERE relnamespace = 'public'::regnamespace AND attacl IS NOT NULL"
        ).fetchall()
    assert {tuple(row) for row in [*whole, *columns]} == _listed()


def test_functions_are_closed_to_the_public(owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo) as owner:
        found = owner.execute(
            "SELECT proname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END FROM pg_proc,"
            " aclexplode(coalesce(proacl, acldefault('f', proowner)))"
            " WHERE pronamespace = 'public'::regnamespace AND grantee <> proowner"
        ).fetchall()
    guard = ("begin_asking", "end_asking", "forget_askings", "raise_alert", "note_entry", "blocked_from")
    asking = ("lookup", "feed", "admin", "tree", "sign_in", "shields", "requests", "moves", "rights")
    assert set(found) == {
        ("drop_common_tokens", "fingerpost_feed"), ("drop_common_tokens", "fingerpost_shields"),
        ("await_the_watch_again", "fingerpost_moves"),
        ("lock_links", "fingerpost_feed"), ("lock_links", "fingerpost_retention"),
        ("entries_held", "fingerpost_retention"), ("take_pairs", "fingerpost_feed"),
        *((name, "fingerpost_lookup") for name in guard),
        *(("team_reached", f"fingerpost_{role}") for role in ("lookup", "moves", "requests")),
        *(("holds_what_ended", f"fingerpost_{role}") for role in asking),
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_no_role_owns_or_commands(owner_conninfo: str, role: str) -> None:
    with psycopg.connect(owner_conninfo) as owner:
        powers = owner.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = %s",
            (role,),
        ).fetchone()
        owned = owner.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", (role,)
        ).fetchone()
    assert powers == (False, False, False, False)
    assert owned == (0,)


# Promise 1: every text column, with what closes it; a new one must be argued for.
CLOSED = {
    ("record", "authority"), ("record", "tokens"), ("signpost", "service"), ("signpost", "role"),
    ("signpost", "rule"), ("signpost", "source_table"), ("feed_run", "authority"), ("feed_run", "format"),
    # Counts, rules and places in files; the reasons are the readers’ own.
    ("feed_plan", "authority"), ("feed_plan", "report"), ("feed_decision", "authority"),
    ("feed_quarantine", "source_table"), ("feed_quarantine", "field"), ("feed_quarantine", "reason"),
    ("ledger_entry", "kind"),
    # Each is closed by a constraint to words that name a sureness, a rule, a state, a reason or a body.
    ("link", "band"), ("link_set_aside", "band"), ("link", "rule"), ("link", "state"),
    ("link_break", "reason"),
    ("link_break", "authority_a"), ("link_break", "authority_b"), ("told", "kind"), ("told", "authority"),
    # Keyed tokens, a body, and words of closed sets: how a question ended, what a tie or an alert is.
    ("figure", "what"),
    ("asking", "authority"), ("asking", "outcome"), ("asked_by_authority", "authority"),
    ("tie", "authority"), ("tie", "kind"), ("conflict_block", "tokens"),
    ("alert", "authority"), ("alert", "kind"),
    # A body, closed words; the name of a key holds a body's code and a month.
    ("hold", "authority"), ("hold", "kind"), ("held_copy", "authority"), ("destruction", "keys"),
    ("erasure", "authority"), ("erasure", "keys"),
    # Closed by constraints to a generation's name and a custodian's short code.
    ("key_share", "generation"), ("key_share", "custodian"),
    # Who keeps a shield, who is told, and why a record is hidden: closed by constraints.
    ("record", "hidden"), ("shield", "authority"), ("shield", "tokens"), ("shield_alert", "authority"),
    ("shield_away", "authority"), ("covert_holder", "authority"),
    # Who is told what, where, and how a hand-over stands: bodies, addresses of teams, closed words.
    ("notice", "authority"), ("notice", "kind"), ("notice", "step"), ("notice_reader", "authority"),
    ("notice_reader", "recipient"), ("notice_route", "authority"), ("notice_route", "managers"),
    ("notice_route", "directors"), ("notice_route", "duty"), ("notice_route", "webhook"),
    ("notice_delivery", "authority"), ("notice_delivery", "channel"), ("notice_delivery", "recipient"),
    ("orphan", "host"), ("placement", "host"), ("link_call", "authority"),
    ("hand_over", "kind"), ("hand_over", "state"),
    ("hand_over", "sender"), ("hand_over", "receiver"), ("hand_over", "reason"),
    ("notice", "ring_at"), ("watch_hit", "authority"), ("covert", "reason"),
    ("missing_alert", "authority"), ("missing_alert", "state"), ("missing_alert", "reason"),
    ("missing_alert", "entries"), ("alert_sweep", "authority"),
    ("sensitive_note", "authority"),
    # Of subject access: a body, who may receive it, and why it is delayed: closed by constraints.
    ("subject_request", "authority"), ("subject_request", "requester"),
    ("subject_request", "held_back_because"),
    # Who is asked, and states and outcomes closed by constraints.
    ("contact_request", "authority"), ("contact_request", "state"), ("contact_request", "outcome"),
    # Signed notes over hashes, and a witness's name and line from the settings: no entry is in them.
    # Of signing in: names of accounts, tokens of the provider's, and a path of ours to go on to.
    ("sign_in_account", "issuer"), ("sign_in_account", "subject"), ("sign_in_started", "state"),
    ("sign_in_started", "nonce"), ("sign_in_started", "verifier"), ("sign_in_started", "onward"),
    ("web_session", "issuer"), ("web_session", "subject"), ("web_session", "provider_session"),
    ("web_session", "id_token"), ("web_session", "acr"), ("sign_in_news", "kind"),
    ("ledger_checkpoint", "note"), ("ledger_cosignature", "witness"), ("ledger_cosignature", "line"),
}  # fmt: skip
ABOUT_BODIES_AND_PEOPLE = {"authority", "team", "practitioner", "client", "schema_migration"}


def test_no_column_can_hold_words_about_a_child(owner_conninfo: str) -> None:
    with psycopg.connect(owner_conninfo) as owner:
        found = owner.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        ).fetchall()
    assert {row for row in found if row[0] not in ABOUT_BODIES_AND_PEOPLE} == CLOSED
