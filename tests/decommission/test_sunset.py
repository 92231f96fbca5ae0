"""The service's own authorisation: signed, renewed, warned about, and what follows when it is over."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fingerpost.app import application
from fingerpost.decommission.authorisation import (
    Authorisation,
    Signature,
    Signed,
    Standing,
    fault,
    signed,
    standing,
    warning,
)
from fingerpost.decommission.folder import Procedure
from fingerpost.decommission.people import Part, new_signer
from fingerpost.decommission.sunset import OPERATOR, Sunset
from fingerpost.settings import Settings
from fingerpost.wiring import opened
from fingerpost.words.errors import Misconfigured, Refused
from tests.decommission.paper import SIGNERS
from tests.web.conftest import Browser

ORIGIN = "fingerpost.example/ledger"
FROM, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
ADA, BEN, OTHER = SIGNERS["ada"], SIGNERS["ben"], new_signer("other")
PEOPLE = (
    ADA.person("Ada Approver", "director", "department", Part.APPROVER),
    BEN.person("Ben Approver", "officer", "department", Part.APPROVER),
)


OTHERS = (OTHER.person("O", "o", "o", Part.APPROVER), PEOPLE[1])
TWICE = (PEOPLE[0], ADA.person("A", "b", "c", Part.APPROVER))

WITNESS = BEN.person("Ben Witness", "officer", "department", Part.WITNESS)
KEYLESS = msgspec.structs.replace(PEOPLE[1], vkey="none")


def made(**changes: object) -> Authorisation:
    given = {"service": ORIGIN, "basis": "section 4", "starts": FROM, "until": UNTIL, "people": PEOPLE,
             "partners": ("E1",)}  # fmt: skip
    return Authorisation(**{**given, **changes})  # pyright: ignore[reportArgumentType]


FIRST = signed(made(), [ADA, BEN])
CHANGED = msgspec.Raw(bytes(FIRST.authorisation).replace(b"2026-12-31", b"2027-12-31"))


def renewal(**changes: object) -> Authorisation:
    return made(until=UNTIL + timedelta(days=365), **changes)


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([FIRST], ""),
        ([FIRST, signed(renewal(), [ADA, BEN])], ""),
        ([signed(made(), [ADA])], "not signed by two"),
        ([signed(made(), [ADA, ADA])], "not signed by two"),
        ([signed(made(), [ADA, OTHER])], "not signed by two"),
        ([signed(made(service="other"), [ADA, BEN])], "another service"),
        ([signed(made(basis=" "), [ADA, BEN])], "no basis"),
        ([signed(made(until=FROM - timedelta(days=1)), [ADA, BEN])], "no end"),
        ([signed(made(until=FROM), [ADA, BEN])], ""),
        ([signed(made(until=FROM + timedelta(days=1098)), [ADA, BEN])], ""),
        ([signed(made(until=FROM + timedelta(days=1099)), [ADA, BEN])], "no end"),
        ([signed(made(people=PEOPLE[:1]), [ADA, BEN])], "fewer than two"),
        ([signed(made(people=TWICE), [ADA])], "fewer than two"),
        ([signed(made(people=(PEOPLE[0], WITNESS)), [ADA, BEN])], "fewer than two"),
        ([signed(made(people=(PEOPLE[0], KEYLESS)), [ADA, BEN])], "fewer than two"),
        ([FIRST, signed(made(), [ADA, BEN])], "no later than"),
        ([FIRST, signed(renewal(people=OTHERS), [OTHER, BEN])], "authorisation 2: it is not signed by two"),
        ([Signed(CHANGED, FIRST.signatures)], "not signed by two"),
        ([Signed(FIRST.authorisation, (FIRST.signatures[0], Signature("ben", "zz")))], "not signed by two"),
    ],
)  # fmt: skip
def test_what_counts(lines: list[Signed], wrong: str) -> None:
    said = fault(lines, ORIGIN)
    assert (wrong in said) if wrong else said == ""


def test_how_it_stands_and_what_is_told() -> None:
    found = made()
    days = {
        FROM - timedelta(days=1): (Standing.NOT_YET, ""),
        FROM: (Standing.VALID, ""),
        UNTIL - timedelta(days=91): (Standing.VALID, ""),
        UNTIL - timedelta(days=90): (Standing.ENDS_SOON, "90 days left, of the last 90"),
        UNTIL - timedelta(days=30): (Standing.ENDS_SOON, "30 days left, of the last 30"),
        UNTIL - timedelta(days=7): (Standing.ENDS_SOON, "7 days left, of the last 7"),
        UNTIL: (Standing.ENDS_SOON, "0 days left, of the last 7"),
        UNTIL + timedelta(days=1): (Standing.OVER, ""),
    }
    for day, (stands, words) in days.items():
        assert standing(found, day) is stands
        assert words in warning(found, day)
        assert bool(words) is bool(warning(found, day))
    assert standing(None, FROM) is Standing.ABSENT
    assert warning(None, FROM) == ""


class Clock:
    def __init__(self, day: date) -> None:
        self.moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock(UNTIL - timedelta(days=10))


@pytest.fixture
def sunset(tmp_path: Path, clock: Clock) -> Sunset:
    folder = tmp_path / "instance"
    folder.mkdir()
    found = Sunset(folder / "authorisations.jsonl", folder, ORIGIN, clock)
    found.add(signed(made(people=(*PEOPLE, found.operator())), [ADA, BEN]))
    return found


def test_a_use_after_the_end_is_refused_and_a_renewal_counts_at_once(sunset: Sunset, clock: Clock) -> None:
    sunset.require()
    clock.moment += timedelta(days=11)
    with pytest.raises(Refused, match="authorised until 31 December 2026"):
        sunset.require()
    with pytest.raises(Refused, match="not signed"):
        sunset.add(signed(renewal(), [ADA, OTHER]))
    sunset.add(signed(renewal(), [ADA, BEN]))
    sunset.require()
    clock.moment = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(Refused, match="from 1 January 2026 on"):
        sunset.require()


def test_a_file_that_was_changed_counts_for_nothing(sunset: Sunset) -> None:
    content = sunset.path.read_bytes()
    sunset.path.write_bytes(content.replace(b"2026-12-31", b"2027-12-31"))
    with pytest.raises(Misconfigured, match="not signed"):
        sunset.require()
    sunset.path.write_bytes(content[:-9])
    with pytest.raises(Misconfigured, match="damaged"):
        sunset.require()


def test_an_instance_without_one_is_held_to_none_but_in_production(tmp_path: Path, clock: Clock) -> None:
    found = Sunset(tmp_path / "none", tmp_path, ORIGIN, clock)
    found.require()
    assert found.standing is Standing.ABSENT
    in_production = Sunset(tmp_path / "none", tmp_path, ORIGIN, clock, required=True)
    with pytest.raises(Refused, match="until two authorisers have signed one"):
        in_production.require()
    in_production.add(FIRST)
    in_production.require()


def test_when_it_is_over_the_end_begins_by_itself_and_once(sunset: Sunset, clock: Clock) -> None:
    told: list[str] = []
    assert sunset.look(told.append) is False
    assert sunset.look(told.append) is False
    assert ["10 days left" in words for words in told] == [True]
    clock.moment += timedelta(days=11)
    left = threading.Event()
    sunset.run(threading.Event(), told.append, lambda error: pytest.fail(str(error)), left.set)
    assert left.is_set()
    assert "the end is begun in" in told[-1]
    procedure = Procedure(sunset.ending)
    opened_ = procedure.opened
    assert (opened_.target, opened_.partners) == ("postgres", ("E1",))
    assert "not renewed after 2026-12-31" in opened_.basis
    assert sunset.look(told.append) is True
    assert procedure.state.entries == 1


def test_without_the_key_for_it_the_doors_are_shut_all_the_same(sunset: Sunset, clock: Clock) -> None:
    (sunset.path.parent / OPERATOR).unlink()
    clock.moment += timedelta(days=11)
    assert sunset.look(lambda words: None) is True
    assert not sunset.ending.exists()


def test_every_door_is_shut(settings: Settings, tmp_path: Path) -> None:
    """REST, pages, commands: one instance, on the day after."""
    settings = msgspec.structs.replace(settings, authorisation=tmp_path / "authorisations.jsonl")
    clock = Clock(UNTIL)
    with opened(settings, clock) as service:
        mine = msgspec.structs.replace(made(), service=settings.ledger_origin)
        service.sunset.add(signed(mine, [ADA, BEN]))
        with application(service).test_client() as client:
            browser = Browser(client, service)
            assert client.get("/").status_code == 200
            assert "0 days left" in client.get("/healthz").get_json()["warning"]
            clock.moment += timedelta(days=1)
            for path in ("/", "/look", "/api/v1/coverage", "/readyz", "/ledger/checkpoint"):
                answer = browser.client.get(path)
                assert answer.status_code == 403
                assert "authorised until 31 December 2026" in answer.get_data(as_text=True)
    with pytest.raises(Refused, match="nobody renewed"), opened(settings, clock):
        pass
    with opened(settings, clock, behind=True):
        pass  # what ends it may still be done
