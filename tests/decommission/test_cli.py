"""The commands of a procedure's beginning, as they are typed, and what they refuse."""

import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from fingerpost.cli import fingerpost
from fingerpost.cli.decommission import decommission
from fingerpost.cli.decommission_people import next_sixth_of_august
from fingerpost.decommission.people import Person
from fingerpost.decommission.target import Children, Target
from tests.decommission import paper

CHILDREN = Children(
    table="child", number="number", given="given", family="family", born="born", postcode="postcode"
)


def typed(*words: object, code: int = 0, answers: str = "") -> Result:
    line = ["decommission", *(str(word) for word in words)]
    done = CliRunner().invoke(fingerpost, line, input=answers)
    assert done.exit_code == code, done.output
    return done


class Desk:
    """A folder with a target's description, keys, and a plan that names whose they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.root.mkdir()
        (self.root / "server" / "data").mkdir(parents=True)
        where = self.root / "server"
        reach = Target(
            conninfo="host=/nowhere", database="cp", data=str(where / "data"), log=str(where / "log"),
            children=CHILDREN,
        )  # fmt: skip
        (folder / "target.json").write_bytes(msgspec.json.encode(reach))
        people = [
            self.key("olwen", "operator"), self.key("ada", "approver"), self.key("bram", "approver"),
        ]  # fmt: skip
        self.plan(people=people)

    def key(self, who: str, *parts: str) -> Person:
        options = [word for part in parts for word in ("--part", part)]
        named = ("--name", who.title(), "--title", "officer", "--employer", "department")
        done = typed("key", who, self.folder / who, *named, *options, answers="open\nopen\n")
        shown = done.output[done.output.index("{") :]
        return msgspec.json.decode(shown, type=Person)

    def plan(self, **other: object) -> None:
        told: dict[str, object] = {
            "procedure": "end", "target": "server", "root": str(self.root), "basis": "an Act", "partners": [],
            **other,
        }  # fmt: skip
        (self.folder / "plan.json").write_bytes(msgspec.json.encode(told))

    def open(self, folder: str = "p", code: int = 0) -> Result:
        names = (self.folder / folder, self.folder / "plan.json", self.folder / "target.json")
        return typed("open", *names, "--key", self.folder / "olwen", code=code, answers="open\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_from_keys_to_the_first_gate(desk: Desk) -> None:
    assert "switched off at 12:00 on 06 August" in desk.open().output
    folder, olwen = desk.folder / "p", ("--key", desk.folder / "olwen")
    assert "holds a procedure already" in desk.open(code=1).output
    assert (
        "lacks: nobody has said how many are open: subject access requests" in typed("status", folder).output
    )
    for duty in ("access_requests", "enquiries", "court_orders", "shields"):
        said = typed("duty", folder, duty, 0, "--how", "asked", *olwen, answers="open\n").stdout
    assert said.endswith("0 outstanding. Next: 2 approvers say `approve FOLDER 1`.\n")
    approve = ("approve", folder, 1, "--key")
    assert "Next: another approver says" in typed(*approve, desk.folder / "ada", answers="open\n").output
    again = typed(*approve, desk.folder / "ada", answers="open\n", code=1)
    assert "a gate needs two different people" in again.output
    wrong = typed(*approve, desk.folder / "bram", answers="shut\n", code=2)
    assert "its passphrase is another" in wrong.output
    assert "the gate is open" in typed(*approve, desk.folder / "bram", answers="open\n").output
    typed("hold", folder, "H1", "--basis", "an order", *olwen, answers="open\n")
    assert "HOLD H1 is live" in typed("status", folder).output
    assert "step 1 (legal basis and holds) comes first: hold H1 is live" in _canary(desk, code=1)
    ended = ("end-hold", folder, "H1", "--how", "lifted", "--basis", "an order")
    assert typed(*ended, *olwen, answers="open\n").stdout.startswith("The hold has ended. Next: 2 approvers")


def _canary(desk: Desk, code: int) -> str:
    place = desk.folder / "place"
    place.mkdir()
    typed("canary-list", desk.folder / "p", place / "list.csv")
    return typed("canaries", desk.folder / "p", "feeds", place, code=code).output


def test_a_wrong_target(desk: Desk) -> None:
    (desk.root / "instance" / "keyring").mkdir(parents=True)
    (desk.root / "instance" / "keyring" / "keyring.json").touch()
    assert "holds a live instance of this service" in desk.open(code=2).output
    (desk.root / "instance" / "keyring" / "keyring.json").unlink()
    assert "must stand outside of what is ended" in desk.open("root/p", code=2).output
    desk.plan(people=[])
    assert "every gate needs two approvers" in desk.open(code=1).output
    (desk.folder / "plan.json").write_text('{"procedure": "end"}')
    assert "missing required field" in desk.open(code=2).output
    assert "there is no procedure in" in typed("status", desk.root, code=2).output


def test_a_register_or_an_item_that_is_none(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(tmp_path / "live"))
    desk.open()
    olwen = ("--key", desk.folder / "olwen")
    (tmp_path / "register.csv").write_bytes(bytes(range(256)))
    declared = typed(
        "declare", desk.folder / "p", tmp_path / "register.csv", *olwen, answers="open\n", code=2
    )
    assert "is a column that lacks" in declared.output
    done = typed("destroy", desk.folder / "p", "nothing", *olwen, answers="open\n", code=1)
    assert "item nothing is not in the inventory" in done.output


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("duty", "shields", "0", "--how", " "), "'--how': must not be empty"),
        (("duty", "some", "0", "--how", "asked"), "'DUTY'"),
        (("duty", "shields", "some", "--how", "asked"), "'OUTSTANDING'"),
        (("hold", "", "--basis", "an order"), "'REFERENCE': must not be empty"),
        (("approve", "12"), "'STEP'"),
        (("explain", "item", "lost", "--how", "looked"), "'EXPLANATION'"),
        (("ask-partners", "--days", "0"), "'--days'"),
    ],
)
def test_a_wrong_command_names_the_field(tmp_path: Path, words: tuple[str, ...], field: str) -> None:
    (tmp_path / "key").touch()
    done = typed(words[0], tmp_path, *words[1:], "--key", tmp_path / "key", code=2)
    assert field in done.stderr


def test_each_file_holds_the_commands_that_are_sought_in_it() -> None:
    context = click.Context(decommission)
    sought = {name: decommission.get_command(context, name) for name in decommission.list_commands(context)}
    assert None not in sought.values()
    assert sought == decommission.commands


def test_where_a_procedure_stands_is_told_without_what_searches_and_prints() -> None:
    read = (
        "import sys; from fingerpost.cli import fingerpost; fingerpost(sys.argv[1:], standalone_mode=False)"
    )
    heavy = "; print({'numpy', 'jinja2', 'fingerpost.decommission.rehearse'} & sys.modules.keys())"
    line = [sys.executable, "-c", read + heavy, "decommission", "status", "--help"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\nset()\n")


def test_the_sixth_of_august() -> None:
    at = next_sixth_of_august(paper.START)
    assert at == paper.NOON
    assert next_sixth_of_august(paper.NOON).year == 2011
