"""Shields that come and go while records do: nobody is refused for it."""

from pathlib import Path

import psycopg

from fingerpost.db.database import Session
from fingerpost.signposts import store
from fingerpost.wiring import Service
from tests.conftest import Child, Owner, Publish, write_extract
from tests.shields.conftest import HULL, KEEPER, LEEDS, ZEBEDEE, Shield
from tests.stepped import beside


def test_a_shield_is_taken_of_a_child_whose_record_is_just_being_purged(
    service: Service, publish: Publish, shield: Shield, owner: Owner, owner_conninfo: str
) -> None:
    publish(LEEDS, ZEBEDEE)
    ((record,),) = owner.execute("SELECT id FROM record").fetchall()
    with psycopg.connect(owner_conninfo) as purging:
        store.remove_records(Session(purging), [record])
        asking = beside(owner, lambda: shield(ZEBEDEE))
        purging.commit()
    made = asking.result(30)
    assert [one.id for one in service.shields.kept(KEEPER)] == [made]


def test_a_record_goes_while_one_of_its_two_shields_is_lifted(
    service: Service, shield: Shield, owner: Owner, owner_conninfo: str, tmp_path: Path
) -> None:
    """It is awaited for the shield that stands, and the feed that took it away is not refused."""
    service.feeds.load_ssd(write_extract(tmp_path / "before", ZEBEDEE), HULL)
    lifted, stands = shield(ZEBEDEE), shield(ZEBEDEE)
    nobody = write_extract(tmp_path / "nobody", Child(reference="Q", born="2011-11-11"))
    with psycopg.connect(owner_conninfo) as lifting:
        lifting.execute("DELETE FROM shield WHERE id = %s", (lifted,))
        loading = beside(owner, lambda: service.feeds.load_ssd(nobody, HULL, accept_removals=True))
        lifting.commit()
    loading.result(30)
    assert owner.execute("SELECT shield_id FROM shield_away").fetchall() == [(stands,)]
