"""No score moves unseen: 200 pairs keep the bits of every field, the sum and the band."""

from fingerpost.matching import assess
from fingerpost.words.vocabulary import Band
from tests.matching.golden import record, rows, said


def test_no_score_moved():
    kept = rows()
    now = [row | said(assess(record(row, "1"), record(row, "2"))) for row in kept]
    moved = [line for line, (row, new) in enumerate(zip(kept, now, strict=True), start=2) if row != new]
    assert not moved, "meant to move? `python -m tests.matching.golden` writes them again"


def test_the_pairs_are_of_every_band():
    bands = [row["band"] for row in rows()]
    assert len(bands) >= 200
    assert all(bands.count(band) >= 10 for band in (*Band, ""))
