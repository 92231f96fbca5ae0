"""The OpenAPI page is what the door does: Schemathesis reads the one and drives the other."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fingerpost.access.caller import Caller
from fingerpost.api.rest.door import build
from fingerpost.wiring import Service
from fingerpost.words.vocabulary import Scope

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture()
def api(service: Service, nurse: Caller) -> Any:
    token = service.accounts.issue_client(nurse.authority, "schemathesis", (Scope.LOOKUP,), 1)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", build(service))
    schema.config.update(headers={"Authorization": f"Bearer {token}"})
    return schema


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_door_does_what_the_page_says(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
