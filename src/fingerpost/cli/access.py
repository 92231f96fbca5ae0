"""`access`: who may ask what, and who is let in at all."""

import click

from fingerpost.access import matrix as rows


@click.group()
def access() -> None:
    """Who may ask what, and who is let in."""


@access.command()
def matrix() -> None:
    """Print the matrix of roles, purposes, services and levels; what is not in it is refused."""
    click.echo(f"Policy {rows.POLICY}. What no row names is refused, or not shown.")
    click.echo(rows.as_table(), nl=False)
