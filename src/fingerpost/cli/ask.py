"""`ask`: one lookup from the command line, by the same path and onto the same ledger as any other."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import click
import msgspec
from rich.console import Console
from rich.markup import escape

from fingerpost import settings
from fingerpost.access.caller import Caller
from fingerpost.cli.written import json_of
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Contact, Signpost
from fingerpost.lookup.contact import to_ring
from fingerpost.lookup.form import UNREADABLE, ChildForm, QuestionForm, read_question, unreadable
from fingerpost.wiring import Service, opened
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import LookupReason, Purpose, Scope

CONSOLE_CLIENT = UUID(int=0)
STRAY = "A value stands without its option; put quotation marks around a value of several words."


class Discreet(click.Command):
    """Repeats no stray argument in an error: it is most often half of a child's name without quotes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if type(error) is not click.UsageError:  # a subclass names an option, not a value
                raise
            raise click.UsageError(STRAY, ctx) from None


class OneOf(click.Choice[str]):
    """A choice whose error lists what is allowed and leaves out what was typed."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return f"must be one of {', '.join(self.choices)}."


_CHILD = (
    click.option(
        "--given-names", default="", help="As on the record you hold, in quotation marks if several."
    ),
    click.option("--family-name", default="", help="The present one; others with --other-name."),
    click.option("--other-name", "other_names", multiple=True, help="Former or known-as: 'Given/Family'."),
    click.option("--date-of-birth", default="", help="4/3/2019 or 2019-03-04."),
    click.option("--born-from", default="", help="With --born-to: an estimated age as an interval."),
    click.option("--born-to", default="", help="The last day of that interval."),
    click.option("--expected-on", default="", help="An unborn child; give --mother too."),
    click.option("--mother", default="", help="The mother of an unborn child: 'Given/Family'."),
    click.option("--sex", default="", help="M, F, I or U."),
    click.option("--postcode", "postcodes", multiple=True, help="Any home of the child, the newest first."),
    click.option("--nhs-number", default="", help="Ten digits."),
    click.option("--upn", default="", help="Unique pupil number, thirteen characters."),
)


def about_a_child(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that describe one child; `typed_child` reads them."""
    for option in reversed(_CHILD):
        command = option(command)
    return command


@click.command(cls=Discreet)
@click.option(
    "--practitioner", required=True, metavar="CODE/REFERENCE", help="Who asks, such as E08000025/jsmith."
)
@click.option(
    "--purpose", required=True, type=OneOf([p.value for p in Purpose]), help="Why; it stands on the ledger."
)
@click.option("--case-reference", required=True, help="Your own case's reference; no name of a child in it.")
@click.option(
    "--emergency", default="", help="Why the child cannot wait, for your reviewer; no child's name."
)
@click.option(
    "--signed-in-at", default="", help="With --emergency: when the person signed in, as 2026-11-27T03:15Z."
)
@click.option(
    "--reason", "reasons", multiple=True, type=OneOf([r.value for r in LookupReason]),
    help="Where one is asked for: why you ask about a family you know, or about a child again.",
)  # fmt: skip
@about_a_child
@click.option("--json", "as_json", is_flag=True, help="The whole answer, as the API gives it.")
def ask(
    *,
    practitioner: str,
    purpose: str,
    case_reference: str,
    emergency: str,
    signed_in_at: str,
    reasons: tuple[str, ...],
    as_json: bool,
    **child: object,
) -> None:
    """Ask who else is, or was, working with one child."""
    authority, _, reference = practitioner.partition("/")
    if not authority or not reference:
        raise click.BadParameter("write it as CODE/REFERENCE", param_hint="--practitioner")
    asked = {
        "practitioner": reference,
        "purpose": purpose,
        "case_reference": case_reference,
        "child": _child(child),
        "emergency": _emergency(emergency, signed_in_at),
        "reasons": reasons,
    }
    with opened(settings.load()) as service:
        answer, milliseconds = ask_timed(service, authority, asked)
    if as_json:
        click.echo(json_of(answer))
    else:
        show(Console(), answer, milliseconds)


def _emergency(reason: str, signed_in_at: str) -> dict[str, str] | None:
    if bool(reason) != bool(signed_in_at):
        raise click.UsageError("--emergency and --signed-in-at are given together")
    return {"reason": reason, "signed_in_at": signed_in_at} if reason else None


def typed_child(typed: dict[str, Any]) -> ChildForm:
    """Return the form of a child from the options of a command."""
    try:
        return msgspec.convert(_child(typed), ChildForm)
    except msgspec.ValidationError as error:
        raise unreadable(error) from None


def _child(typed: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form; names of two parts are written "Given/Family"."""
    fields = {name: value for name, value in typed.items() if value}
    fields["other_names"] = [_two_parts(name) for name in typed["other_names"]]
    fields["mother"] = _two_parts(typed["mother"]) if typed["mother"] else None
    return fields


def _two_parts(written: str) -> dict[str, str]:
    given, _, family = written.partition("/")
    return {"given_names": given, "family_name": family}


def console_caller(service: Service, authority: str) -> Caller:
    """Return the operator's console as a caller of one authority; its name stands on the ledger."""
    name = service.accounts.authority_name(authority)
    return Caller(CONSOLE_CLIENT, "console", authority, name, (Scope.LOOKUP,))


def ask_timed(service: Service, authority: str, asked: object) -> tuple[Answer, float]:
    """Ask what can be read as a `QuestionForm`. Return the answer with how many milliseconds it took."""
    caller = console_caller(service, authority)
    try:
        question = read_question(_read_form(asked), today(service.now()))
    except Invalid as invalid:
        service.lookup.refuse_unread(caller, UNREADABLE, [p.field for p in invalid.problems])
        raise
    started = time.perf_counter()
    answer = service.lookup.ask(caller, question)
    return answer, (time.perf_counter() - started) * 1000


def _read_form(asked: object) -> QuestionForm:
    try:
        return msgspec.convert(asked, QuestionForm)
    except msgspec.ValidationError as error:
        raise unreadable(error) from None


def show(console: Console, answer: Answer, milliseconds: float) -> None:
    """Print an answer for a person, in lines short enough for a narrow terminal."""
    console.print(f"[bold]{escape(answer.outcome.label.capitalize())}[/bold]")
    for match in answer.matches:
        console.print(f"Child {match.child}, [bold]{match.band}[/bold]: {escape(match.explanation)}")
        for signpost in match.signposts:
            _show_signpost(console, signpost)
    if answer.add_detail:
        console.print("What would help: " + ", ".join(answer.add_detail))
    if answer.coverage:
        console.print(escape(answer.coverage.statement))
    console.print(escape(answer.message))
    if answer.justify_by:
        console.print(
            f"[bold]Say why you asked by {answer.justify_by:%-d %B %H:%M}[/bold]: challenge justify"
        )
    console.print(f"[dim]{answer.clause}[/dim]")
    console.print(f"[dim]receipt {answer.receipt.entry}, answered in {milliseconds:.1f} ms[/dim]")


def _show_signpost(console: Console, signpost: Signpost) -> None:
    contact = signpost.contact
    proven = _tested(contact) if contact.proven_lately else ", unproven"
    console.print(f"  [bold]{escape(signpost.authority_name)}[/bold], {escape(signpost.team)}")
    console.print(f"    {_what_and_when(signpost)}")
    console.print(f"    ring [bold]{escape(to_ring(contact, proven))}[/bold]")
    if contact.left:
        console.print(f"    [bold]{escape(contact.left.words)}[/bold]")
        console.print(f"    [dim]its own last numbers: {escape(contact.left.numbers)}[/dim]")
    if signpost.last_confirmed:
        console.print(f"    [dim]last confirmed {signpost.last_confirmed}[/dim]")


def _tested(contact: Contact) -> str:
    if contact.tested_days_ago is None:
        return ""
    return f", answers in {contact.answered_minutes} min, tested {contact.tested_days_ago} days ago"


def _what_and_when(signpost: Signpost) -> str:
    if signpost.started is None:
        when = (
            "working with the child now" if signpost.status == "current" else "worked with the child before"
        )
        return f"{when}; the service is theirs to name"
    until = "now, since " if signpost.ended is None else f"until {signpost.ended:%b %Y}, from "
    return f"{signpost.service_words}, {signpost.role_words}; {until}{signpost.started:%b %Y}"
