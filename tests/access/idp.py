"""A provider that signs whatever it is told to, for tests of what is made of that."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

OURS, THEIRS = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("ours", "theirs"))
STRONG = "urn:strong"


class Idp(ThreadingHTTPServer):
    """A provider that hands out whatever token it is told to."""

    token = ""
    issuer = ""
    keys_asked = 0

    def answer(self, path: str) -> dict[str, Any]:
        at = f"http://127.0.0.1:{self.server_port}"
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer or at, "authorization_endpoint": f"{at}/auth",
                "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys",
            }  # fmt: skip
        if path == "/error":
            return {"error": "invalid_grant"}
        if path == "/keys":
            self.keys_asked += 1
            return {"keys": [OURS.as_dict(private=False)]}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token}


class Answers(BaseHTTPRequestHandler):
    def _reply(self) -> None:
        assert isinstance(self.server, Idp)
        body = json.dumps(self.server.answer(self.path)).encode()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _reply  # noqa: N815

    def log_message(self, *_: object, **__: object) -> None:
        """Say nothing."""


def claims_of(idp: Idp, **changes: object) -> dict[str, object]:
    now = int(time.time())
    right = {
        "iss": f"http://127.0.0.1:{idp.server_port}", "aud": "fingerpost", "sub": "somebody", "nonce": "n",
        "exp": now + 60, "iat": now, "auth_time": now, "acr": STRONG,
    }  # fmt: skip
    return {name: value for name, value in {**right, **changes}.items() if value is not None}


def signed(claims: dict[str, object], key: RSAKey = OURS, kid: str = "ours") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)
