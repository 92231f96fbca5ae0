"""`demo`: a small synthetic England, its feeds loaded, three lookups, then the API. No real child in it."""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from msgspec import Struct
from rich.console import Console

from fingerpost import settings
from fingerpost.access.caller import Practitioner
from fingerpost.access.lists import Checked
from fingerpost.app import require_free_port, serve_until_stopped
from fingerpost.cli.ask import ask_timed, show
from fingerpost.instance import Instance
from fingerpost.lookup import Answer
from fingerpost.lookup.form import ChildForm, QuestionForm
from fingerpost.signposts.person import Person
from fingerpost.synthetic.country import Order, make_country
from fingerpost.synthetic.days import AS_OF
from fingerpost.wiring import DEMO_IDENTITY, Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.errors import Misconfigured, Refused
from fingerpost.words.vocabulary import Band, Purpose, Role, Scope

ASKING = "RJ1"  # an NHS trust: whoever it finds is, by definition, working in another body
PRACTITIONER = Practitioner(ASKING, "demo-nurse", "Demo Nurse", Role.CLINICIAN, active=True)
SHOWN = "E08000035"  # the authority whose people sign in
MOST_LEFT = 6  # of a kind, in its inbox
MARK = ".fingerpost-demo"  # only a folder this command made is ever cleared away by it


class Body(Struct, frozen=True):
    """An authority that the country's truth says knows the child."""

    code: str


class Expected(Struct, frozen=True):
    """What the country's truth says the answer must be."""

    authorities: tuple[Body, ...]
    not_to_be_confused_with: str = ""


class Case(Struct, frozen=True):
    """One demonstration question of the synthetic country's manifest."""

    given_names: str
    family_name: str
    date_of_birth: str
    expected: Expected
    sex: str = ""
    postcode: str = ""
    nhs_number: str | None = None

    def form(self) -> ChildForm:
        return ChildForm(
            given_names=self.given_names,
            family_name=self.family_name,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            postcodes=(self.postcode,) if self.postcode else (),
            nhs_number=self.nhs_number or "",
        )


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Made anew."
)
@click.option(
    "--children", type=click.IntRange(100, 1_000_000), default=6000, show_default=True, help="How many."
)
@click.option("--authorities", type=click.IntRange(12, 153), default=16, show_default=True, help="How many.")
@click.option("--seed", type=int, default=2010, show_default=True, help="The same seed, the same England.")
@click.option("--once", is_flag=True, help="Exit after the three lookups instead of serving.")
def demo(folder: Path, children: int, authorities: int, seed: int, once: bool) -> None:
    """Make a small synthetic England, load its feeds, ask three questions, then serve."""
    os.environ["FINGERPOST_INSTANCE"] = str(folder.resolve() / "instance")
    given = settings.load()
    console = Console()
    if not once:
        require_free_port(given)
    _make_anew(folder.resolve(), given)
    with _timed(console, "Created an instance: keyring, PostgreSQL, schema, roles, grants"):
        found(given)
    with opened(given) as service, tempfile.TemporaryDirectory() as extracts:
        country = Path(extracts) / "england"
        with _timed(console, f"Made a synthetic England of {children:,} children"):
            as_of = AS_OF.toordinal()
            order = Order(children=children, seed=seed, authorities=authorities, as_of=as_of)
            make_country(order, country, lambda _: None)
        _load(console, service, country)
        settle_in(service)
        _ask_three(console, service, country)
        _name_people(service, given)
        day = today(service.now())
        token = service.accounts.issue_client(ASKING, "demonstration", (Scope.LOOKUP,), 7, day)
        cases = _cases(country)
        body = _body(cases["moved"])
    if not once:
        _say_how_to_call(console, given, token, body)
        _say_where(console, given, cases)
        serve_until_stopped(given)


def _make_anew(folder: Path, given: settings.Settings) -> None:
    """Make the folder, or empty it if an earlier demonstration left it and has ended."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Misconfigured(f"{folder} holds something that no demonstration made; name another --folder")
        if server := Instance(given).server:
            server.wait_until_stopped()
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


@contextmanager
def _timed(console: Console, what: str) -> Generator[None]:
    started = time.perf_counter()
    yield
    console.print(f"{what} [dim]({time.perf_counter() - started:.1f} s)[/dim]")


def _load(console: Console, service: Service, country: Path) -> None:
    folders = sorted(path for path in country.iterdir() if path.is_dir())
    signposts = quarantined = 0
    with _timed(console, f"Loaded the Standard Safeguarding Dataset extracts of {len(folders)} authorities"):
        for folder in folders:
            go_live(service, folder.name)
            report = service.feeds.load_ssd(folder, folder.name)
            signposts += report.added
            quarantined += report.rows_set_aside
    console.print(f"  {signposts:,} signposts, {quarantined:,} rows set aside")


def go_live(service: Service, authority: str) -> None:
    """Confirm an authority's list of shields, empty in a made-up country: till then nothing is shown."""
    keeper = Person(authority, "demo-keeper")
    who = Practitioner(authority, keeper.reference, "Demo Keeper", Role.MANAGER, active=True)
    _let_in(service, who)
    service.shields.confirm(authority, keeper)


def settle_in(service: Service) -> None:
    """See to what a first load tells of all at once, but for some of each kind: an inbox of everyday."""
    keeper, inbox = Person(SHOWN, "demo-keeper"), service.notices.inbox
    left: Counter[str] = Counter()
    service.moves.beat()
    for item in inbox.items(keeper, most=1000):
        left[item.kind] += 1
        if left[item.kind] > MOST_LEFT:
            inbox.acknowledge(item.id, keeper)


def _cases(country: Path) -> dict[str, Case]:
    manifest = msgspec.json.decode((country / "manifest.json").read_bytes())
    return {name: msgspec.convert(case, Case) for name, case in manifest["demo"].items()}


def _let_in(service: Service, person: Practitioner) -> None:
    """Register somebody and record what lets them in: made up, like they are."""
    day = today(service.now())
    service.accreditation.accredit_authority(person.authority, "Demo Owner", day)
    service.accounts.save_practitioner(person)
    service.accreditation.accredit_people(person.authority, [Checked(person.reference, day, day)])


def _question(case: Case) -> QuestionForm:
    return QuestionForm(
        practitioner=PRACTITIONER.reference,
        purpose=Purpose.UNSCHEDULED_CARE,
        case_reference="DEMO-1",
        child=case.form(),
    )


def _ask_three(console: Console, service: Service, country: Path) -> None:
    _let_in(service, PRACTITIONER)
    cases = _cases(country)
    service.lookup.warm()
    titles = {
        "moved": "A child who moved between two areas",
        "known_to_nobody": "A child known to nobody",
        "twin": "One of twins, who must not be confused with the other",
    }
    for name, title in titles.items():
        console.rule(title)
        answer, milliseconds = ask_timed(service, ASKING, _question(cases[name]))
        show(console, answer, milliseconds)
        _compare(answer, cases[name].expected, title)


def _compare(answer: Answer, expected: Expected, title: str) -> None:
    """Hold the answer against the truth: a demonstration that is wrong must say so, not pass."""
    sure = [m for m in answer.matches if m.band is not Band.POSSIBLE]
    shown = {s.authority for match in sure for s in match.signposts}
    if shown != {body.code for body in expected.authorities} or len({m.child for m in sure}) > 1:
        raise Refused(f"{title}: the answer is not what the synthetic country's truth says")


def _body(case: Case) -> str:
    return msgspec.json.encode(_question(case)).decode()


def _name_people(service: Service, given: settings.Settings) -> None:
    """Let people sign in at the demonstration's own provider: two records officers, for what takes two."""
    people = {
        PRACTITIONER: "demo-nurse",
        Practitioner(SHOWN, "demo-sw", "Demo Social Worker", Role.SOCIAL_WORKER, active=True): (
            "demo-social-worker"
        ),
    }
    officers = {
        Practitioner(SHOWN, reference, name, Role.RECORDS_OFFICER, active=True): subject
        for reference, name, subject in (
            ("demo-ro", "Demo Records Officer", "demo-records-officer"),
            ("demo-ro-2", "Demo Second Officer", "demo-second-officer"),
        )
    }
    issuer = DEMO_IDENTITY.format(given.url)
    manager = Practitioner(SHOWN, "demo-manager", "Demo Manager", Role.MANAGER, active=True)
    people |= {manager: "demo-manager", **officers}
    for person in people:
        _let_in(service, person)
    for officer in officers:
        service.switches.agree_role(
            officer.authority, officer.reference, (manager.authority, manager.reference)
        )
    for person, subject in people.items():
        service.sessions.name_account(issuer, subject, person.authority, person.reference)


def _say_where(console: Console, given: settings.Settings, cases: dict[str, Case]) -> None:
    console.rule("Or look for a child yourself")
    console.print(f"Open {given.url} and sign in as Demo Nurse. Children to look for:", soft_wrap=True)
    for name, case in cases.items():
        born = case.date_of_birth
        console.print(
            f"  {case.given_names} {case.family_name}, born {born}, {case.postcode or 'no address'}"
            f" [dim]({name.replace('_', ' ')})[/dim]",
            highlight=False, soft_wrap=True,
        )  # fmt: skip


def _say_how_to_call(console: Console, given: settings.Settings, token: str, body: str) -> None:
    console.rule("Call the API")
    url = f"http://{given.host}:{given.port}"
    console.print(
        f"curl -s {url}/api/v1/lookups -H 'Authorization: Bearer {token}' \\\n"
        f"  -H 'Content-Type: application/json' -d '{body}'\n"
        f"curl -s {url}/api/v1/openapi.json\n"
        f"FINGERPOST_INSTANCE={given.instance} .venv/bin/fingerpost ledger show",
        soft_wrap=True, markup=False, highlight=False,
    )  # fmt: skip
