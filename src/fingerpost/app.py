"""The web process: `create` is what the server calls, once in each worker, after the fork."""

import atexit
from contextlib import ExitStack

import structlog
from flask import Flask

from fingerpost import settings
from fingerpost.api.rest.door import build
from fingerpost.wiring import opened


def create() -> Flask:
    """Open the service named by the environment and return its WSGI application."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    stack = ExitStack()
    service = stack.enter_context(opened(settings.load()))
    atexit.register(stack.close)
    service.vault.warm()
    return build(service)
