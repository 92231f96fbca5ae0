"""The service as it would be without admission: the control. `python -m assurance.overload.unbounded`"""

import os
from pathlib import Path

from flask import Flask

from fingerpost import app, settings
from fingerpost.api.rest import door


def create() -> Flask:
    """Return the application of `fingerpost serve`, with nobody turned away."""
    door.Admission = lambda application, _: application  # type: ignore[assignment,misc]
    return app.create()


def main() -> None:
    """Serve until stopped, as `serve_until_stopped` does."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])  # of the worker, which is another process
    given = settings.load()
    app.Server(
        "assurance.overload.unbounded:create", factory=True, interface=app.Interfaces.WSGI,
        address=given.host, port=given.port, workers=1, blocking_threads=given.threads, log_access=False,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    main()
