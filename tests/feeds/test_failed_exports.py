"""Nights on which an export went wrong without looking so: nothing that was accepted is lost by it."""

from tests.feeds.conftest import Desk, Extract


def _mother(extract: Extract) -> dict[str, str]:
    """Add a child in need who is a mother herself."""
    return extract.child("M1", pers_dob="2009-05-06", pers_is_mother="Y")


def test_a_young_mother_whose_table_is_not_sent_stays(desk: Desk, extract: Extract) -> None:
    _mother(extract)
    desk.load(extract)
    before = desk.signposts()
    del extract.tables["ssd_cin_episodes"]
    extract.tables["ssd_s47_enquiry"] = []
    assert desk.load(extract).counts.kept == 1
    assert desk.signposts() == before


def test_a_young_mother_whose_only_row_cannot_be_read_stays(desk: Desk, extract: Extract) -> None:
    _mother(extract)
    desk.load(extract)
    before = desk.signposts()
    extract.tables["ssd_cin_episodes"].clear()
    extract.write()
    extract.append("ssd_cin_episodes", b"RM1,M1,2025-06-01\n")
    assert desk.load_as_is(extract).counts.kept == 1
    assert desk.signposts() == before
