"""Styles and scripts: few, built at set-up, compressed once, kept by browsers for ever under their digest."""

import gzip
from functools import lru_cache
from http import HTTPStatus

import brotli  # pyright: ignore[reportMissingTypeStubs]
from flask import Response, request

from fingerpost.web.pages import STATIC, address_of
from fingerpost.web.route import Visit
from fingerpost.words.errors import NotFound

TYPES = {
    "pages.css": "text/css; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
    "proof.js": "text/javascript; charset=utf-8",
    "govuk-frontend.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def serve(_visit: Visit, digest: str, name: str) -> Response:
    """Serve a file of the list under its digest; nothing else is ever read."""
    if name not in TYPES or address_of(name) != f"/assets/{digest}/{name}":
        raise NotFound("there is no such file")
    coding = next((c for c in ("br", "gzip") if c in request.headers.get("Accept-Encoding", "")), "identity")
    response = Response(_coded(name, coding), HTTPStatus.OK, content_type=TYPES[name])
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@lru_cache
def _coded(name: str, coding: str) -> bytes:
    content = (STATIC / name).read_bytes()
    match coding:
        case "br":
            return bytes(brotli.compress(content))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        case "gzip":
            return gzip.compress(content, 9)
        case _:
            return content
