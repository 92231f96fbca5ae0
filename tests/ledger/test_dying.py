"""A sequencer that is killed at any line leaves a tree that is sound, and goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fingerpost.settings import Settings
from fingerpost.wiring import Service
from tests.ledger.test_tree import record, verdict


def _die_at_every_line(service: Service, settings: Settings, *arguments: str) -> Iterator[str]:
    """Kill a sequencer at its first line, its second, and so on until it lives; yield after each."""
    environment = os.environ | {
        "FINGERPOST_INSTANCE": str(settings.instance), "FINGERPOST_ENVIRONMENT": "test",
        "FINGERPOST_DATABASE_URL": str(settings.database_url), "FINGERPOST_KEYRING": str(settings.keyring),
        "FINGERPOST_WRAPPING_KEY": str(settings.wrapping_key),
    }  # fmt: skip
    line = [sys.executable, "-m", "tests.ledger.dying", *arguments]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for n in range(1, 1000):
            if not verdict(service).waiting:
                record(service, 4)
            process.stdin.write(f"{n}\n")
            process.stdin.flush()
            status = process.stdout.readline().strip()
            yield status
            if status != "killed":
                break
        process.stdin.close()


def test_killed_at_every_line(service: Service, settings: Settings) -> None:
    record(service, 251)
    service.sequencer.sequence()  # 253 leaves: the next round fills a tile
    record(service, 4)
    older = service.tree.checkpoint()
    statuses: list[str] = []
    for status in _die_at_every_line(service, settings):
        statuses.append(status)
        found = verdict(service)
        assert found.faults == (), len(statuses)
        service.tree.require_continues(older)
        older = service.tree.checkpoint()
    assert statuses[-1] == "done"
    assert len(statuses) > 60
    service.sequencer.sequence_all()
    entries = sum(1 for _ in service.ledger.checked(service.records_database))
    assert (verdict(service).faults, verdict(service).leaves, verdict(service).waiting) == ((), entries, 0)


def test_the_kills_can_be_felt(service: Service, settings: Settings) -> None:
    """The control: without the transaction some death leaves a tree that is not sound, or goes on no more."""
    statuses: list[str] = []
    for status in _die_at_every_line(service, settings, "--careless"):
        statuses.append(status)
        if not verdict(service).sound or status == "failed":
            break
    assert statuses[-1] != "done"
