"""Sensitive services: never named, shown to few as a team that can be asked, to all others absent."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from click.testing import CliRunner

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.cli import fingerpost
from fingerpost.feeds.sensitive import COLUMNS, read
from fingerpost.ledger.events import SensitiveRefused, SensitiveStated
from fingerpost.lookup import Answer
from fingerpost.lookup.answer import Outcome
from fingerpost.requests.ask import Asking
from fingerpost.requests.life import Outcome as Ended
from fingerpost.retention.hold import HoldKind, Order
from fingerpost.settings import Settings
from fingerpost.shields.request import Body, Ground, Request
from fingerpost.signposts.person import Person
from fingerpost.signposts.sensitive import Kind, read_note
from fingerpost.wiring import Service
from fingerpost.words.clock import today
from fingerpost.words.errors import Invalid, NotFound, Refused
from fingerpost.words.vocabulary import Level, Purpose, Role, Scope
from tests.conftest import Child, Publish, form_of, question

TRUST, LEEDS, HULL = "RP4", "E08000035", "E06000010"
BROKER, COLLEAGUE, WORKER = Person(TRUST, "broker"), Person(TRUST, "nurse"), Person(HULL, "worker")
ROLES = {BROKER: Role.MANAGER, COLLEAGUE: Role.CLINICIAN, WORKER: Role.SOCIAL_WORKER}
ZEBEDEE = Child(nhs_number="9990000034", reference="S1")
MARKS = ("mental", "sexual", "substance", "misuse", "health", TRUST)


@pytest.fixture(autouse=True)
def people(service: Service) -> None:
    for person, role in ROLES.items():
        service.accounts.save_practitioner(
            Practitioner(person.authority, person.reference, "Somebody", role, active=True)
        )


def row(child: Child = ZEBEDEE, **changes: str) -> dict[str, str]:
    return {
        "reference": child.reference, "given_names": child.given, "family_name": child.family,
        "date_of_birth": child.born, "sex": child.sex, "postcode": child.postcode,
        "nhs_number": child.nhs_number, "service": "mental health", "basis": "consent",
        "decision": "agreed", "started": "2026-01-05", **changes,
    }  # fmt: skip


def written(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / f"{uuid4()}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def listed(folder: Path, child: Child = ZEBEDEE, **changes: str) -> Path:
    return written(folder, row(child, **changes))


def state(service: Service, folder: Path, child: Child = ZEBEDEE, /, **changes: str) -> None:
    service.sensitive.state(read(listed(folder, child, **changes), today()), BROKER)


def ask(service: Service, purpose: Purpose = Purpose.SECTION_47_ENQUIRY, who: Person = WORKER) -> Answer:
    caller = Caller(uuid4(), "test", who.authority, "", (Scope.LOOKUP,))
    return service.lookup.ask(caller, question(form_of(ZEBEDEE), practitioner=who.reference, purpose=purpose))


def of_the_child(answer: Answer) -> bytes:
    """The bytes of an answer without what no two answers share."""
    matches: Any = msgspec.to_builtins(answer.matches)
    for match in matches:
        for signpost in match["signposts"]:
            del signpost["id"]
    return msgspec.json.encode(matches)


def test_few_are_shown_a_team_that_can_be_asked_and_no_byte_tells_which(
    service: Service, tmp_path: Path
) -> None:
    shown: set[bytes] = set()
    for kind in Kind:
        state(service, tmp_path, service=kind.value)
        answer = ask(service)
        shown.add(of_the_child(answer))
        (signpost,) = answer.matches[0].signposts
        assert (signpost.level, signpost.brokered, signpost.team) == (
            Level.CONTACT, True, "A team that can be asked",
        )  # fmt: skip
        said = msgspec.json.encode(answer).lower()
        assert not [mark for mark in MARKS if mark.lower().encode() in said]
        state(service, tmp_path, Child(reference="S2", given="Other", family="Larkspur"))  # S1 is gone
        assert ask(service).outcome is Outcome.NOT_FOUND
    assert len(shown) == 1


def test_to_all_others_it_is_absent(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes, the same statements with the same numbers of rows; the control is the one who may."""
    run: list[tuple[str, int]] = []
    execute = psycopg.Cursor.execute

    def counted(self: Any, query: Any, *arguments: Any, **named: Any) -> Any:
        done = execute(self, query, *arguments, **named)
        run.append((str(query)[:60], self.rowcount))
        return done

    def statements(purpose: Purpose) -> tuple[list[tuple[str, int]], bytes, Outcome]:
        run.clear()
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", counted)
            answer = ask(service, purpose)
        return list(run), of_the_child(answer), answer.outcome

    purposes = (Purpose.SECTION_17_ASSESSMENT, Purpose.MISSING_CHILD, Purpose.SECTION_47_ENQUIRY)
    statements(purposes[0])  # the first opens the connections
    before = [statements(purpose) for purpose in purposes]
    state(service, tmp_path)
    after = [statements(purpose) for purpose in purposes]
    assert after[:2] == before[:2]
    assert after[2] != before[2]


def test_the_id_in_an_answer_tells_nobody_whose_it_is(service: Service, tmp_path: Path) -> None:
    """Neither who keeps the whole service's records nor a colleague of the same body."""
    officer = Person(HULL, "officer")
    service.accounts.save_practitioner(
        Practitioner(HULL, "officer", "Somebody", Role.SERVICE_RECORDS_OFFICER, active=True)
    )
    state(service, tmp_path)
    (signpost,) = ask(service).matches[0].signposts
    for by in (officer, BROKER):
        with pytest.raises(NotFound):
            service.review.trail(signpost.id, by)


def test_neither_feed_nor_trail_nor_shield_is_led_astray(
    service: Service, publish: Publish, tmp_path: Path
) -> None:
    """A feed takes it not away; no trail leads to it; a shield covers it, and lifted it is back."""
    state(service, tmp_path)
    publish(TRUST, msgspec.structs.replace(ZEBEDEE, reference="S1"))  # its own feed, the same reference
    publish(LEEDS, ZEBEDEE)
    answer = ask(service)
    assert sum(s.brokered for m in answer.matches for s in m.signposts) == 1
    assert len(answer.matches) == 3
    s17 = ask(service, Purpose.SECTION_17_ASSESSMENT)
    assert (len(s17.matches), any(s.brokered for m in s17.matches for s in m.signposts)) == (2, False)
    details = question(form_of(ZEBEDEE)).child
    request = Request(body=Body.REFUGE, ground=Ground.DOMESTIC_ABUSE, call_back="0113 496 0000")
    shield = service.shields.ask(TRUST, request, details, BROKER)
    assert ask(service).outcome is Outcome.NOT_FOUND
    publish(TRUST, msgspec.structs.replace(ZEBEDEE, reference="S1"))
    other = Person(HULL, "boss")
    service.accounts.save_practitioner(Practitioner(HULL, "boss", "Somebody", Role.MANAGER, active=True))
    assert [service.shields.lift(shield, by) for by in (BROKER, other)] == [False, True]
    assert any(s.brokered for m in ask(service).matches for s in m.signposts)


def test_contact_is_brokered(service: Service, tmp_path: Path) -> None:
    """The asker learns neither body nor team; colleagues of the provider see nothing of it."""
    state(service, tmp_path)
    answer = ask(service)
    asking = Asking(
        entry=answer.receipt.entry, signpost=answer.matches[0].signposts[0].id, phone="01482 300300"
    )
    mine = service.requests.ask.ask(WORKER, asking)
    assert (mine.authority_name, mine.team) == ("not named", "a team that can be asked")
    assert service.requests.inbox.waiting(COLLEAGUE) == []
    with pytest.raises(NotFound):
        service.requests.inbox.see(mine.id, COLLEAGUE)
    (waiting,) = service.requests.inbox.waiting(BROKER)
    assert service.requests.inbox.see(waiting.id, BROKER).own_reference == "S1"
    service.requests.inbox.end(waiting.id, Ended.NO_CONSENT, BROKER)
    assert service.requests.ask.mine(WORKER)[0].outcome is Ended.NO_CONSENT


def test_the_decision_is_recorded_and_sealed(service: Service, tmp_path: Path, owner_conninfo: str) -> None:
    state(service, tmp_path, basis="significant harm is suspected", decision="did_not_agree")
    with psycopg.connect(owner_conninfo) as owner:
        (row,) = owner.execute("SELECT record_id, authority, cohort, sealed FROM sensitive_note").fetchall()
        rows = owner.execute(
            "SELECT r::text FROM record r UNION ALL SELECT s::text FROM signpost s"
            " UNION ALL SELECT n::text FROM sensitive_note n"
        ).fetchall()
    note = read_note(service.vault, *row)
    assert (note.kind.value, note.decision.value, note.recorded_by) == (
        "mental_health", "did_not_agree", str(BROKER),
    )  # fmt: skip
    assert not [mark for mark in MARKS[:5] for (text,) in rows if mark in text]
    *_, last = (entry.event for _, entry in service.ledger.checked(service.records_database) if entry)
    assert isinstance(last, SensitiveStated)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"decision": "did_not_agree"}, "row 2, decision: rests on consent"),
        ({"service": "dentistry"}, "row 2, service: must be one of sexual_health"),
        ({"date_of_birth": "soon"}, "row 2, date_of_birth"),
        ({"family_name": ""}, "row 2, reference: and family_name"),
    ],
)
def test_a_wrong_row_is_named_and_never_repeated(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    with pytest.raises(Invalid, match=says) as raised:
        read(listed(tmp_path, ZEBEDEE, **changes), today())
    assert "Featherstonehaugh" not in str(raised.value)


def test_only_those_who_answer_for_the_body_state_it(service: Service, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not state"):
        service.sensitive.state(read(listed(tmp_path), today()), COLLEAGUE)


@pytest.mark.parametrize("by_record", [False, True])
def test_a_hold_keeps_what_the_list_states_no_more(
    service: Service, publish: Publish, tmp_path: Path, owner_conninfo: str, by_record: bool
) -> None:
    """With what was recorded beside it; and whoever runs the feeds is shown none of it."""
    officer = Person(TRUST, "officer")
    service.accounts.save_practitioner(
        Practitioner(TRUST, "officer", "Somebody", Role.RECORDS_OFFICER, active=True)
    )
    state(service, tmp_path)
    publish(TRUST, Child(reference="S9", given="Quintus", family="Abernathy", born="2014-08-01"))
    ((shown, _),) = service.feeds.signposts(TRUST, 10)
    assert shown.service == "child_in_need"
    order = Order(HoldKind.COURT, "C1", today() + timedelta(days=9))
    with psycopg.connect(owner_conninfo) as owner:
        ((record,),) = owner.execute("SELECT id FROM record WHERE sensitive").fetchall()
    held, _ = (
        service.holds.place_on(record, order, officer)
        if by_record
        else service.holds.place(TRUST, "S1", order, officer)
    )
    state(service, tmp_path, Child(reference="S2", given="Other", family="Larkspur"))
    assert ask(service).outcome is Outcome.NOT_FOUND
    (copy,) = service.holds.opened(held, officer)
    assert copy.details.names[0].family == ZEBEDEE.family
    assert '"kind":"mental_health"' in copy.pointers[-1]


def test_an_erasure_reaches_the_sensitive_record(service: Service, publish: Publish, tmp_path: Path) -> None:
    officer, other = Person(TRUST, "officer"), Person(TRUST, "other")
    for person in (officer, other):
        service.accounts.save_practitioner(
            Practitioner(TRUST, person.reference, "Somebody", Role.RECORDS_OFFICER, active=True)
        )
    publish(TRUST, ZEBEDEE)
    state(service, tmp_path)
    order = Order(HoldKind.COURT, "C1", today() + timedelta(days=9))
    held = service.holds.place(TRUST, "S1", order, officer)[0]
    with pytest.raises(Refused, match="legal hold"):
        service.erasure.erase(TRUST, "S1", officer)
    service.holds.lift(held, officer)
    service.holds.lift(held, other)
    gone = service.erasure.erase(TRUST, "S1", officer)
    assert (gone.signposts, len(gone.receipts)) == (2, 2)
    assert ask(service).matches == ()
    with pytest.raises(NotFound):
        service.erasure.erase(TRUST, "S1", officer)


def test_half_a_list_takes_nothing_away_unasked(service: Service, tmp_path: Path) -> None:
    rows = [row(Child(reference=f"S{n}", given=f"Ada{'abcdefghijklmnopqrstuvwxyz'[n]}")) for n in range(25)]
    service.sensitive.state(read(written(tmp_path, *rows), today()), BROKER)
    half = written(tmp_path, *rows[:4])
    with pytest.raises(Refused, match=r"would take away 21 of 25 signposts"):
        service.sensitive.state(read(half, today()), BROKER)
    *_, last = (entry.event for _, entry in service.ledger.checked(service.records_database) if entry)
    assert isinstance(last, SensitiveRefused)
    assert (last.by, last.reason) == (
        str(BROKER), "it would take away 21 of 25 signposts, more than a fifth",
    )  # fmt: skip
    assert service.sensitive.state(read(written(tmp_path, *rows[:5]), today()), BROKER).removed == 20
    assert service.sensitive.state(read(written(tmp_path, *rows), today()), BROKER).added == 20
    assert service.sensitive.state(read(half, today()), BROKER, accept_removals=True).removed == 21


def test_a_list_that_cannot_be_read_is_on_the_ledger_without_what_it_says(
    service: Service, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINGERPOST_INSTANCE", str(settings.instance))
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", str(settings.database_url))
    rows = [row(Child(reference=f"S{n}", born="1 Octember")) for n in range(2)]
    loaded = CliRunner().invoke(
        fingerpost, ["sensitive", "load", str(written(tmp_path, *rows)), "--by", str(BROKER)]
    )
    assert (loaded.exit_code, "row 3, date_of_birth" in loaded.output) == (2, True)
    *_, last = (entry.event for _, entry in service.ledger.checked(service.records_database) if entry)
    assert isinstance(last, SensitiveRefused)
    assert last.reason.startswith("row 2, date_of_birth: ")
    assert last.reason.endswith("; and 1 more")
    assert "Octember" not in last.reason


def test_a_column_that_stands_twice_is_not_guessed_at(tmp_path: Path) -> None:
    path = listed(tmp_path)
    head, _, rows = path.read_text("utf-8").partition("\n")
    path.write_text(f"{head.strip()},decision\n{rows.strip()},not agreed\n", "utf-8")
    with pytest.raises(Invalid, match="has a column twice: decision"):
        read(path, today())
