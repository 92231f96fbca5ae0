"""The jobs beside the answers: none ends before the service does."""

import threading
from typing import cast

import pytest

from fingerpost import app
from fingerpost.wiring import Service


def test_a_job_begins_anew_after_a_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says which kind of fault, never its words; one that ends by itself is not begun again."""
    begun: list[int] = []

    def job(_service: Service, _stopped: threading.Event, _failed: app.Failed) -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise ValueError("Zebedee")

    monkeypatch.setitem(app.JOBS, "moves", job)
    monkeypatch.setattr(app, "BEGINS_ANEW", 0.0)
    app.work(cast("Service", None), "moves", threading.Event())
    said = capsys.readouterr().out
    assert len(begun) == 3
    assert (said.count("ValueError"), "Zebedee" in said) == (2, False)
