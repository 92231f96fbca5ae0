"""One answer in so many has to be justified in two lines, by its entry's own randomness."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pytest

from fingerpost.guard.rules import JUSTIFY_BY, challenges_of, is_challenged, on_next_working_day
from fingerpost.ledger.spoken import speakable
from fingerpost.lookup.contact import is_bank_holiday
from fingerpost.signposts.person import Person
from fingerpost.wiring import opened
from fingerpost.words.errors import Invalid, NotFound, Refused
from tests.guard.conftest import MANAGER, TRUST, World, child

NURSE = Person(TRUST, "nurse")
NEED, USE = "A new attendance, age unclear", "Rang the duty team, told the consultant"


@pytest.fixture
def every(world: World) -> Iterator[World]:
    with opened(msgspec.structs.replace(world.settings, challenge_one_in=1), world.now) as service:
        world.service = service
        yield world


def test_it_is_said_reviewed_and_said_again(every: World) -> None:
    challenges = every.service.challenges
    answer = every.ask(child())
    assert answer.justify_by == datetime(2026, 11, 26, 18, tzinfo=UTC)
    entry = answer.receipt.entry
    with pytest.raises(NotFound):
        challenges.show(entry, MANAGER)
    for need, use in (("short", USE), (NEED, ""), (NEED * 20, USE)):
        with pytest.raises(Invalid):
            challenges.justify(entry, NURSE, need, use)
    with pytest.raises(NotFound):
        challenges.justify(entry, MANAGER, NEED, USE)  # not the asker
    with pytest.raises(NotFound):
        challenges.review(entry, MANAGER, accepted=True)  # nothing was said
    challenges.justify(entry, NURSE, NEED, USE)
    with pytest.raises(Refused):
        challenges.review(entry, NURSE, accepted=True)
    said = challenges.show(entry, MANAGER)
    with pytest.raises(NotFound):  # what a manager is reading is what they accept
        challenges.justify(entry, NURSE, NEED, "nothing that was said before")
    assert (said.need, said.use) == (NEED, USE)
    challenges.review(entry, MANAGER, accepted=False)
    (waiting,) = challenges.waiting(MANAGER)
    assert waiting.accepted is False
    challenges.justify(entry, NURSE, NEED, USE)
    challenges.review(entry, MANAGER, accepted=True)
    assert challenges.waiting(MANAGER) == []
    with pytest.raises(NotFound):
        challenges.justify(entry, NURSE, NEED, USE)
    with pytest.raises(NotFound):
        challenges.show(uuid4(), MANAGER)


def test_until_it_is_said_nothing_more_is_answered(every: World) -> None:
    answer = every.ask(child(1))
    every.ask(child(2))  # a working day's time
    every.later(hours=33)
    with pytest.raises(Refused, match=speakable(answer.receipt.entry)):
        every.ask(child(3))
    assert "nurse unjustified" in every.alerts()
    for waiting in every.service.challenges.waiting(MANAGER):
        every.service.challenges.justify(waiting.entry, NURSE, NEED, USE)
    every.ask(child(4))


def test_the_words_are_on_the_ledger_alone(every: World) -> None:
    answer = every.ask(child())
    every.service.challenges.justify(answer.receipt.entry, NURSE, NEED, USE)
    for table in ("challenge", "ledger_entry", "alert"):
        assert NEED not in str(every.rows(f"SELECT {table}::text FROM {table}"))  # noqa: S608


def test_about_one_in_ten_and_fixed_by_the_leaf() -> None:
    leaves = [os.urandom(32).hex() for _ in range(5000)]
    chosen = sum(is_challenged(leaf, 10) for leaf in leaves)
    assert 380 < chosen < 620  # 500, five standard deviations
    assert all(is_challenged(leaf, 10) == is_challenged(leaf, 10) for leaf in leaves[:100])


def test_due_at_the_end_of_the_next_working_day() -> None:
    christmas_eve = datetime(2026, 12, 24, 10, tzinfo=UTC)
    due = on_next_working_day(christmas_eve, JUSTIFY_BY, is_bank_holiday)
    assert (due.date(), due.hour) == (date(2026, 12, 29), 18)


def test_the_busier_the_day_the_more_are_asked() -> None:
    assert [challenges_of(10, today) for today in (0, 14, 15, 30, 59)] == [10, 10, 5, 3, 2]
    assert challenges_of(1, 59) == 1


def test_until_somebody_reviews_it_nothing_more_is_answered(every: World) -> None:
    """Asked on Wednesday, due on Thursday evening, so to be reviewed by noon on Friday."""
    entry = every.ask(child(1)).receipt.entry
    every.service.challenges.justify(entry, NURSE, NEED, USE)
    every.moment = datetime(2026, 11, 27, 11, 59, tzinfo=UTC)
    every.service.challenges.justify(every.ask(child(2)).receipt.entry, NURSE, NEED, USE)
    every.later(minutes=1)
    with pytest.raises(Refused, match="your manager has first to look"):
        every.ask(child(3))
    assert "nurse unreviewed" in every.alerts()
    every.service.challenges.review(entry, MANAGER, accepted=True)
    every.ask(child(3))
