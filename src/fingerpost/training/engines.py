"""Where Splink runs: DuckDB in this process, or Spark. What is missing is said in one line."""

import logging
from importlib import import_module
from importlib.metadata import version
from typing import Any

from fingerpost.words.errors import Misconfigured

ENGINES = ("duckdb", "spark")


def needed(module: str, extra: str) -> Any:
    """Return a module of an extra; `Misconfigured` says what to install where it is missing."""
    try:
        return import_module(module)
    except ImportError:
        install = f'pip install "fingerpost[{extra}]"'
        raise Misconfigured(f"{module} is not installed; install it with: {install}") from None


def versions() -> str:
    """Return the versions that a model's provenance names."""
    return f"Splink {version('splink')} on DuckDB {version('duckdb')}"


def _duckdb() -> Any:
    """DuckDB in memory alone: without a folder to spill to, nothing of a pair is ever on a disk."""
    duckdb = needed("duckdb", "training")
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "preserve_insertion_order": False})
    return needed("splink", "training").DuckDBAPI(connection=connection)


def _spark() -> Any:
    sql = needed("pyspark.sql", "spark")
    try:
        session = (
            sql.SparkSession.builder.appName("fingerpost")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    except Exception as error:  # PySpark raises its own kinds where there is no Java
        raise Misconfigured(
            f"Spark did not start ({type(error).__name__}); it needs Java 17 or later"
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    session.catalog.clearCache()  # what the last linker kept
    # None of Splink's string functions in Scala are used: levels come as numbers.
    return needed("splink", "spark").SparkAPI(
        spark_session=session, register_udfs_automatically=False, break_lineage_method="persist"
    )


def database(engine: str = "duckdb") -> Any:
    """Return where Splink shall run. `Misconfigured` where that is not installed or does not start."""
    needed("splink", "training")
    needed("pyarrow", "training")
    # Splink tells every step; what it says names columns, and operators asked for a result.
    logging.getLogger("splink").setLevel(logging.ERROR)
    return _spark() if engine == "spark" else _duckdb()
