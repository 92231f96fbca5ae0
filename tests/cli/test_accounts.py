"""`authority`, `practitioner` and `client`."""

import ssl
from pathlib import Path
from urllib.parse import quote

import pytest

from fingerpost.access.accounts import authenticate
from fingerpost.access.caller import Caller
from fingerpost.access.certificate import thumbprint
from fingerpost.api.rest.door import build
from fingerpost.settings import Settings
from fingerpost.wiring import Service
from fingerpost.words.clock import now
from fingerpost.words.errors import Unknown
from fingerpost.words.vocabulary import Role, Scope
from tests.cli.conftest import Run
from tests.conftest import Child, Owner, Publish

NURSE = ("--authority", "RJ1", "--reference", "nurse", "--name", "Ann Nurse", "--role", "clinician")


@pytest.fixture(scope="module")
def settings(shared_settings: Settings) -> Settings:
    """One database for the file: what one test adds, no other counts."""
    return shared_settings


@pytest.fixture(scope="module")
def service(shared_service: Service) -> Service:
    return shared_service


def test_authorities_that_are_silent_are_listed(run: Run, publish: Publish) -> None:
    publish("E08000035", Child())
    assert "1 of 153" in run("authority", "list").output
    silent = run("authority", "list", "--silent").output.splitlines()[1:]
    assert len(silent) == 152
    assert all("never" in line for line in silent)
    assert not any(line.startswith("E08000035") for line in silent)


def test_a_practitioner_comes_goes_and_comes_back(run: Run, service: Service) -> None:
    assert "may ask as clinician" in run("practitioner", "add", *NURSE).output
    run("access", "suspend", "person", "RJ1/nurse", "--because", "left")
    run("practitioner", "add", *NURSE)
    kinds = [row.kind for row, _ in service.ledger.checked(service.records_database)]
    assert kinds[-3:] == ["practitioner_added", "access_suspended", "practitioner_added"]
    assert "no such person" in run("access", "suspend", "person", "RJ1/who", code=1).stderr


def test_every_role_can_be_given(run: Run) -> None:
    for role in Role:
        run("practitioner", "add", *NURSE[:-1], role.value)


def test_a_client_is_issued_listed_and_revoked(run: Run, service: Service) -> None:
    issued = ("client", "issue", "--authority", "RJ1", "--name", "case system", "--days", "3")
    token = run(*issued, "--scope", "lookup", "--scope", "feed", "--scope", "notices").stdout.strip()
    caller = authenticate(service.lookup_database, token, now())
    assert (caller.authority, set(caller.scopes)) == ("RJ1", set(Scope))
    listed = run("client", "list").output
    assert ("case system" in listed, "lookup,feed,notices" in listed, token in listed) == (True, True, False)
    assert run("client", "revoke", str(caller.client)).output == "Revoked.\n"
    with pytest.raises(Unknown, match="revoked"):
        authenticate(service.lookup_database, token, now())
    assert "revoked" in run("client", "list").output
    assert "no such live client" in run("client", "revoke", str(caller.client), code=1).stderr


def test_a_client_is_bound_to_the_certificate_of_its_system(
    run: Run, service: Service, tmp_path: Path
) -> None:
    issue = ("client", "issue", "--authority", "RJ1", "--name", "case system", "--scope", "lookup")
    shown = tmp_path / "system.crt"
    for wrong, words in ((None, "cannot be read"), ("-----BEGIN CERTIFICATE-----", "not a certificate")):
        if wrong:
            shown.write_text(wrong)
        assert words in run(*issue, "--certificate", str(shown), code=2).stderr
    run(*issue)
    shown.write_text(ssl.DER_cert_to_PEM_cert(b"its parts are the proxy's to judge"))
    token = run(*issue, "--certificate", str(shown)).stdout.strip()
    listed = run("client", "list").output
    assert (thumbprint(shown.read_text()).hex()[:8] in listed, "unbound" in listed) == (True, True)
    given = {"Authorization": f"Bearer {token}"}
    with build(service).test_client() as http:
        for certificate, status in ((shown.read_text(), 200), ("-----BEGIN", 401), ("", 401)):
            headers = {**given, "X-Client-Cert": quote(certificate)}
            assert http.get("/api/v1/coverage", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("practitioner", "add", *NURSE[:2], "--reference", "", *NURSE[4:]), "reference: must not be empty"),
        (("practitioner", "add", *NURSE[:4], "--name", " ", *NURSE[6:]), "name: must not be empty"),
        (("practitioner", "add", *NURSE[:4], "--name", "N\n\x01", *NURSE[6:]), "name: holds a character"),
        (("practitioner", "add", *NURSE[:4], "--name", "N" * 101, *NURSE[6:]), "name: is longer than 100"),
        (("practitioner", "add", *NURSE[:-1], "surgeon"), "'--role'"),
        (("practitioner", "add", *NURSE[:-2]), "'--role'"),
        (("access", "suspend", "person"), "name the person"),
        (("client", "issue", "--authority", "RJ1", "--name", "", "--scope", "feed"), "must not be empty"),
        (("client", "issue", "--authority", "RJ1", "--name", "x"), "'--scope'"),
        (("client", "issue", "--authority", "RJ1", "--name", "x", "--scope", "all"), "'--scope'"),
        (
            ("client", "issue", "--authority", "RJ1", "--name", "x", "--scope", "feed", "--days", "367"),
            "'--days'",
        ),
        (("client", "revoke", "that one"), "UUID"),
        (("client", "revoke"), "CLIENT"),
        (("client", "list", "x"), "unexpected extra argument"),
        (("authority", "list", "--loud"), "--loud"),
        (("authority",), "Usage"),
    ],
)
def test_what_is_wrong_is_named(run: Run, arguments: tuple[str, ...], words: str) -> None:
    assert words in run(*arguments, code=2).stderr


@pytest.mark.parametrize("code", ["E99999999", "", "leeds", "'; DROP TABLE authority; --"])
def test_an_authority_must_be_known(run: Run, code: str) -> None:
    for command in (
        ("practitioner", "add", *NURSE, "--authority", code),
        ("feed", "runs", "--authority", code),
    ):
        assert "no authority of that code" in run(*command, code=1).stderr


def test_what_is_not_text_is_refused(run: Run) -> None:
    assert "UTF-8" in run("practitioner", "add", *NURSE, "--authority", "RJ\udcff", code=2).stderr


def test_a_contact_sheet_as_it_stands(run: Run, publish: Publish) -> None:
    publish("E08000035", Child())
    assert "duty 0113 496 0002, proven" in run("team", "list", "--authority", "E08000035").output
    assert run("team", "list", "--authority", "E06000010").output == ""
    run("team", "list", "--authority", "E99999999", code=1)


def test_of_a_team_that_left_the_sheet_every_command_says_so(
    run: Run, publish: Publish, nurse: Caller, owner: Owner
) -> None:
    publish("E08000035", Child(nhs_number="9434765919"))
    owner.execute(
        "INSERT INTO team SELECT gen_random_uuid(), authority, 'T2', 'Family Help', '1234567', '', '7654321',"
        " '' FROM team"
    )
    owner.execute("UPDATE team SET left_on = '2026-11-03' WHERE reference = 'T1'")
    assert "left the contact sheet on 2026-11-03" in run("team", "list", "--authority", "E08000035").output
    shown = " ".join(run(
        "ask", "--practitioner", "RJ1/nurse", "--purpose", "unscheduled_care", "--case-reference", "AE-1",
        "--given-names", "Zebedee", "--family-name", "Featherstonehaugh", "--date-of-birth", "9/3/2016",
    ).output.split())  # fmt: skip
    for words in ("since 3 November 2026. Ring Family Help instead.", "ring 7654321", "office 0113 496 0001"):
        assert words in shown


def test_an_authority_sees_what_let_each_signpost_in(run: Run, publish: Publish, service: Service) -> None:
    publish("E08000035", Child(reference="P77"))
    (line,) = run("feed", "signposts", "--authority", "E08000035").output.splitlines()
    assert "cin-episode" in line
    assert "ssd_cin_episodes RP77  leaves 20" in line
    assert run("feed", "signposts", "--authority", "E06000010").output == ""
    kinds = [row.kind for row, _ in service.ledger.checked(service.records_database, last=2)]
    assert kinds == ["signposts_listed", "signposts_listed"]
