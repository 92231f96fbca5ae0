"""`household`, `conflict`, `budget`, `challenge`, `alerts`, `guard`: what keeps anybody from browsing."""

from uuid import UUID

import click

from fingerpost import settings
from fingerpost.cli.review import BY
from fingerpost.guard import honey as honey_children
from fingerpost.guard.desk import LONGEST_RAISE_DAYS, MOST_A_DAY, MOST_AN_HOUR
from fingerpost.ledger.spoken import speakable
from fingerpost.lookup.form import ChildForm, NameForm, read_child
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words import checks
from fingerpost.words.child import PersonName
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, Problem


def _person(written: str) -> Person:
    authority, _, reference = written.partition("/")
    if not authority or not reference:
        raise Invalid(Problem("practitioner", "is written CODE/REFERENCE, such as E08000025/jsmith"))
    return Person(authority, reference)


PRACTITIONER = click.option("--practitioner", required=True, metavar="CODE/REFERENCE", help="Whose.")
ENTRY = click.argument("entry", metavar="REFERENCE")  # as it is said aloud, or the receipt's entry


def _name(written: str) -> PersonName:
    given, _, family = written.partition("/")
    return PersonName(checks.name(given, "member"), checks.name(family, "member"))


@click.group()
def household() -> None:
    """What practitioners declare of their own household; kept as keyed tokens alone."""


@household.command("declare")
@PRACTITIONER
@BY
@click.option("--member", "members", multiple=True, help="Somebody of the household: 'Given/Family'.")
@click.option("--family-name", "families", multiple=True, help="A former name of one's own.")
@click.option("--postcode", "homes", multiple=True, help="Where the household lives.")
def declare(
    practitioner: str, by: Person, members: tuple[str, ...], families: tuple[str, ...], homes: tuple[str, ...]
) -> None:
    """Declare a household anew, so that its people are not looked for unnoticed."""
    names = [_name(member) for member in members]
    former = [checks.name(family, "family-name") for family in families]
    places = [checks.postcode_of(home, "postcode") for home in homes]
    with opened(settings.load()) as service:
        ties = service.guard_desk.declare(_person(practitioner), by, names, former, places)
    click.echo(f"Declared, as {ties} tokens; what was declared before is gone.")


@click.group()
def conflict() -> None:
    """Workers who must not find one child, and are told that nothing was found."""


@conflict.command("block")
@PRACTITIONER
@BY
@click.option("--given-names", default="", help="The child's.")
@click.option("--family-name", default="", help="The child's present one.")
@click.option("--other-name", "others", multiple=True, help="Former or known-as: 'Given/Family'.")
@click.option("--date-of-birth", default="", help="4/3/2019 or 2019-03-04.")
@click.option("--postcode", "postcodes", multiple=True, help="Any home of the child.")
@click.option("--nhs-number", default="", help="Ten digits.")
def block_worker(practitioner: str, by: Person, others: tuple[str, ...], **child: str) -> None:
    """Block a worker from one child. Give every name, number and home: each is known again by itself."""
    named = tuple(NameForm(given_names=n.given, family_name=n.family) for n in map(_name, others))
    details = read_child(ChildForm(other_names=named, **child), today())  # type: ignore[arg-type]
    with opened(settings.load()) as service:
        click.echo(service.guard_desk.block(_person(practitioner), details, by))


@conflict.command("lift")
@click.argument("block", type=click.UUID)
@BY
def lift_block(block: UUID, by: Person) -> None:
    """Lift a block, as another person than who ordered it."""
    with opened(settings.load()) as service:
        service.guard_desk.lift(block, by)
    click.echo("Lifted.")


@click.group()
def budget() -> None:
    """How often a person may ask."""


@budget.command("raise")
@PRACTITIONER
@BY
@click.option("--an-hour", type=click.IntRange(1, MOST_AN_HOUR), required=True, help="Questions an hour.")
@click.option("--a-day", type=click.IntRange(1, MOST_A_DAY), required=True, help="Questions a day.")
@click.option("--days", type=click.IntRange(1, LONGEST_RAISE_DAYS), required=True, help="For how long.")
def raise_budget(practitioner: str, by: Person, an_hour: int, a_day: int, days: int) -> None:
    """Ask for a larger budget for somebody else. Nothing changes until a second person agrees."""
    with opened(settings.load()) as service:
        click.echo(service.guard_desk.ask_raise(_person(practitioner), an_hour, a_day, days, by))


@budget.command("agree")
@click.argument("budget_id", metavar="BUDGET", type=click.UUID)
@BY
def agree_budget(budget_id: UUID, by: Person) -> None:
    """Agree to a larger budget, as a second person."""
    with opened(settings.load()) as service:
        service.guard_desk.agree_raise(budget_id, by)
    click.echo("Agreed; it holds from now.")


@click.group()
def challenge() -> None:
    """Answers whose askers have to say why."""


@challenge.command("justify")
@ENTRY
@PRACTITIONER
@click.option("--need", required=True, help="What you needed to know and why, in a line; no child's name.")
@click.option("--use", required=True, help="What you did with the answer, in a line; no child's name.")
def justify(entry: str, practitioner: str, need: str, use: str) -> None:
    """Say why you asked."""
    with opened(settings.load()) as service:
        by = _person(practitioner)
        service.challenges.justify(service.challenges.meant(entry, by), by, need, use)
    click.echo("Noted; your manager sees it.")


@challenge.command("list")
@BY
def list_challenges(by: Person) -> None:
    """List what your authority's people have to justify, and what waits for your review."""
    with opened(settings.load()) as service:
        waiting = service.challenges.waiting(by)
    for row in waiting:
        state = "questioned" if row.accepted is False else "to review" if row.justified_by else "to justify"
        click.echo(f"{speakable(row.entry)}  {row.due_at:%Y-%m-%d %H:%M}  {row.practitioner:20}{state}")
    if not waiting:
        click.echo("Nothing waits.")


@challenge.command("show")
@ENTRY
@BY
def show_challenge(entry: str, by: Person) -> None:
    """Show what an asker said; that you read it is recorded."""
    with opened(settings.load()) as service:
        said = service.challenges.show(service.challenges.meant(entry, by), by)
    click.echo(f"{said.waiting.practitioner}\nneed: {said.need}\nuse:  {said.use}")


@challenge.command("review")
@ENTRY
@BY
@click.option("--accept/--question", "accepted", required=True, help="Whether it is accepted.")
def review_challenge(entry: str, by: Person, accepted: bool) -> None:
    """Accept what an asker said, or question it."""
    with opened(settings.load()) as service:
        service.challenges.review(service.challenges.meant(entry, by), by, accepted=accepted)
    click.echo("Accepted." if accepted else "Questioned; they have to say it again.")


@click.group()
def alerts() -> None:
    """What somebody has to look at."""


@alerts.command("list")
@BY
def list_alerts(by: Person) -> None:
    """List the alerts that wait for you, oldest first."""
    with opened(settings.load()) as service:
        found = service.guard_alerts.waiting(by)
    for row in found:
        when = f"{row.raised_at:%Y-%m-%d %H:%M}"
        of = speakable(row.entry) if row.entry else ""
        click.echo(f"{row.id}  {when}  {row.authority}/{row.practitioner}  {row.kind}  {of}")
    if not found:
        click.echo("Nothing waits.")


@alerts.command("acknowledge")
@click.argument("alert", type=click.UUID)
@BY
def acknowledge_alert(alert: UUID, by: Person) -> None:
    """Acknowledge an alert, once you have looked at it."""
    with opened(settings.load()) as service:
        service.guard_alerts.acknowledge(alert, by)
    click.echo("Acknowledged.")


@click.group()
def guard() -> None:
    """What watches for those who browse."""


@guard.group()
def honey() -> None:
    """Children who do not exist: whoever is shown one was browsing, and the on-call is paged."""


@honey.command("plant")
@BY
@click.option(
    "--children", type=click.IntRange(1, honey_children.MOST), default=honey_children.CHILDREN,
    show_default=True, help="How many in the nation; local authorities share them by chance.",
)  # fmt: skip
def plant(children: int, by: Person) -> None:
    """Have honey children planted, each with the next large enough feed of its authority."""
    with opened(settings.load()) as service:
        service.honey.plant(children, by)
    click.echo(f"{children} are planted, each with the next feed of its authority that adds many children.")


@honey.command("retire")
@BY
def retire(by: Person) -> None:
    """Have every honey child taken away, each with the next feed of its authority."""
    with opened(settings.load()) as service:
        service.honey.retire(by)
    click.echo("They go with the next feed of each authority; until then they still page.")
