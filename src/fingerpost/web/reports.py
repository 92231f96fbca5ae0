"""What a browser reports of a page that broke its own policy (CSP Level 3, section 5): noted, never answered.

A report is anybody's to send. So only the directive is logged, of a closed set: no address, no sample.
"""

from http import HTTPStatus

import msgspec
import structlog
from flask import Response, request
from msgspec import Struct, field

from fingerpost.web.route import Visit

log = structlog.get_logger()

ADDRESS = "/broken-policy"
DIRECTIVES = frozenset({
    "base-uri", "default-src", "form-action", "frame-ancestors", "img-src", "require-trusted-types-for",
    "script-src", "script-src-attr", "script-src-elem", "style-src", "style-src-attr", "style-src-elem",
})  # fmt: skip


class _Body(Struct, frozen=True, rename="kebab"):
    effective_directive: str = ""


class _Report(Struct, frozen=True, rename="kebab"):
    csp_report: _Body = field(default_factory=_Body)


_decode = msgspec.json.Decoder(_Report).decode


def received(_: Visit) -> Response:
    """Note which directive was broken."""
    try:
        directive = _decode(request.get_data()).csp_report.effective_directive
    except msgspec.MsgspecError:
        directive = ""
    log.warning("policy_broken", directive=directive if directive in DIRECTIVES else "other")
    return Response(status=HTTPStatus.NO_CONTENT)
