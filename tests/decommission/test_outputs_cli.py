"""The commands of what a procedure gives out, as they are typed."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from fingerpost.cli import fingerpost
from fingerpost.decommission.authorisation import Authorisation
from fingerpost.decommission.people import Part, new_signer
from fingerpost.words.clock import today
from tests.decommission import paper
from tests.decommission.test_certificate import laid_down

SIGNERS = paper.SIGNERS


def typed(*words: object, code: int = 0, **environment: str) -> Result:
    done = CliRunner().invoke(fingerpost, [str(word) for word in words], env=environment)
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A folder with everybody's key."""
    folder = tmp_path / "keys"
    folder.mkdir()
    for who in ("oona", "vera", "val", "pia", "aud", "ada", "ben"):
        SIGNERS[who].keep(folder / who)
    return folder


def test_from_ending_to_a_certificate_that_a_stranger_verifies(tmp_path: Path, key: Path) -> None:
    procedure = laid_down(paper.until(9), tmp_path / "p")
    stated = tmp_path / "stated.json"
    stated.write_text('{"model": "A 9"}')
    out = tmp_path / "out"
    typed("decommission", "certify", procedure.folder, "tape", "--particulars", stated, "--key", key / "oona")
    for who in ("vera", "val"):
        typed("decommission", "countersign", procedure.folder, "tape", "--key", key / who)
    typed("decommission", "publish", procedure.folder, "--out", out)
    done = typed("decommission", "verify", out / "tape.json", "--ledger", procedure.ledger)
    assert "entries, each signed and by the rules" in done.output
    assert "compare them with those" in done.output
    content = (out / "tape.json").read_bytes()
    (out / "tape.json").write_bytes(content.replace(b"A 9", b"A 8"))
    done = typed("decommission", "verify", out / "tape.json", "--keys", out / "keys", code=1)
    assert "certificate: it is not the one that was signed" in done.output
    assert "NOT VERIFIED" in done.output
    stated.write_text('{"modell": "A 9"}')
    wrong = ("decommission", "certify", procedure.folder, "tape", "--particulars", stated)
    assert "modell" in typed(*wrong, "--key", key / "oona", code=2).output


def test_from_asking_partners_to_an_audit(tmp_path: Path, key: Path) -> None:
    folder = laid_down(paper.until(6), tmp_path / "p").folder
    oona = ("--key", key / "oona")
    about = ("--database", "ContactPoint", "--officer", "A", "--reply-to", "b@example.org")
    asked = typed("decommission", "ask-partners", folder, *about, "--out", tmp_path / "letters", *oona)
    assert asked.output.startswith("1 letters")
    assert typed("decommission", "ask-partners", folder, *about, "--chase", "--out", tmp_path / "letters",
                 *oona).output.startswith("0 letters")  # fmt: skip
    typed("decommission", "overdue", folder, "--out", tmp_path / "letters", *oona)
    for item in ((), ("extract",)):
        said = ("--searched", "drives", "--how", "content", "--found", 0, "--key", key / "pia")
        typed("decommission", "attest", folder, *item, *said)
    drawn = typed("decommission", "draw-audit", folder).output.split()[0]
    typed("decommission", "audit", folder, drawn, "--agreed", "--how", "looked", "--key", key / "aud")
    typed("decommission", "withdraw", folder, drawn, "--why", "a slip", "--key", key / "pia")
    typed("decommission", "board", folder, "--out", tmp_path / "board")
    assert "has not attested" in (tmp_path / "board" / "index.html").read_text()


def test_a_partner_signs_far_from_the_ledger(tmp_path: Path, key: Path) -> None:
    procedure = laid_down(paper.until(6), tmp_path / "p")
    oona, pia, file = ("--key", key / "oona"), ("--key", key / "pia"), tmp_path / "said.json"
    about = ("--database", "ContactPoint", "--officer", "A", "--reply-to", "b@example.org")
    typed("decommission", "ask-partners", procedure.folder, *about, "--out", tmp_path / "letters", *oona)
    known = procedure.chain.id
    assert f"attest-elsewhere {known} E1 ITEM" in (tmp_path / "letters" / "E1-0.txt").read_text()
    said = ("--searched", "drives", "--how", "content", "--found", 0, "--out", file)

    def handed_in(code: int = 0) -> str:
        return typed("decommission", "hand-in", procedure.folder, file, *oona, code=code).output

    typed("decommission", "attest-elsewhere", known, "E1", "extract", *said, *pia)
    reference = handed_in().split()[2].rstrip(".")
    assert [(a.item, a.found) for a in procedure.state.attested.values()] == [("extract", 0)]
    assert procedure.state.signers == {reference: "pia"}
    assert "needs a reference of its own" in handed_in(code=1)  # the same a second time
    file.write_bytes(file.read_bytes().replace(b"drives", b"rooms").replace(reference.encode(), b"pia-1"))
    assert "pia did not sign that" in handed_in(code=1)
    file.write_text("{}")
    assert "holds no signed statement" in handed_in(code=2)
    typed("decommission", "attest-elsewhere", known, "E1", *said, *oona)
    assert "oona is not one who attests" in handed_in(code=1)
    typed("decommission", "attest-elsewhere", "0" * 64, "E1", *said, *pia)
    assert "for another procedure" in handed_in(code=1)
    slip = typed("decommission", "attest-elsewhere", known[:-1], "E1", *said, *pia, code=2)
    assert "procedure: is the 64 digits" in slip.output
    back = ("--why", "a slip", "--out", file)
    typed("decommission", "withdraw-elsewhere", known, reference, *back, *pia)
    handed_in()
    assert procedure.state.attested == {}


def test_an_authorisation_is_signed_by_two_and_taken(tmp_path: Path, key: Path) -> None:
    instance = tmp_path / "i"
    instance.mkdir()
    own = {"FINGERPOST_INSTANCE": str(instance)}
    operator = msgspec.json.decode(typed("sunset", "operator", **own).output)
    assert operator["id"] == "sunset"
    assert "there is none" in typed("sunset", "show", **own).output
    people = tuple(SIGNERS[w].person(w, "officer", "department", Part.APPROVER) for w in ("ada", "ben"))
    draft, signed = tmp_path / "draft.json", tmp_path / "signed.json"
    made = Authorisation(
        service="fingerpost.example/ledger", basis="section 4", starts=today(), until=today(), people=people
    )
    draft.write_bytes(msgspec.json.encode(made))
    typed("sunset", "sign", draft, signed, "--key", key / "ada")
    assert "not signed by two" in typed("sunset", "renew", signed, code=1, **own).output
    assert "2 of 2" in typed("sunset", "sign", draft, signed, "--key", key / "ben").output
    typed("sunset", "renew", signed, **own)
    shown = typed("sunset", "show", **own).output
    assert "ends soon" in shown
    assert "0 days left" in shown
    draft.write_bytes(msgspec.json.encode(msgspec.structs.replace(made, basis="section 5")))
    new_signer("eve").keep(tmp_path / "eve")
    done = typed("sunset", "sign", draft, signed, "--key", tmp_path / "eve", code=2)
    assert "holds another authorisation" in done.output
