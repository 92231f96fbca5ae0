"""How commands write what a program is to read."""

import msgspec


def json_of(value: object) -> str:
    """Return a value of ours as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
