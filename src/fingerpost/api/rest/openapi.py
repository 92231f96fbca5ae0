"""The OpenAPI 3.1 page, built from the very types that requests are read into and answers written from."""

from functools import cache
from typing import Any

import msgspec

import fingerpost
from fingerpost.access.caller import Caller
from fingerpost.api.rest import challenges, links, moves
from fingerpost.api.rest.body import ByForm
from fingerpost.api.rest.ledger import BYTES, TEXT, VerifyingKey
from fingerpost.api.rest.operations import Health, LatestFeeds
from fingerpost.api.rest.problem import PROBLEM_JSON, ProblemDocument
from fingerpost.api.rest.requests import ActForm, AskedRequests, AskForm, Ended, EndForm, WaitingRequests
from fingerpost.lookup import Answer, Coverage
from fingerpost.lookup.form import QuestionForm
from fingerpost.moves.alert import Alert
from fingerpost.moves.hand_over import HandOver
from fingerpost.notices.delivery_store import Route
from fingerpost.requests.shown import Mine, Opened
from fingerpost.signposts.review import Shown
from fingerpost.wiring import Service

VERSION = "1"  # of the interface; which release answers is nobody's to know (ASVS 5.0 13.4.6)
_TYPES = (
    QuestionForm, Answer, Coverage, LatestFeeds, VerifyingKey, Health, ProblemDocument,
    AskForm, ActForm, EndForm, Mine, Opened, Ended, AskedRequests, WaitingRequests,
)  # fmt: skip
_ACTS = (
    ByForm, moves.NoticeForm, moves.OfferForm, moves.DecisionForm, moves.NoticesWaiting,
    moves.NoticesShown, moves.HandOversShown, moves.OrphansShown, HandOver, moves.Done,
    moves.StandForm, moves.CovertForm, moves.AlertForm, moves.AlertDecisionForm, moves.AlertsShown, Alert,
    moves.RouteForm, Route, links.LinkForm, links.VerdictForm, links.BreakForm, links.TrailForm,
    links.NeverJoinForm, links.LinksWaiting, Shown, links.Standing, links.Broken, links.TrailShown,
    links.ToldForm, links.ToldShown,
    challenges.ListForm, challenges.EntryForm, challenges.JustifyForm, challenges.ReviewForm,
    challenges.ChallengesShown, challenges.Said,
)  # fmt: skip
_PROBLEMS = {
    "401": "The bearer token is missing, wrong, expired or revoked.",
    "403": "The caller may not ask this; the detail says which rule decided.",
    "404": "There is no such thing here.",
    "413": "The body is larger than any question.",
    "422": "A field is missing or cannot be right; `errors` names each, never its value.",
    "503": "A store cannot be reached just now; nothing was answered. Try again.",
}

_LOOKUP_PROBLEMS = ("401", "403", "413", "422", "503")


def serve(_service: Service, _caller: Caller | None) -> dict[str, Any]:
    """Give this description of the API."""
    return document()


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    schemas, components = msgspec.json.schema_components(
        (*_TYPES, *_ACTS), ref_template="#/components/schemas/{name}"
    )
    known, acts = schemas[: len(_TYPES)], schemas[len(_TYPES) :]
    (question, answer, coverage, feeds, key, health, problem), requests = known[:7], known[7:]
    open_get = ("503",)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fingerpost",
            "version": VERSION,
            "description": fingerpost.__doc__,
        },
        "paths": {
            "/api/v1/lookups": {"post": _lookup(question, answer, problem)},
            "/api/v1/coverage": {
                "get": _get("Which authorities are reporting", coverage, problem, ("401", "403", "503"))
            },
            "/api/v1/feeds": {
                "get": _get("This authority's latest feeds", feeds, problem, ("401", "403", "503"))
            },
            "/api/v1/ledger/key": {
                "get": _open(_get("The key that receipts are checked with", key, problem))
            },
            **_acts(dict(zip(_ACTS, acts, strict=True)), problem),
            **_requests(problem, *requests),
            **_tree(problem),
            "/api/v1/openapi.json": {"get": _open(_get("This page", {"type": "object"}, problem))},
            "/healthz": {"get": _open(_get("Whether the process runs", health, problem))},
            "/readyz": {"get": _open(_get("Whether the database answers", health, problem, open_get))},
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _tree(problem: dict[str, Any]) -> dict[str, Any]:
    def read(summary: str, content_type: str, **argument: Any) -> dict[str, Any]:
        operation = _open(_get(summary, {"type": "string"}, problem, ("404", "503"), content_type))
        if argument:
            operation["parameters"] = [{"in": "path", "required": True, **argument}]
        return {"get": operation}

    entry = {"name": "entry", "schema": {"type": "string", "format": "uuid"}}
    tile = {"name": "tile", "schema": {"type": "string"}, "description": "As 0/x001/234.p/56."}
    return {
        "/api/v1/ledger/proofs/{entry}": read("The proof of a receipt (c2sp.org/tlog-proof)", TEXT, **entry),
        "/ledger/checkpoint": read("The latest checkpoint (c2sp.org/tlog-checkpoint)", TEXT),
        "/ledger/cosigned": read("The latest checkpoint that a witness cosigned", TEXT),
        "/ledger/tile/{tile}": read("A tile or entry bundle (c2sp.org/tlog-tiles)", BYTES, **tile),
    }


def _acts(schemas: dict[type, dict[str, Any]], problem: dict[str, Any]) -> dict[str, Any]:
    def post(summary: str, form: type, shown: type) -> dict[str, Any]:
        return {"post": _post(summary, schemas[form], schemas[shown], problem, (*_LOOKUP_PROBLEMS, "404"))}

    route = _get("Where an authority is told", schemas[Route], problem, ("401", "403", "503"))
    waiting = _get("How many items wait", schemas[moves.NoticesWaiting], problem, ("401", "403", "503"))
    return {
        "/api/v1/notices": {"get": waiting},
        "/api/v1/notices/read": post("What an authority is told", ByForm, moves.NoticesShown),
        "/api/v1/notices/acknowledge": post("A notice was seen", moves.NoticeForm, moves.Done),
        "/api/v1/notices/route": {"get": route},
        "/api/v1/notices/route/set": post("Set where", moves.RouteForm, moves.Done),
        "/api/v1/links/list": post("Links that wait for two people", ByForm, links.LinksWaiting),
        "/api/v1/links/show": post("How alike two records are", links.LinkForm, Shown),
        "/api/v1/links/decide": post("Say: one child, or two", links.VerdictForm, links.Standing),
        "/api/v1/links/break": post("Break a link for good", links.BreakForm, links.Broken),
        "/api/v1/trails/show": post("The trail of a record", links.TrailForm, links.TrailShown),
        "/api/v1/trails/never-join": post("Keep a life apart", links.NeverJoinForm, moves.Done),
        "/api/v1/told/list": post("What changed in an authority's links", ByForm, links.ToldShown),
        "/api/v1/told/acknowledge": post("An item was seen", links.ToldForm, moves.Done),
        "/api/v1/hand-overs": post("Offer a child to another authority", moves.OfferForm, HandOver),
        "/api/v1/hand-overs/decide": post("Accept, decline or withdraw", moves.DecisionForm, HandOver),
        "/api/v1/hand-overs/list": post("Offered and received", ByForm, moves.HandOversShown),
        "/api/v1/orphans/list": post("Handed on, opened by nobody", ByForm, moves.OrphansShown),
        "/api/v1/lookups/stand": post("Be told when the child comes", moves.StandForm, moves.Done),
        "/api/v1/lookups/covert": post("Put off telling who holds the child", moves.CovertForm, moves.Done),
        "/api/v1/alerts": post("Raise an alert of a missing family", moves.AlertForm, Alert),
        "/api/v1/alerts/decide": post("Approve an alert, or end it", moves.AlertDecisionForm, Alert),
        "/api/v1/alerts/list": post("Alerts, and who was looked through", ByForm, moves.AlertsShown),
        "/api/v1/challenges/list": post(
            "Answers to be justified", challenges.ListForm, challenges.ChallengesShown
        ),
        "/api/v1/challenges/justify": post("Say why one asked", challenges.JustifyForm, moves.Done),
        "/api/v1/challenges/show": post("What an asker said", challenges.EntryForm, challenges.Said),
        "/api/v1/challenges/review": post("Accept it, or question it", challenges.ReviewForm, moves.Done),
    }


def _requests(problem: dict[str, Any], *schemas: dict[str, Any]) -> dict[str, Any]:
    ask, act, end, mine, opened, ended, asked, waiting = schemas
    who = {"name": "practitioner", "in": "query", "required": True, "schema": {"type": "string"}}
    which = {
        "name": "request_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}
    }  # fmt: skip
    problems = ("401", "403", "404", "413", "422", "503")

    def listed(summary: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"get": {**_get(summary, schema, problem, problems), "parameters": [who]}}

    def act_on(summary: str, form: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
        return {"post": {**_post(summary, form, schema, problem, problems), "parameters": [which]}}

    return {
        "/api/v1/contact-requests": {
            "post": _post("Ask the team of a signpost to make contact", ask, mine, problem, problems)
        },
        "/api/v1/contact-requests/asked": listed("What a practitioner asked", asked),
        "/api/v1/contact-requests/waiting": listed("What waits for this authority", waiting),
        "/api/v1/contact-requests/{request_id}/open": act_on("Open a contact request", act, opened),
        "/api/v1/contact-requests/{request_id}/end": act_on("End a contact request", end, ended),
    }


def _lookup(question: dict[str, Any], answer: dict[str, Any], problem: dict[str, Any]) -> dict[str, Any]:
    summary = "Ask who else is, or was, working with one child"
    return _post(summary, question, answer, problem, _LOOKUP_PROBLEMS)


def _post(
    summary: str, form: dict[str, Any], answer: dict[str, Any], problem: dict[str, Any],
    problems: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    operation = _get(summary, answer, problem, problems)
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": form}}}
    return operation


def _get(
    summary: str,
    schema: dict[str, Any],
    problem: dict[str, Any],
    problems: tuple[str, ...] = (),
    content_type: str = "application/json",
) -> dict[str, Any]:
    responses = {"200": {"description": summary, "content": {content_type: {"schema": schema}}}}
    for status in problems:
        content = {PROBLEM_JSON: {"schema": problem}}
        responses[status] = {"description": _PROBLEMS[status], "content": content}
    return {"summary": summary, "responses": responses}


def _open(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "security": []}
