"""`moves`, `hand-over`, `missing` and `notices`: each command once, and nothing said of a child."""

import json
from datetime import timedelta

from fingerpost.words.clock import today
from tests.cli.conftest import Run
from tests.conftest import Child, Owner, Publish

LEEDS, HULL = "E08000035", "E06000010"
CHILD = Child(reference="REF1", nhs_number="9990000034", postcode="HU1 1UU")
ASKED = (
    "--case-reference", "C1", "--given-names", CHILD.given, "--family-name", CHILD.family,
    "--date-of-birth", CHILD.born, "--nhs-number", CHILD.nhs_number, "--json",
)  # fmt: skip
OF_A_CHILD = (CHILD.given, CHILD.family, "2016", "HU1 1UU", "999000")


def test_a_notice_says_that_the_team_to_ring_left(run: Run, publish: Publish, owner: Owner) -> None:
    named = ("--authority", LEEDS, "--reference", "ann", "--name", "A Manager", "--role", "manager")
    run("practitioner", "add", *named)
    publish(HULL, CHILD)
    publish(LEEDS, CHILD)
    run("moves", "follow")
    owner.execute("UPDATE team SET left_on = '2026-11-03' WHERE authority = %s", (HULL,))
    said = run("notices", "list", "--by", f"{LEEDS}/ann").stdout
    assert (
        "No longer on its authority’s contact sheet since 3 November 2026. No other number is known." in said
    )


def test_from_a_question_to_an_alert_and_its_end(run: Run, publish: Publish) -> None:
    for who in (f"{LEEDS}/ann", f"{LEEDS}/senior", f"{HULL}/ben"):
        code, reference = who.split("/")
        named = ("--authority", code, "--reference", reference, "--name", "A Manager", "--role", "manager")
        run("practitioner", "add", *named)
    ann, senior, ben = (("--by", who) for who in (f"{LEEDS}/ann", f"{LEEDS}/senior", f"{HULL}/ben"))
    until = ("--until", (today() + timedelta(days=5)).isoformat())

    def asked(purpose: str) -> str:
        answer = run("ask", "--practitioner", f"{LEEDS}/ann", "--purpose", purpose, *ASKED)
        return json.loads(answer.stdout)["receipt"]["entry"]

    said = [run("moves", "stand", asked("transfer_in"), *ann)]
    said.append(run("moves", "covert", "C1", "--reason", "flight", *until, *senior))
    publish(HULL, CHILD)
    said.append(run("moves", "follow"))
    assert "was registered since" in run("notices", "list", *ann).stdout
    raised = run("missing", "raise", asked("missing_child"), *until, *ann)
    alert = raised.stdout.split()[0]
    run("missing", "approve", alert, *ann, code=1)
    said += [raised, run("missing", "approve", alert, *senior), run("moves", "follow")]
    said.append(run("missing", "list", *ann))
    assert "1 found; 1 of 153 authorities looked through" in said[-1].stdout
    waiting = run("notices", "list", *ben)
    assert "may be of a family that is missing" in waiting.stdout
    said += [waiting, run("notices", "acknowledge", waiting.stdout.split()[0], *ben)]
    said.append(run("missing", "end", alert, "--reason", "found", *ann))
    assert "RECALLED" in run("notices", "list", *ben).stdout
    said += [run("missing", "list", *ben), run("moves", "orphans", *ben)]
    offered = run("hand-over", "offer", "REF1", "--to", LEEDS, *ben)
    said += [offered, run("hand-over", "accept", offered.stdout.split()[0], *ann)]
    said.append(run("hand-over", "list", *ben))
    assert not [word for done in said for word in OF_A_CHILD if word in done.output]
