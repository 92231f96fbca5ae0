"""The web process: the server, and what it calls once in each worker, after the fork."""

import atexit
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import parent_process
from multiprocessing.connection import wait
from types import FrameType

import msgspec
import structlog
from flask import Flask, Response, request
from granian.constants import Interfaces
from granian.server import Server
from werkzeug.exceptions import HTTPException

from fingerpost import settings
from fingerpost.api.rest.admission import threads_for
from fingerpost.api.rest.door import build
from fingerpost.api.rest.problem import PROBLEM_JSON, of_http
from fingerpost.guard.desk_store import Alert
from fingerpost.settings import Settings
from fingerpost.web import door as pages
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import FingerpostError, Misconfigured


def create() -> Flask:
    """Open the service named by the environment and return its WSGI application."""
    _leave_with_the_server()
    configure_logs()
    stack = ExitStack()
    try:
        service = stack.enter_context(opened(settings.load()))
    except Misconfigured as error:  # no later worker would fare better
        _say("serve")(str(error))
        _tell_server(REFUSED)
        sys.exit(2)
    atexit.register(stack.close)
    service.lookup.warm()
    answers_first()
    # Where the vault is apart, `fingerpost work` does the jobs as users who may; this shuts its own doors.
    for job in JOBS if service.settings.vault is None else (SUNSET,):
        _beside(service, job)
    return application(service)


HAND_OVER = 0.0005  # seconds that a thread computes while another waits for its turn; Python's own are 0.005


def answers_first() -> None:
    """Keep what is done beside the answers from standing in their way.

    A lookup waits for the database a dozen times, and after each wait for whichever job is computing. The
    lists and modules read so far stay: the collector need not stop every answer to walk them again.
    """
    sys.setswitchinterval(HAND_OVER)
    gc.collect()
    gc.freeze()


def configure_logs() -> None:
    """Write logs as one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )


def application(service: Service) -> Flask:
    """Return both doors over an open service: REST for systems, pages for people."""
    app = build(service)
    pages.add(app, service)
    app.before_request(service.sunset.require)
    app.register_error_handler(HTTPException, _lost(service))
    return app


def _lost(service: Service) -> Callable[[HTTPException], Response]:
    """Return what answers where no route does: a browser is shown a page, a system the problem it reads."""
    to_a_person = pages.lost(service)

    def handler(error: HTTPException) -> Response:
        liked = request.accept_mimetypes.best_match([PROBLEM_JSON, "text/html"])
        by_a_person = request.url_rule is None and liked == "text/html"
        return to_a_person(error) if by_a_person else of_http(error)

    return handler


SUNSET = "sunset"
REFUSED = signal.SIGUSR1  # what a worker tells the server whose instance it may not open
BEGINS_ANEW = 5.0  # seconds after a fault of ours
Failed = Callable[[FingerpostError], None]
# What is done beside the answers, never in their way: entries get their place, what has left is taken away.
JOBS: dict[str, Callable[[Service, threading.Event, Failed], None]] = {
    "sequencer": lambda service, stopped, failed: service.sequencer.run(stopped, failed),
    "purge": lambda service, stopped, failed: service.purge.keep_running(stopped, failed),
    "watch": lambda service, stopped, failed: service.watch.run(stopped, failed),
    "moves": lambda service, stopped, failed: service.moves.run(stopped, failed),
    "requests": lambda service, stopped, failed: service.requests.due.run(stopped, failed),
    "paging": lambda service, stopped, failed: service.paging.run(stopped, _tell, failed),
    "reconcile": lambda service, stopped, failed: service.reconciling.run(stopped, _say("reconcile"), failed),
    SUNSET: lambda service, stopped, failed: service.sunset.run(
        stopped, _say(SUNSET), failed, _leave(stopped)
    ),
}


def work(service: Service, job: str, stopped: threading.Event) -> None:
    """Do one of the jobs until `stopped`. What fails is told, and tried again; a fault of ours too.

    A job that ended would be missed by nobody: the doors go on answering without it.
    """
    log = structlog.get_logger()

    def failed(error: FingerpostError) -> None:
        log.error(job, error=type(error).__name__, detail=str(error))

    while not stopped.is_set():
        try:
            return JOBS[job](service, stopped, failed)
        except FingerpostError:  # a role that this process was not given, say: to begin anew mends nothing
            raise
        except Exception as error:  # its words may hold anything, so its kind alone is told
            log.error(job, error=type(error).__name__, detail="a fault of ours; the job begins anew")
            stopped.wait(BEGINS_ANEW)
    return None


def _beside(service: Service, job: str) -> None:
    stopped = threading.Event()
    threading.Thread(target=work, args=(service, job, stopped), name=job, daemon=True).start()
    atexit.register(stopped.set)  # before the pools close: what is registered last runs first


def _tell(alert: Alert) -> None:
    """Write an alert as the log's loudest line; nothing of a child is in it."""
    fields = {name: str(value) for name, value in msgspec.structs.asdict(alert).items()}
    structlog.get_logger().critical("alert", **fields)


def _say(job: str) -> Callable[[str], None]:
    return lambda words: structlog.get_logger().critical(job, detail=words)


def _leave(stopped: threading.Event) -> Callable[[], None]:
    """Return what shuts this process's doors for good: the server that started it, or its jobs."""

    def leave() -> None:
        stopped.set()
        _tell_server(signal.SIGTERM)

    return leave


def _tell_server(what: signal.Signals) -> None:
    """Signal the server that started this worker, if one did."""
    if server := parent_process():
        os.kill(server.pid or 0, what)


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
    """Run the web server in a worker process of its own, restarted if it dies.

    Where that worker is refused the instance, all of it ends with exit status 2.
    """
    refused = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        refused.set()
        signal.raise_signal(signal.SIGTERM)

    signal.signal(REFUSED, stop)
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
    if refused.is_set():
        sys.exit(2)
