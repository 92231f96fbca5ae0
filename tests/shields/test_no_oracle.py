"""R25 and R26 in small: shielded and absent give the same bytes everywhere, and no evasion shows a record.

Time is measured in `assurance/shields/`; here it is shown that a lookup does the same work.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from assurance.shields.evasions import EVASIONS, shielded
from flask.testing import FlaskClient

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.access.matrix import EMERGENCY, ROWS
from fingerpost.access.rules import Emergency
from fingerpost.api.rest.door import build
from fingerpost.lookup.answer import Outcome
from fingerpost.lookup.form import ChildForm, QuestionForm
from fingerpost.lookup.question import Question
from fingerpost.wiring import Service
from fingerpost.words.errors import Invalid
from fingerpost.words.vocabulary import Purpose, Role, Scope
from tests.conftest import Child, Owner, Publish, form_of, question
from tests.shields.conftest import HULL, KEEPER, LEEDS, REFUGE, ZEBEDEE, Shield

# What no two answers share: the entry's id, its moment, its leaf and signature, and the spoken reference.
_OWN = re.compile(
    rb'"(entry|recorded_at|leaf|signature|reference)":"[^"]*"|say [2-9A-Z]{4}-[2-9A-Z]{4}|"since":"[^"]*"'
)


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return build(service).test_client()


@pytest.fixture
def ask(service: Service, client: FlaskClient, nurse: Caller) -> Callable[[Child], tuple[Any, ...]]:
    token = service.accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)

    def asked(child: Child) -> tuple[Any, ...]:
        form = QuestionForm(
            practitioner="nurse",
            purpose=Purpose.UNSCHEDULED_CARE,
            case_reference="AE-1",
            child=form_of(child),
        )
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        reply = client.post("/api/v1/lookups", data=msgspec.json.encode(form), headers=headers)
        fixed = [(name, value) for name, value in reply.headers if name.lower() != "date"]
        return reply.status, fixed, len(reply.data), _OWN.sub(b"", reply.data)

    return asked


def _traces(owner: Owner) -> tuple[Any, ...]:
    """Return what an answer leaves behind in the database, by size and number."""
    entry = owner.execute(
        "SELECT kind, octet_length(sealed) FROM ledger_entry ORDER BY position DESC LIMIT 1"
    ).fetchone()
    counts = [
        owner.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        for table in ("ledger_entry", "vault_release", "watch_waiting", "told")
    ]
    return (entry, *(count[0] for count in counts if count))


def test_shielded_and_absent_are_the_same_bytes(
    publish: Publish, ask: Callable[[Child], tuple[Any, ...]], owner: Owner, shield: Shield
) -> None:
    other = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
    publish(LEEDS, other)
    publish(HULL, msgspec.structs.replace(other, reference="S2"))
    absent, before = ask(ZEBEDEE), _traces(owner)
    shield(ZEBEDEE)
    publish(LEEDS, other, ZEBEDEE)
    publish(HULL, other, msgspec.structs.replace(ZEBEDEE, reference="H1", postcode="HU1 1UU"))
    counted = _traces(owner)
    hidden, after = ask(ZEBEDEE), _traces(owner)
    assert hidden == absent
    assert after[0] == before[0]
    assert [a - b for a, b in zip(after[1:], counted[1:], strict=True)] == [1, 1, 1, 0]


def test_the_bytes_differ_where_the_record_is_visible(
    publish: Publish, ask: Callable[[Child], tuple[Any, ...]]
) -> None:
    """The control: the same comparison sees a record that is there."""
    absent = ask(ZEBEDEE)
    publish(LEEDS, ZEBEDEE)
    assert ask(ZEBEDEE) != absent


def test_a_lookup_runs_the_same_statements(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements with the same numbers of rows: there is no work by which the two could differ."""
    run: list[tuple[str, int]] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *arguments: Any, **named: Any) -> Any:
        done = execute(self, query, *arguments, **named)
        run.append((str(query)[:60], self.rowcount))
        return done

    def statements(child: Child) -> list[tuple[str, int]]:
        run.clear()
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", counted)
            service.lookup.ask(nurse, question(form_of(child)))
        return list(run)

    statements(ZEBEDEE)  # the first opens the connections
    absent = statements(ZEBEDEE)
    shield(ZEBEDEE)
    publish(LEEDS, ZEBEDEE)
    assert statements(ZEBEDEE) == absent
    assert len(absent) >= 4
    brother = Child(
        reference="V1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA"
    )
    publish(HULL, brother)
    assert statements(brother) != absent


CHILDREN = (
    ZEBEDEE,
    Child(
        reference="P3", given="Katherine", family="Blackthorpe", born="2013-05-07", sex="F",
        postcode="BD1 1HX", nhs_number="9990000042",
    ),
)  # fmt: skip


@pytest.mark.parametrize("child", CHILDREN, ids=["a boy", "a girl"])
def test_no_evasion_shows_a_record(service: Service, publish: Publish, nurse: Caller, child: Child) -> None:
    publish(LEEDS, child)
    details = question(shielded(child)).child
    service.shields.ask(LEEDS, REFUGE, details, KEEPER)
    tried = {name: evade(child) for name, evade in EVASIONS.items()}
    arriving = [msgspec.structs.replace(r, reference=f"H{n}") for n, (r, _) in enumerate(tried.values()) if r]
    publish(HULL, *arriving)
    seen = {
        name for name, (_, asked) in tried.items()
        if _outcome(service, nurse, asked) not in {Outcome.NOT_FOUND, None}
    }  # fmt: skip
    assert len(tried) == 20
    assert seen == set()


def _outcome(service: Service, caller: Caller, asked: ChildForm) -> Outcome | None:
    """What an evasion is answered; None where it is too little to be asked at all."""
    try:
        return service.lookup.ask(caller, question(asked)).outcome
    except Invalid:
        return None


def test_the_evasions_do_find_a_child_without_a_shield(
    service: Service, publish: Publish, nurse: Caller
) -> None:
    """The control: most of the twenty reach the child where nothing hides it."""
    publish(LEEDS, ZEBEDEE)
    tried = [evade(ZEBEDEE)[1] for evade in EVASIONS.values()]
    found = sum(_outcome(service, nurse, asked) is Outcome.FOUND for asked in tried)
    assert found >= 14


def test_no_role_and_no_purpose_opens_a_shield(service: Service, publish: Publish, shield: Shield) -> None:
    """Whatever a decision allows, what is hidden is in no index that it reads."""
    publish(LEEDS, ZEBEDEE)
    shield(ZEBEDEE)
    for row in ROWS:
        for role in row.roles:
            service.accounts.save_practitioner(Practitioner(LEEDS, role.value, "Somebody", role, active=True))
            caller = Caller(uuid4(), "test", LEEDS, "", (Scope.LOOKUP,))
            asked = question(form_of(ZEBEDEE), practitioner=role.value, purpose=row.purpose)
            assert service.lookup.ask(caller, asked).outcome is Outcome.NOT_FOUND


def test_emergency_access_opens_no_shield(service: Service, publish: Publish, shield: Shield) -> None:
    """It opens for every role that may, and shows another child at once: the control."""
    other = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")
    publish(LEEDS, ZEBEDEE, other)
    shield(ZEBEDEE)
    for role in EMERGENCY.roles:
        service.accounts.save_practitioner(Practitioner(LEEDS, role.value, "Somebody", role, active=True))
        caller = Caller(uuid4(), "test", LEEDS, "", (Scope.LOOKUP,))
        outcomes = [
            service.lookup.ask(caller, _in_emergency(child, role, service)).outcome
            for child in (ZEBEDEE, other)
        ]
        assert outcomes == [Outcome.NOT_FOUND, Outcome.FOUND], role


def _in_emergency(child: Child, role: Role, service: Service) -> Question:
    """A question in an emergency, for a purpose that the role may not give by itself."""
    theirs = {row.purpose for row in ROWS if role in row.roles}
    purpose = next(p for p in Purpose if p not in theirs)
    asked = question(form_of(child), practitioner=role.value, purpose=purpose)
    return msgspec.structs.replace(asked, emergency=Emergency("cannot wait", service.now()))
