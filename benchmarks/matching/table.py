"""The table of the side-by-side benchmark: for people, and as Markdown for the documentation."""

from collections.abc import Callable, Iterator

from benchmarks.matching.engines import OURS, POSTGRES, SEALED, SPLINK, Measured, Run
from benchmarks.matching.judge import Judged
from msgspec import Struct
from rich.console import Console
from rich.table import Table

NONE = "–"
_HEAD = ("what", "Splink 5", "PostgreSQL soundex, plain text", "ours", "reach", "met")
_F1_REACH = {
    "febrl3": 0.985, "febrl3-identified": 0.998, "febrl4": 0.992, "febrl4-identified": 0.9998,
    "families-half": 0.978, "families-none": 0.968,
}  # fmt: skip
_CERTAIN, _WRONG, _TWINS, _BLOCKING, _CANDIDATES, _RATIO = 0.999, 0.002, 0.001, 0.985, 60, 800
_PRECISION, _RECALL = 0.998, 0.940
_MEMORY_MS, _SEALED_MS = 0.5, 0.9


class Line(Struct, frozen=True):
    """One row of the table; `met` is None where nothing of ours was measured."""

    what: str
    splink: str
    postgres: str
    ours: str
    reach: str
    met: bool | None

    def cells(self) -> tuple[str, ...]:
        met = NONE if self.met is None else "yes" if self.met else "no"
        return (self.what, self.splink, self.postgres, self.ours, self.reach, met)


def _share(value: float | None) -> str:
    return NONE if value is None else f"{value:.4f}"


def _percent(value: float | None) -> str:
    return NONE if value is None else f"{value:.2%}"


def _line(
    what: str, measured: Measured, reach: str, show: Callable[[Judged], str], met: Callable[[Judged], bool]
) -> Line:
    quality = measured.quality
    cell = {name: show(quality[name]) if name in quality else NONE for name in (SPLINK, POSTGRES, OURS)}
    verdict = met(quality[OURS]) if OURS in quality else None
    return Line(what, cell[SPLINK], cell[POSTGRES], cell[OURS], reach, verdict)


def _at_least(value: float | None, reach: float) -> bool:
    return value is not None and value >= reach


def _at_most(value: float | None, reach: float) -> bool:
    return value is not None and value <= reach


def _best(name: str, measured: Measured) -> Line:
    reach = _F1_REACH[name]
    return _line(
        f"{measured.title}: best F1", measured, f"≥ {reach}", lambda j: _share(j.best_f1),
        lambda j: _at_least(j.best_f1, reach),
    )  # fmt: skip


def _lookup_lines(measured: Measured) -> Iterator[Line]:
    yield _line(
        f"{measured.title}, p ≥ 0.95: precision / recall", measured, f"≥ {_PRECISION} / ≥ {_RECALL:.3f}",
        lambda j: f"{_share(j.precision)} / {_share(j.recall)}",
        lambda j: _at_least(j.precision, _PRECISION) and _at_least(j.recall, _RECALL),
    )  # fmt: skip
    yield _line(
        "the same: lookups that show a wrong child", measured, f"≤ {_WRONG:.1%}",
        lambda j: _percent(j.wrong), lambda j: _at_most(j.wrong, _WRONG),
    )  # fmt: skip
    yield _line(
        "the same: true pairs among candidates / candidates a question", measured,
        f"≥ {_BLOCKING} / ≤ {_CANDIDATES}",
        lambda j: f"{_share(j.blocking_recall)} / {j.candidates:.1f}",
        lambda j: _at_least(j.blocking_recall, _BLOCKING) and j.candidates <= _CANDIDATES,
    )  # fmt: skip


def _twin_line(measured: Measured) -> Line:
    def show(judged: Judged) -> str:
        twins = judged.twins
        called = twins.certain + twins.probable
        share = _percent(called / twins.pairs if twins.pairs else None)
        return f"{twins.certain} certain, {twins.probable} probable of {twins.pairs} ({share})"

    def met(judged: Judged) -> bool:
        twins = judged.twins
        return twins.certain == 0 and twins.probable <= _TWINS * twins.pairs

    return _line(
        f"{measured.title}: twin pairs called one child", measured, "0 certain, ≤ 0.1 % probable", show, met
    )


def _certain_line(judged: list[Measured]) -> Line:
    """Return the lowest precision that each engine's band `certain` has on any set."""
    lowest: dict[str, float] = {}
    for one in judged:
        for engine, quality in one.quality.items():
            if quality.certain_precision is not None:
                lowest[engine] = min(lowest.get(engine, 1.0), quality.certain_precision)
    return Line(
        f"precision of p ≥ 0.9995 (`certain`), lowest of {len(judged)} sets",
        *(_share(lowest.get(engine)) for engine in (SPLINK, POSTGRES, OURS)),
        f"≥ {_CERTAIN}", _at_least(lowest.get(OURS), _CERTAIN) if OURS in lowest else None,
    )  # fmt: skip


def _ms(measured: Measured, engine: str) -> str:
    times = measured.times.get(engine)
    return f"{times.p50:.2f} / {times.mean:.2f} / {times.p99:.2f}" if times else NONE


def _time_lines(measured: Measured) -> Iterator[Line]:
    peers = _ms(measured, SPLINK), _ms(measured, POSTGRES)
    for engine, where, reach in (
        (OURS, "in memory", _MEMORY_MS),
        (SEALED, "sealed, in PostgreSQL", _SEALED_MS),
    ):
        ours = measured.times.get(engine)
        title = f"one lookup among {measured.records:,}, ours {where}: ms p50 / mean / p99"
        met = ours.p50 <= reach if ours else None
        yield Line(title, *peers, _ms(measured, engine), f"p50 ≤ {reach}", met)
        yield _ratio_line(measured, engine, where)


def _ratio(measured: Measured, peer: str, engine: str) -> float | None:
    """Return how many lookups of ours fit in one of a peer's, at the median."""
    other, ours = measured.times.get(peer), measured.times.get(engine)
    return other.p50 / ours.p50 if other and ours else None


def _times(ratio: float | None) -> str:
    return NONE if ratio is None else f"{ratio:,.2f} x" if ratio < 10 else f"{ratio:,.0f} x"


def _ratio_line(measured: Measured, engine: str, where: str) -> Line:
    splink, postgres = _ratio(measured, SPLINK, engine), _ratio(measured, POSTGRES, engine)
    asked = engine == OURS  # the reach is of matching alone
    return Line(
        f"the same, as a multiple of ours {where}", _times(splink), _times(postgres), "1 x",
        f"Splink ≥ {_RATIO} x" if asked else NONE,
        splink >= _RATIO if asked and splink is not None else None,
    )  # fmt: skip


def lines(measured: dict[str, Measured]) -> list[Line]:
    """Return the whole table of what was measured."""
    found = [_best(name, one) for name, one in measured.items() if name in _F1_REACH and one.quality]
    lookups = [one for one in measured.values() if one.times]
    judged = [one for one in measured.values() if one.quality]
    for one in lookups:
        found += _lookup_lines(one) if one.quality else ()
    found += [_twin_line(one) for one in judged if _has_twins(one)]
    found += [_certain_line(judged)] * bool(judged)
    for one in lookups:
        found += _time_lines(one)
    return found


def _has_twins(measured: Measured) -> bool:
    return any(judged.twins.pairs for judged in measured.quality.values())


def markdown(measured: dict[str, Measured]) -> str:
    """Return the table for a Markdown page."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(line.cells() for line in lines(measured))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def notes(run: Run) -> list[str]:
    """Return what a reader must know beside the table."""
    machine = run.machine
    packages = ", ".join(f"{name} {number}" for name, number in machine.packages.items())
    found = [
        "The PostgreSQL peer stores names, dates and numbers in plain text; it has no probability, so its p"
        " is the threshold of its best F1 on the very set. Ours stores sealed details and keyed tokens.",
        f"{machine.cores} cores, {machine.processor}, Python {machine.python}, {packages}; "
        f"{run.minutes} minutes, at most {run.peak_gib} GiB in one process.",
    ]
    found += [f"Left out: {name}: {why}." for name, why in run.left_out.items()]
    return found


def show(run: Run, console: Console) -> None:
    """Print the table for people, where a lookup's time goes, the notes, and the Markdown."""
    shown = Table(*_HEAD, show_lines=True)
    for line in lines(run.measured):
        shown.add_row(*line.cells())
    console.print(shown)
    for one in run.measured.values():
        if one.stages:
            steps = ", ".join(f"{step} {value:g}" for step, value in one.stages.items())
            console.print(f"Ours in memory, mean ms a question: {steps}", markup=False)
    for note in notes(run):
        console.print(note, markup=False)
    print(f"\n{markdown(run.measured)}")
