"""The units and settings that are shipped: what they set is a setting, and what they start is a command."""

import re
from pathlib import Path

import pytest

from fingerpost import settings
from tests.laws.test_examples import fault

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
ENVIRONMENT = {
    path.name: re.findall(r"^(\w+)=(.*)$", path.read_text("utf-8"), re.MULTILINE)
    for path in DEPLOY.glob("*.env")
}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_what_there_is(unit: Path) -> None:
    """A process stops at a name that looks like a setting and is none: so no vault ever started."""
    text = unit.read_text("utf-8")
    files = [Path(name).name for name in re.findall(r"^EnvironmentFile=(.*)$", text, re.MULTILINE)]
    told = dict(pair for name in files for pair in ENVIRONMENT[name])
    own = " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE)).split()
    read = settings.load(told | dict(each.split("=", 1) for each in own))
    assert read.environment is settings.Environment.PRODUCTION
    (start,) = re.findall(r"^ExecStart=/opt/fingerpost/bin/fingerpost (.*)$", text, re.MULTILINE)
    for name, value in told.items():
        start = start.replace(f"${name}", value.replace("--allow=", "--allow "))
    assert fault(start) == ""
