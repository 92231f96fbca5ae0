"""The service's own end on a small instance: not renewed, it shuts, begins, and nobody is left in it."""

import hashlib
import shutil
import tarfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from click.testing import CliRunner
from psycopg.conninfo import conninfo_to_dict

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.cli import fingerpost
from fingerpost.db.foreign import database_of, reached
from fingerpost.decommission import canaries, inventory, minimum, own, residual
from fingerpost.decommission import evidence as e
from fingerpost.decommission.acts.preparing import Place, Search
from fingerpost.decommission.audit import in_order
from fingerpost.decommission.authorisation import Authorisation, Signed, signed
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.item import Item, Medium
from fingerpost.decommission.legacy.build import Order
from fingerpost.decommission.people import Part
from fingerpost.decommission.rehearse import (
    _CAST,  # pyright: ignore[reportPrivateUsage]
    Rehearsal,
)
from fingerpost.decommission.scanners.listed import Identity, encoded, listed
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import Service, found, opened
from fingerpost.words.child import ChildDetails
from fingerpost.words.clock import today
from fingerpost.words.errors import Refused
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, form_of, go_live, let_in, question, write_extract
from tests.decommission.means import means

LEEDS = "E08000035"
CHILD = Child(nhs_number="9434765919")
CANARIES = 20


class OwnEnd(Rehearsal):
    """The steps of a rehearsal, on an instance of this service instead of a stand-in."""

    def __init__(self, folder: Path, settings: Settings, procedure: Procedure) -> None:
        super().__init__(folder, Order(0), means())
        self.settings, self.procedure, self.instance = settings, procedure, Instance(settings)

    def people(self) -> tuple[e.Person, ...]:
        """Everybody who takes part but for the service itself."""
        partner = (f"of-{LEEDS}", "Officer of Leeds", "records officer", LEEDS, (Part.PARTNER,))
        self._keys.mkdir(exist_ok=True)
        return tuple(
            self._signer(who).person(name, title, by, *parts)
            for who, name, title, by, parts in (*_CAST, partner)
        )

    def sign(self, made: Authorisation) -> Signed:
        """Sign an authorisation as its two authorisers."""
        return signed(made, [self._signer("ada"), self._signer("bram")])

    def looks(self) -> list[minimum.Look]:
        """Return who looked at the child, from what was kept."""
        return minimum.looks_of(self._kept, self._key, CHILD.nhs_number, today())

    def canaries(self) -> None:
        """Publish them as Leeds would, hand a list out, and back up what came in."""
        known = canaries.canaries(self.procedure)
        root = self.procedure.root
        with opened(self.settings, behind=True) as service:
            extract = write_extract(root / "incoming" / "leeds", CHILD, *map(as_child, known))
            service.feeds.load_ssd(extract, LEEDS)
            names = {canary.family for canary in known}
            there = [child for child in own.identities(self._drawn("")) if child.family in names]
        canaries.say_planted(self.procedure, Place.DATABASE, len(there))
        (root / "out").mkdir()
        (root / "out" / "list.csv").write_text("".join(f"{c.given},{c.family},{c.born}\n" for c in known))
        (root / "backups").mkdir()
        with tarfile.open(root / "backups" / "incoming.tar.gz", "w:gz") as tar:
            tar.add(extract, "leeds")
        for place, where in ((Place.FEEDS, "incoming"), (Place.EXTRACTS, "out"), (Place.BACKUPS, "backups")):
            canaries.planted(self.procedure, place, [root / where])

    def inventory(self) -> None:
        """Declare everything that holds a child or opens one."""
        folders = {"postgres": Medium.POSTGRESQL, "keyring": Medium.FOLDER, "wrapping-key": Medium.FOLDER,
                   "incoming": Medium.FOLDER, "out": Medium.FOLDER, "backups": Medium.FOLDER}  # fmt: skip
        items = [
            Item(id=inventory.id_of(where), medium=medium, where=where, owner="department", declared=True)
            for where, medium in folders.items()
        ]
        inventory.declare(self.procedure, self._signer("olwen"), items)
        for search in (Search.WALK, Search.CATALOGUE):
            inventory.discover(self.procedure, search, items)

    def freeze(self) -> None:
        """Freeze, then draw through the vault what has to be drawn while there are keys."""
        for place in (self._kept.parent, self._key.parent):
            place.mkdir(parents=True)
        self._draw_from_a_server_of_its_own()
        line = ["sunset", "draw", self.procedure.folder, self._kept, "--minimum-key", self._key]
        assert "1 looks are sealed until" in self._typed(*line)
        self._is_drawn_by_its_seed(self.procedure)

    def _draw_from_a_server_of_its_own(self) -> None:
        """Draw once more, in a copy of the procedure, as if the database were not the instance's own."""
        server, there = self.instance.server, self._keys.parent / "apart"
        assert server is not None
        copy = Procedure(shutil.copytree(self.procedure.folder, there / "procedure"))
        conninfo = conninfo_to_dict(self.instance.owner_conninfo())
        url = "postgresql://{user}:{password}@/{dbname}?host={host}".format(**conninfo)
        described = msgspec.structs.replace(own.target(server, url, {}), embedded="")
        (there / "target.json").write_bytes(msgspec.json.encode(described))
        wrong = msgspec.structs.replace(described, conninfo=database_of(url, "postgres"))
        (there / "wrong.json").write_bytes(msgspec.json.encode(wrong))
        looks, key = there / "kept" / "looks", there / "key" / "key"
        for place in (looks, key):
            place.parent.mkdir()
        line = ["sunset", "draw", copy.folder, looks, "--minimum-key", key]
        with server:
            with pytest.raises(AssertionError, match="is needed"):
                self._typed(*line, FINGERPOST_DATABASE_URL=url)
            with pytest.raises(AssertionError, match="is another database"):
                self._typed(*line, "--target", there / "wrong.json", FINGERPOST_DATABASE_URL=url)
            said = self._typed(*line, "--target", there / "target.json", FINGERPOST_DATABASE_URL=url)
        assert "1 looks are sealed until" in said
        self._is_drawn_by_its_seed(copy)

    def _is_drawn_by_its_seed(self, procedure: Procedure) -> None:
        """Draw again, by the line before the list's and nothing else, and come to the same list."""
        made = procedure.state.scan_list
        assert made is not None
        before = next(entry.before for entry in procedure.chain.entries if entry.act == made)
        planted = canaries.canaries(procedure)
        drawn = own.sampled(self._drawn(before), made.sampled, {c.family for c in planted})
        key = (procedure.folder / residual.KEY).read_bytes()
        assert hashlib.sha256(encoded(listed([*planted, *drawn], key))).hexdigest() == made.digest

    def destruction(self) -> None:
        """By the command itself, on the machine of the instance: no other instance is protected from it."""
        line = ["decommission", "destroy", self.procedure.folder, "--key", self._keys / "olwen.key"]
        assert "6 items are ended" in self._typed(*line)

    def _typed(self, *line: object, **more: str) -> str:
        environment = {"FINGERPOST_INSTANCE": str(self.settings.instance), "FINGERPOST_ENVIRONMENT": "test"}
        done = CliRunner().invoke(fingerpost, [str(word) for word in line], env={**environment, **more})
        assert done.exit_code == 0, done.output
        return done.output

    def _drawn(self, seed: str) -> list[ChildDetails]:
        """Return every child in the order of a seed, by the rule itself and not by the database."""
        with opened(self.settings, behind=True) as service, reached(self.instance.owner_conninfo()) as db:
            ids = [str(row[0]) for row in db.tuples("SELECT id FROM record")]
            known = own.details(db, service.vault.open_details, list(map(UUID, ids)))
            ordered = [known[UUID(record)] for record in in_order(ids, seed)]
            assert list(own.drawn(db, service.vault.open_details, seed)) == ordered
            return ordered

    def scans(self) -> None:
        """The twin is what was planted, in clear and packed."""
        known, twin = canaries.canaries(self.procedure), self._twin
        extract = write_extract(twin / "incoming", *map(as_child, known))
        with tarfile.open(twin / "packed.tar.gz", "w:gz") as tar:
            tar.add(extract, "again")
        residual.scan_twin(self.procedure, twin, [extract, twin / "packed.tar.gz"])
        residual.scan_what_is_left(self.procedure, [])
        residual.destroy_list(self.procedure)


def as_child(canary: Identity) -> Child:
    return Child(
        reference=f"C{canary.number}", given=canary.given, family=canary.family, born="2016-05-04",
        postcode="LS1 4DY",
    )  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small instance with one child, about whom a nurse has asked."""
    folder = tmp_path_factory.mktemp("own")
    made = Settings(instance=folder / "service", environment=Environment.TEST, guard=False)
    found(made)
    with opened(made) as service:
        let_in(Instance(made).owner_conninfo())
        go_live(made)
        service.feeds.load_ssd(write_extract(folder / "first", CHILD), LEEDS)
        _ask(service)
    return made


def _ask(service: Service) -> None:
    person = Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
    service.accounts.save_practitioner(person)
    asker = Caller(uuid4(), "test", "RJ1", "Guy's", (Scope.LOOKUP,))
    answer = service.lookup.ask(asker, question(form_of(CHILD)))
    assert answer.matches


def test_not_renewed_it_shuts_begins_its_own_end_and_nobody_is_left(settings: Settings) -> None:
    folder = settings.instance.parent
    with opened(settings) as service:
        sunset = service.sunset
    rehearsal = OwnEnd(folder, settings, Procedure(sunset.ending))
    yesterday = today() - timedelta(days=1)
    authorisation = Authorisation(
        service=settings.ledger_origin, basis="a rehearsal", starts=yesterday - timedelta(days=9),
        until=yesterday, people=(*rehearsal.people(), sunset.operator()), partners=(LEEDS,),
    )  # fmt: skip
    sunset.add(rehearsal.sign(authorisation))
    with pytest.raises(Refused, match="nobody renewed it"), opened(settings):
        pass
    assert sunset.begin(authorisation, recall=timedelta(seconds=2), canaries=CANARIES) is not None
    state = rehearsal.run().state
    assert state.closed
    assert state.scanned is not None
    assert state.twin is not None
    assert (state.scanned.hits, state.scanned.unread) == (0, 0)
    assert state.twin.found == state.twin.planted == 2 * CANARIES
    assert len(state.ended) == len(state.certificates) == 6
    left = [path.name for path in settings.instance.rglob("*") if path.is_file()]
    assert not {"keyring.json", "PG_VERSION", "list.csv"} & set(left)
    assert [(look.account, look.organisation, look.reason) for look in rehearsal.looks()] == [
        ("nurse", "RJ1", "unscheduled health care")
    ]
