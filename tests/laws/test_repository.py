"""The repository itself: nothing of one machine, nothing heavy, nobody's address, every source's licence."""

import ast
import csv
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fingerpost.words import checks
from fingerpost.words.errors import Invalid

ROOT = Path(__file__).parents[2]
LARGEST = 1_500_000  # bytes
LICENCES = (
    "Open Government Licence", "MIT", "Apache-2.0", "CC0", "public domain", "made-up", "Made up", "made up",
)  # fmt: skip
# Folders that exist on one machine. A path in a URL, or of a program every Linux has, is not of that kind.
MACHINE_PATH = re.compile(r"(?<![\w./:$}])/(?:root|home|tmp|Users|mnt|private)/[\w.]")
EMAIL = re.compile(r"[\w.%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# A mention of a registry host in the lock would tie an install to it.
HOST = re.compile(r"https?://|^-|--(?:index-url|extra-index-url|find-links|trusted-host)| @ ", re.MULTILINE)

# Put right one by one; a name taken off these lists never comes back.


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def _texts() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in _tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((str(path.relative_to(ROOT)), content.decode("utf-8")))
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(_texts()) > 200


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert HOST.findall(lock) == []
    assert "--hash=sha256:" in lock
    assert HOST.findall("--index-url https://registry.example/simple\nx @ https://registry.example/x.whl")


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        (name, line.strip())
        for name, text in _texts()
        for line in text.splitlines()
        if MACHINE_PATH.search(line) and name != "tests/laws/test_repository.py"
    ]
    assert found == []


@pytest.mark.parametrize("line", ["'/home/ann/x'", "(/tmp/a)", "PATH=/root/.x"])
def test_a_folder_of_one_machine_would_be_seen(line: str) -> None:
    assert MACHINE_PATH.search(line)


def test_no_file_is_heavy() -> None:
    assert [path.name for path in _tracked() if path.stat().st_size > LARGEST] == []


def test_every_python_file_says_what_it_is() -> None:
    written = [path for path in _tracked() if path.suffix == ".py" and path.stat().st_size]
    silent = {
        str(path.relative_to(ROOT)) for path in written if not ast.get_docstring(ast.parse(path.read_bytes()))
    }
    assert silent == set()
    assert all("tests/" in str(p) for p in _tracked() if p.name == "__init__.py" and not p.stat().st_size)


def test_every_inbox_in_the_source_is_nobodys() -> None:
    """RFC 2606: `.example` is never anybody's domain."""
    domains = {
        domain for name, text in _texts() if name.startswith("src/") or name.endswith((".csv", ".tsv"))
        for domain in EMAIL.findall(text)
    }  # fmt: skip
    assert [domain for domain in domains if not domain.endswith(".example")] == []
    assert EMAIL.findall("ann@council.gov.uk") == ["council.gov.uk"]


def _data_files() -> list[Path]:
    kept = (".csv", ".tsv", ".txt", ".toml")
    return [p for p in _tracked() if "src/fingerpost" in str(p) and p.suffix in kept]


def test_every_list_of_data_names_its_licence() -> None:
    headers = {
        path.name: "\n".join(
            line for line in path.read_text("utf-8").splitlines()[:20] if line.startswith("#")
        )
        for path in _data_files()
    }
    assert len(headers) >= 10
    assert [name for name, header in headers.items() if not any(words in header for words in LICENCES)] == []


def _number(cell: str) -> str | None:
    try:
        return checks.nhs_number_of(cell, "cell")
    except Invalid:
        return None


def test_no_sample_holds_an_nhs_number_that_could_be_somebodys() -> None:
    """999 000 0000 to 999 999 9999 is kept for tests; any other that passes its check digit may be issued."""
    samples = [path for path in _tracked() if path.suffix == ".csv"]
    found = {
        (path.name, number)
        for path in samples
        for row in csv.reader(path.read_text("utf-8").splitlines())
        for cell in row
        if (number := _number(cell)) and not number.startswith("999")
    }
    assert len(samples) >= 2
    assert {name for name, _ in found} == set()


def test_what_is_installed_is_whole(tmp_path: Path) -> None:
    """The pages' styles are drawn, not kept: a wheel without them serves pages that nobody can read."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    held = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    source = ROOT / "src"
    kept = {str(path.relative_to(source)) for path in _tracked() if source in path.parents}
    drawn = {str(path.relative_to(source)) for path in (source / "fingerpost/web/static").glob("*")}
    assert "fingerpost/web/static/pages.css" in held
    assert (kept | drawn) - held == set()
