"""The proxy's configuration that is shipped, run by Debian's nginx before two doors of straw."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from msgspec import Struct

from fingerpost.api.rest.door import LARGEST_BODY
from fingerpost.words.clock import now
from tests.cli.serving import free_port, until

SHIPPED = Path(__file__).parents[1] / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PAGES, API = "fingerpost.example.gov.uk", "api.fingerpost.example.gov.uk"
HSTS = "strict-transport-security: max-age=63072000"

needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class _Door(BaseHTTPRequestHandler):
    """Says which door it is and what arrived."""

    def _reply(self) -> None:
        body = f"door {self.server.server_port} {self.command} {self.path}\n".encode()  # type: ignore[attr-defined]
        own = "X-Client-Cert"  # a server of Python's own takes "_" for "-"
        told = [value for name, value in self.headers.items() if name.replace("_", "-").title() == own]
        body += b"".join(f"certificate {one}\n".encode() for one in told)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _reply  # noqa: N815

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing."""


class Made(Struct, frozen=True):
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority of the tests."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.made = self._issue(name, self._name, self._key, authority=True)

    def issue(self, name: str) -> Made:
        key = ec.generate_private_key(ec.SECP256R1())
        return self._issue(name, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key)

    def revoking_nothing(self) -> Path:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name)
        builder = builder.last_update(now()).next_update(now() + timedelta(days=1))
        path = self._folder / "crl.pem"
        path.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return path

    def _issue(
        self, name: str, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, authority: bool = False
    ) -> Made:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now() - timedelta(days=1)).not_valid_after(
            now() + timedelta(days=1)
        )
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = Made(self._folder / f"{name}.crt", self._folder / f"{name}.key")
        made.certificate.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return made


class Proxy(Struct, frozen=True):
    """A proxy that runs: where, behind which doors, and who is let in."""

    tls: int
    clear: int
    web: int
    office: int
    authority: Authority
    system: Made
    stranger: Made

    def context(self, shown: Made | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority.made.certificate))
        if shown is not None:
            context.load_cert_chain(shown.certificate, shown.key)
        return context

    def ask(
        self, host: str, path: str, shown: Made | None = None, *, method: str = "GET", rest: bytes = b"\r\n",
        named: str = "",
    ) -> str:  # fmt: skip
        """Return the whole answer, headers in small letters. `named`: the host as it was asked for by TLS."""
        with (
            socket.create_connection(("127.0.0.1", self.tls), timeout=10) as plain,
            self.context(shown).wrap_socket(plain, server_hostname=named or host) as end,
        ):
            end.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode() + rest)
            return _everything(end)

    def ask_in_frames(self, *fields: tuple[str, str]) -> bytes:
        """Return all that comes back over HTTP/2 (RFC 9113) to a request with these fields beside its own."""
        own = ((":method", "GET"), (":scheme", "https"), (":path", "/look"), (":authority", PAGES))
        block = b"".join(_literal(part) for part in ((*own, *fields)))
        context = self.context()
        context.set_alpn_protocols(["h2"])
        with (
            socket.create_connection(("127.0.0.1", self.tls), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=PAGES) as end,
        ):
            end.sendall(
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(SETTINGS) + _frame(HEADERS, block, stream=1)
            )
            return _frames(end)

    def in_clear(self, host: str) -> str:
        with socket.create_connection(("127.0.0.1", self.clear), timeout=10) as end:
            end.sendall(f"GET /look HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return _everything(end)


DATA, HEADERS, RESET, SETTINGS, GO_AWAY = 0, 1, 3, 4, 7  # frames of RFC 9113
WHOLE = 0x05  # END_STREAM and END_HEADERS


def _frame(kind: int, payload: bytes = b"", stream: int = 0) -> bytes:
    flags = WHOLE if kind == HEADERS else 0
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _frames(end: socket.socket) -> bytes:
    """Return what comes until the request is answered, refused, or hung up on."""
    found = b""
    with end.makefile("rb") as frames:
        while head := frames.read(9):
            found += frames.read(int.from_bytes(head[:3], "big"))
            if head[3] in {RESET, GO_AWAY} or (head[3] == DATA and head[4] & 1):
                return found
    return found


def _literal(field: tuple[str, str]) -> bytes:
    """Return a field as it stands, neither indexed nor compressed (RFC 7541, 6.2.2)."""
    return b"\0" + b"".join(bytes([len(part)]) + part.encode("latin-1") for part in field)


def _everything(end: socket.socket) -> str:
    return _all(end).decode("latin-1").lower()


def _all(end: socket.socket) -> bytes:
    parts = list[bytes]()
    end.settimeout(1.0)  # what is refused is waited for by nginx: it lets a slow sender read why
    try:
        while part := end.recv(65_536):
            parts.append(part)
    except (ConnectionError, TimeoutError, ssl.SSLError):
        pass
    return b"".join(parts)


def _configured(folder: Path, proxy: Proxy, server: dict[str, Made], crl: Path) -> Path:
    text = SHIPPED.read_text("utf-8")
    places: dict[str, Path | str] = {
        "/etc/fingerpost/tls/systems-ca.crt": proxy.authority.made.certificate,
        "/etc/fingerpost/tls/systems-ca.crl": crl,
        "127.0.0.1:8420": f"127.0.0.1:{proxy.web}", "127.0.0.1:8421": f"127.0.0.1:{proxy.office}",
        "listen 443": f"listen 127.0.0.1:{proxy.tls}", "listen 80": f"listen 127.0.0.1:{proxy.clear}",
    }  # fmt: skip
    for host, made in server.items():
        places[f"/etc/fingerpost/tls/{host}.crt"] = made.certificate
        places[f"/etc/fingerpost/tls/{host}.key"] = made.key
    for shipped, here in places.items():
        assert shipped in text
        text = text.replace(shipped, str(here))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(
        f"worker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
    return path


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    doors = [ThreadingHTTPServer(("127.0.0.1", 0), _Door) for _ in range(2)]
    for door in doors:
        threading.Thread(target=door.serve_forever, daemon=True).start()
    authority = Authority(folder, "authority")
    (other := folder / "other").mkdir()
    made = Proxy(
        free_port(), free_port(), doors[0].server_port, doors[1].server_port, authority,
        authority.issue("patient-record"), Authority(other, "other").issue("stranger"),
    )  # fmt: skip
    server = {"pages": authority.issue(PAGES), "api": authority.issue(API)}
    path = _configured(folder, made, server, authority.revoking_nothing())
    line = [str(NGINX), "-p", str(folder), "-c", str(path), "-g", "daemon off;"]
    with subprocess.Popen(line, stderr=subprocess.PIPE) as process:
        try:
            assert until(lambda: _listens(made.tls) or process.poll() is not None, 15)
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield made
        finally:
            process.terminate()
    for door in doors:
        door.shutdown()
        door.server_close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@needs_nginx
def test_pages_and_api_are_two_hosts_of_two_doors(proxy: Proxy) -> None:
    for path, door in (
        ("/look", proxy.web), ("/", proxy.web), ("/work", proxy.office), ("/work/desk", proxy.office),
        ("/workshop", proxy.web), ("/look/1/contact/2", proxy.office), ("/look/1/answer", proxy.web),
    ):  # fmt: skip
        answer = proxy.ask(PAGES, path)
        assert f"door {door} get {path}" in answer
        assert HSTS in answer
    for host, path in ((PAGES, "/api/v1/lookups"), (PAGES, "/ledger/checkpoint"), (API, "/look"), (API, "/")):
        answer = proxy.ask(host, path, proxy.system)
        assert " 404 " in answer.partition("\n")[0]
        assert HSTS in answer
    assert f"door {proxy.web}" in proxy.ask(API, "/api/v1/lookups", proxy.system)
    assert f"door {proxy.office}" in proxy.ask(API, "/api/v1/lookups/stand", proxy.system)


@needs_nginx
def test_a_system_shows_its_certificate_and_the_ledger_is_for_anybody(proxy: Proxy) -> None:
    assert " 403 " in proxy.ask(API, "/api/v1/lookups")
    assert "door" not in proxy.ask(API, "/api/v1/lookups", proxy.stranger)
    for path in ("/ledger/checkpoint", "/api/v1/ledger/key", "/healthz"):
        assert f"door {proxy.web} get {path}" in proxy.ask(API, path)


@needs_nginx
@pytest.mark.parametrize("name", [b"X-Client-Cert", b"x-client-cert", b"X_Client_Cert", b"X-Client_Cert"])
def test_the_door_is_told_which_certificate_was_shown_by_nobody_else(proxy: Proxy, name: bytes) -> None:
    planted = name + b": planted\r\n\r\n"
    own = proxy.system.certificate.read_text("ascii")
    told = re.findall("certificate (.*)", proxy.ask(API, "/api/v1/lookups", proxy.system, rest=planted))
    assert [unquote(one).strip() for one in told] == [own.lower().strip()]
    for host, path in ((API, "/ledger/checkpoint"), (PAGES, "/look")):
        answer = proxy.ask(host, path, rest=planted)
        assert "door" in answer
        assert "certificate" not in answer


@needs_nginx
@pytest.mark.parametrize(
    "path",
    [
        "/ledger/../api/v1/lookups", "/ledger/tile/%2e%2e/%2e%2e/api/v1/lookups", "//api/v1/lookups",
        "/%61pi/v1/lookups", "/x%2f..%2fapi/v1/lookups", "/./api/v1/lookups",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_path_goes_around_the_certificate(proxy: Proxy, path: str) -> None:
    assert "door" not in proxy.ask(API, path)
    assert "door" not in proxy.ask(PAGES, path)
    assert "door" in proxy.ask(API, path, proxy.system), "the control: it is the path of a lookup"


@needs_nginx
def test_nor_does_a_host_that_was_not_asked_for_by_tls(proxy: Proxy) -> None:
    """The certificate is asked for by the name in the handshake; the other host answers nothing there."""
    assert "door" not in proxy.ask(API, "/api/v1/lookups", named=PAGES)
    assert "door" not in proxy.ask(API, "/ledger/checkpoint", named=PAGES)
    assert "door" not in proxy.ask(PAGES, "/api/v1/lookups", proxy.system, named=API)


@needs_nginx
def test_nothing_is_answered_in_clear_or_under_another_name(proxy: Proxy) -> None:
    assert "308" in (sent_on := proxy.in_clear(PAGES))
    assert f"location: https://{PAGES}/look" in sent_on
    assert proxy.in_clear(API) == proxy.in_clear("other.example") == ""
    with pytest.raises(ssl.SSLError):
        proxy.ask("other.example", "/")


@needs_nginx
@pytest.mark.parametrize(
    ("version", "spoken"),
    [
        (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_which_tls_is_spoken(proxy: Proxy, version: ssl.TLSVersion, spoken: bool) -> None:
    context = proxy.context()
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", proxy.tls), timeout=10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=PAGES) as end:
                assert (spoken, end.version(), end.selected_alpn_protocol()) == (True, _NAMES[version], "h2")
                assert re.search("GCM|POLY1305", str(end.cipher()))
        except ssl.SSLError:
            assert not spoken


_NAMES = {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}


@needs_nginx
def test_what_is_framed_twice_goes_no_further(proxy: Proxy) -> None:
    chunk = b"0\r\n\r\nGET /work HTTP/1.1\r\nHost: x\r\n\r\n"
    for rest in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk,
        b"Content-Length: 4\r\nContent-Length: 6\r\n\r\n" + chunk,
        b"Transfer-Encoding: xchunked\r\n\r\n" + chunk,
    ):
        answer = proxy.ask(PAGES, "/look", method="POST", rest=rest)
        assert re.match(r"http/1\.1 (400|501) ", answer), answer[:80]
        assert "door" not in answer


@needs_nginx
@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 5_000_000])
def test_a_form_that_is_too_long_is_told_so_by_a_page_of_ours(proxy: Proxy, size: int) -> None:
    form = f"Content-Length: {size}\r\n\r\n".encode() + b"x" * size
    answer = proxy.ask(PAGES, "/look", method="POST", rest=form)
    assert answer.startswith("http/1.1 413 ")
    assert f"door {proxy.web} get /too-long" in answer
    assert HSTS in answer
    assert "x" * 9 not in answer  # the form went no further
    assert " 404 " in proxy.ask(PAGES, "/too-long").partition("\n")[0]  # asked for by the proxy alone


@needs_nginx
def test_over_http_2_no_field_is_about_the_connection_and_none_holds_a_line_break(proxy: Proxy) -> None:
    """Nothing of these reaches a door; the control does, a field of any other name."""
    for field in (
        ("transfer-encoding", "chunked"), ("connection", "keep-alive"), ("connection", "x-other"),
        ("keep-alive", "timeout=5"), ("proxy-connection", "close"), ("upgrade", "h2c"),
        ("x-other", "a\r\nTransfer-Encoding: chunked"), ("x-other", "a\nb"), ("x-other", "a\rb"),
        ("x-other\r\nx", "a"), ("x\nother", "a"),
    ):  # fmt: skip
        answer = proxy.ask_in_frames(field)
        assert answer, field
        assert b"door" not in answer, field
    assert f"door {proxy.web} GET /look".encode() in proxy.ask_in_frames(("x-other", "a"))
