"""Folders that somebody made to do harm, or that change under the reader's hands."""

import os
from pathlib import Path

import pytest

from fingerpost.feeds import tables
from fingerpost.words.errors import Invalid
from tests.feeds.conftest import AUTHORITY, Desk, Extract


def test_a_link_to_somebody_elses_extract_is_not_followed(
    desk: Desk, extract: Extract, tmp_path: Path
) -> None:
    """The reader may open every authority's folder; who sends one may not."""
    extract.child("C1")
    theirs, ours = extract.write(), tmp_path / "ours"
    ours.mkdir()
    (ours / "ssd_cin_episodes.csv").write_bytes((theirs / "ssd_cin_episodes.csv").read_bytes())
    (ours / "ssd_person.csv").symlink_to(theirs / "ssd_person.csv")
    with pytest.raises(Invalid, match="ssd_person: is a link; send the file itself"):
        desk.service.feeds.load_ssd(ours, AUTHORITY)
    assert desk.count("record") == 0
    (tmp_path / "tonight").symlink_to(theirs)  # the folder is the operator's to name
    assert desk.service.feeds.load_ssd(tmp_path / "tonight", AUTHORITY).added == 1


@pytest.mark.parametrize("change", ["a file read already", "a file still to come"])
def test_a_folder_that_changes_while_it_is_read_is_no_extract(
    desk: Desk, extract: Extract, change: str
) -> None:
    """Children of tonight with the episodes of last night: each file is whole, and together they are not."""
    extract.child("C1")
    folder = extract.write()
    person = (folder / "ssd_person.csv").read_bytes()
    changed = []

    def meanwhile(phase: str, _: int, __: int) -> None:
        if phase == "reading" and not changed:
            changed.append(phase)
            name = "ssd_person" if change == "a file read already" else "ssd_missing"
            (folder / f"{name}.csv").write_bytes(person + b"\n")

    with pytest.raises(Invalid, match="folder: changed while it was read"):
        desk.service.feeds.load_ssd(folder, AUTHORITY, progress=meanwhile)
    assert desk.count("record") == 0


def test_a_file_of_nothing_but_rows_is_refused_before_they_are_faults(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    extract.write()
    extract.append("ssd_cin_episodes", b"\n" * (tables.MOST_ROWS + 1))
    with pytest.raises(Invalid, match="ssd_cin_episodes: has more than 10 million rows"):
        desk.load_as_is(extract)


def test_what_is_no_file_is_not_waited_for(desk: Desk, extract: Extract) -> None:
    extract.child("C1")
    os.mkfifo(extract.write() / "ssd_missing.csv")
    assert "ssd_missing" in desk.load_as_is(extract).silent
