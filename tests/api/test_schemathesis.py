"""The OpenAPI page is what the door does: Schemathesis reads the one and drives the other."""

# pyright: reportUnknownVariableType=false, reportArgumentType=false
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fingerpost.access.caller import Practitioner
from fingerpost.api.rest.door import ROUTES, build
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Role, Scope

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture(scope="module")
def bearer(shared_service: Service) -> dict[str, str]:
    nurse = Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
    shared_service.accounts.save_practitioner(nurse)
    token = shared_service.accounts.issue_client("RJ1", "schemathesis", tuple(Scope), 1)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def operations(shared_service: Service) -> dict[str, Any]:
    """What the page says may be done, by path: read once, for reading it takes longer than driving it."""
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", build(shared_service))
    listed = [operation.ok() for operation in schema.get_all_operations()]
    by_path = {operation.path: operation for operation in listed}
    assert len(by_path) == len(listed)
    return by_path


EXAMPLES = 30  # of each route
# The page itself is where Schemathesis starts, so it leaves that route out; test_rest covers it.
DRIVEN = [(r.template, GenerationMode.POSITIVE) for r in ROUTES if not r.path.endswith("openapi.json")]


@pytest.mark.parametrize(("path", "mode"), [*DRIVEN, ("/api/v1/lookups", GenerationMode.NEGATIVE)])
def test_the_door_does_what_the_page_says(
    operations: dict[str, Any], bearer: dict[str, str], path: str, mode: GenerationMode
) -> None:
    @given(case=operations[path].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def drive(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=bearer)

    drive()
