"""The certificate that a system shows, by which its token is bound to it (RFC 8705)."""

import hashlib
import ssl


def thumbprint(pem: str) -> bytes:
    """Return the SHA-256 of a certificate in PEM, as `x5t#S256` has it; raise `ValueError` if it is none."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.strip())).digest()
