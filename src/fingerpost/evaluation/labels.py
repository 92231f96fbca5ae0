"""Who is who in a sample: by a column of labels, by ids that name people, or by a file of pairs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from fingerpost.evaluation.sample import Record, Sample, Warned, read_sample
from fingerpost.evaluation.table import Table, fault, read_table

# What a column says of two records that are not one person's, or that are.
_NO = frozenset({"0", "0.0", "false", "no", "n", "f", "non-match", "nonmatch", "different"})
_VERDICTS = _NO | {"1", "1.0", "true", "yes", "y", "t", "match", "same"}

Place = tuple[int, str]  # which file, and the id in it


def read_labelled(file: Path, queries: Path | None = None, pairs: Path | None = None) -> list[Sample]:
    """Return the sample in `file` and, if given, the questions in `queries`; `Invalid` where no label is.

    Without labels of its own, rows that share an id are one person's: within the file, or across the two.
    """
    paths = [file, queries] if queries else [file]
    if pairs:
        samples = [read_sample(path, required=("record_id",)) for path in paths]
        return _by_pairs(samples, read_table(pairs), pairs)
    samples = [read_sample(path, required=()) for path in paths]
    if all(sample.labelled for sample in samples):
        return samples
    if any(sample.labelled for sample in samples) or not _share_ids(samples):
        unlabelled = next(path for path, sample in zip(paths, samples, strict=True) if not sample.labelled)
        raise fault(unlabelled, "has no column cluster_id; the first line must name the columns")
    return [_by_ids(place, sample) for place, sample in enumerate(samples)]


def _share_ids(samples: Iterable[Sample]) -> bool:
    ids = [record.record_id for sample in samples for record in sample.records]
    return len(set(ids)) < len(ids)


def _labelled(record: Record, cluster_id: str, record_id: str) -> Record:
    return msgspec.structs.replace(record, cluster_id=cluster_id, record_id=record_id)


def _by_ids(place: int, sample: Sample) -> Sample:
    """Return a sample whose ids name people: each row is a record of its own."""
    records = [_labelled(record, record.record_id, f"{place}/{n}") for n, record in enumerate(sample.records)]
    told = Warned("cluster_id", "is read from record_id: rows that share one are one child's", 1, [1])
    return Sample(records, [told, *(w for w in sample.warnings if w.field != "record_id")])


class _Same:
    """Which records are one person's, as pairs of them say: each points to another, or to nobody."""

    def __init__(self) -> None:
        self._next: dict[Place, Place] = {}

    def label(self, place: Place) -> str:
        return "/".join(map(str, self._last(place)))

    def join(self, one: Place, other: Place) -> None:
        if (first := self._last(one)) != (second := self._last(other)):
            self._next[first] = second

    def _last(self, place: Place) -> Place:
        while place in self._next:
            place = self._next[place]
        return place


def _pairs(table: Table, ours: set[str], theirs: set[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the pairs that a file names, by row: a record of ours and one of theirs, in either order."""
    rows = [
        (number, [value.strip() for value in values]) for number, values in ((1, table.header), *table.rows)
    ]
    first, second, said = _columns(table, ours | theirs)
    named = [(n, row[first], row[second], row[said : said + 1]) for n, row in rows if len(row) > second]
    straight = sum(one in ours and other in theirs for _, one, other, _ in named)
    crossed = sum(other in ours and one in theirs for _, one, other, _ in named)
    for number, one, other, verdict in named:
        if not (verdict and verdict[0].casefold() in _NO):
            yield (number, one, other) if straight >= crossed else (number, other, one)


def _columns(table: Table, ids: set[str]) -> tuple[int, int, int]:
    """Return the two columns that hold most ids of records, in order, and the one that says if they match.

    The first two, unless others do; a verdict is the next beside them whose values are all yes or no.
    """
    width = len(table.header)
    known = [sum(value in ids for value in table.column(place)) for place in range(width)]
    ranked = sorted(range(width), key=lambda place: (-known[place], place))
    first, second = sorted(ranked[:2]) if width > 1 else (0, 1)
    others = (place for place in range(width) if place not in {first, second})
    said = (place for place in others if {v.casefold() for v in table.column(place) if v} <= _VERDICTS)
    return first, second, next(said, width)


def _by_pairs(samples: list[Sample], table: Table, path: Path) -> list[Sample]:
    """Return the samples labelled by a file of which two columns name records of one person.

    Between two files each pair is of both. Another column may say that a pair is none.
    """
    ours, *others = ({record.record_id for record in sample.records} for sample in samples)
    theirs, same, unknown = others[0] if others else ours, _Same(), list[int]()
    found = 0
    for number, one, other in _pairs(table, ours, theirs):
        if one in ours and other in theirs:
            same.join((0, one), (len(others), other))
            found += 1
        elif number > 1:
            unknown.append(number)
    if not found:
        raise fault(path, "names no two records of the sample in any two columns")
    told = [Warned("pairs", "names a record that is not there; left out", len(unknown), unknown[:5])]
    return [
        Sample(
            [_labelled(r, same.label((place, r.record_id)), r.record_id) for r in sample.records],
            sample.warnings + (told if unknown and not place else []),
        )
        for place, sample in enumerate(samples)
    ]
