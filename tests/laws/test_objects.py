"""R19: every route against what is one's own, another's, absent or expired. An unlisted route fails.

`test_routes.py` holds who may call; this holds what they get to see of whom.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from flask.testing import FlaskClient

from fingerpost.api.rest.door import ROUTES, build
from fingerpost.instance import Instance
from fingerpost.wiring import Service, opened
from fingerpost.words.vocabulary import Scope
from tests.conftest import copy_of
from tests.laws.test_routes import QUESTION, _expired, _revoked  # pyright: ignore[reportPrivateUsage]
from tests.laws.worlds import (
    OWN,
    Act,
    Builder,
    World,
    alerted,
    challenged,
    linked,
    looked,
    moved,
    requested,
)

# What each object gives on each route: the status, and whether it shows. A new route must be listed here.
# "open" routes hold nothing of anybody's; what they show is the same for all.
OBJECTS: dict[str, dict[str, tuple[int, bool]]] = {
    "POST /api/v1/lookups": {
        "another authority's": (200, True),  # what the service is for
        "absent": (200, False),
        "expired": (200, False),
        "by another authority's practitioner": (403, False),
        "by a suspended practitioner": (403, False),
    },
    "POST /api/v1/lookups/stand": {
        "one's own answer": (200, True),
        "another's answer": (404, False),
        "one that found somebody": (404, False),
        "absent": (404, False),
    },
    "POST /api/v1/lookups/covert": {"by a senior": (200, True), "by a clinician": (403, False)},
    "POST /api/v1/alerts": {
        "one's own answer": (200, True),
        "another's answer": (404, False),
        "another authority's answer": (404, False),
        "absent": (404, False),
    },
    "POST /api/v1/alerts/decide": {
        "own": (200, True),
        "own, by who raised it": (403, False),
        "another authority's": (404, False),
        "absent": (404, False),
    },
    "POST /api/v1/alerts/list": {"own": (200, True), "another authority's": (200, False)},
    "POST /api/v1/contact-requests": {
        "one's own answer": (200, True),
        "another's answer": (404, False),
        "an answer that showed another": (404, False),
        "absent": (404, False),
    },
    "GET /api/v1/contact-requests/asked": {"own": (200, True), "another's": (200, False)},
    "GET /api/v1/contact-requests/waiting": {"own": (200, True), "another authority's": (200, False)},
    "POST /api/v1/contact-requests/<uuid:request_id>/open": {
        "own": (200, True),
        "another authority's": (404, False),
        "absent": (404, False),
    },
    "POST /api/v1/contact-requests/<uuid:request_id>/end": {
        "own": (200, True),
        "another authority's": (404, False),
        "absent": (404, False),
    },
    "GET /api/v1/feeds": {"own": (200, True), "another authority's": (200, False)},
    **{
        f"POST /api/v1/{route}": {"own": (200, True), "another authority's": (200, False)}
        for route in ("notices/read", "hand-overs/list", "orphans/list")
    },
    "GET /api/v1/notices": {"own": (200, True), "another authority's": (200, False)},
    "POST /api/v1/notices/acknowledge": {"another authority's": (404, False), "own": (200, True)},
    "POST /api/v1/hand-overs": {"another authority's": (404, False), "offered already": (403, False)},
    "POST /api/v1/hand-overs/decide": {
        "a stranger's": (404, False),
        "the other side's": (403, False),
        "own": (200, True),
    },
    "GET /api/v1/notices/route": {"own": (200, True), "another authority's": (200, False)},
    "POST /api/v1/notices/route/set": {"own": (200, True), "by a stranger": (403, False)},
    "POST /api/v1/links/list": {"own": (200, True), "another authority's": (200, False)},
    **{
        f"POST /api/v1/{route}": {
            "own": (200, True),
            "another authority's": (403, False),
            "absent": (404, False),
        }
        for route in ("links/show", "links/decide", "links/break", "trails/show")
    },
    "POST /api/v1/trails/never-join": {
        "own": (200, True),
        "by a stranger": (403, False),
        "absent": (200, True),
    },
    "POST /api/v1/told/list": {"own": (200, True), "another authority's": (200, False)},
    "POST /api/v1/told/acknowledge": {
        "another authority's": (404, False),
        "absent": (404, False),
        "own": (200, True),
    },
    "POST /api/v1/challenges/list": {
        "own": (200, True),
        "another's": (200, False),
        "authority": (200, True),
        "another authority's": (200, False),
    },
    **{
        f"POST /api/v1/challenges/{act}": {
            "own": (200, True),
            "another authority's": (403, False),
            "absent": (404, False),
            "by who said it": (403, False),
        }
        for act in ("show", "review")
    },
    "POST /api/v1/challenges/justify": {
        "own": (200, True),
        "another's": (404, False),
        "absent": (404, False),
    },
    "GET /api/v1/ledger/proofs/<uuid:entry>": {"any entry": (200, True), "absent": (404, False)},
}
OPEN = {
    "GET /api/v1/coverage", "GET /api/v1/ledger/key", "GET /ledger/checkpoint", "GET /ledger/cosigned",
    "GET /ledger/tile/<path:tile>", "GET /api/v1/openapi.json", "GET /healthz", "GET /readyz",
}  # fmt: skip
# Whose routes they are, by how the path begins; all others are about who is looked for.
WORLDS: dict[str, Builder] = {
    "lookups/covert": alerted, "alerts": alerted, "contact-requests": requested, "challenges": challenged,
    "notices/route": linked, "links": linked, "trails": linked, "told": linked,
    "notices": moved, "hand-overs": moved, "orphans": moved,
}  # fmt: skip


def _world(route: str) -> Builder:
    path = route.partition("/api/v1/")[2]
    return next((world for start, world in WORLDS.items() if path.startswith(start)), looked)


def _named(part: object) -> str:
    return part if isinstance(part, str) else getattr(part, "__name__", "")


# World by world: each is made once, and closed before the next.
CASES = sorted(
    ((_world(route), route, thing) for route, things in OBJECTS.items() for thing in things),
    key=lambda case: case[0].__name__,
)


def test_every_route_says_what_it_shows_of_whom() -> None:
    assert {f"{route.method} {route.path}" for route in ROUTES} == {*OBJECTS, *OPEN}


@pytest.fixture(scope="module")
def act(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Builder], Act]]:
    """Return how things are looked at in a world, which is made when the first of them is."""
    made: dict[Builder, Act] = {}
    with ExitStack() as stack:

        def within(build_world: Builder) -> Act:
            if build_world not in made:
                stack.close()  # a server has so many connections
                folder = tmp_path_factory.mktemp("objects")
                settings = stack.enter_context(copy_of(instance, folder))
                conninfo = Instance(settings).owner_conninfo()
                owner = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
                service = stack.enter_context(opened(settings))
                made[build_world] = build_world(World(service, build(service).test_client(), owner, folder))
            return made[build_world]

        yield within


@pytest.mark.parametrize(("world", "route", "thing"), CASES, ids=_named)
def test_each_object_shows_as_declared(
    act: Callable[[Builder], Act], world: Builder, route: str, thing: str
) -> None:
    assert act(world)(route, thing) == OBJECTS[route][thing]


@pytest.fixture
def http(service: Service) -> Iterator[FlaskClient]:
    with build(service).test_client() as client:
        yield client


@pytest.fixture
def bearer(service: Service) -> Callable[[str], dict[str, str]]:
    def of(authority: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {service.accounts.issue_client(authority, 'c', tuple(Scope), 1)}"}

    return of


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_changes_the_method(
    http: FlaskClient, bearer: Callable[[str], dict[str, str]], header: str
) -> None:
    """Nor a query or a form field: a GET that became a POST would go around a guard made for GETs."""
    headers = {**bearer(OWN), header: "POST"}
    assert http.get("/api/v1/lookups", json=QUESTION, headers=headers).status_code == 405
    assert http.get("/api/v1/lookups?_method=POST", json=QUESTION, headers=headers).status_code == 405
    assert http.post("/api/v1/feeds", data={"_method": "GET"}, headers=bearer(OWN)).status_code == 405


def test_a_token_counts_in_its_own_place_alone(
    http: FlaskClient, bearer: Callable[[str], dict[str, str]]
) -> None:
    token = bearer(OWN)["Authorization"].removeprefix("Bearer ")
    for given in (
        {"query_string": {"access_token": token}}, {"headers": {"Cookie": f"token={token}"}},
        {"headers": {"Authorization": f"Basic {token}"}}, {"headers": {"Authorization": token}},
        {"headers": {"X-Api-Key": token}}, {"headers": {"Authorization": f"Bearer {token.swapcase()}"}},
    ):  # fmt: skip
        kept: dict[str, Any] = dict(given)
        assert http.get("/api/v1/coverage", **kept).status_code == 401


@pytest.mark.parametrize("dead", [_expired, _revoked], ids=["expired", "revoked"])
def test_a_dead_token_shows_nothing(
    service: Service, http: FlaskClient, settings: Any, dead: Callable[..., str]
) -> None:
    token = dead(settings if dead is _expired else service)
    for route in ROUTES:
        if route.guard.scope is not None:
            headers = {"Authorization": f"Bearer {token}"}
            path = route.path.replace("<uuid:request_id>", str(uuid4()))
            answer = http.open(path, method=route.method, json=QUESTION, headers=headers)
            assert answer.status_code == 401
            assert set(msgspec.json.decode(answer.data)) == {"type", "title", "status", "detail"}
