"""Where Splink runs, and what is said where it cannot."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from fingerpost.evaluation import Sample
from fingerpost.matching import shipped
from fingerpost.training import relink
from fingerpost.training.engines import database, needed
from fingerpost.words.errors import Misconfigured

WITHOUT = """
import sys
for name in ("splink", "duckdb", "pyarrow", "pyspark"):
    sys.modules[name] = None
from fingerpost.__main__ import main
sys.argv = ["fingerpost", *{arguments!r}]
main()
"""


def _without_extras(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = WITHOUT.format(arguments=list(arguments))
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_the_service_runs_without_splink() -> None:
    done = _without_extras("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "train" in done.stdout


@pytest.mark.parametrize("command", ["train", "relink"])
def test_what_is_missing_is_said_in_one_line(command: str, sample_file, tmp_path) -> None:
    done = _without_extras(command, str(sample_file), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        'fingerpost: splink is not installed; install it with: pip install "fingerpost[training]"\n'
    )
    assert not (tmp_path / "out").exists()


def test_a_missing_module_names_its_extra() -> None:
    with pytest.raises(Misconfigured, match=r"no_such_engine is not installed.*fingerpost\[spark\]"):
        needed("no_such_engine", "spark")


def test_duckdb_has_nowhere_to_spill_to() -> None:
    """Level numbers of pairs stay in memory: a folder on disk would outlive the command."""
    connection = database()._con
    assert connection.sql("SELECT current_setting('temp_directory')").fetchall() == [("",)]
    assert connection.sql("PRAGMA database_list").fetchall()[0][2] is None


@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (the extra `spark`)")
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not on the path")
def test_spark_links_as_duckdb_does(families: Sample) -> None:
    few = families.records[:300]
    spark, duckdb = (list(relink(few, shipped(), engine)) for engine in ("spark", "duckdb"))
    assert [(link.record_id, link.other_id, link.band) for link in spark] == [
        (link.record_id, link.other_id, link.band) for link in duckdb
    ]
    weights = [link.match_weight for link in duckdb]
    assert len(weights) > 50
    # Java's logarithm is not to the last bit that of C.
    assert [link.match_weight for link in spark] == pytest.approx(weights, abs=1e-6)
