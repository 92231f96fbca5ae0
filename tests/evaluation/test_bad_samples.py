"""Files that cannot be right: a value is left out and counted, never shown; what is no sample is refused."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fingerpost.cli.evaluate import evaluate
from fingerpost.evaluation import read_sample
from fingerpost.words.errors import Invalid

Row = dict[str, str]
Write = Callable[[Iterable[Row]], Path]
Adults = Callable[[int], list[tuple[Row, Row]]]
HEAD = "record_id,cluster_id,given_names,family_name,date_of_birth,sex,postcode,nhs_number,upn\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(evaluate, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("given_names", "A\x00my", "holds a character that cannot be printed"),
        ("given_names", "A" * 10_000_000, "is longer than"),
        ("given_names", "🙂🙂", "holds no letter"),
        ("date_of_birth", "31/02/2015", "is not a day of the calendar"),
        ("date_of_birth", "soon", "is not a date"),
        ("date_of_birth", "2999-01-01", "is in the future"),
        ("sex", "X", "is not M, F, I or U"),
        ("postcode", "P" * 1000, "is longer than"),
        ("nhs_number", "9434765918", "does not have the right check digit"),
        ("nhs_number", "1804974", "is not ten digits"),
        ("upn", "B000000000000", "does not have the right check letter"),
    ],
)
def test_a_value_that_cannot_be_right_is_counted(sample: Write, field: str, value: str, problem: str):
    path = sample([{"record_id": "1", "cluster_id": "1", "family_name": "Quist", field: value}])
    read = read_sample(path)
    (warned,) = read.warnings
    assert (warned.field, warned.count, warned.rows) == (field, 1, [2])
    assert problem in warned.problem
    assert value not in warned.problem
    assert read.records[0].prepared.names


def test_an_invented_number_is_still_compared(sample: Write):
    rows = [{"record_id": str(n), "cluster_id": "1", "nhs_number": "1804974"} for n in (1, 2)]
    assert [r.prepared.nhs_numbers for r in read_sample(sample(rows)).records] == [("1804974",)] * 2


@pytest.mark.parametrize("day", ["19560409", "1956-04-09", "09/04/1956", "9.4.1956", "1956-04-09T00:00:00"])
def test_dates_of_every_form(sample: Write, day: str):
    read = read_sample(sample([{"record_id": "1", "cluster_id": "1", "date_of_birth": day}]))
    assert read.records[0].prepared.born_from == 19560409


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02",
        b"given_names,family_name\nAmy,Smith\n",
        b"record_id,given_names\n1,Amy\n",
        b"\xff\xfer\x00",
        b"\x00" * 1000,
        b"{}",
    ],
)
def test_what_is_no_sample_is_refused(tmp_path: Path, content: bytes):
    path = write(tmp_path, content)
    with pytest.raises(Invalid):
        read_sample(path)
    result = run(path)
    assert result.exit_code == 2
    assert "odd.csv" in result.stderr


def test_a_missing_file_is_refused(tmp_path: Path):
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run(tmp_path).exit_code == 2


@pytest.mark.parametrize(
    "content",
    [
        HEAD + '1,1,Amy,Smith,2015-03-04,F,LS1 4AP,,\n2,1,"Amy,Smith,2015',
        HEAD + "1,1\n2,1,Amy,Smith,2015-03-04,F,LS1 4AP,,,,,more\n",
        HEAD + ",,Amy,Smith,,,,,\n,,Amy,Smith,,,,,\n",
        HEAD.replace(",", ";") + "1;1;Amy;Smith;2015-03-04;F;LS1 4AP;;\n",
        HEAD.replace(",", ", ").upper() + "1, 1, Amy, Smith, 2015-03-04, F, LS1 4AP, ,\n",
        HEAD + "1,1,محمد,علي,2015-03-04,,,,\n2,1,Muhammad,Ali,2015-03-04,,,,\n",
        HEAD + '1,1,"Amy\nBeth",Smith,2015-03-04,,,,\n',
        HEAD,
    ],
)
def test_odd_files_are_read(tmp_path: Path, content: str):
    result = run(write(tmp_path, content.encode()), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["records"] == len(content.strip().splitlines()) - 1 - content.count(
        "Amy\n"
    )


def test_other_encodings_are_read(tmp_path: Path):
    text = HEAD + "1,1,Zoë,Brontë,2015-03-04,,,,\n"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        read = read_sample(write(tmp_path, text.encode(encoding)))
        assert read.records[0].prepared.names == ((("zoe",), ("bronte",)),)


def test_no_value_is_printed(sample: Write, adults: Adults):
    rows = [
        row | {"date_of_birth": "31/02/1977", "postcode": "Q" * 300} for pair in adults(5) for row in pair
    ]
    path = sample(rows)
    for arguments in ([path], [path, "--json"]):
        shown = run(*arguments)
        assert shown.exit_code == 0
        assert "31/02" not in shown.output
        assert "QQQ" not in shown.output
        assert rows[0]["family_name"] not in shown.output


def test_tables_for_people_and_figures_for_machines(sample: Write, adults: Adults):
    path = sample(row | {"origin": "british"} for pair in adults(40) for row in pair)
    for_people = run(path)
    assert for_people.exit_code == 0
    assert "best threshold" in for_people.stdout
    assert "Name origin" in for_people.stdout
    figures = json.loads(run(path, "--json").stdout)
    assert set(figures["bands"]) == {"certain", "probable", "possible"}
    missed = figures["finding"]["origins"][0]["as_recorded"]
    assert missed["low"] <= missed["share"] <= missed["high"]


def test_a_sample_in_which_nobody_occurs_twice_is_told_of(sample: Write, adults: Adults):
    said = "no two rows are labelled as one child"
    assert said in run(sample(row for row, _ in adults(5))).stdout
    assert said not in run(sample(row for pair in adults(5) for row in pair)).stdout
