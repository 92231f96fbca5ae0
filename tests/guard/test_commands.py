"""What operators and managers type."""

import re

from tests.cli.conftest import Run, run

__all__ = ["run"]


def test_every_command(run: Run) -> None:
    for reference, name, role in (
        ("nurse", "Wilhelmina Quartermaine", "clinician"), ("m1", "A Manager", "manager"),
        ("m2", "B Manager", "manager"),
    ):  # fmt: skip
        run("practitioner", "add", "--authority", "RJ1", "--reference", reference, "--name", name,
            "--role", role)  # fmt: skip
    one, two, nurse = ("--by", "RJ1/m1"), ("--by", "RJ1/m2"), ("--practitioner", "RJ1/nurse")
    declared = run("household", "declare", *nurse, *one, "--member", "Poppy/Smith", "--postcode", "LS6 2AB")
    assert "tokens" in declared.output
    child = ("--given-names", "Poppy", "--family-name", "Smith", "--date-of-birth", "2016-03-09")
    block = run("conflict", "block", *nurse, *one, *child, "--other-name", "Poppy/Jones").output.strip()
    assert "Lifted" in run("conflict", "lift", block, *two).output
    budget = run("budget", "raise", *nurse, *one, "--an-hour", "40", "--a-day", "90", "--days", "7").output
    assert "Agreed" in run("budget", "agree", budget.strip(), *two).output
    assert "Nothing waits" in run("alerts", "list", *one).output
    assert "Nothing waits" in run("challenge", "list", *one).output
    asked = ("ask", *nurse, "--purpose", "unscheduled_care", "--case-reference", "AE-1", *child)
    environment = {"FINGERPOST_GUARD": "on", "FINGERPOST_CHALLENGE_ONE_IN": "1"}
    assert "manager is told" in run(*asked, code=2, **environment).output
    answer = run(*asked, "--reason", "family_agreed", **environment).output
    assert "Say why" in answer
    found = re.search(r"receipt ([0-9a-f-]{36})", answer)
    assert found
    entry = found[1]
    assert "to justify" in run("challenge", "list", *one).output
    lines = ("--need", "A new attendance tonight", "--use", "Rang the duty team")
    run("challenge", "justify", entry, *nurse, *lines)
    assert "to review" in run("challenge", "list", *one).output
    assert "Rang the duty team" in run("challenge", "show", entry, *one).output
    assert "Questioned" in run("challenge", "review", entry, *one, "--question").output
    run("challenge", "justify", entry, *nurse, *lines)
    assert "Accepted" in run("challenge", "review", entry, *one, "--accept").output
    listed = run("alerts", "list", *one).output
    assert "own_family" in listed
    assert "Acknowledged" in run("alerts", "acknowledge", listed.split()[0], *one).output
    run("alerts", "acknowledge", listed.split()[0], *one, code=1)
    run("alerts", "acknowledge", block, *one, code=1)
    run("household", "declare", "--practitioner", "nurse", *one, code=2)
    run("practitioner", "add", "--authority", "RJ1", "--reference", "officer", "--name", "C Officer",
        "--role", "service_records_officer")  # fmt: skip
    run("guard", "honey", "plant", *one, code=1)
    officer = ("--by", "RJ1/officer")
    assert "200 are planted" in run("guard", "honey", "plant", *officer).output
    assert "next feed" in run("guard", "honey", "retire", *officer).output
    run("conflict", "block", *nurse, *one, "--nhs-number", "1", code=2)
