"""R17: Schemathesis drives every route of the REST door, once as each role and once with each scope alone.

    python -m assurance.openapi [--examples 50] [--seed N] [--control]

`--control` leaves out the check of scopes; that must be found.
"""

import argparse
import logging
import random
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import schemathesis
import structlog
from assurance.frame import ASKER, make
from hypothesis import HealthCheck, Phase, given, seed, settings
from msgspec import Struct
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from fingerpost.access.caller import Caller, Practitioner
from fingerpost.api.rest.door import ROUTES, build
from fingerpost.api.rest.route import Route
from fingerpost.wiring import Service, opened
from fingerpost.words.vocabulary import Role, Scope

# All that Schemathesis has but two: what the service refuses by its own rules is no fault, and who is let in
# is judged here by what each caller was answered.
_OPENAPI: Any = import_module("schemathesis.specs.openapi.checks")
CHECKS: list[Any] = [
    import_module("schemathesis.checks").not_a_server_error,
    _OPENAPI.status_code_conformance,
    _OPENAPI.content_type_conformance,
    _OPENAPI.response_headers_conformance,
    _OPENAPI.response_schema_conformance,
    _OPENAPI.negative_data_rejection,
    _OPENAPI.missing_required_header,
    _OPENAPI.unsupported_method,
    _OPENAPI.use_after_free,
    _OPENAPI.ensure_resource_availability,
]


class Who(Struct, frozen=True):
    """A client with these scopes, and the person it names."""

    named: str
    scopes: tuple[Scope, ...]
    practitioner: str
    headers: dict[str, str]

    def may(self, route: Route) -> bool:
        return route.guard.scope is None or route.guard.scope in self.scopes


def everybody(service: Service) -> Iterator[Who]:
    """Yield a person of each role with every scope, a nurse with each scope alone, and one with no token."""
    for role in Role:
        person = Practitioner(ASKER, role.value, "Somebody", role, active=True)
        service.accounts.save_practitioner(person)
        yield _who(service, role.value, tuple(Scope), role.value)
    for scope in Scope:
        yield _who(service, f"{scope.value} alone", (scope,), Role.CLINICIAN.value)
    yield Who("nobody", (), Role.CLINICIAN.value, {})


def _who(service: Service, named: str, scopes: tuple[Scope, ...], practitioner: str) -> Who:
    token = service.accounts.issue_client(ASKER, named, scopes, 1)
    return Who(named, scopes, practitioner, {"Authorization": f"Bearer {token}"})


def drive(operation: Any, route: Route, who: Who, asked: Namespace) -> tuple[Counter[str], list[str]]:
    """Return how a route answered, by status, and what was wrong with it."""
    answers, wrong = Counter[str](), list[str]()

    @seed(asked.seed)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    @settings(
        max_examples=asked.examples, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
    )  # fmt: skip
    def one(case: Any) -> None:
        for place in (case.body, case.query):
            if isinstance(place, dict) and "practitioner" in place:
                place["practitioner"] = who.practitioner
        answer = case.call(headers=who.headers)
        answers[str(answer.status_code)] += 1
        if answer.status_code < 400 and not who.may(route):
            wrong.append(f"{who.named}: {route.method} {route.path} was answered")
        try:
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, AssertionError) as failure:
            wrong.append(f"{who.named}: {route.method} {route.path}: {_first(failure)}")

    one()
    return answers, wrong


def _first(failure: BaseException) -> str:
    inner: list[Any] = list(getattr(failure, "exceptions", [failure]))
    return str(inner[0]).partition("\n")[0]


def campaign(folder: Path, asked: Namespace) -> int:
    """Drive every route as everybody; return the exit code."""
    place = make(folder)
    wrong: list[str] = []
    with opened(place.settings) as service:
        schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", build(service))
        operations = {(o.ok().method.upper(), o.ok().path): o.ok() for o in schema.get_all_operations()}
        for who in everybody(service):
            answers = Counter[str]()
            for route in ROUTES:
                with suppress(KeyError):  # the description itself, which is where Schemathesis begins
                    found, faults = drive(operations[route.method, route.template], route, who, asked)
                    answers += found
                    wrong += faults
            print(f"{who.named:24} {answers.total():6} requests: {dict(sorted(answers.items()))}", flush=True)
    print("\n".join(f"{many} × {what}" for what, many in Counter(wrong).most_common(20)) or "nothing wrong")
    return int(bool(wrong) is not asked.control)


def careless() -> None:
    """Let every client do everything: the control."""
    Caller.require = lambda *_: None  # type: ignore[method-assign]


def main() -> int:
    """Run the campaign; return 0 if everything held, or the control was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=50, help="of each route, as each caller")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--control", action="store_true")
    asked = parser.parse_args()
    if asked.control:
        careless()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="assurance-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        return campaign(Path(folder), asked)


if __name__ == "__main__":
    sys.exit(main())
