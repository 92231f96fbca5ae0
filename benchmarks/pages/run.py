"""What the pages cost the server over 200,000 signposts: the median time of each, answers included.

    .venv/bin/python benchmarks/pages/run.py [--children 130000] [--times 100] [--folder DIR]

The folder is kept between runs if named, and may be one that `benchmarks/lookup/run.py` made. In the process
itself, without a network: what is measured is the service's own work. Trust the ratio: the machine is shared.
"""

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
from flask.testing import FlaskClient

from fingerpost import settings
from fingerpost.access.caller import Practitioner
from fingerpost.access.lists import Checked
from fingerpost.access.provider import SignedIn
from fingerpost.app import answers_first, application
from fingerpost.instance import Instance
from fingerpost.wiring import DEMO_IDENTITY, Service, opened
from fingerpost.words.clock import now, today
from fingerpost.words.vocabulary import Role

sys.path.insert(0, str(Path(__file__).parents[1] / "lookup"))
from run import prepare

AUTHORITY = "E08000025"  # the largest
KEPT = 25  # looks at once: a session keeps its latest thirty pages
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Person:
    """Somebody signed in, without a browser."""

    def __init__(self, service: Service, client: FlaskClient, role: Role) -> None:
        self._client, reference = client, f"bench-{role.value}"
        person = Practitioner(AUTHORITY, reference, "Bench Person", role, active=True)
        day = today(service.now())
        service.accounts.save_practitioner(person)
        service.accreditation.accredit_people(AUTHORITY, [Checked(reference, day, day)])
        issuer = DEMO_IDENTITY.format(service.settings.url)
        service.sessions.name_account(issuer, reference, AUTHORITY, reference)
        self._cookies = service.sessions.begin(SignedIn(reference, now(), "demo", (), "", "token"))
        self.token = self.get("/work").partition('name="form_token" value="')[2].partition('"')[0]

    def _enter(self) -> None:
        self._client.set_cookie("session", self._cookies.name)
        self._client.set_cookie("seen", self._cookies.seen)

    def get(self, path: str) -> str:
        self._enter()
        answer = self._client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, **fields: str) -> str:
        self._enter()
        answer = self._client.post(path, data={"form_token": self.token, **fields}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["Location"]


WORKER, MANAGER = Role.SOCIAL_WORKER, Role.MANAGER
PAGES = (
    ("the reason, asked for", WORKER, Person.get, f"/look?form={uuid4()}"),  # as a browser is sent on
    ("my work", WORKER, Person.get, "/work"),
    ("the inbox, counted", WORKER, Person.get, "/inbox"),
    ("the inbox, opened", WORKER, Person.send, "/inbox"),
    ("hand-overs, opened", WORKER, Person.send, "/work/hand-overs"),
    ("transfers nobody took up, opened", MANAGER, Person.send, "/work/orphans"),
    ("changed links, opened", MANAGER, Person.send, "/work/told"),
    ("links in doubt, opened", MANAGER, Person.send, "/review/links"),
    ("people", MANAGER, Person.get, "/admin/people"),
    ("feeds", MANAGER, Person.get, "/admin/feeds"),
    ("data quality", MANAGER, Person.get, "/admin/quality"),
    ("figures", WORKER, Person.get, "/figures"),
)


def median(times: int, act: Callable[[int], object]) -> float:
    """Return the median of so many times, in milliseconds, after one that warms."""
    act(0)
    took: list[float] = []
    for place in range(1, times + 1):
        started = time.perf_counter()
        act(place)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def children(country: Path) -> list[dict[str, str]]:
    """Return what a practitioner would type of each."""
    with (country / "questions.csv").open(encoding="utf-8") as file:
        return [
            {
                "given_names": row["given_names"], "family_name": row["family_name"],
                "birth": row["date_of_birth"], "postcode": row["postcode"],
            }
            for row in csv.DictReader(file)
            if row["given_names"] and row["family_name"] and row["date_of_birth"]
        ]  # fmt: skip


def measure(service: Service, asked: list[dict[str, str]], times: int) -> dict[str, float]:
    """Return the median of each page. Each is asked for in a session of its own: one has its pace."""
    with application(service).test_client() as client:
        team = str(service.offices.own.teams(AUTHORITY)[0].id)
        pages = [""]

        def person(role: Role = WORKER) -> Person:
            return Person(service, client, role)

        def looking(asker: Person) -> dict[str, float]:
            looks: list[str] = []

            def reason(_: int) -> None:
                looks.append(asker.send("/look", purpose="s17_assessment", case_reference="B-1"))

            def question(place: int) -> None:
                pages[0] = asker.send(looks[-1 - place % KEPT], **asked[place % len(asked)])

            return {
                "the reason, sent": median(KEPT, reason),
                "the question": median(times, question),
                "the answer": median(min(times, 30), lambda _: asker.get(pages[0])),
            }

        def listing(reader: Person) -> dict[str, float]:
            def read(_: int) -> None:
                pages[0] = reader.send("/work/signposts", team=team)

            return {
                "a team's signposts, opened": median(times, read),
                "a team's signposts, shown": median(times, lambda _: reader.get(pages[0])),
            }

        found = looking(person()) | listing(person())
        for name, role, act, path in PAGES:
            who = person(role)
            found[name] = median(times, lambda _, who=who, act=act, path=path: act(who, path))
        return found


def held() -> str:
    """Return over how much it is measured."""
    with psycopg.connect(Instance(settings.load()).owner_conninfo()) as owner:
        counted = owner.execute(
            "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM signpost)"
        ).fetchone()
    assert counted is not None
    return f"{counted[0]:,} records, {counted[1]:,} signposts"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=130_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {"FINGERPOST_INSTANCE": str(folder / "instance"), "FINGERPOST_GUARD": "off"}
        prepare(folder, given.children)  # pyright: ignore[reportCallIssue]  (lookup/run.py, not this one)
        with opened(settings.load()) as service:
            service.lookup.warm()
            answers_first()  # as a server does once it has read in what it needs
            service.moves.nightly()  # what feeds brought is told before anybody reads
            print(held())
            found = measure(service, children(folder / "england"), given.times)
    for page, milliseconds in found.items():
        print(f"{milliseconds:8.1f} ms  {page}")


if __name__ == "__main__":
    main()
