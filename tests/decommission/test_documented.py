"""What docs/decommission.md shows is what the code takes: `python -m tests.decommission.test_documented`."""

import re
from pathlib import Path
from textwrap import dedent

import msgspec

from fingerpost.cli.decommission_people import Plan
from fingerpost.decommission.authorisation import Authorisation
from fingerpost.decommission.inventory import register
from fingerpost.decommission.item import Medium
from fingerpost.decommission.people import Part
from fingerpost.decommission.plan import as_table
from fingerpost.decommission.target import Target

PAGE = Path(__file__).parents[2] / "docs" / "decommission.md"
OUTPUTS = PAGE.with_name("decommission-outputs.md")
BEGIN, END = "<!-- steps: begin -->\n", "<!-- steps: end -->\n"


def _written(page: str) -> str:
    before, after = page.split(BEGIN, maxsplit=1)[0], page.split(END)[1]
    return f"{before}{BEGIN}{as_table()}{END}{after}"


def test_the_table_is_the_plan() -> None:
    page = PAGE.read_text("utf-8")
    assert page == _written(page)


def test_its_examples_are_what_the_commands_read(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    plan, reach = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert msgspec.json.decode(plan, type=Plan).target == "server"
    assert msgspec.json.decode(reach, type=Target).database == "contactpoint"
    (rows,) = re.findall(r"```\n( *path,medium.*?)```", page, re.DOTALL)
    (tmp_path / "register.csv").write_text(dedent(rows))
    assert [item.medium for item in register(tmp_path / "register.csv")][-1] is Medium.BY_HAND
    assert all(f"`{medium.value}`" in page for medium in Medium)


def test_the_draft_that_is_shown_is_an_authorisation() -> None:
    (draft,) = re.findall(r"```json\n(.*?)```", OUTPUTS.read_text("utf-8"), re.DOTALL)
    assert msgspec.json.decode(draft, type=Authorisation).people[0].parts == (Part.APPROVER,)


if __name__ == "__main__":
    PAGE.write_text(_written(PAGE.read_text("utf-8")), "utf-8")
