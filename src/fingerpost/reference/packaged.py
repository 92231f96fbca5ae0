"""Where a data package keeps its files. Found without importing it: one of the two imports pandas."""

from importlib.util import find_spec
from pathlib import Path

from fingerpost.words.errors import Misconfigured


def packaged_bytes(package: str, name: str) -> bytes:
    """Return the contents of file `name` of an installed package; `Misconfigured` where it is absent."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise Misconfigured(f"the data package {package} is not installed")
    return (Path(folders[0]) / name).read_bytes()
