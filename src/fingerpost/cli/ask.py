"""`ask`: one lookup from the command line, by the same path and onto the same ledger as any other."""

import time
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fingerpost import settings
from fingerpost.access.caller import Caller
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Signpost
from fingerpost.lookup.form import ChildForm, NameForm, QuestionForm, read_question
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Purpose, Scope

CONSOLE_CLIENT = UUID(int=0)


@click.command()
@click.option(
    "--practitioner", required=True, metavar="CODE/REFERENCE", help="Who asks, such as E08000025/jsmith."
)
@click.option("--purpose", required=True, type=click.Choice([p.value for p in Purpose]))
@click.option("--case-reference", required=True)
@click.option("--given-names", default="")
@click.option("--family-name", default="")
@click.option("--other-name", "other_names", multiple=True, help="Former or known-as: 'Given/Family'.")
@click.option("--date-of-birth", default="", help="4/3/2019 or 2019-03-04.")
@click.option("--born-from", default="", help="With --born-to: an estimated age as an interval.")
@click.option("--born-to", default="")
@click.option("--expected-on", default="", help="An unborn child; give --mother too.")
@click.option("--mother", default="", help="'Given/Family'.")
@click.option("--sex", default="")
@click.option("--postcode", "postcodes", multiple=True)
@click.option("--nhs-number", default="")
@click.option("--upn", default="")
@click.option("--json", "as_json", is_flag=True)
def ask(practitioner: str, purpose: str, case_reference: str, as_json: bool, **child: object) -> None:
    """Ask who else is, or was, working with one child."""
    authority, _, reference = practitioner.partition("/")
    form = msgspec.convert(
        {
            "practitioner": reference or "?",
            "purpose": purpose,
            "case_reference": case_reference,
            "child": msgspec.to_builtins(child_form(child)),
        },
        QuestionForm,
    )
    with opened(settings.load()) as service:
        answer, milliseconds = ask_timed(service, authority, form)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
    else:
        show(Console(), answer, milliseconds)


def child_form(child: dict[str, object]) -> ChildForm:
    """Return the form of what was typed; names of two parts are written "Given/Family"."""
    fields = {k: v for k, v in child.items() if v}
    fields["other_names"] = [_two_parts(str(n)) for n in child.get("other_names") or ()]  # type: ignore[union-attr]
    fields["mother"] = _two_parts(str(child["mother"])) if child.get("mother") else None
    return msgspec.convert(fields, ChildForm)


def _two_parts(written: str) -> NameForm:
    given, _, family = written.partition("/")
    return NameForm(given_names=given, family_name=family)


def console_caller(service: Service, authority: str) -> Caller:
    """Return the operator's console as a caller of one authority; its name stands on the ledger."""
    name = service.accounts.authority_name(authority)
    return Caller(CONSOLE_CLIENT, "console", authority, name, (Scope.LOOKUP,))


def ask_timed(service: Service, authority: str, form: QuestionForm) -> tuple[Answer, float]:
    """Ask, and return the answer with how many milliseconds it took."""
    caller = console_caller(service, authority)
    question = read_question(form, today(service.now()))
    started = time.perf_counter()
    answer = service.lookup.ask(caller, question)
    return answer, (time.perf_counter() - started) * 1000


def show(console: Console, answer: Answer, milliseconds: float) -> None:
    """Print an answer for a person."""
    console.print(f"[bold]{escape(answer.outcome.label.capitalize())}[/bold]")
    for match in answer.matches:
        console.print(f"Child {match.child}, [bold]{match.band}[/bold]: {escape(match.explanation)}")
        console.print(_table(match.signposts))
    if answer.add_detail:
        console.print("What would help: " + ", ".join(answer.add_detail))
    if answer.coverage:
        console.print(escape(answer.coverage.statement))
    console.print(escape(answer.message))
    console.print(f"[dim]{answer.clause} · receipt {answer.receipt.entry} · {milliseconds:.1f} ms[/dim]")


def _table(signposts: tuple[Signpost, ...]) -> Table:
    table = Table("authority", "team", "service", "when", "ring now", "confirmed")
    for s in signposts:
        when = f"now, since {s.started:%b %Y}" if s.ended is None else f"{s.started:%b %Y} to {s.ended:%b %Y}"
        phone = f"{s.contact.phone_now} ({s.contact.phone_now_is})"
        proven = "" if s.contact.proven_lately else " unproven"
        table.add_row(s.authority_name, s.team, s.service_words, when, phone + proven, str(s.last_confirmed))
    return table
