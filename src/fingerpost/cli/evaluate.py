"""`fingerpost evaluate`: a labelled sample in, the quality of matching out. Nothing is stored."""

import sys
from pathlib import Path

import click

from fingerpost.cli.written import json_of
from fingerpost.evaluation import Report, measure, read_labelled
from fingerpost.evaluation.show import show
from fingerpost.matching import load
from fingerpost.words.errors import Invalid

_FILE = click.Path(path_type=Path, dir_okay=False)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json_of(report))
    else:
        show(report)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--queries", type=_FILE, help="A second file whose rows ask the first.")
@click.option("--pairs", type=_FILE, help="Ids of records that are one child's, two a row, for cluster_id.")
@click.option("--model", type=_FILE, help="A model.json to measure; without it, the model shipped.")
@click.option("--as-it-is", is_flag=True, help="Use the model as a lookup does, not fitted to FILE.")
@click.option(
    "--trails", is_flag=True, help="Link records as the service does: what is found leads to others."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(
    *,
    file: Path,
    queries: Path | None,
    pairs: Path | None,
    model: Path | None,
    as_it_is: bool,
    trails: bool,
    as_json: bool,
) -> None:
    """Measure how well matching finds the true pairs of FILE, a labelled CSV sample.

    Columns: cluster_id (rows of one child share it); then any of record_id, source, given_names,
    family_name, date_of_birth, sex, postcode, nhs_number, upn and origin, or the names that such files
    usually have for them (first_name, surname, dob and so on). The report says what was taken for what.
    """
    try:
        samples = read_labelled(file, queries, pairs)
        report = measure(*samples, model=load(model), as_it_is=as_it_is, trails=trails)
    except Invalid as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    _print(report, as_json)
