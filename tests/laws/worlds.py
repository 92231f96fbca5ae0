"""Who has what, for `test_objects.py`: each builder makes a world, and says how a route shows things of it.

Things are looked at one after another in the order in which `OBJECTS` lists them.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
from flask.testing import FlaskClient
from msgspec import Struct
from werkzeug.test import TestResponse

from fingerpost.access.caller import Practitioner
from fingerpost.access.switches import Because, Subject
from fingerpost.notices.delivery_store import Route
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role, Scope
from tests.conftest import Child, write_extract
from tests.laws.test_routes import QUESTION

OWN, OTHER = "RJ1", "RP4"
HOLDER, SECOND, THIRD = "E08000035", "E06000010", "E06000014"
KNOWN = Child(nhs_number="9434765919")
LEFT = Child(reference="P2", given="Imogen", family="Larkspur", born="2015-05-05")
ABSENT = {"given_names": "Nobody", "family_name": "Nowhere", "date_of_birth": "9/3/2016"}

Outcome = tuple[int, bool]  # the status, and whether the thing shows
Act = Callable[[str, str], Outcome]  # a route (`METHOD path`) and a thing


class World(Struct):
    """A service with a database of its own, and its door."""

    service: Service
    http: FlaskClient
    owner: psycopg.Connection[tuple[Any, ...]]
    folder: Path

    def people(self, *known: tuple[str, str, Role]) -> None:
        for body, who, role in known:
            self.service.accounts.save_practitioner(Practitioner(body, who, "Somebody", role, active=True))

    def publish(self, authority: str, child: Child) -> None:
        self.service.feeds.load_ssd(write_extract(self.folder / authority, child), authority)

    def bearer(self, authority: str) -> dict[str, str]:
        token = self.service.accounts.issue_client(authority, "c", tuple(Scope), 1)
        return {"Authorization": f"Bearer {token}"}

    def send(self, route: str, body: str, form: Mapping[str, object], **into: str) -> TestResponse:
        """Send a form to a route, as a client of a body."""
        method, _, path = route.partition(" ")
        for argument, value in into.items():
            path = path.replace(f"<uuid:{argument}>", value)
        sent: dict[str, Any] = {"json": form} if method == "POST" else {"query_string": form}
        return self.http.open(path, method=method, headers=self.bearer(body), **sent)

    def post(self, body: str, path: str, **form: object) -> Any:
        """Post a form; return what was answered."""
        return self.send(f"POST /api/v1/{path}", body, form).get_json()

    def asked(self, body: str, by: str, child: dict[str, str], purpose: str = "unscheduled_care") -> Any:
        return self.post(
            body, "lookups", **{**QUESTION, "practitioner": by, "purpose": purpose, "child": child}
        )


Builder = Callable[[World], Act]


def _known_as(child: Child) -> dict[str, str]:
    return {"given_names": child.given, "family_name": child.family, "date_of_birth": child.born}


def looked(world: World) -> Act:
    """Nurses of OWN ask; HOLDER holds one child, and another has left SECOND."""
    world.people((OWN, "nurse", Role.CLINICIAN), (OWN, "second", Role.CLINICIAN),
                 (OWN, "gone", Role.CLINICIAN), (OTHER, "doctor", Role.CLINICIAN))  # fmt: skip
    world.publish(HOLDER, KNOWN)
    world.publish(SECOND, LEFT)
    # It leaves in the month that has begun: expired today.
    world.owner.execute("UPDATE signpost SET leaves_on = current_date WHERE record_id IN"
                        " (SELECT id FROM record WHERE authority = %s)", (SECOND,))  # fmt: skip
    world.service.switches.suspend(Subject.PERSON, f"{OWN}/gone", Because.LEFT)
    world.service.sequencer.sequence_all()
    entry, _ = next(world.service.ledger.checked(world.service.records_database))
    answers = {
        name: world.asked(OWN, by, child)["receipt"]["entry"]
        for name, by, child in (
            ("one's own answer", "nurse", ABSENT), ("another's answer", "second", ABSENT),
            ("one that found somebody", "nurse", _known_as(KNOWN)),
        )
    }  # fmt: skip

    def act(route: str, thing: str) -> Outcome:
        match route.rpartition("/")[2]:
            case "lookups":
                child = {"absent": ABSENT, "expired": _known_as(LEFT)}.get(thing, _known_as(KNOWN))
                by = {"by another authority's practitioner": "doctor", "by a suspended practitioner": "gone"}
                form = {**QUESTION, "practitioner": by.get(thing, "nurse"), "child": child}
                answer = world.send(route, OWN, form)
                return answer.status_code, bool(answer.get_json().get("matches"))
            case "stand":
                form = {"practitioner": "nurse", "entry": answers.get(thing, str(uuid4()))}
                answer = world.send(route, OWN, form)
                return answer.status_code, answer.get_json().get("status") == "done"
            case "feeds":
                answer = world.send(route, HOLDER if thing == "own" else THIRD, {})
                return answer.status_code, bool(answer.get_json().get("runs"))
            case _:
                shown = uuid4() if thing == "absent" else entry.id
                answer = world.send(route, OWN, {}, entry=str(shown))
                return answer.status_code, b"c2sp.org" in answer.data

    return act


def alerted(world: World) -> Act:
    """Three managers asked about a missing child, two of them of HOLDER; the first raised an alert."""
    world.people((HOLDER, "raiser", Role.MANAGER), (HOLDER, "senior", Role.MANAGER),
                 (SECOND, "boss", Role.MANAGER), (OWN, "nurse", Role.CLINICIAN))  # fmt: skip
    until = (world.service.now() + timedelta(days=5)).date().isoformat()
    answers = {
        name: world.asked(body, who, ABSENT, "missing_child")["receipt"]["entry"]
        for name, body, who in (
            ("one's own answer", HOLDER, "raiser"), ("another's answer", HOLDER, "senior"),
            ("another authority's answer", SECOND, "boss"),
        )
    }  # fmt: skip
    mine = {"practitioner": "raiser", "entries": [answers["one's own answer"]], "until": until}
    raised = world.post(HOLDER, "alerts", **mine)["id"]

    def act(route: str, thing: str) -> Outcome:
        form: dict[str, object]
        if route.endswith("covert"):
            body, who = (HOLDER, "senior") if thing == "by a senior" else (OWN, "nurse")
            form = {"case_reference": "AE-1", "reason": "crime", "until": until}
        elif route.endswith("alerts"):
            body, who = HOLDER, "raiser"
            form = {"entries": [answers.get(thing, str(uuid4()))], "until": until}
        else:
            stranger = thing == "another authority's"
            body, who = (SECOND, "boss") if stranger else (HOLDER, "raiser" if "who" in thing else "senior")
            which = str(uuid4()) if thing == "absent" else raised
            form = {"alert": which, "decision": "approve"} if route.endswith("decide") else {}
        answer = world.send(route, body, {"practitioner": who, **form})
        return answer.status_code, _shows(answer, "state", "items")

    return act


def _shows(answer: TestResponse, *fields: str) -> bool:
    """Tell whether an answer holds any of these, or says that it was done."""
    shown = answer.get_json()
    return any(shown.get(field) for field in fields) or shown.get("status") == "done"


def requested(world: World) -> Act:
    """Two nurses of OWN found the same child, which HOLDER holds; the first of them asked."""
    world.people((OWN, "nurse", Role.CLINICIAN), (OWN, "second", Role.CLINICIAN),
                 (HOLDER, "boss", Role.MANAGER), (OTHER, "boss", Role.MANAGER))  # fmt: skip
    world.publish(HOLDER, KNOWN)

    def found(by: str) -> dict[str, str]:
        answer = world.asked(OWN, by, _known_as(KNOWN))
        shown = answer["matches"][0]["signposts"][0]["id"]
        return {"entry": answer["receipt"]["entry"], "signpost": shown, "phone": "0113 496 0000"}

    mine, theirs = found("nurse"), found("second")
    made = world.post(OWN, "contact-requests", practitioner="nurse", **mine)["id"]

    def act(route: str, thing: str) -> Outcome:
        if route.endswith("/contact-requests"):
            entries = {"another's answer": theirs["entry"], "absent": str(uuid4())}
            shown = {"an answer that showed another": str(uuid4())}.get(thing, mine["signpost"])
            changes = {"entry": entries.get(thing, mine["entry"]), "signpost": shown}
            answer = world.send(route, OWN, {"practitioner": "nurse", **mine, **changes})
            return answer.status_code, "state" in answer.get_json()
        mine_to_see = thing in {"own", "absent"}
        if route.endswith("/asked"):
            who, body = ("nurse" if mine_to_see else "second"), OWN
        else:
            who, body = "boss", (HOLDER if mine_to_see else OTHER)
        form: dict[str, object] = {
            "practitioner": who,
            **({"outcome": "spoke"} if route.endswith("/end") else {}),
        }
        answer = world.send(route, body, form, request_id=str(uuid4()) if thing == "absent" else made)
        return answer.status_code, made.encode() in answer.data or "state_words" in answer.get_json()

    return act


def moved(world: World) -> Act:
    """One child on two authorities' books, handed on by the first and offered to a third, and orphaned."""
    stranger = "E09000033"
    world.people(*((body, "m", Role.MANAGER) for body in (HOLDER, SECOND, THIRD, stranger)))
    world.publish(HOLDER, KNOWN)
    world.publish(SECOND, msgspec.structs.replace(KNOWN, postcode="HU1 1UU"))
    world.service.moves.beat()
    offered = world.service.moves.hand_overs.offer("P1", THIRD, Person(HOLDER, "m")).id
    world.owner.execute("INSERT INTO orphan SELECT gen_random_uuid(), id, current_date, NULL, now()"
                        " FROM record WHERE authority = %s", (HOLDER,))  # fmt: skip
    notice = str(world.service.notices.inbox.items(Person(HOLDER, "m"))[0].id)
    whose = {
        "own": HOLDER, "offered already": HOLDER, "another authority's": stranger, "a stranger's": SECOND,
        "the other side's": THIRD,
    }  # fmt: skip
    bodies: dict[str, dict[str, object]] = {
        "POST /api/v1/notices/acknowledge": {"notice": notice},
        "POST /api/v1/hand-overs": {"reference": "P1", "receiver": SECOND},
        "POST /api/v1/hand-overs/decide": {"hand_over": str(offered), "decision": "withdraw"},
    }

    def act(route: str, thing: str) -> Outcome:
        answer = world.send(route, whose[thing], {"practitioner": "m", **bodies.get(route, {})})
        return answer.status_code, _shows(answer, "items", "state")

    return act


def linked(world: World) -> Act:
    """A pair of records of HOLDER and SECOND waits for two people; OTHER has nothing of it."""
    world.people((HOLDER, "officer", Role.RECORDS_OFFICER), (OTHER, "officer", Role.RECORDS_OFFICER),
                 (HOLDER, "manager", Role.MANAGER))  # fmt: skip
    world.publish(HOLDER, KNOWN)
    world.publish(SECOND, msgspec.structs.replace(KNOWN, given="Clementine"))
    world.service.notices.routes.set(Route(directors="boss@leeds.example"), Person(HOLDER, "manager"))
    ((link,),) = world.owner.execute("SELECT id FROM link WHERE state = 'proposed'").fetchall()
    ((held,),) = world.owner.execute("SELECT id FROM record WHERE authority = %s", (HOLDER,)).fetchall()
    forms: dict[str, dict[str, object]] = {
        "links/decide": {"same": True}, "links/break": {"reason": "wrong_match"},
        "trails/never-join": {"reference": "P1"}, "notices/route/set": {"duty": "duty@leeds.example"},
    }  # fmt: skip

    def act(route: str, thing: str) -> Outcome:
        path = route.partition(" /api/v1/")[2]
        who = {"by a stranger": "nobody"}.get(thing, "manager" if path == "notices/route/set" else "officer")
        form: dict[str, object] = {"practitioner": who, **forms.get(path, {})}
        if path in {"links/show", "links/decide", "links/break"}:
            form["link"] = str(uuid4() if thing == "absent" else link)
        elif path == "trails/show":
            form["record"] = str(uuid4() if thing == "absent" else held)
        elif path == "trails/never-join" and thing == "absent":
            form["reference"] = "P9"
        elif path == "told/acknowledge":
            (item, *_) = world.service.told.items(Person(HOLDER, "officer"))
            form["item"] = str(uuid4() if thing == "absent" else item.id)
        answer = world.send(route, OTHER if thing == "another authority's" else HOLDER, form)
        shows = _shows(answer, "items", "compared", "state", "records", "directors")
        return answer.status_code, shows or "taken_back" in answer.get_json()

    return act


def challenged(world: World) -> Act:
    """A nurse of OWN has to say why of two answers, and said it of one."""
    people = {"nurse": (OWN, Role.CLINICIAN), "second": (OWN, Role.CLINICIAN), "boss": (OWN, Role.MANAGER),
              "stranger": (OTHER, Role.MANAGER)}  # fmt: skip
    world.people(*((body, who, role) for who, (body, role) in people.items()))
    answered, silent = (world.asked(OWN, "nurse", ABSENT)["receipt"]["entry"] for _ in "ab")
    for entry in (answered, silent):
        world.owner.execute("INSERT INTO challenge (entry, practitioner_id, due_at) SELECT %s, id, now()"
                            " FROM practitioner WHERE reference = 'nurse'", (entry,))  # fmt: skip
    said = {"need": "A new attendance", "use": "Rang the duty team"}
    world.service.challenges.justify(UUID(answered), Person(OWN, "nurse"), **said)
    by = {"own": "boss", "authority": "boss", "another authority's": "stranger", "absent": "boss"}

    def act(route: str, thing: str) -> Outcome:
        what = route.rpartition("/")[2]
        own = {"own": "nurse", "absent": "nurse"} if what in {"list", "justify"} else {}
        who = {**by, **own, "another's": "second", "by who said it": "nurse"}[thing]
        forms: dict[str, dict[str, object]] = {
            "list": {"whose": "mine" if thing in {"own", "another's"} else "authority"},
            "justify": {**said}, "review": {"accepted": True},
        }  # fmt: skip
        entry = str(uuid4()) if thing == "absent" else silent if what == "justify" else answered
        named = {} if what == "list" else {"entry": entry}
        form = {"practitioner": who, **named, **forms.get(what, {})}
        answer = world.send(route, people[who][0], form)
        return answer.status_code, _shows(answer, "items", "need")

    return act
