"""What an address of a database says, as the driver reads it.

So which of two words counts, and where each of several hosts is, is as it will be when it is connected to.
"""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo


def is_readable(address: str) -> bool:
    """Tell whether the driver can read it at all. Its own words are kept back: they may quote a password."""
    try:
        conninfo_to_dict(address)
    except ProgrammingError:
        return False
    return True


def is_private(address: str) -> bool:
    """Tell whether a connection stays on this machine, or is TLS to a server whose certificate is checked."""
    said = conninfo_to_dict(address)
    named = f"{said.get('host', '')},{said.get('hostaddr', '')}".split(",")
    on_a_socket = all(host.startswith("/") for host in named if host) and "service" not in said
    return on_a_socket or said.get("sslmode") == "verify-full"


def of_role(address: str, role: str, password: str) -> str:
    """Return the address as one role connects to it; a server that has gone silent is noticed soon."""
    return make_conninfo(
        address, user=role, password=password, connect_timeout=5,
        keepalives_idle=5, keepalives_interval=2, keepalives_count=2, tcp_user_timeout=2000,
    )  # fmt: skip
