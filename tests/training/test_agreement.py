"""Splink's score and ours agree on the same model and pairs; with one m altered they do not."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fingerpost.evaluation import Sample, read_sample
from fingerpost.matching import Assessment, Model, Prepared, among, assess, fitted, shipped
from fingerpost.matching.model import Level
from fingerpost.synthetic.country import make_country
from fingerpost.training import relink
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


def as_lookups_see(
    model: Model, records: Sequence[Prepared], holders: Sequence[str]
) -> dict[tuple[int, int], Assessment]:
    """Return each pair as the less sure of its two records sees it, among all that record finds."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for low, high in candidate_pairs(records):
        found[low].append(high)
        found[high].append(low)
    seen: dict[tuple[int, int], Assessment] = {}
    for asker, others in found.items():
        held = [records[other] for other in others]
        alone = [assess(records[asker], record, model=model) for record in held]
        beside = among(alone, held, [holders[other] for other in others], model=model)
        for other, assessment in zip(others, beside, strict=True):
            pair = min(asker, other), max(asker, other)
            if pair not in seen or assessment.match_weight < seen[pair].match_weight:
                seen[pair] = assessment
    return seen


@pytest.mark.parametrize("sources", [("",), ("E1", "E2", "E3")], ids=["nobody's", "three authorities'"])
def test_a_whole_extract_is_linked_as_lookups_would(families: Sample, sources: tuple[str, ...]) -> None:
    """Three classes, rivals, guards and bands: every pair is what a lookup says of it, none is missing."""
    records = [
        msgspec.structs.replace(record, source=sources[place % len(sources)])
        for place, record in enumerate(families.records)
    ]
    prepared = [record.prepared for record in records]
    model = fitted(prepared)
    expected = as_lookups_see(model, prepared, [record.source for record in records])
    links = {(link.record_id, link.other_id): link for link in relink(records, shipped())}
    lowered = shown = 0
    for (low, high), found in expected.items():
        link = links.get((records[low].record_id, records[high].record_id))
        assert (link and link.band) == found.band
        alone = assess(prepared[low], prepared[high], model=model)
        lowered += alone.match_weight - found.match_weight > 1
        if link:
            shown += 1
            assert link.match_weight == pytest.approx(found.match_weight, abs=1e-4)
    assert shown == len(links) > 500
    assert lowered > 5, "no rivals to agree on"
