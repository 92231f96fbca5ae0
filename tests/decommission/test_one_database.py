"""One database of a server that goes on: shut, dropped, overwritten; its neighbour is as it was."""

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from fingerpost.db.foreign import as_role, database_of, reached, refuses
from fingerpost.decommission import (
    canaries,
    destroy,
    freeze,
    holds,
    inventory,
    no_access,
    residual,
    switch_off,
)
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.preparing import Explanation, HoldEnd, Search
from fingerpost.decommission.canaries import made_from
from fingerpost.decommission.certificate import Particulars, certificate, lines_of
from fingerpost.decommission.destroyers.dropping import Dropping
from fingerpost.decommission.discover import copies_in
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.gates import current
from fingerpost.decommission.holds import Held
from fingerpost.decommission.item import Ended, Item, Medium
from fingerpost.decommission.legacy.children import LegacyChild
from fingerpost.decommission.legacy.place import Legacy
from fingerpost.decommission.looking import destroyers, look
from fingerpost.decommission.people import Part
from fingerpost.decommission.rules import refusal
from fingerpost.decommission.scan import Report, Unit, scan
from fingerpost.decommission.scanners.listed import Identity, listed, new_key
from fingerpost.decommission.scanners.reading import Hit
from fingerpost.decommission.shared import Shared
from fingerpost.decommission.target import Children, Target
from fingerpost.words.clock import now
from fingerpost.words.errors import Refused
from tests.decommission import paper
from tests.decommission.conftest import identity
from tests.decommission.paper import Said

OONA = paper.SIGNERS["oona"]
PASSWORD = "made-up"


class Place(Struct):
    """A server with two databases, and the procedure that ends one of them."""

    procedure: Procedure
    target: Target
    other: str  # the neighbour's connection string
    shared: Shared
    planted: list[Identity]
    table: Path
    segment: Path  # of the log, in which they were written

    def say(self, said: Iterable[Said]) -> None:
        for act, by in said:
            self.procedure.say(act, self.procedure.tool if by == "tool" else paper.SIGNERS[by])

    def approve(self) -> None:
        step = current(self.procedure.state)
        self.say((e.Approved(step=step), who) for who in ("ada", "ben"))

    @property
    def item(self) -> str:
        assert self.procedure.state.target is not None
        return self.procedure.state.target.id

    def frozen_and_off(self) -> None:
        freeze.stop_feeds(self.procedure, self.target)
        freeze.freeze(self.procedure, self.target)
        residual.make_list(self.procedure, self.target)
        kept = e.MinimumSealed(digest="min", rows=0, until=now() + timedelta(days=9), key="k")
        self.say([(e.InvestmentKept(digest="kept", tables=()), "tool"), (kept, "tool")])
        self.approve()
        switch_off.switch_off(self.procedure, self.target)
        no_access.prove(self.procedure, self.target)
        self.approve()

    def end(self, destroyer: destroy.Destroyer | None = None) -> Ended:
        how = destroyer or destroyers(self.procedure)
        return destroy.destroy(self.procedure, OONA, self.item, how)

    def neighbour(self) -> bytes:
        with reached(self.other) as database:
            return b"".join(database.rows_of("note", ["words"]))

    def met(self, *where: Path) -> int:
        """Return how often a canary stands in some places."""
        key = new_key()
        return scan(where, listed(self.planted, key), key, self.procedure.folder / f"{key.hex()}.jsonl").hits


NAMES, ROLES = ("old", "other"), ("old_app", "everywhere")


@pytest.fixture(scope="module")
def server(legacy: Legacy) -> Iterator[str]:
    """A server with two databases, one of them in a tablespace of its own: how its owner reaches it."""
    conninfo = database_of(legacy.conninfo(), "postgres")
    space = legacy.server.folder.resolve() / "fast"
    space.mkdir()
    shutil.copystat(legacy.server.data, space)
    os.chown(space, legacy.server.data.stat().st_uid, -1)
    with reached(conninfo) as maintenance:
        maintenance.script(f"CREATE TABLESPACE fast LOCATION '{space}'".encode())
        for name in NAMES:
            maintenance.named("CREATE DATABASE {}", name)
        for role in ROLES:
            maintenance.login(role, PASSWORD)
    yield conninfo
    with reached(conninfo) as maintenance:
        for statement in (b"DROP DATABASE IF EXISTS old", b"DROP DATABASE other", b"DROP TABLESPACE fast",
                          b"DROP ROLE IF EXISTS old_app", b"DROP ROLE everywhere"):  # fmt: skip
            maintenance.script(statement)
    shutil.rmtree(space)


@pytest.fixture(scope="module")
def place(
    legacy: Legacy, server: str, known: list[LegacyChild], tmp_path_factory: pytest.TempPathFactory
) -> Place:
    old, other = (database_of(server, name) for name in NAMES)
    planted = list(made_from(bytes(32), 3))
    _fill(old, [*planted, *map(identity, known[:4])], "TABLESPACE fast")
    with reached(old) as database:
        number = database.value("SELECT oid::text FROM pg_database WHERE datname = 'old'")
        table = legacy.server.data / database.value("SELECT pg_relation_filepath('child')")
        segment = database.value("SELECT pg_walfile_name(pg_current_wal_lsn())")
    _fill(other, [], "")
    with reached(other) as database:
        database.script(b"CREATE TABLE note (words text PRIMARY KEY); GRANT SELECT ON note TO everywhere")
        database.copy_into("note", [known[0].export(), "nobody\n"])
    root, where = legacy.server.folder.resolve(), f"data/base/{number}"
    procedure, target = Procedure(tmp_path_factory.mktemp("one") / "procedure"), _target(legacy, old)
    tool = procedure.create().person("the tool", "", "", Part.TOOL)
    (procedure.folder / canaries.FILE).write_bytes(bytes(32))
    target.keep(procedure)
    made = Place(
        procedure, target, other, Shared(root / where), planted, table,
        legacy.server.data / "pg_wal" / segment,
    )  # fmt: skip
    opened = msgspec.structs.replace(
        paper.OPENED, target=where, root=str(root), switch_off_at=now(), partners=(), canaries=3, sample=4,
        people=(*paper.PEOPLE[:-1], tool),
    )  # fmt: skip
    made.say([(opened, "oona"), *paper.step(1), *paper.step(2)])
    return made


def _target(legacy: Legacy, old: str) -> Target:
    return Target(
        conninfo=old, database="old", data=str(legacy.server.data), log=str(legacy.server.log),
        children=Children(
            table="child", number="number", given="given", family="family", born="born", postcode="postcode"
        ),
        accounts={role: as_role(old, role, PASSWORD) for role in ROLES},
    )  # fmt: skip


def _fill(conninfo: str, people: list[Identity], where: str) -> None:
    columns = "number text PRIMARY KEY, given text, family text, born date, postcode text"
    with reached(conninfo) as database:
        database.script(
            f"CREATE TABLE child ({columns}) {where}; GRANT SELECT ON child TO everywhere".encode()
        )
        if where:
            database.script(b"GRANT SELECT ON child TO old_app")
        rows = (f"{p.number}\t{p.given}\t{p.family}\t{p.born}\t{p.postcode}\n" for p in people)
        database.copy_into("child", rows)
        database.run("CHECKPOINT")


def test_it_is_found_and_nothing_else_of_its_server_is(place: Place) -> None:
    found = look(place.procedure, place.target, Search.CATALOGUE)
    where = place.procedure.opened.target
    assert [(i.where, i.medium) for i in found] == [(where, Medium.DATABASE)]
    declared = msgspec.structs.replace(found[0], id=inventory.id_of(where), declared=True)
    inventory.declare(place.procedure, OONA, [declared])
    for search in (Search.WALK, Search.CATALOGUE):
        inventory.discover(place.procedure, search, found)
    with pytest.raises(Refused, match=r"step 3 .* waits for approval"):
        place.end()
    place.approve()
    with pytest.raises(Refused, match=r"step 4 \(freeze\) comes first"):
        place.end()


def test_only_it_is_shut(place: Place) -> None:
    with reached(place.other) as at_work:
        place.frozen_and_off()
        assert at_work.count("note") == 2  # in the session of before
    off, proof = place.procedure.state.switched_off, place.procedure.state.no_access
    assert off is not None
    assert (off.roles, off.control) == (1, "")  # the other account knows the neighbour too
    assert proof is not None
    assert (proof.let_in, proof.refused) == (0, proof.attempts)
    assert [bool(refuses(c)) for c in (place.target.conninfo, place.other)] == [True, False]
    assert refuses(as_role(place.other, "everywhere", PASSWORD)) == ""


def test_what_must_not_be_dropped_is_refused(place: Place, tmp_path: Path) -> None:
    place.approve()  # no partner was named
    folder, root, base = tmp_path / "j", place.procedure.root, place.shared.data / "base"
    with reached(place.target.maintenance) as server:
        numbers = dict(server.tuples("SELECT datname, oid::text FROM pg_database"))

    def refused(name: str, number: str, words: str, live: str = "") -> None:
        item = Item(id="i1", medium=Medium.DATABASE, where=f"data/base/{number}", owner="somebody")
        target = msgspec.structs.replace(place.target, database=name)
        with pytest.raises(Refused, match=words):
            Dropping(target, folder, live=live)(item, root)

    refused("postgres", numbers["postgres"], "its server needs that database")
    refused("template1", numbers["template1"], "its server needs that database")
    refused("old", numbers["other"], "another name than the target")
    refused("old", "4194304", "nothing here ended it")
    refused("other", numbers["other"], "the live service's own database", live=place.other)
    astray = msgspec.structs.replace(place.target, conninfo=place.other)
    with pytest.raises(Refused, match="leads to another database"):
        switch_off.counted_again(astray)
    assert refuses(place.target.conninfo)
    files = Item(id="i1", medium=Medium.FOLDER, where=f"data/base/{numbers['other']}", owner="somebody")
    with pytest.raises(Refused, match="of what lives on"):
        destroyers(place.procedure)(files, root, lambda size: None)
    with pytest.raises(Refused, match="not in the inventory"):
        destroy.destroy(place.procedure, OONA, numbers["other"], destroyers(place.procedure))
    assert (base / numbers["other"]).is_dir()


def test_one_that_changed_since_is_refused(place: Place) -> None:
    with reached(place.target.maintenance) as server, switch_off.last_connection(server, place.target) as old:
        old.run("ALTER TABLE child DISABLE TRIGGER decommission_frozen")
        old.run("UPDATE child SET given = 'X' WHERE number = (SELECT min(number) FROM child)")
    with pytest.raises(Refused, match="holds something else than it was switched off"):
        place.end()
    assert current(place.procedure.state) == 4
    place.frozen_and_off()  # though it lets nobody in
    with pytest.raises(Refused, match="frozen already"):
        freeze.freeze(place.procedure, place.target)


def test_a_hold_comes_before_the_drop(place: Place) -> None:
    def held(item: Item, root: Path, watch: holds.Watch) -> Ended:
        holds.place(place.procedure, OONA, "H-1", "order of a court")
        return destroyers(place.procedure)(item, root, watch)

    with pytest.raises(Held, match="hold H-1 has arrived"):
        place.end(held)
    assert place.shared.database.is_dir()
    holds.end(place.procedure, OONA, "H-1", HoldEnd.LIFTED, "order of the court")
    place.approve()


def test_it_goes_and_its_neighbour_is_as_it_was(place: Place) -> None:
    before, watched = place.neighbour(), place.shared.database / "pg_filenode.map"
    spaces = [p for p in place.shared.places if (p / place.shared.number).is_dir()]
    assert len(spaces) == 2
    handles = [os.open(path, os.O_RDONLY) for path in (watched, place.table)]
    assert place.met(place.table) >= len(place.planted) <= place.met(place.segment)  # the control
    asked = 0

    def killed(item: Item, root: Path, watch: holds.Watch) -> Ended:
        def until(size: int = 0) -> None:
            nonlocal asked
            asked += 1
            if asked == 5:
                raise KeyboardInterrupt  # dropped, and overwritten in part

        return destroyers(place.procedure)(item, root, until)

    with pytest.raises(KeyboardInterrupt):
        place.end(killed)
    assert not place.shared.database.exists()

    def held(item: Item, root: Path, watch: holds.Watch) -> Ended:
        holds.place(place.procedure, OONA, "H-2", "order of a court")
        return destroyers(place.procedure)(item, root, watch)

    with pytest.raises(Held, match="hold H-2 has arrived"):
        place.end(held)
    holds.end(place.procedure, OONA, "H-2", HoldEnd.LIFTED, "order of the court")
    place.approve()
    ended = place.end()  # there is nothing to count again
    assert ended.overwritten == ended.read_back > 1 << 20
    for handle in handles:
        size = os.fstat(handle).st_size
        assert os.pread(handle, size, 0) == bytes(size)
        os.close(handle)
    assert place.met(place.shared.log) == 0
    assert not list(place.procedure.root.rglob("decommission-*"))
    assert place.neighbour() == before
    with reached(place.target.maintenance) as server:
        roles = server.tuples("SELECT rolname FROM pg_roles WHERE rolname IN ('old_app', 'everywhere')")
    assert roles == [("everywhere",)]


def test_its_certificate_says_what_that_cannot_prove(place: Place) -> None:
    made = certificate(lines_of(place.procedure.chain), place.item, Particulars())
    assert made.method.value == "clear"
    assert any("its server goes on: this clears" in limit for limit in made.limits)
    assert any("purges nothing" in limit for limit in made.limits)
    assert any("a server that follows" in limit for limit in made.limits)


def test_only_canaries_count_in_what_is_others(place: Place) -> None:
    data, root = place.shared.data, place.procedure.root

    def unit(where: str, *met: int) -> Unit:
        hits = tuple(Hit("number", "", 0, listed) for listed in met)
        return Unit(str(root / where), 1, 1, 1, hits, ())

    number, space = place.shared.number, place.shared.places[1].name
    units = (
        unit("data/base/5/1259", 7, 0), unit("data/base/5/16400", 2, 9), unit("data/pg_wal/0001", 1),
        unit(f"fast/{space}/{number}/1", 3), unit("dump.sql", 9),
    )  # fmt: skip
    counted = place.shared.counted(Report(units), 3)
    assert [len(u.hits) for u in counted.units] == [0, 1, 1, 1, 1]
    assert data == root / "data"
    assert {i.where: i.medium for i in copies_in(root, counted, place.shared)} == {
        "data/base/5": Medium.DATABASE, place.procedure.opened.target: Medium.DATABASE,
        "dump.sql": Medium.FILE,
    }  # fmt: skip


def test_another_database_is_ended_by_hand() -> None:
    chain = paper.until(7)
    other = Item(id="other", medium=Medium.DATABASE, where="server/base/7", owner="supplier")
    chain.state.declared["other"], chain.state.explained["other"] = other, Explanation.ADOPTED
    words = "as the target of a procedure, or by hand"
    assert words in refusal(chain.state, paper.entry(chain.state, paper.began(other)))
    chain.state.explained["other"] = Explanation.BY_HAND
    assert words not in refusal(chain.state, paper.entry(chain.state, paper.began(other)))
