"""Law 10: no file over 400 lines, no function over 50. And the medians of the best."""

import ast
from functools import cache
from pathlib import Path
from statistics import median

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "fingerpost"
FILES = sorted(SOURCE.rglob("*.py"))


@cache
def _functions(path: Path) -> list[tuple[str, int]]:
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_file_or_function_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    assert [f for f in _functions(path) if f[1] > 50] == []


def test_medians() -> None:
    lengths = [n for path in FILES for _, n in _functions(path)]
    assert median(lengths) <= 10
    assert median(len(p.read_text("utf-8").splitlines()) for p in FILES if p.name != "__init__.py") <= 120


def test_no_folder_says_nothing() -> None:
    names = {p.stem for p in SOURCE.rglob("*")}
    assert names & {"utils", "common", "helpers", "services", "models", "manager", "misc"} == set()
