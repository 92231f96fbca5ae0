"""How commands write what a program is to read."""

import msgspec


def json_of(value: object) -> str:
    """Return a value of ours as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def as_text(cell: str) -> str:
    """Return a cell of a CSV that no spreadsheet takes for a formula: with an apostrophe before it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
