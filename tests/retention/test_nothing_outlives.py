"""Nothing outlives its key: every table of the catalogue has its place here, or this test fails."""

import pytest

from fingerpost.retention.destroy import Keys
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.retention.reseal_store import PLACES, Row
from fingerpost.signposts.told import ToldKind, tell
from fingerpost.vault.ending import Sealed
from fingerpost.vault.keys import data_cohort
from fingerpost.wiring import Service
from fingerpost.words.clock import now
from tests.conftest import Owner
from tests.retention.conftest import HULL, LEEDS, OFFICER, SECOND, SERVICE, Past, child
from tests.retention.test_destroy import MONTH
from tests.retention.test_erase import sealed

# Sealed under a data key: goes by its day, opens for nobody once the key is gone. Each is in `PLACES`.
SEALED = set(PLACES) - {"shield_note"}  # the second sealed column of `shield`
# Goes with its record, by the database itself.
WITH_THE_RECORD = {
    "token", "link", "link_set_aside", "link_verdict", "link_due", "shield_cover", "shield_token", "notice",
    "orphan", "placement", "sensitive_token", "link_call",
}  # fmt: skip
# Sealed under the month's audit key; the leaf says nothing.
AUDITED = {"ledger_entry"}
# Keyed tokens that say nothing without the index key, and are meant to outlive a record.
KEYED = {
    "asking_subject",
    "tie",
    "conflict_block",
    "desk_reference",
    "common_token",
    "apart",
    "link_break",
    "shield_away",
    "never_join_word",
    "erasure",
    "subject_request",
    "watch_token",
    "covert",
    "covert_holder",
    "hand_over",
}
# What a page of somebody's session holds, under a key that the running vault alone has.
FLEETING = {"sign_in_account", "sign_in_started", "web_session", "web_kept", "sign_in_news"}
# Nothing of a child in it: bodies, people, hashes, counts, places in files.
OF_NO_CHILD = {
    "authority", "team", "practitioner", "client", "schema_migration", "feed_run", "feed_quarantine",
    "feed_plan", "feed_decision",
    "ledger_waiting", "ledger_leaf", "ledger_tile", "ledger_checkpoint", "ledger_cosignature", "ledger_lost",
    "vault_release", "hold_word", "destruction", "nation", "emergency", "key_share", "shield_word", "asking",
    "budget_raise", "challenge", "alert", "asked_by_authority", "honey",
    "watch_waiting", "figure", "feedback",
    # Ids of records, bodies, closed words: they say nothing of a child once the record is gone.
    "move_due", "meeting", "asked_waiting", "watch", "watch_hit", "notice_route",
    "missing_alert", "alert_sweep", "contact_test",
    "notice_delivery",
}  # fmt: skip
PLACED = SEALED | WITH_THE_RECORD | AUDITED | KEYED | FLEETING | OF_NO_CHILD


def unplaced(owner: Owner) -> set[str]:
    """Return tables that this page does not know, and sealed ones that nothing seals again."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    cohorts = owner.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'cohort'"
    ).fetchall()
    return ({row[0] for row in tables} - PLACED) | ({row[0] for row in cohorts} - SEALED - AUDITED)


def test_every_table_has_its_place(owner: Owner) -> None:
    assert unplaced(owner) == set()


def test_a_new_table_fails_until_it_is_handled(owner: Owner) -> None:
    """The control."""
    owner.execute("CREATE TABLE visit (id uuid PRIMARY KEY, cohort date NOT NULL, sealed bytea NOT NULL)")
    assert unplaced(owner) == {"visit"}


def test_after_purge_and_destruction_nothing_of_the_month_is_left_or_opens(
    ready: Service, past: Past, owner: Owner
) -> None:
    past.load(LEEDS, child(1), child(2))
    past.load(HULL, child(1))
    with ready.feeds._database.transaction() as session:  # pyright: ignore[reportPrivateUsage]
        tell(session, ready.vault, ToldKind.RECALLED, sealed(owner), now())
    until = now().date().replace(year=now().year + 1, day=1)
    ready.holds.place(LEEDS, "P2", Order(HoldKind.COURT, "ZC1", until), OFFICER)
    with ready.purge._database.statement() as session:  # pyright: ignore[reportPrivateUsage]
        before: dict[str, list[tuple[str, Sealed, Row]]] = {
            name: [
                (authority, place.kind, row)
                for authority in (LEEDS, HULL) for row in place.rows(session, authority, [MONTH])
            ]
            for name, place in PLACES.items() if name != "held_copy"
        }  # fmt: skip
    assert {name: len(rows) for name, rows in before.items()} == {
        "record": 3, "signpost": 3, "told": 3, "hold": 0, "shield": 0, "shield_note": 0, "shield_alert": 0,
        "contact_request": 0, "sensitive_note": 0,
    }  # fmt: skip
    for authority, kind, row in (one for rows in before.values() for one in rows):
        ready.vault.reseal(kind, row.id, authority, row.cohort, row.sealed, schema_version=row.version)
    ready.purge.run()
    ready.destruction.ask(MONTH, Keys.DATA, SERVICE)
    ready.destruction.confirm(MONTH, Keys.DATA, SECOND)
    for authority, kind, row in (one for rows in before.values() for one in rows):
        with pytest.raises(Exception, match="holds no key"):
            ready.vault.reseal(kind, row.id, authority, row.cohort, row.sealed, schema_version=row.version)
    for table in SEALED:
        assert owner.execute(f"SELECT FROM {table} WHERE cohort = %s".encode(), (MONTH,)).fetchall() == []
    for table in WITH_THE_RECORD:
        assert owner.execute(f"TABLE {table}".encode()).fetchall() == []
    held = {name for name in ready.vault.data_keys() if (key := data_cohort(name)) and key[1] == MONTH}
    assert held == set()
