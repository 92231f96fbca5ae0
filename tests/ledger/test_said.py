"""What of an entry is said, and to whom: its parts without what names a child, its words without a value."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from fingerpost.ledger.event import Asker
from fingerpost.ledger.events import LookupAnswered, LookupRefused
from fingerpost.ledger.guardings import LookupJustified
from fingerpost.ledger.people import EmergencyOpened
from fingerpost.ledger.readings import FeedbackAnswered, FeedbackGiven
from fingerpost.ledger.spoken import heard, speakable
from fingerpost.ledger.summary import concerns, parts, short
from fingerpost.words.child import ChildDetails
from fingerpost.words.vocabulary import Purpose, Role

NURSE = Asker(authority="RJ1", client="patient record", practitioner="nurse", role=Role.CLINICIAN)
STRANGER = Asker(authority="RJ1", client="patient record", practitioner="Zebedee")
ANSWERED = LookupAnswered(
    asker=NURSE, purpose=Purpose.UNSCHEDULED_CARE, case_reference="AE-1", asked=ChildDetails(upn="E0800"),
    outcome="not_found", disclosed=(), clause="1/unscheduled_care",
)  # fmt: skip


def test_parts_leave_out_what_names_a_child() -> None:
    said = parts(ANSWERED)
    assert list(said)[:3] == ["authority", "client", "practitioner"]
    assert not {"asked", "case_reference"} & set(said)
    refused = LookupRefused(asker=STRANGER, purpose="", case_reference="AE-1", clause="", fields=())
    assert parts(refused)["practitioner"] == "(not registered)"  # as typed: it may be anything
    assert [short(value) for value in ("a", 1, ["a", "b"])] == ["a", "1", "2"]


def test_whom_an_entry_concerns() -> None:
    """Its own people did it, or it was done to what it keeps; never because of what was asked."""
    assert concerns(ANSWERED, "RJ1")
    assert not concerns(ANSWERED, "E0800")
    assert concerns(FeedbackGiven(by="E08000035/ann", words="x"), "E08000035")
    refused = LookupRefused(
        asker=STRANGER, purpose="", case_reference="", clause="", fields=("name", "E0800/x")
    )
    assert [concerns(refused, authority) for authority in ("RJ1", "E0800", "RR8")] == [True, True, False]
    assert not concerns(FeedbackAnswered(by="RJ1/ann", feedback=uuid4(), words="", published=True), "E0800")
    refused = LookupRefused(
        asker=STRANGER, purpose="", case_reference="", clause="", fields=("E08000035/x", "y")
    )
    assert [concerns(refused, one) for one in ("RJ1", "E08000035", "RR8")] == [True, True, False]
    said = FeedbackAnswered(by="RJ1/ann", feedback=uuid4(), words="x", published=True)
    assert not concerns(said, "RR8")


@pytest.mark.parametrize(
    "event",
    [
        ANSWERED,
        FeedbackGiven(by="RJ1/nurse", words="Zebedee"),
        FeedbackAnswered(by="RJ1/nurse", feedback=uuid4(), words="Zebedee", published=True),
        LookupJustified(entry=uuid4(), by="RJ1/nurse", need="Zebedee", use="Zebedee"),
        EmergencyOpened(
            asker=STRANGER, purpose=Purpose.UNSCHEDULED_CARE, case_reference="Zebedee", reason="Zebedee",
            signed_in_at=datetime(2026, 1, 1, tzinfo=UTC), review_by=datetime(2026, 1, 2, tzinfo=UTC),
        ),
    ],
    ids=lambda event: type(event).__name__,
)  # fmt: skip
def test_what_is_printed_shows_no_words(event: object) -> None:
    assert "Zebedee" not in repr(event)
    assert "E0800" not in repr(event)


def test_a_reference_is_heard_as_it_was_said() -> None:
    said = speakable(UUID(int=24**7 + 5))
    assert heard(f" {said.lower().replace('-', ' ')} ") == said
    assert [heard(wrong) for wrong in (said[:-1], said + "2", "AAAA-AAAA")] == [None, None, None]
