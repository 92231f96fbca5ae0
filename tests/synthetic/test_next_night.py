"""The country one night later: only what is listed has changed."""

from collections import Counter

from fingerpost.synthetic.next_night import CHANGE_FIELDS
from fingerpost.synthetic.tables import TABLES, fields
from tests.synthetic.written import Country


def test_every_kind_of_change_happens(country: Country, next_night: Country) -> None:
    changes = next_night.sheet("changes")
    assert tuple(changes[0]) == CHANGE_FIELDS
    assert {row["change"] for row in changes} == {"ended", "new", "corrected", "vanished"}
    assert next_night.manifest["as_of"] == "2026-11-23"


def test_nothing_changed_that_is_not_listed(country: Country, next_night: Country) -> None:
    listed = {(r["authority"], r["table"], r["row_id"]) for r in next_night.sheet("changes")}
    seen: set[tuple[str, str, str]] = set()
    for table in TABLES:
        key = fields()[table][0]
        before, after = (Counter(tuple(r.items()) for r in c.table(table)) for c in (country, next_night))
        for row in (before - after) + (after - before):
            found = dict(row)
            seen.add((found["authority"], table, found[key]))
    assert seen == listed


def test_a_child_that_vanished_left_no_row(next_night: Country) -> None:
    gone = {
        (r["authority"], r["pers_person_id"])
        for r in next_night.sheet("changes")
        if r["change"] == "vanished" and r["table"] == "ssd_person"
    }
    assert gone
    for table in TABLES:
        for row in next_night.table(table):
            people = {(row["authority"], v) for name, v in row.items() if name.endswith("person_id")}
            assert not people & gone
