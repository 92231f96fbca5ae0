"""The web process: the server, and what it calls once in each worker, after the fork."""

import atexit
import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import parent_process
from multiprocessing.connection import wait

import msgspec
import structlog
from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from fingerpost import settings
from fingerpost.api.rest.admission import threads_for
from fingerpost.api.rest.door import build
from fingerpost.guard.desk_store import Alert
from fingerpost.settings import Settings
from fingerpost.web import door as pages
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError, Misconfigured


def create() -> Flask:
    """Open the service named by the environment and return its WSGI application."""
    _leave_with_the_server()
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
    service.lookup.warm()
    _beside("sequencer", service.sequencer.run)
    _beside("purge", service.purge.keep_running)
    _beside("watch", service.watch.run)
    _beside("moves", service.moves.run)
    _beside("contact requests", service.requests.due.run)
    _beside("paging", lambda stopped, failed: service.paging.run(stopped, _tell, failed))
    return application(service)


def application(service: Service) -> Flask:
    """Return both doors over an open service: REST for systems, pages for people."""
    app = build(service)
    pages.add(app, service)
    return app


def _beside(name: str, work: Callable[[threading.Event, Callable[[FingerpostError], None]], None]) -> None:
    """Work beside the answers, never in their way: entries get their place, what has left is taken away."""
    log = structlog.get_logger()

    def failed(error: FingerpostError) -> None:
        log.error(name, error=type(error).__name__, detail=str(error))

    stopped = threading.Event()
    threading.Thread(target=work, args=(stopped, failed), name=name, daemon=True).start()
    atexit.register(stopped.set)  # before the pools close: what is registered last runs first


def _tell(alert: Alert) -> None:
    """Write an alert as the log's loudest line; nothing of a child is in it."""
    fields = {name: str(value) for name, value in msgspec.structs.asdict(alert).items()}
    structlog.get_logger().critical("alert", **fields)


def _leave_with_the_server() -> None:
    """End this worker when the server that started it is killed: an orphan would keep the port."""
    server = parent_process()
    if server is None:
        return

    def watch() -> None:
        wait([server.sentinel])
        os._exit(1)  # nothing unacknowledged is worth keeping, and the database rolls it back

    threading.Thread(target=watch, name="server-watch", daemon=True).start()


def require_free_port(given: Settings) -> None:
    """Refuse a port in use: the server sets SO_REUSEPORT, and two instances would share it unseen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            given.host, given.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = (error.strerror or "cannot be used").lower()
        raise Misconfigured(
            f"{given.host} port {given.port}: {reason}; set FINGERPOST_HOST or FINGERPOST_PORT"
        ) from None


def serve_until_stopped(given: Settings) -> None:
    """Run the web server in a worker process of its own, restarted if it dies."""
    Server(
        "fingerpost.app:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=given.host,
        port=given.port,
        workers=1,
        blocking_threads=threads_for(given.threads),
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
