"""`docs/feeds.md` lists the tables and required columns that the reader asks for."""

import re
from pathlib import Path

from fingerpost.feeds import FeedReport, columns
from fingerpost.feeds.tables import Columns

PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"

PURPOSES = {
    columns.PERSON: "who the child is",
    columns.IDENTIFIERS: "NHS number and UPN, now and former",
    columns.ADDRESS: "postcodes, newest first",
    columns.MOTHER: "the mother of an unborn child",
    columns.INVOLVEMENTS: "who has the child now",
    columns.PROFESSIONALS: "a worker's department",
    columns.DEPARTMENT: "a department's names and parent",
    columns.TEAMS: "the contact sheet",
    columns.CIN: "episode: child in need",
    columns.CIN_PLANS: "episode: child in need plan",
    columns.S47: "episode: section 47 enquiry",
    columns.CP_PLANS: "episode: protection plan, also of an unborn child",
    columns.CLA: "episode: looked after",
    columns.EARLY_HELP: "episode: early help",
    columns.CARE_LEAVERS: "episode: care leaver",
    columns.MISSING: "episode: missing",
}


def row(table: Columns) -> str:
    """Return one line of the page's list of tables."""
    required = ", ".join(f"`{column}`" for column in table.required)
    return f"| `{table.table}` | {PURPOSES[table]} | {required} |"


def test_the_page_lists_the_tables() -> None:
    _, _, after = PAGE.read_text("utf-8").partition("<!-- tables: begin -->\n")
    listed, _, _ = after.partition("<!-- tables: end -->")
    assert listed.splitlines()[2:] == [row(table) for table in columns.ALL_TABLES]


def test_the_page_names_every_field_for_programs() -> None:
    _, _, after = PAGE.read_text("utf-8").partition("### For programs")
    section, _, _ = after.partition("\n## ")
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall("`([a-z_]+)`", cell)}
    assert named == {*FeedReport.__struct_fields__, "reported", "failed", "rows_set_aside"}
