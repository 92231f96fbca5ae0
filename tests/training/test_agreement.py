"""Splink's score and ours agree on the same model and pairs; with one m altered they do not."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fingerpost.evaluation import Sample, read_sample
from fingerpost.matching import Model, Prepared, among, assess, fitted, shipped
from fingerpost.matching.model import Level
from fingerpost.synthetic.country import make_country
from fingerpost.training import Link, relink
from fingerpost.training.engines import database
from fingerpost.training.linkage import linker, match_weights
from fingerpost.training.pairs import Compared, candidate_pairs, compare_pairs
from tests.synthetic.written import order

CLOSE = 1e-6  # bits


def alone(model: Model) -> Model:
    """Return a model in which nobody has relatives: then our score is that of two classes."""
    return Model(msgspec.structs.replace(model.written, relatives=0.0))


def altered(model: Model) -> Model:
    levels = dict(model.written.levels)
    before = levels["family"]["exact"]
    levels["family"] = levels["family"] | {"exact": Level(m=before.m * 0.99, u=before.u, t=before.t)}
    return Model(msgspec.structs.replace(model.written, levels=levels))


def by_splink(model: Model, seen: Compared) -> np.ndarray:
    return match_weights(linker(database(), model, seen), len(seen))


def by_us(model: Model, records: Sequence[Prepared], seen: Compared) -> np.ndarray:
    return np.array(
        [assess(records[low], records[high], model=model).match_weight for low, high in seen.pairs]
    )


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference, of pairs that our score does not cut off at 60 bits."""
    inside = np.abs(other) < 60
    assert inside.sum() > 1000
    return float(np.abs(one - other)[inside].max())


@pytest.fixture
def records(request: pytest.FixtureRequest, tmp_path: Path) -> list[Prepared]:
    if request.param == "country":
        folder = tmp_path / "made"
        make_country(order(2500), folder, lambda _: None, processes=1)
        sample = read_sample(folder / "evaluate.csv")
    else:
        sample = request.getfixturevalue(request.param)
    return [record.prepared for record in sample.records]


@pytest.fixture(scope="module")
def links(families: Sample) -> list[Link]:
    """The families as one extract of nobody's, linked."""
    return list(relink(families.records, shipped()))


@pytest.mark.parametrize(
    ("records", "fit"),
    [("families", False), ("families", True), ("adults", True), ("country", True)],
    indirect=["records"],
)
def test_splink_and_we_agree(records: list[Prepared], fit: bool) -> None:
    model = alone(shipped())
    model = fitted(records, model) if fit else model
    seen = compare_pairs(model, records, candidate_pairs(records))
    assert len(seen) > 1200
    assert any(bits.any() for bits in seen.bits.values()), "no term frequency to agree on"
    assert apart(by_splink(model, seen), by_us(model, records, seen)) < CLOSE


def test_a_model_with_one_m_altered_is_seen_to_disagree(families: Sample) -> None:
    model, records = alone(shipped()), [record.prepared for record in families.records]
    seen = compare_pairs(model, records, candidate_pairs(records))
    assert apart(by_splink(altered(model), seen), by_us(model, records, seen)) > 1000 * CLOSE


def test_rivals_of_one_authority_are_weighed_as_lookups_weigh_them(
    families: Sample, links: list[Link]
) -> None:
    """Each pair as the less sure of its two records sees it, among all that record finds there."""
    sources = ("E1", "E2", "E3")
    records = [
        msgspec.structs.replace(record, source=sources[place % 3])
        for place, record in enumerate(families.records)
    ]
    prepared = [record.prepared for record in records]
    model, pairs = fitted(prepared), candidate_pairs(prepared)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for low, high in pairs:
        found[low].append(high)
        found[high].append(low)
    expected: dict[tuple[int, int], float] = {}
    for asker, others in found.items():
        alone = [assess(prepared[asker], prepared[other], model=model) for other in others]
        beside = among(alone, [records[other].source for other in others], model=model)
        for other, assessment in zip(others, beside, strict=True):
            pair = min(asker, other), max(asker, other)
            expected[pair] = min(expected.get(pair, 60.0), assessment.match_weight)
    place = {record.record_id: number for number, record in enumerate(records)}
    before = {(link.record_id, link.other_id): link.match_weight for link in links}
    beside_rivals = list(relink(records, shipped()))
    for link in beside_rivals:
        weight = expected[place[link.record_id], place[link.other_id]]
        assert link.match_weight == pytest.approx(weight, abs=1e-4)
    assert any(before[link.record_id, link.other_id] - link.match_weight > 1 for link in beside_rivals)
    assert 500 < len(beside_rivals) < len(before)


def test_a_whole_extract_is_linked_as_lookups_would(families: Sample, links: list[Link]) -> None:
    """Three classes, guards and bands: every pair is what `assess` says of it, and none is missing."""
    records = {record.record_id: record.prepared for record in families.records}
    model = fitted(list(records.values()))
    by_pair = {(link.record_id, link.other_id): link for link in links}
    ids = list(records)
    shown = 0
    for low, high in candidate_pairs(list(records.values())):
        found = assess(records[ids[low]], records[ids[high]], model=model)
        link = by_pair.get((ids[low], ids[high]))
        assert (link and link.band) == found.band
        if link:
            shown += 1
            assert link.match_weight == pytest.approx(found.match_weight, abs=CLOSE)
    assert shown == len(links) > 500
