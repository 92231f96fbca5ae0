"""A model learnt from a sample, labelled or not. What a sample cannot teach stays as the base model has it.

Unlabelled: u is counted on random pairs, m is learnt by Splink's EM in several passes, then t and `relatives`
by EM of three classes inside homes, with m and u held. Labelled: m is counted on pairs of one child, t inside
homes on pairs of different children.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from fingerpost import __version__
from fingerpost.evaluation import Sample
from fingerpost.evaluation.sample import Record
from fingerpost.matching import Model, Prepared, fitted
from fingerpost.matching.model import ModelFile, Provenance
from fingerpost.training import counting
from fingerpost.training.counting import Shares, counted_levels, prior_of, smoothed
from fingerpost.training.engines import database, versions
from fingerpost.training.households import Households, learn_households
from fingerpost.training.levels import check, field_of, flat, nested, within
from fingerpost.training.linkage import trained_m
from fingerpost.training.pairs import (
    Bits,
    Compared,
    Flags,
    candidate_pairs,
    compare_pairs,
    pairs_of,
    random_pairs,
    sums,
)
from fingerpost.words.errors import Invalid, Problem

RANDOM_PAIRS = 600_000  # at most, and so many to a record:
_PAIRS_A_RECORD = 60
FEWEST_RECORDS = 1_000
FEWEST_MATCHES = 200  # pairs of one child; with fewer the shares are noise
_ROUNDS = 2  # the first with the base model's idea of who is a twin, the second with its own
_FEWEST_FILLED = 0.5  # of the records must hold a name, and of them a birth
_COUNTED_U = (*counting.COUNTED_U, "place", "place_code")
# Levels that pairs are blocked on, pass by pass; the fields named are learnt in the other passes.
_PASSES = (
    ("birth.exact", "given.exact"),
    ("birth.exact", "family.exact"),
    ("given.exact", "family.exact"),
    ("nhs_number.same",),
    ("upn.same",),
)


class Seen(Struct, frozen=True):
    """What was learnt from: records, pairs of one child (expected, where there are no labels), homes."""

    records: int
    candidates: int
    matches: float
    households: Households


class Learnt(Struct, frozen=True):
    """A new model and what it was learnt from."""

    written: ModelFile
    seen: Seen


def _filled(records: Sequence[Prepared]) -> dict[str, int]:
    return {
        "given_names": sum(any(name[0] for name in record.names) for record in records),
        "family_name": sum(any(name[1] for name in record.names) for record in records),
        "date_of_birth": sum(record.birth > 0 for record in records),
        "sex": sum(bool(record.sex) for record in records),
        "postcode": sum(bool(record.postcodes) for record in records),
        "nhs_number": sum(bool(record.nhs_numbers) for record in records),
        "upn": sum(bool(record.upns) for record in records),
    }


def check_sample(records: Sequence[Prepared]) -> None:
    """Raise `Invalid` where a sample is too small, or lacks what no model can do without."""
    if len(records) < FEWEST_RECORDS:
        raise Invalid(
            Problem("sample", f"holds {len(records)} records; at least {FEWEST_RECORDS} are needed")
        )
    filled = _filled(records)
    problems = [
        Problem(
            field, f"is filled in {filled[field] / len(records):.0%} of records; at least half are needed"
        )
        for field in ("given_names", "family_name", "date_of_birth")
        if filled[field] < _FEWEST_FILLED * len(records)
    ]
    if problems:
        raise Invalid(*problems)


def _check_matches(matches: float) -> None:
    if matches < FEWEST_MATCHES:
        detail = (
            f"holds about {matches:.0f} pairs of records of one child; at least {FEWEST_MATCHES} are needed"
        )
        raise Invalid(Problem("sample", detail))


def _with_u(model: Model, records: Sequence[Prepared], seed: int) -> ModelFile:
    """Return the model with u as counted on random pairs; too few of those are of one child to matter."""
    wanted, rng = min(RANDOM_PAIRS, _PAIRS_A_RECORD * len(records)), random.Random(seed)  # noqa: S311
    pairs = random_pairs(len(records), wanted, rng)
    counts, levels = compare_pairs(model, records, pairs).count(), flat(model.written)
    for name, members in counted_levels(model.written).items():
        if name in _COUNTED_U:
            counting.put(levels, "u", counting.chance(counts, prior_of(model.written, "u", members)))
    return replace(model.written, levels=nested(levels, model.written))


def _likely(model: Model, seen: Compared) -> tuple[Bits, Flags]:
    """Return the probability that each pair is of one child, and whether it is rather one of a household."""
    match, household = sums(model, seen)
    match, household = match + model.prior, household + model.household_prior
    odds = match - np.logaddexp2(0.0, household)
    return 1.0 / (1.0 + np.exp2(-odds)), household > np.maximum(match, 0.0)


def _on(seen: Compared, levels: Sequence[str]) -> int:
    """Return how many pairs are on all of the levels."""
    on = [seen.level[field_of(level)] == seen.names.index(level) for level in levels]
    return int(np.all(on, axis=0).sum())


def _em_m(model: Model, seen: Compared) -> Shares:
    """Return m by Splink's EM: of each level the median of the passes, as Splink itself takes it.

    Splink knows two classes. Pairs that the third explains best are set apart first; left in, twins are
    taken for one child whose given name differs.
    """
    kept = seen.chosen(~_likely(model, seen)[1])
    passes = [trained_m(model, kept, levels) for levels in _PASSES if _on(kept, levels) >= FEWEST_MATCHES]
    if not passes:
        _check_matches(0)
    learnt = {level for found in passes for level in found}
    if not learnt:
        raise Invalid(Problem("sample", "is such that EM does not settle; m cannot be learnt without labels"))
    return {level: median(found[level] for found in passes if level in found) for level in learnt}


def _with_m(written: ModelFile, m: Shares, counts: Shares) -> ModelFile:
    """Put m in, held towards the model so far; `counts` are pairs of one child on each level."""
    levels = flat(written)
    for members in counted_levels(written).values():
        pairs, total = sum(counts[name] for name in members), sum(m.get(name, 0.0) for name in members)
        if pairs and total:
            expected = {name: m[name] / total * pairs for name in members}
            counting.put(levels, "m", smoothed(expected, prior_of(written, "m", members)))
    return replace(written, levels=nested(levels, written))


def _with_t(written: ModelFile, found: Households) -> ModelFile:
    levels = flat(written)
    counting.put(levels, "t", {name: within(name, share) for name, share in found.t.items()})
    relatives = written.relatives if found.relatives is None else round(found.relatives, 3)
    return replace(written, relatives=relatives, levels=nested(levels, written))


def _finished(
    base: ModelFile, written: ModelFile, records: Sequence[Prepared], matches: float, provenance: Provenance
) -> ModelFile:
    """Return the model with what was so beforehand: the more records of one child, the likelier any is."""
    _check_matches(matches)
    asked = round(base.records * len(records) / (2 * matches))
    done = replace(written, records=asked, provenance=provenance)
    check(done, base)
    return done


def _provenance(records: Sequence[Prepared], kind: str, seed: int, method: str) -> Provenance:
    columns = ", ".join(field for field, filled in _filled(records).items() if filled)
    return Provenance(
        trained_on=f"{len(records)} {kind} records with {columns}; seed {seed}",
        method=f"{method}; fingerpost {__version__}",
        trained=datetime.now(UTC).date().isoformat(),
    )


def learn(base: Model, sample: Sample, seed: int) -> Learnt:
    """Return a model learnt without labels; clusters in the sample are not looked at.

    `Invalid` where the sample is too small or lacks names or births; `Misconfigured` where Splink is missing.
    """
    records = [record.prepared for record in sample.records]
    check_sample(records)
    database()  # says what is missing before any work is done
    pairs = candidate_pairs(records)
    written = _with_u(base, records, seed)
    matches, found = 0.0, Households({}, 0.0, 0.0, 0.0, None)
    for _ in range(_ROUNDS):
        model = fitted(records, Model(written))
        seen = compare_pairs(model, records, pairs)
        m = _em_m(model, seen)
        written = _with_m(written, m, seen.count(_likely(model, seen)[0]))
        found = learn_households(fitted(records, Model(written)), records)
        written = _with_t(written, found)
        matches = float(_likely(fitted(records, Model(written)), seen)[0].sum())
    method = f"u counted on random pairs, m by EM in {_ROUNDS} rounds ({versions()}), t by EM inside homes"
    provenance = _provenance(records, "unlabelled", seed, method)
    done = _finished(base.written, written, records, matches, provenance)
    return Learnt(done, Seen(len(records), len(pairs), matches, found))


def _clusters(records: Sequence[Record]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for place, record in enumerate(records):
        groups.setdefault(record.cluster_id, []).append(place)
    return list(groups.values())


def learn_from_labels(base: Model, sample: Sample, seed: int) -> Learnt:
    """Return a model counted on a labelled sample; `Invalid` as for `learn`."""
    records = [record.prepared for record in sample.records]
    check_sample(records)
    same = pairs_of(_clusters(sample.records), len(records))
    _check_matches(len(same))
    written = _with_u(base, records, seed)
    counts = compare_pairs(Model(written), records, same).count()
    levels = flat(written)
    for members in counted_levels(written).values():
        counting.put(levels, "m", smoothed(counts, prior_of(written, "m", members)))
    written = replace(written, levels=nested(levels, written))
    truth = [record.cluster_id for record in sample.records]
    found = learn_households(fitted(records, Model(written)), records, truth)
    provenance = _provenance(
        records, "labelled", seed, "m and u counted on labelled and random pairs, t inside homes"
    )
    done = _finished(base.written, _with_t(written, found), records, len(same), provenance)
    return Learnt(done, Seen(len(records), len(same), len(same), found))
