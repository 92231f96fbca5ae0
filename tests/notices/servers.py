"""A mail server and a webhook of the test's own, on this machine's loopback: they keep what they took."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer

from msgspec import Struct


class Post(Struct):
    """What a webhook took."""

    headers: dict[str, str]
    body: bytes


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a sender needs."""

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                taken = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(message_from_bytes(taken))  # type: ignore[attr-defined]
            self._say("221 bye" if verb == b"QUIT" else "250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[int, list[Message]]]:
    """Run a mail server. Yield its port, and what it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail) as server:
        server.mails = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.mails  # type: ignore[attr-defined]
        server.shutdown()


@contextmanager
def webhook(answers: list[int], location: str = "") -> Iterator[tuple[str, list[Post]]]:
    """Run a webhook that answers with these, then 204. Yield its address, and what it took.

    0 is no HTTP, and -1 an answer of which a byte comes now and then.
    """
    taken: list[Post] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(Post({name.lower(): text for name, text in self.headers.items()}, body))
            if not (status := answers.pop(0) if answers else 204):
                self.wfile.write(b"this is no HTTP\r\n\r\n")
                return
            if status < 0:
                for byte in b"HTTP/1.0 204 a very long while\r\n\r\n":
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)
                return
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            """What a redirect makes of a post."""
            taken.append(Post({name.lower(): text for name, text in self.headers.items()}, b""))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", taken
        server.shutdown()
