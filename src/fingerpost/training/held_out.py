"""A part of the sample kept apart, so that a new model is measured on records it never saw."""

import hashlib

import numpy as np
from msgspec import Struct

from fingerpost.evaluation import Report, Sample, measure, scored
from fingerpost.evaluation.asking import BANDS
from fingerpost.evaluation.sample import Record
from fingerpost.matching import Model

_KEPT = 20  # of a hundred children


class Split(Struct, frozen=True):
    """What to learn from, and what to measure on; `labelled` where some records share a cluster."""

    learnt_from: Sample
    kept: Sample
    labelled: bool


def _together(record: Record, labelled: bool) -> str:
    """Return what must not be torn apart: a child or, where children are not known, a day of birth."""
    return record.cluster_id if labelled else f"{record.prepared.born_from or record.record_id}"


def _is_kept(what: str, seed: int) -> bool:
    digest = hashlib.sha256(f"{seed}\x1f{what}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % 100 < _KEPT


def split(sample: Sample, seed: int) -> Split:
    """Return a sample in two parts, the same for the same seed."""
    labelled = len({record.cluster_id for record in sample.records}) < len(sample.records)
    kept = [_is_kept(_together(record, labelled), seed) for record in sample.records]
    parts = [
        Sample([record for record, k in zip(sample.records, kept, strict=True) if k is keep], [])
        for keep in (False, True)
    ]
    return Split(parts[0], parts[1], labelled)


def quality(model: Model, kept: Sample) -> Report:
    """Return the figures of a model on the part kept apart, which has labels."""
    return measure(kept, model=model)


def links(model: Model, kept: Sample) -> dict[str, int]:
    """Return how many pairs a model links at each band or better, where no label says which are right."""
    pairs, _ = scored(kept, model=model)
    both = np.stack([np.minimum(pairs.question, pairs.record), np.maximum(pairs.question, pairs.record)])
    grades = pairs.grade[np.unique(both, axis=1, return_index=True)[1]]
    return {band.value: int((grades >= grade).sum()) for grade, band in enumerate(BANDS, start=1)}
