"""A day that has been, as an option."""

from datetime import date

import click

from fingerpost.words import checks
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid


class _Day(click.ParamType[date]):
    """A day that has been, written as any other date."""

    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return checks.past_day(value, "it", today())
        except Invalid as error:
            self.fail(str(error).removeprefix("it: "), param, ctx)


DAY = _Day()
