"""`fingerpost train`: a sample in, a model out, measured on a part it was not learnt from."""

from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from fingerpost.evaluation import read_sample
from fingerpost.matching import Model, load
from fingerpost.training import Learnt, Split, learn, learn_from_labels, links, quality, split

_FILE = click.Path(path_type=Path, dir_okay=False)
_BANDS = ("certain", "probable", "possible")


def _told(learnt: Learnt) -> str:
    seen, homes = learnt.seen, learnt.seen.households
    relatives = "no homes to learn relatives from"
    if homes.relatives is not None:
        relatives = f"{homes.relatives:.3f} pairs of relatives for each pair of one child"
    return f"Learnt from {seen.records:,} records: about {seen.matches:,.0f} pairs of one child; {relatives}."


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _qualities(models: dict[str, Model], parts: Split) -> Table:
    table = Table("Pairs of the part kept apart", "", "precision", "recall", "F1")
    reports = {name: quality(model, parts.kept) for name, model in models.items()}
    for band in _BANDS:
        for name, report in reports.items():
            found = report.bands[band]
            table.add_row(
                f"{band} or better", name, _share(found.precision), _share(found.recall), _share(found.f1)
            )
    for name, report in reports.items():
        found = report.best.quality
        table.add_row("best threshold", name, _share(found.precision), _share(found.recall), _share(found.f1))
    return table


def _counts(models: dict[str, Model], parts: Split) -> Table:
    table = Table("Pairs linked of the part kept apart", *models)
    counts = [links(model, parts.kept) for model in models.values()]
    for band in _BANDS:
        table.add_row(f"{band} or better", *(f"{count[band]:,}" for count in counts))
    return table


def _show(models: dict[str, Model], parts: Split) -> None:
    console = Console(highlight=False)
    console.print(f"{len(parts.kept.records):,} records were kept apart.", markup=False)
    if parts.labelled:
        console.print(_qualities(models, parts))
    else:
        console.print(_counts(models, parts))
        console.print("The sample has no labels, so which model is better cannot be told.", markup=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="Where to write the model, for instance model.json.")
@click.option("--labelled", is_flag=True, help="Count on cluster_id instead of learning without it.")
@click.option("--model", type=_FILE, help="The model to start from; without it, the model shipped.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=1,
    show_default=True,
    help="The same seed, the same model.",
)
def train(*, file: Path, out: Path, labelled: bool, model: Path | None, seed: int) -> None:
    """Learn a model from FILE, a CSV sample of records, and write it with its provenance.

    Columns as for `evaluate`; cluster_id is needed with --labelled only, but without it the model is not
    measured. A fifth of the children is kept apart to measure on. Needs the extra `training`.
    """
    base = load(model)
    sample = read_sample(file, required=("record_id", "cluster_id") if labelled else ("record_id",))
    parts = split(sample, seed)
    learnt = (learn_from_labels if labelled else learn)(base, parts.learnt_from, seed)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(learnt.written), indent=2) + b"\n")
    click.echo(_told(learnt))
    _show({"before": base, "learnt": Model(learnt.written)}, parts)
    click.echo(f"Written: {out}")
