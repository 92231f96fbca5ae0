"""`fingerpost relink`: every pair of records in an extract that is held to be of one child."""

import csv
import time
from collections import Counter
from itertools import chain, islice
from pathlib import Path

import click

from fingerpost.cli.written import as_text
from fingerpost.evaluation import read_sample
from fingerpost.matching import load
from fingerpost.training import ENGINES
from fingerpost.training import relink as relinked

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="Where to write the pairs, as CSV.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="Where Splink runs."
)
@click.option("--model", type=_FILE, help="The model to link by; without it, the model shipped.")
def relink(*, file: Path, out: Path, engine: str, model: Path | None) -> None:
    """Link the records of FILE, a whole extract, and write every pair with its weight and band.

    Columns as for `evaluate`; only record_id is needed. What is written holds record ids, weights in bits
    and bands, never a name, date or number. Needs the extra `training`, and `spark` for Spark.
    """
    began, bands = time.monotonic(), Counter[str]()
    sample = read_sample(file, required=("record_id",))
    pairs = relinked(sample.records, load(model), engine)
    first = list(islice(pairs, 1))  # what is missing is said before a file is made
    with out.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(("record_id", "other_id", "match_weight", "band"))
        for link in chain(first, pairs):
            ids = (as_text(link.record_id), as_text(link.other_id))
            writer.writerow((*ids, f"{link.match_weight:.3f}", link.band.value))
            bands[link.band.value] += 1
    told = ", ".join(f"{bands[band]:,} {band}" for band in ("certain", "probable", "possible"))
    click.echo(f"{len(sample.records):,} records, {told}, in {time.monotonic() - began:,.0f} s: {out}")
