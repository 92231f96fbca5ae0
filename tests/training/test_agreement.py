"""Splink's score and ours agree on the same model and pairs; with one m altered they do not."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from fingerpost.evaluation import Sample, read_sample
from fingerpost.matching import Model, Prepared, assess, fitted, shipped
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


@pytest.fixture(params=["families", "adults", "country"], scope="module")
def records(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Prepared]:
    if request.param == "country":
        folder = tmp_path_factory.mktemp("country") / "made"
        make_country(order(), folder, lambda done: None)
        sample = read_sample(folder / "evaluate.csv")
    else:
        sample = request.getfixturevalue(request.param)
    return [record.prepared for record in sample.records]


@pytest.mark.parametrize("fit", [False, True], ids=["shipped", "fitted"])
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


def test_a_whole_extract_is_linked_as_lookups_would(families: Sample) -> None:
    """Three classes, guards and bands: every pair is what `assess` says of it, and none is missing."""
    records = {record.record_id: record.prepared for record in families.records}
    model = fitted(list(records.values()))
    links = {(link.record_id, link.other_id): link for link in relink(families.records, shipped())}
    ids = list(records)
    shown = 0
    for low, high in candidate_pairs(list(records.values())):
        found = assess(records[ids[low]], records[ids[high]], model=model)
        link = links.get((ids[low], ids[high]))
        assert (link and link.band) == found.band
        if link:
            shown += 1
            assert link.match_weight == pytest.approx(found.match_weight, abs=CLOSE)
    assert shown == len(links) > 500
