"""R19: every route against what is one's own, another's, absent or expired. An unlisted route fails.

`test_routes.py` holds who may call; this holds what they get to see of whom.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from flask.testing import FlaskClient

from fingerpost.access.caller import Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.api.rest.door import ROUTES, build
from fingerpost.notices.delivery_store import Route
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, Publish
from tests.laws.test_routes import QUESTION, _expired, _revoked  # pyright: ignore[reportPrivateUsage]

OWN, OTHER = "RJ1", "RP4"
HOLDER, SECOND = "E08000035", "E06000010"
KNOWN = Child(nhs_number="9434765919")
LEFT = Child(reference="P2", given="Imogen", family="Larkspur", born="2015-05-05")
ABSENT = {"given_names": "Nobody", "family_name": "Nowhere", "date_of_birth": "9/3/2016"}

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
TOGETHER = ("/links", "/trails", "/told", "notices/route")  # routes whose objects are shown one after another
CASES = [
    (route, thing)
    for route, things in OBJECTS.items()
    for thing in things
    if not any(some in route for some in TOGETHER)
]
Outcome = tuple[int, bool]
Act = Callable[[str], Outcome]


def test_every_route_says_what_it_shows_of_whom() -> None:
    assert {f"{route.method} {route.path}" for route in ROUTES} == {*OBJECTS, *OPEN}


@pytest.fixture
def http(service: Service) -> Iterator[FlaskClient]:
    with build(service).test_client() as client:
        yield client


@pytest.fixture
def bearer(service: Service) -> Callable[[str], dict[str, str]]:
    def of(authority: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {service.accounts.issue_client(authority, 'c', tuple(Scope), 1)}"}

    return of


def _asked(child: Child) -> dict[str, str]:
    return {"given_names": child.given, "family_name": child.family, "date_of_birth": child.born}


@pytest.fixture
def lookup(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]], publish: Publish,
    owner_conninfo: str,
) -> Act:  # fmt: skip
    service.accounts.save_practitioner(Practitioner(OWN, "nurse", "A Nurse", Role.CLINICIAN, True))
    publish(HOLDER, KNOWN)
    publish(SECOND, LEFT)
    with psycopg.connect(owner_conninfo) as owner:  # leaves in the month that has begun: expired today
        owner.execute("UPDATE signpost SET leaves_on = current_date WHERE record_id IN"
                      " (SELECT id FROM record WHERE authority = %s)", (SECOND,))  # fmt: skip
    service.accounts.save_practitioner(Practitioner(OTHER, "doctor", "A Doctor", Role.CLINICIAN, True))
    service.accounts.save_practitioner(Practitioner(OWN, "gone", "Gone", Role.CLINICIAN, True))
    service.switches.suspend(Subject.PERSON, f"{OWN}/gone", Because.LEFT)

    def act(thing: str) -> Outcome:
        child = {"absent": ABSENT, "expired": _asked(LEFT)}.get(thing, _asked(KNOWN))
        by = {"by another authority's practitioner": "doctor", "by a suspended practitioner": "gone"}
        asked = {**QUESTION, "practitioner": by.get(thing, "nurse"), "child": child}
        answer = http.post("/api/v1/lookups", json=asked, headers=bearer(OWN))
        return answer.status_code, bool(answer.get_json().get("matches"))

    return act


@pytest.fixture
def stood(http: FlaskClient, bearer: Callable[[str], dict[str, str]], lookup: Act, service: Service) -> Act:
    service.accounts.save_practitioner(Practitioner(OWN, "second", "A Nurse", Role.CLINICIAN, True))

    def asked(by: str, child: dict[str, str]) -> str:
        form = {**QUESTION, "practitioner": by, "child": child}
        return http.post("/api/v1/lookups", json=form, headers=bearer(OWN)).get_json()["receipt"]["entry"]

    answers = {
        "one's own answer": asked("nurse", ABSENT), "another's answer": asked("second", ABSENT),
        "one that found somebody": asked("nurse", _asked(KNOWN)), "absent": str(uuid4()),
    }  # fmt: skip

    def act(thing: str) -> Outcome:
        form = {"practitioner": "nurse", "entry": answers[thing]}
        answer = http.post("/api/v1/lookups/stand", json=form, headers=bearer(OWN))
        return answer.status_code, answer.get_json().get("status") == "done"

    return act


@pytest.fixture
def alerted(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]]
) -> Callable[[str, str], Outcome]:
    """Three managers asked about a missing child, two of them of HOLDER; the first raised an alert."""
    for body, who, role in ((HOLDER, "raiser", Role.MANAGER), (HOLDER, "senior", Role.MANAGER),
                            (SECOND, "boss", Role.MANAGER), (OWN, "nurse", Role.CLINICIAN)):  # fmt: skip
        service.accounts.save_practitioner(Practitioner(body, who, "Somebody", role, True))

    def post(body: str, path: str, **form: object) -> Any:
        return http.post(f"/api/v1/{path}", json=form, headers=bearer(body))

    def asked(body: str, who: str) -> str:
        form = {**QUESTION, "practitioner": who, "purpose": "missing_child", "child": ABSENT}
        return post(body, "lookups", **form).get_json()["receipt"]["entry"]

    until = (service.now() + timedelta(days=5)).date().isoformat()
    answers = {
        "one's own answer": asked(HOLDER, "raiser"), "another's answer": asked(HOLDER, "senior"),
        "another authority's answer": asked(SECOND, "boss"), "absent": str(uuid4()),
    }  # fmt: skip
    mine = {"practitioner": "raiser", "entries": [answers["one's own answer"]], "until": until}
    raised = post(HOLDER, "alerts", **mine).get_json()["id"]

    def act(route: str, thing: str) -> Outcome:
        stranger = thing == "another authority's"
        form: Mapping[str, object]
        if route.endswith("covert"):
            body, who = (HOLDER, "senior") if thing == "by a senior" else (OWN, "nurse")
            form = {"case_reference": "AE-1", "reason": "crime", "until": until}
        elif route.endswith("alerts"):
            body, who, form = HOLDER, "raiser", {"entries": [answers[thing]], "until": until}
        else:
            body, who = (SECOND, "boss") if stranger else (HOLDER, "raiser" if "who" in thing else "senior")
            which = str(uuid4()) if thing == "absent" else raised
            form = {"alert": which, "decision": "approve"} if route.endswith("decide") else {}
        answer = post(body, route.partition("/v1/")[2], practitioner=who, **form)
        shown = answer.get_json()
        return answer.status_code, bool(
            shown.get("state") or shown.get("items") or shown.get("status") == "done"
        )

    return act


@pytest.fixture
def requests(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]], publish: Publish
) -> Callable[[str, str], Outcome]:
    """Two nurses of OWN found the same child, which HOLDER holds; the first of them asked."""
    for body, who, role in ((OWN, "nurse", Role.CLINICIAN), (OWN, "second", Role.CLINICIAN),
                            (HOLDER, "boss", Role.MANAGER), (OTHER, "boss", Role.MANAGER)):  # fmt: skip
        service.accounts.save_practitioner(Practitioner(body, who, "Somebody", role, True))
    publish(HOLDER, KNOWN)

    def found(by: str) -> dict[str, str]:
        asked = {**QUESTION, "practitioner": by, "child": _asked(KNOWN)}
        answer = http.post("/api/v1/lookups", json=asked, headers=bearer(OWN)).get_json()
        shown = answer["matches"][0]["signposts"][0]["id"]
        return {"entry": answer["receipt"]["entry"], "signpost": shown, "phone": "0113 496 0000"}

    mine, theirs = found("nurse"), found("second")

    def ask(changes: dict[str, str]) -> Any:
        form = {"practitioner": "nurse", **mine, **changes}
        return http.post("/api/v1/contact-requests", json=form, headers=bearer(OWN))

    made = ask({}).get_json()["id"]

    def act(route: str, thing: str) -> Outcome:
        if route.endswith("/contact-requests"):
            entries = {"another's answer": theirs["entry"], "absent": str(uuid4())}
            shown = {"an answer that showed another": str(uuid4())}.get(thing, mine["signpost"])
            answer = ask({"entry": entries.get(thing, mine["entry"]), "signpost": shown})
            return answer.status_code, "state" in answer.get_json()
        mine_to_see = thing in {"own", "absent"}
        if route.endswith("/asked"):
            who, body = ("nurse" if mine_to_see else "second"), OWN
        else:
            who, body = "boss", (HOLDER if mine_to_see else OTHER)
        path = route.partition(" ")[2].replace(
            "<uuid:request_id>", str(uuid4()) if thing == "absent" else made
        )
        form = {"practitioner": who} | ({"outcome": "spoke"} if path.endswith("/end") else {})
        kept: dict[str, Any] = {"json": form} if route.startswith("POST") else {"query_string": form}
        answer = http.open(path, method=route.partition(" ")[0], headers=bearer(body), **kept)
        return answer.status_code, made.encode() in answer.data or "state_words" in answer.get_json()

    return act


@pytest.fixture
def feeds(http: FlaskClient, bearer: Callable[[str], dict[str, str]], publish: Publish) -> Act:
    publish(HOLDER, KNOWN)

    def act(thing: str) -> Outcome:
        answer = http.get("/api/v1/feeds", headers=bearer(HOLDER if thing == "own" else SECOND))
        return answer.status_code, bool(answer.get_json().get("runs"))

    return act


@pytest.fixture
def proofs(service: Service, http: FlaskClient) -> Act:
    service.sequencer.sequence_all()
    first, _ = next(service.ledger.checked(service.records_database))

    def act(thing: str) -> Outcome:
        entry: UUID = uuid4() if thing == "absent" else first.id
        answer = http.get(f"/api/v1/ledger/proofs/{entry}")
        return answer.status_code, b"c2sp.org" in answer.data

    return act


@pytest.fixture
def moved(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]], publish: Publish,
    owner_conninfo: str,
) -> Callable[[str], Act]:  # fmt: skip
    """One child on two authorities' books, handed on by the first and offered to a third, and orphaned."""
    third = "E06000014"
    for authority in (HOLDER, SECOND, third):
        service.accounts.save_practitioner(Practitioner(authority, "m", "A Manager", Role.MANAGER, True))
    publish(HOLDER, KNOWN)
    publish(SECOND, msgspec.structs.replace(KNOWN, postcode="HU1 1UU"))
    service.moves.beat()
    offered = service.moves.hand_overs.offer("P1", third, Person(HOLDER, "m")).id
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("INSERT INTO orphan SELECT gen_random_uuid(), id, current_date, NULL, now() FROM record"
                      " WHERE authority = %s", (HOLDER,))  # fmt: skip
    notice = str(service.notices.inbox.items(Person(HOLDER, "m"))[0].id)
    whose = {
        "own": HOLDER, "offered already": HOLDER, "another authority's": SECOND, "a stranger's": SECOND,
        "the other side's": third,
    }  # fmt: skip
    bodies: dict[str, dict[str, object]] = {
        "notices/acknowledge": {"notice": notice},
        "hand-overs": {"reference": "P1", "receiver": SECOND},
        "hand-overs/decide": {"hand_over": str(offered), "decision": "withdraw"},
    }

    def on(route: str) -> Act:
        method, _, path = route.partition(" ")

        def act(thing: str) -> Outcome:
            who = "E09000033" if thing == "another authority's" else whose[thing]
            service.accounts.save_practitioner(Practitioner(who, "m", "A Manager", Role.MANAGER, True))
            body = {"practitioner": "m", **bodies.get(path.removeprefix("/api/v1/"), {})}
            answer = http.open(path, method=method, json=body, headers=bearer(who))
            shown = answer.get_json()
            return answer.status_code, bool(
                shown.get("items") or shown.get("state") or shown.get("status") == "done"
            )

        return act

    return on


@pytest.fixture
def linked(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]], publish: Publish,
    owner_conninfo: str,
) -> Callable[[str, str], Outcome]:  # fmt: skip
    """A pair of records of HOLDER and SECOND waits for two people; OTHER has nothing of it."""
    for body in (HOLDER, OTHER):
        service.accounts.save_practitioner(
            Practitioner(body, "officer", "An Officer", Role.RECORDS_OFFICER, True)
        )
    service.accounts.save_practitioner(Practitioner(HOLDER, "manager", "A Manager", Role.MANAGER, True))
    publish(HOLDER, KNOWN)
    publish(SECOND, msgspec.structs.replace(KNOWN, given="Clementine"))
    service.notices.routes.set(Route(directors="boss@leeds.example"), Person(HOLDER, "manager"))
    with psycopg.connect(owner_conninfo) as owner:
        ((link,),) = owner.execute("SELECT id FROM link WHERE state = 'proposed'").fetchall()
        ((held,),) = owner.execute("SELECT id FROM record WHERE authority = %s", (HOLDER,)).fetchall()
    forms: dict[str, dict[str, object]] = {
        "links/decide": {"same": True}, "links/break": {"reason": "wrong_match"},
        "trails/never-join": {"reference": "P1"}, "notices/route/set": {"duty": "duty@leeds.example"},
    }  # fmt: skip

    def act(route: str, thing: str) -> Outcome:
        method, _, path = route.partition(" /api/v1/")
        body = OTHER if thing == "another authority's" else HOLDER
        who = {"by a stranger": "nobody"}.get(thing, "manager" if path == "notices/route/set" else "officer")
        form: dict[str, object] = {"practitioner": who, **forms.get(path, {})}
        if path in {"links/show", "links/decide", "links/break"}:
            form["link"] = str(uuid4() if thing == "absent" else link)
        elif path == "trails/show":
            form["record"] = str(uuid4() if thing == "absent" else held)
        elif path == "trails/never-join" and thing == "absent":
            form["reference"] = "P9"
        elif path == "told/acknowledge":
            (item, *_) = service.told.items(Person(HOLDER, "officer"))
            form["item"] = str(uuid4() if thing == "absent" else item.id)
        sent: dict[str, Any] = {"json": form} if method == "POST" else {}
        answer = http.open(f"/api/v1/{path}", method=method, headers=bearer(body), **sent)
        shown = answer.get_json()
        said = any(shown.get(word) for word in ("items", "compared", "state", "records", "directors"))
        return answer.status_code, said or "taken_back" in shown or shown.get("status") == "done"

    return act


@pytest.fixture
def challenged(
    service: Service, http: FlaskClient, bearer: Callable[[str], dict[str, str]], owner_conninfo: str
) -> Callable[[str], Act]:
    """A nurse of OWN has to say why of one answer, and said it."""
    people = {"nurse": (OWN, Role.CLINICIAN), "second": (OWN, Role.CLINICIAN), "boss": (OWN, Role.MANAGER),
              "stranger": (OTHER, Role.MANAGER)}  # fmt: skip
    for who, (body, role) in people.items():
        service.accounts.save_practitioner(Practitioner(body, who, "Somebody", role, True))
    asked = {**QUESTION, "child": ABSENT}
    entry = http.post("/api/v1/lookups", json=asked, headers=bearer(OWN)).get_json()["receipt"]["entry"]
    with psycopg.connect(owner_conninfo, autocommit=True) as owner:
        owner.execute("INSERT INTO challenge (entry, practitioner_id, due_at) SELECT %s, id, now()"
                      " FROM practitioner WHERE reference = 'nurse'", (entry,))  # fmt: skip
    said = {"need": "A new attendance", "use": "Rang the duty team"}
    by = {"own": "boss", "authority": "boss", "another authority's": "stranger", "absent": "boss"}

    def on(route: str) -> Act:
        act = route.rpartition("/")[2]
        if act in {"show", "review"}:
            service.challenges.justify(UUID(entry), Person(OWN, "nurse"), **said)

        def sent(thing: str) -> Outcome:
            own = {"own": "nurse", "absent": "nurse"} if act in {"list", "justify"} else {}
            who = {**by, **own, "another's": "second", "by who said it": "nurse"}[thing]
            forms: dict[str, Mapping[str, object]] = {
                "list": {"whose": "mine" if thing in {"own", "another's"} else "authority"},
                "justify": said, "review": {"accepted": True},
            }  # fmt: skip
            named = {} if act == "list" else {"entry": str(uuid4()) if thing == "absent" else entry}
            form = {"practitioner": who, **named, **forms.get(act, {})}
            answer = http.post(route.partition(" ")[2], json=form, headers=bearer(people[who][0]))
            shown = answer.get_json()
            return answer.status_code, bool(
                shown.get("items") or shown.get("need") or shown.get("status") == "done"
            )

        return sent

    return on


@pytest.mark.parametrize(("route", "thing"), CASES, ids=str)
def test_each_object_shows_as_declared(request: pytest.FixtureRequest, route: str, thing: str) -> None:
    if "contact-requests" in route:
        assert request.getfixturevalue("requests")(route, thing) == OBJECTS[route][thing]
        return
    if "/alerts" in route or route.endswith("covert"):
        assert request.getfixturevalue("alerted")(route, thing) == OBJECTS[route][thing]
        return
    if "challenges" in route:
        assert request.getfixturevalue("challenged")(route)(thing) == OBJECTS[route][thing]
        return
    fixture = {"lookups": "lookup", "stand": "stood", "feeds": "feeds", "<uuid:entry>": "proofs"}.get(
        route.rpartition("/")[2]
    )
    act: Act = request.getfixturevalue(fixture) if fixture else request.getfixturevalue("moved")(route)
    assert act(thing) == OBJECTS[route][thing]


def test_links_trails_and_where_notices_go_show_as_declared(
    linked: Callable[[str, str], Outcome],
) -> None:
    """In the order in which they are listed: a link is broken last."""
    routes = [route for route in OBJECTS if any(some in route for some in TOGETHER)]
    found = {route: {thing: linked(route, thing) for thing in OBJECTS[route]} for route in routes}
    assert found == {route: OBJECTS[route] for route in routes}


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
