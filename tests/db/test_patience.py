"""The watch over connections: one that is lost as it is cut does not end the watch over the others."""

# pyright: reportArgumentType=false

import socket
import time

import pytest
from psycopg import OperationalError

from fingerpost.db.patience import Patience


class _Gone:
    """A connection that libpq found lost after it was asked whether it is closed."""

    closed = False

    @property
    def pgconn(self) -> "_Gone":
        return self

    @property
    def socket(self) -> int:
        raise OperationalError("the connection is lost")


class _Open:
    """A connection to a server that says nothing."""

    closed = False

    def __init__(self, end: socket.socket) -> None:
        self.socket = end.fileno()

    @property
    def pgconn(self) -> "_Open":
        return self


@pytest.mark.filterwarnings("error")
def test_a_connection_lost_in_that_moment_does_not_end_the_watch() -> None:
    patience = Patience(0.1)
    ours, theirs = socket.socketpair()
    with ours, theirs, patience.over(_Gone()):
        time.sleep(0.5)
        ours.settimeout(20)
        with patience.over(_Open(ours)):
            assert ours.recv(1) == b""  # cut
    patience.stop()
