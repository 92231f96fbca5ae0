"""Clients: tokens that are never stored, end when they say, and are out the moment they are revoked."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import psycopg
import pytest

from fingerpost.access.accounts import LONGEST_DAYS, TOKEN_PREFIX, Accounts, authenticate
from fingerpost.access.caller import Practitioner
from fingerpost.db.database import Database
from fingerpost.ledger.events import ClientAssured, ClientIssued, ClientRevoked
from fingerpost.wiring import Service
from fingerpost.words.clock import now, today
from fingerpost.words.errors import Invalid, NotFound, Refused, Unknown
from fingerpost.words.vocabulary import Role, Scope


def _issue(service: Service, *, days: int = 1, scopes: tuple[Scope, ...] = (Scope.LOOKUP,)) -> str:
    return service.accounts.issue_client("RJ1", "test", scopes, days)


def test_a_token_is_stored_nowhere(service: Service, owner_conninfo: str) -> None:
    token = _issue(service)
    assert token.startswith(TOKEN_PREFIX)
    assert token != _issue(service)
    with psycopg.connect(owner_conninfo) as owner:
        stored = str(owner.execute("SELECT t::text FROM client t").fetchall())
    assert token not in stored
    assert token.removeprefix(TOKEN_PREFIX) not in stored
    events = [e.event for _, e in service.ledger.checked(service.records_database, last=2) if e]
    assert [type(event) for event in events] == [ClientIssued, ClientIssued]
    assert token not in str(events)


def test_a_token_ends_to_the_second(service: Service) -> None:
    issued = now()
    token = _issue(service, days=2)
    ends = issued + timedelta(days=2)
    assert authenticate(service.lookup_database, token, ends - timedelta(seconds=1)).authority == "RJ1"
    with pytest.raises(Unknown, match="expired"):
        authenticate(service.lookup_database, token, ends + timedelta(minutes=1))


@pytest.mark.parametrize("token", ["", "fp_", "fp_" + "A" * 43, "\x00", "é" * 100_000])
def test_a_token_that_is_not_ours(service: Service, token: str) -> None:
    with pytest.raises(Unknown, match="not one of ours"):
        authenticate(service.lookup_database, token, now())


def test_a_client_holds_its_scopes_and_no_other(service: Service) -> None:
    caller = authenticate(service.lookup_database, _issue(service, scopes=(Scope.FEED,)), now())
    caller.require(Scope.FEED)
    with pytest.raises(Refused, match="lookup"):
        caller.require(Scope.LOOKUP)


def test_revoking_is_once_and_on_the_ledger(service: Service) -> None:
    token = _issue(service)
    client = authenticate(service.lookup_database, token, now()).client
    service.accounts.revoke_client(client)
    for gone in (client, uuid4()):
        with pytest.raises(NotFound):
            service.accounts.revoke_client(gone)
    ((_, entry),) = service.ledger.checked(service.records_database, last=1)
    assert entry is not None
    assert isinstance(entry.event, ClientRevoked)


def test_a_bound_token_is_nobodys_without_its_certificate(service: Service) -> None:
    own, renewed, other = (bytes([kind]) * 32 for kind in range(3))
    first = service.accounts.issue_client("RJ1", "bound", (Scope.LOOKUP,), 1, certificate=own)
    known = authenticate(service.lookup_database, first, now(), own)
    second = service.accounts.rotate_client(known.client, 1, 1)
    third = service.accounts.rotate_client(known.client, 1, 1, renewed)
    for token, certificate in ((first, own), (second, own), (third, renewed)):
        assert authenticate(service.lookup_database, token, now(), certificate).authority == "RJ1"
        for shown in {own, renewed, other, None} - {certificate}:
            with pytest.raises(Unknown, match="another system"):
                authenticate(service.lookup_database, token, now(), shown)


def test_where_tokens_are_bound_none_is_issued_unbound(service: Service, owner_conninfo: str) -> None:
    unbound = authenticate(service.lookup_database, _issue(service), now()).client
    with Database(owner_conninfo) as keeping:
        accounts = Accounts(keeping, service.ledger, now, bound=True)
        with pytest.raises(Invalid, match="certificate: is needed"):
            accounts.issue_client("RJ1", "test", (Scope.LOOKUP,), 1)
        with pytest.raises(Invalid, match="certificate: is needed"):
            accounts.rotate_client(unbound, 1, 1)
        accounts.rotate_client(unbound, 1, 1, bytes(32))
    assert [row.certificate for row in service.accounts.clients()] == [None, bytes(32)]


@pytest.mark.parametrize("days", [0, -1, LONGEST_DAYS + 1])
def test_no_token_lasts_for_ever(service: Service, days: int) -> None:
    with pytest.raises(ValueError, match="1 to 366"):
        _issue(service, days=days)


def test_what_fails_leaves_no_entry(service: Service) -> None:
    """The change and its entry are one transaction: neither stands without the other."""
    before = [row.id for row, _ in service.ledger.checked(service.records_database)]
    for wrong in (
        Practitioner("E99999999", "p", "A Person", Role.MANAGER, active=True),
        Practitioner("RJ1", "", "A Person", Role.MANAGER, active=True),
        Practitioner("RJ1", "p", " ", Role.MANAGER, active=True),
    ):
        with pytest.raises((NotFound, Invalid)):
            service.accounts.save_practitioner(wrong)
    for authority, name in (("E99999999", "test"), ("RJ1", " "), ("RJ1", "x" * 201)):
        with pytest.raises((NotFound, Invalid)):
            service.accounts.issue_client(authority, name, (Scope.FEED,), 1)
    assert [row.id for row, _ in service.ledger.checked(service.records_database)] == before
    assert service.accounts.clients() == []


def test_a_client_may_be_assured_as_it_is_issued(service: Service) -> None:
    service.accounts.issue_client("RJ1", "assured", (Scope.LOOKUP,), 1, assured_on=today(now()))
    kinds = [type(e.event) for _, e in service.ledger.checked(service.records_database, last=2) if e]
    assert kinds == [ClientIssued, ClientAssured]
    assert service.accounts.authority_name("RJ1")


def test_who_is_barred_revoked_or_unknown_is_out(service: Service) -> None:
    caller = authenticate(service.lookup_database, token := _issue(service), now())
    with pytest.raises(Refused, match="switched off"):
        msgspec.structs.replace(caller, barred="switched off").require(Scope.LOOKUP)
    service.accounts.revoke_client(caller.client)
    with pytest.raises(Unknown, match="revoked"):
        authenticate(service.lookup_database, token, now())
    with pytest.raises(NotFound, match="no such live client"):
        service.accounts.rotate_client(caller.client, 1, 0)
    with pytest.raises(NotFound, match="no authority"):
        service.accounts.authority_name("E99999999")
