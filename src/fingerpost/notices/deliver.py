"""Takes "2 items wait" to an address or a webhook. Nothing else ever leaves: no child, no reference, no kind.

A message is taken, sent and noted as sent in one transaction. A worker that is killed in between leaves it to
the next one, which sends it again under the same id (`Message-ID`, `webhook-id`), so that whoever receives it
can tell: no message is lost, and none is two.
"""

import base64
import smtplib
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec
from msgspec import Struct

from fingerpost.db.database import Database, Session
from fingerpost.notices import delivery_store as store
from fingerpost.notices.delivery_store import Delivery
from fingerpost.vault import Vault
from fingerpost.words.checks import THIS_MACHINE
from fingerpost.words.errors import FingerpostError

PATIENCE = 10.0  # seconds that a server may take
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)  # until it is tried again, doubling
ENOUGH_DOUBLED = 7  # times: the wait is the longest, and no number of tries makes it one that no clock holds


class Post(Struct, frozen=True):
    """Where messages go out, and where people go to read. Without a mail server no e-mail leaves."""

    url: str
    mail_host: str = ""
    mail_port: int = 25
    mail_from: str = ""


class _Waiting(Struct, frozen=True):
    """The whole body of a webhook (https://www.standardwebhooks.com)."""

    type: str
    timestamp: datetime
    authority: str
    waiting: int


class Deliver:
    """Sends what is due. `database` connects as the role of moves."""

    def __init__(self, database: Database, vault: Vault, post: Post, clock: Callable[[], datetime]) -> None:
        self._database, self._vault, self._post, self._clock = database, vault, post, clock
        self._channels = ["webhook", *(["email"] if post.mail_host else [])]

    def run(self) -> int:
        """Send what is due, up to the first message that is not taken. Return how many were.

        The others go with the next beat: where servers are away, no child who moves waits for all of them.
        """
        sent = 0
        while (taken := self._one()) is not None:
            sent += taken
        return sent

    def _one(self) -> int | None:
        """Send one message. Return how many left; None where nothing is due, or it was not taken."""
        moment = self._clock()
        with self._database.transaction() as session:
            delivery = store.take(session, moment, self._channels)
            if delivery is None:
                return None
            return self._attempt(session, delivery, moment)

    def _attempt(self, session: Session, delivery: Delivery, moment: datetime) -> int | None:
        address = delivery.recipient if delivery.channel == "email" else None
        waiting = store.count_for(session, delivery.authority, address)
        try:
            if waiting:
                _in_time(lambda: self._send(delivery, waiting, moment))
        except FingerpostError:
            raise
        except Exception:  # an address that cannot be written, a server that answers anything: its own alone
            wait = min(FIRST_WAIT * 2 ** min(delivery.attempts, ENOUGH_DOUBLED), LONGEST_WAIT)
            store.failed(session, delivery.id, moment + wait)
            return None
        store.sent(session, delivery.id, moment)
        return int(waiting > 0)

    def _send(self, delivery: Delivery, waiting: int, moment: datetime) -> None:
        if delivery.channel == "email":
            self._mail(message(delivery, waiting, self._post))
        else:
            self._call(delivery, waiting, moment)

    def _mail(self, mail: EmailMessage) -> None:
        with smtplib.SMTP(self._post.mail_host, self._post.mail_port, timeout=PATIENCE) as server:
            if self._post.mail_host not in THIS_MACHINE:  # refused where it offers none: nothing in clear
                server.starttls(context=ssl.create_default_context())
            server.send_message(mail)

    def _call(self, delivery: Delivery, waiting: int, moment: datetime) -> None:
        body = msgspec.json.encode(_Waiting("notices.waiting", moment, delivery.authority, waiting))
        stamp = int(moment.timestamp())
        signature = base64.b64encode(self._vault.sign_notice(delivery.id, stamp, body)).decode()
        headers = {
            "Content-Type": "application/json", "webhook-id": str(delivery.id),
            "webhook-timestamp": str(stamp),
            "webhook-signature": f"v1a,{signature}",
        }  # fmt: skip
        request = Request(delivery.recipient, body, headers)  # noqa: S310  `Routes` lets https alone in
        with build_opener(_Nowhere).open(request, timeout=PATIENCE) as answer:
            answer.read(1)


class _Nowhere(HTTPRedirectHandler):
    """Goes nowhere else than to the address that the authority gave: that one was looked at."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Take what leads elsewhere for no answer."""


def _in_time(send: Callable[[], None]) -> None:
    """Send, or raise `TimeoutError`: a server's own patience counts each byte anew."""
    done: Future[None] = Future()

    def run() -> None:
        try:
            done.set_result(send())
        except BaseException as error:  # for whoever waits
            done.set_exception(error)

    threading.Thread(target=run, name="deliver", daemon=True).start()
    done.result(2 * PATIENCE)


def message(delivery: Delivery, waiting: int, post: Post) -> EmailMessage:
    """Return the whole of an e-mail. Sent twice, it is the same message."""
    items = "1 item waits" if waiting == 1 else f"{waiting} items wait"
    mail = EmailMessage()
    mail["Subject"] = f"{items} in Fingerpost"
    mail["From"] = post.mail_from
    mail["To"] = delivery.recipient
    mail["Message-ID"] = f"<{delivery.id}@{post.mail_from.rpartition('@')[2] or 'fingerpost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{items} for your team.\n\nSign in to read and acknowledge: {post.url}/inbox\n")
    return mail
