"""A provider that answers as the test tells it, on loopback, one for a whole file."""

import threading
from collections.abc import Iterator

import pytest

from tests.access.idp import Answers, Idp


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    with Idp(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
