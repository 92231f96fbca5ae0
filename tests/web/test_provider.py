"""Signing in at a provider that is not ours: npm's oidc-provider, on loopback, with a real server of ours."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from fingerpost.access.caller import Practitioner
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.wiring import found, opened
from fingerpost.words.vocabulary import Role
from tests.cli.serving import Server, free_port, until
from tests.conftest import let_in

STRANGER = Path(__file__).parent / "stranger"
SECRET = "a secret of this test alone"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (STRANGER / "node_modules" / "oidc-provider").exists(),
    reason="npm's oidc-provider is not installed",
)


class Issuer:
    """The provider's process, and where it is."""

    def __init__(self, ours: str, acr: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        line = [
            "node", "provider.js", str(self.port), f"{ours}/sign-in/back", f"{ours}/signed-out",
            f"{ours}/sign-in/ended", acr,
        ]  # fmt: skip
        self._process = subprocess.Popen(
            line, cwd=STRANGER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def is_up(self) -> bool:
        try:
            return requests.get(f"{self.url}/.well-known/openid-configuration", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings]:
    """An instance with a nurse, and its folder."""
    folder = tmp_path_factory.mktemp("signed")
    settings = Settings(instance=folder / "i", environment=Environment.TEST, port=free_port())
    (folder / "secret").write_text(SECRET)
    found(settings)
    with opened(settings) as service:
        let_in(Instance(settings).owner_conninfo())
        service.accounts.save_practitioner(
            Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True)
        )
    return folder, settings


@pytest.fixture(scope="module", params=["strong", "weak"])
def ours(request: pytest.FixtureRequest, founded: tuple[Path, Settings]) -> Iterator[tuple[str, str]]:
    """A server of ours that asks for a strong sign-in, beside a provider that gives what `param` says."""
    folder, settings = founded
    issuer = Issuer(settings.url, request.param)
    with opened(settings) as service:
        service.sessions.name_account(issuer.url, "known", "RJ1", "nurse")
    try:
        assert until(issuer.is_up)
        oidc: dict[str, Any] = {
            "oidc_issuer": issuer.url,
            "oidc_secret_file": folder / "secret",
            "oidc_strong": "strong",
        }
        with Server(settings.instance, folder / "log", port=settings.port, **oidc):
            yield settings.url, request.param
    finally:
        issuer.stop()


def _sign_in(browser: requests.Session, ours: str, account: str) -> requests.Response:
    """Walk through the provider as a browser does; return the last page."""
    answer = browser.post(
        f"{ours}/sign-in", data={"onward": "/look"}, headers=SAME_ORIGIN, allow_redirects=False, timeout=20
    )
    while answer.is_redirect or "<button" in answer.text:
        if answer.is_redirect:
            address = urljoin(answer.url, answer.headers["Location"])
        elif "/choose/" in answer.url:
            address = f"{answer.url}?account={account}"
        else:
            break
        answer = browser.get(address, allow_redirects=False, timeout=20)
    return answer


def test_signed_in_by_a_strong_sign_in_alone(ours: tuple[str, str]) -> None:
    url, acr = ours
    with requests.Session() as browser:
        answer = _sign_in(browser, url, "known")
        if acr == "weak":
            assert answer.status_code == 403
            assert "second factor" in answer.text
        else:
            assert (answer.status_code, answer.url.partition("?")[0]) == (200, f"{url}/look"), answer.text
            assert "A Nurse" in answer.text


def test_somebody_nobody_has_named_is_not_in(ours: tuple[str, str]) -> None:
    url, acr = ours
    if acr == "weak":
        return
    with requests.Session() as browser:
        answer = _sign_in(browser, url, "stranger")
        assert answer.status_code == 403
        assert "nobody has said yet who you are" in answer.text
        assert browser.get(f"{url}/look", timeout=20).status_code == 401


def test_signing_out_here_signs_out_there(ours: tuple[str, str]) -> None:
    url, acr = ours
    if acr == "weak":
        return
    with requests.Session() as browser:
        page = _sign_in(browser, url, "known").text
        token = re.search(r'name="form_token" value="(\w+)"', page)
        assert token is not None
        answer = browser.post(
            f"{url}/sign-out",
            data={"form_token": token[1]},
            headers=SAME_ORIGIN,
            allow_redirects=False,
            timeout=20,
        )
        assert answer.status_code == 303
        assert "/session/end?id_token_hint=" in answer.headers["Location"]
        assert browser.get(f"{url}/look", timeout=20).status_code == 401
        there = browser.get(answer.headers["Location"], timeout=20)
        assert there.status_code == 200


def test_signing_out_there_signs_out_here(ours: tuple[str, str]) -> None:
    """Back-channel: the provider's server tells ours, and every copy of the session is over."""
    url, acr = ours
    if acr == "weak":
        return
    with requests.Session() as browser:
        _sign_in(browser, url, "known")
        copy = requests.Session()
        copy.cookies.update(browser.cookies)
        assert copy.get(f"{url}/look", timeout=20).status_code == 200
        issuer = re.search(
            r"form-action 'self' (\S+);", copy.get(url, timeout=20).headers["Content-Security-Policy"]
        )
        assert issuer is not None
        form = browser.get(f"{issuer[1]}/session/end", timeout=20).text
        xsrf = re.search(r'name="xsrf" value="(\w+)"', form)
        assert xsrf is not None
        browser.post(f"{issuer[1]}/session/end/confirm", data={"xsrf": xsrf[1], "logout": "yes"}, timeout=20)
        assert until(lambda: copy.get(f"{url}/look", timeout=20).status_code == 401, 20)


def test_a_logout_token_that_nobody_signed_ends_nothing(ours: tuple[str, str]) -> None:
    url, _ = ours
    for token in ("", "x.y.z", "eyJhbGciOiJub25lIn0.e30."):
        assert (
            requests.post(f"{url}/sign-in/ended", data={"logout_token": token}, timeout=20).status_code == 403
        )
