"""What is learnt from records, with labels and without, against what is known of them."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fingerpost.evaluation import Sample, measure
from fingerpost.matching import Model, fitted, load, shipped
from fingerpost.matching.model import ModelFile, level_sets
from fingerpost.training import Learnt, learn, learn_from_labels, split
from fingerpost.training.households import strangers_at_home
from fingerpost.training.levels import check, flat
from fingerpost.training.pairs import candidate_pairs, compare_pairs, sums
from fingerpost.words.errors import Invalid
from tests.training.conftest import one_round

SEED = 1
Teach = Callable[[Model, Sample, int], Learnt]


@pytest.fixture(scope="module")
def by_em(families: Sample) -> Learnt:
    return learn(shipped(), families, SEED)


@pytest.fixture(scope="module")
def by_labels(families: Sample) -> Learnt:
    return learn_from_labels(shipped(), families, SEED)


@pytest.fixture(scope="module")
def of_adults(adults: Sample) -> Learnt:
    with one_round():
        return learn(shipped(), adults, SEED)


def test_em_finds_without_labels_what_counting_finds_with_them(by_em: Learnt, by_labels: Learnt) -> None:
    ours, theirs, before = flat(by_em.written), flat(by_labels.written), flat(shipped().written)
    often = ["given.exact", "family.exact", "birth.exact", "place.exact", "nhs_number.same", "sex.same"]
    for level in often:
        assert ours[level].m == pytest.approx(theirs[level].m, abs=0.02), level
        assert ours[level].u == theirs[level].u
    # It is the sample that speaks, not the base: no adult was badly typed here.
    assert before["given.exact"].m + 0.1 < ours["given.exact"].m
    assert by_em.seen.matches == pytest.approx(by_labels.seen.matches, rel=0.03)


def test_em_learns_how_many_relatives_there_are(by_em: Learnt, by_labels: Learnt, families: Sample) -> None:
    assert by_em.seen.households.related == pytest.approx(by_labels.seen.households.related, rel=0.1)
    assert by_em.written.relatives == pytest.approx(by_labels.written.relatives, rel=0.15)
    assert by_em.written.relatives > 0.5


def test_the_learnt_model_is_no_worse_on_families_it_never_saw(
    by_em: Learnt, unseen_families: Sample
) -> None:
    before, after = measure(unseen_families), measure(unseen_families, model=Model(by_em.written))
    assert after.best.quality.f1 is not None
    assert before.best.quality.f1 is not None
    assert after.best.quality.f1 > before.best.quality.f1 - 0.003
    assert after.lookups["certain"].wrong == 0


def test_where_nobody_has_relatives_the_twin_class_falls_away_by_itself(
    of_adults: Learnt, adults: Sample
) -> None:
    """Its weight is nothing beside that of a stranger, in every pair that could be of one person."""
    assert of_adults.written.relatives < 0.02
    records = [record.prepared for record in adults.records]
    # `fit` would read off the index that there are no households; here it must not be needed.
    model = Model(of_adults.written, records=len(records), household_share=1.0)
    seen = compare_pairs(model, records, candidate_pairs(records))
    match, household = sums(model, seen)
    cost = np.logaddexp2(0.0, household + model.household_prior)
    assert cost[match + model.prior > 0].mean() < 0.01
    # The known-bad control: with as many relatives as children have, twins would cost these adults dear.
    usual = shipped().written.relatives
    bad = Model(msgspec.structs.replace(of_adults.written, relatives=usual), records=len(records))
    worse = np.logaddexp2(0.0, household + bad.household_prior)
    assert worse[match + model.prior > 0].mean() > 10 * cost[match + model.prior > 0].mean()


def test_strangers_at_home_are_as_many_as_chance_brings(adults: Sample) -> None:
    records = [record.prepared for record in adults.records]
    truth = [record.cluster_id for record in adults.records]
    homes = [(r.postcodes[0], r.names[0][1][0]) for r in records if r.postcodes and r.names[0][1]]
    assert len(homes) > 2000
    assert 0 < strangers_at_home(records, 0) < len(truth)
    assert strangers_at_home([], 0) == 0.0


def test_the_model_says_where_it_comes_from_and_loads(by_em: Learnt, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(msgspec.json.encode(by_em.written))
    assert load(path).written == by_em.written
    check(by_em.written, shipped().written)
    told = by_em.written.provenance
    assert "unlabelled records with given_names" in told.trained_on
    assert f"seed {SEED}" in told.trained_on
    assert "upn" not in told.trained_on
    assert "Splink 5" in told.method
    assert "/" not in told.trained_on + told.method


def test_levels_a_sample_cannot_teach_stay_as_they_were(by_em: Learnt) -> None:
    ours, before = flat(by_em.written), flat(shipped().written)
    untaught = [name for name in before if name.startswith(("mother", "upn", "place.code", "order"))]
    untaught += ["given.order", "given.initial", "birth.guess", "birth.inside", "birth.expected"]
    assert len(untaught) > 12
    for name in untaught:
        assert (ours[name].m, ours[name].t) == (before[name].m, before[name].t), name


def _without(sample: Sample, **empty: object) -> Sample:
    records = [
        msgspec.structs.replace(record, prepared=msgspec.structs.replace(record.prepared, **empty))
        for record in sample.records
    ]
    return Sample(records, [])


@pytest.mark.parametrize("teach", [learn, learn_from_labels])
@pytest.mark.parametrize(
    ("empty", "field"), [({"names": ()}, "given_names"), ({"birth": 0, "born_from": 0}, "date_of_birth")]
)
def test_a_sample_without_names_or_births_is_refused(
    teach: Teach, empty: dict[str, object], field: str, families: Sample
) -> None:
    with pytest.raises(Invalid, match=field):
        teach(shipped(), _without(families, **empty), SEED)


def test_a_sample_too_small_is_refused(families: Sample) -> None:
    with pytest.raises(Invalid, match="999 records; at least 1000"):
        learn(shipped(), Sample(families.records[:999], []), SEED)


@pytest.mark.parametrize("teach", [learn, learn_from_labels])
def test_a_sample_of_strangers_is_refused(teach: Teach, families: Sample) -> None:
    alone = {record.cluster_id: record for record in families.records}
    with pytest.raises(Invalid, match="of one child; at least 200"):
        teach(shipped(), Sample(list(alone.values()), []), SEED)


def _broken(written: ModelFile) -> ModelFile:
    levels = dict(written.levels)
    levels["sex"] = {"same": levels["sex"]["same"]}
    return msgspec.structs.replace(written, levels=levels)


def test_a_model_that_lacks_a_level_or_does_not_sum_to_one_is_refused() -> None:
    base = shipped().written
    check(base, base)
    with pytest.raises(Invalid, match=r"sex\.different: is not in the model"):
        check(_broken(base), base)
    levels = base.levels | {
        "sex": {name: msgspec.structs.replace(v, m=0.9) for name, v in base.levels["sex"].items()}
    }
    with pytest.raises(Invalid, match="sex: has shares m"):
        check(msgspec.structs.replace(base, levels=levels), base)


def test_every_level_is_in_one_set() -> None:
    base = shipped().written
    found = [level for members in level_sets(flat(base)).values() for level in members]
    assert sorted(found) == sorted(flat(base))


def test_no_child_is_on_both_sides_of_the_split(families: Sample) -> None:
    parts = split(families, SEED)
    ours, kept = ({r.cluster_id for r in part.records} for part in (parts.learnt_from, parts.kept))
    assert parts.labelled
    assert not ours & kept
    assert len(parts.kept.records) + len(parts.learnt_from.records) == len(families.records)
    assert len(parts.kept.records) / len(families.records) == pytest.approx(0.2, abs=0.05)
    assert fitted([r.prepared for r in parts.kept.records]).household_share > 0
