"""R16, small: a few examples of the whole service against a plain dictionary, on each run others."""

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from fingerpost.ledger.verify import verify
from fingerpost.ledger.verify_tree import verify_tree
from fingerpost.wiring import Service
from tests import whole


def test_the_service_answers_what_the_model_holds(service: Service, tmp_path: Path) -> None:
    with whole.bound(service, tmp_path) as machine:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=8, stateful_step_count=12, deadline=None, database=None, print_blob=True,
                suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
            ),
        )  # fmt: skip
    service.sequencer.sequence_all()
    assert verify(service.ledger, service.records_database).sound
    assert verify_tree(service.tree_database, service.tree.log).sound
