"""`docs/eligibility.md` shows the very rules that the code applies."""

from pathlib import Path

import pytest

from fingerpost.signposts.rules import RULES, Rule
from fingerpost.words.vocabulary import Service

PAGE = Path(__file__).parents[2] / "docs" / "eligibility.md"


def _stays(rule: Rule) -> str:
    years = {0: "gone at once", 1: "1 year"}
    return years.get(rule.years_after_end, f"{rule.years_after_end} years")


def row(rule: Rule) -> str:
    """Return the rule as the page's table shows it."""
    cells = (
        f"`{rule.code}`", rule.service.label, f"`{rule.table}`", rule.lets_in, rule.ends, _stays(rule),
        str(rule.until_age), rule.basis,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def test_the_page_shows_the_rules() -> None:
    _, _, after = PAGE.read_text("utf-8").partition("<!-- rules: begin -->\n")
    table, _, _ = after.partition("<!-- rules: end -->")
    assert table.splitlines()[2:] == [row(rule) for rule in RULES]


@pytest.mark.parametrize("service", list(Service))
def test_every_service_has_a_rule(service: Service) -> None:
    assert any(rule.service is service for rule in RULES)


def test_codes_are_told_apart() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
