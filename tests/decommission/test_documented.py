"""The table of docs/decommission.md is the plan's: `python -m tests.decommission.test_documented`."""

from pathlib import Path

from fingerpost.decommission.plan import as_table

PAGE = Path(__file__).parents[2] / "docs" / "decommission.md"
BEGIN, END = "<!-- steps: begin -->\n", "<!-- steps: end -->\n"


def _written(page: str) -> str:
    before, after = page.split(BEGIN, maxsplit=1)[0], page.split(END)[1]
    return f"{before}{BEGIN}{as_table()}{END}{after}"


def test_the_table_is_the_plan() -> None:
    page = PAGE.read_text("utf-8")
    assert page == _written(page)


if __name__ == "__main__":
    PAGE.write_text(_written(PAGE.read_text("utf-8")), "utf-8")
