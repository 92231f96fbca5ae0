"""Whether any component is older than the time frame for updates (ASVS 5.0, 15.2.1; docs/upkeep.md).

    python -m assurance.components [--days 92] [--control]

The lock is held against what `uv` would have resolved so many days ago: nothing in it may be older than that.
`--days 2` is the shortest time frame: what somebody has mended is then in the lock, whether advisories could
be asked or not. Needs `uv`, npm and their registries. `--control` sets one component of each back; that must
be found.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import Version

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[.*\])?==([^\s;\\]+)", re.MULTILINE)
HELD = {"govuk-frontend": "6.3.0"}  # the newest govuk-frontend-jinja, 4.1.0, draws for this one exactly
PAGES = ROOT / "pages"  # what is served; the strangers of the tests are none of ours


def locked() -> dict[str, str]:
    """Return what is installed, by its lock."""
    return dict(PINNED.findall((ROOT / "requirements.lock").read_text("utf-8")))


def newest(day: str) -> dict[str, str]:
    """Return what would have been the newest that goes together, of all released before a day."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["hsm"], *extras["training"], *extras["dev"]]
    names = {re.split(r"[<>=!~]", one)[0] for one in asked if not one.startswith("fingerpost")}
    line = [
        "uv", "pip", "compile", "--universal", "--python-version=3.11", "--quiet",
        f"--exclude-newer={day}", "-",
    ]  # fmt: skip
    done = subprocess.run(line, input="\n".join(names), capture_output=True, text=True, check=True)
    return dict(PINNED.findall(done.stdout))


def late(ours: dict[str, str], asked: dict[str, str]) -> list[str]:
    """Return the components of which something newer is older than the time frame."""
    return [
        f"{name} {ours[name]}, not {version}"
        for name, version in sorted(asked.items())
        if name in ours and Version(ours[name]) < Version(version) and ours[name] != HELD.get(name)
    ]


def pages(day: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the same of what the pages are drawn with: what is locked, and what was newest."""
    packages: dict[str, Any] = json.loads((PAGES / "package-lock.json").read_text("utf-8"))["packages"]
    ours = {
        path.removeprefix("node_modules/"): str(found["version"]) for path, found in packages.items() if path
    }
    wanted: dict[str, str] = {}
    for name in json.loads((PAGES / "package.json").read_text("utf-8"))["dependencies"]:
        line = ["npm", "view", name, "time", "--json"]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        released: dict[str, str] = json.loads(done.stdout)
        whole = [v for v, at in released.items() if re.fullmatch(r"\d+\.\d+\.\d+", v) and at < day]
        wanted[name] = max(whole, key=Version)
    return ours, wanted


def main() -> int:
    """Look at every component; return 0 if none is late, or the control was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=92, help="the time frame, where nothing is known")
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args()
    if shutil.which("uv") is None:
        print("not run: uv is not installed (pip install uv)", file=sys.stderr)
        return 2
    day = (datetime.now(UTC) - timedelta(days=given.days)).strftime("%Y-%m-%dT00:00:00Z")
    found: list[str] = []
    for ours, asked in ((locked(), newest(day)), pages(day)):
        if given.control:
            ours[sorted(asked)[0]] = "0.0.1"
        old = late(ours, asked)
        print(f"{len(ours)} components, {len(asked)} asked about; late: {old or 'none'}")
        found += old
    return int(len(found) != 2) if given.control else int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
