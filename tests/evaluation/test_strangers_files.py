"""Files as others write them: their names of columns, their dates, their gaps."""

from datetime import date
from pathlib import Path

import pytest

from fingerpost.evaluation import measure, read_sample
from fingerpost.evaluation.dates import Births
from fingerpost.evaluation.sample import Record
from fingerpost.words.errors import Invalid


def read(tmp_path: Path, text: str) -> list[Record]:
    path = tmp_path / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    return read_sample(path).records


def test_columns_under_other_names_are_read_and_told(tmp_path: Path):
    path = tmp_path / "theirs.csv"
    path.write_text(
        "unique_id,First Name,middle-name,SURNAME,dob,Gender,zip,cluster\n7,Amy,Jo,Lee,1971-06-24,f,2119,3\n"
    )
    sample = read_sample(path)
    (one,) = sample.records
    assert (one.record_id, one.cluster_id) == ("7", "3")
    assert one.prepared.names == ((("amy", "jo"), ("lee",)),)
    assert (one.prepared.born_from, one.prepared.sex, one.prepared.postcodes) == (19710624, "F", ("2119",))
    told = {warned.field: warned.problem for warned in sample.warnings}
    assert told["family_name"] == "is read from the column SURNAME"
    assert "upn" not in told


def test_our_own_column_wins(tmp_path: Path):
    (one,) = read(tmp_path, "id,record_id,cluster_id,surname,family_name\n1,2,3,Lee,Ray\n")
    assert one.record_id == "2"
    assert one.prepared.names == (((), ("ray",)),)


def test_febrl_names_the_person_in_its_ids(tmp_path: Path):
    text = "rec_id, given_name, surname\nrec-12-org, amy, lee\nrec-12-dup-0, ami, lee\nrec-7-org, bo, ray\n"
    assert [one.cluster_id for one in read(tmp_path, text)] == ["12", "12", "7"]
    with pytest.raises(Invalid, match="has no column cluster_id"):
        read(tmp_path, "rec_id,given_name\nrec-12-org,amy\n44,bo\n")


def test_a_birth_in_three_columns_and_names_in_two(tmp_path: Path):
    text = "ent_id,fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd\n1,CARSTEN,NA,MEIER,NA,1949,7,22\n"
    text += "2,ANNA,ROSA,BAUER,KOCH,1968,,\n"
    one, other = read(tmp_path, text)
    assert one.prepared.names == ((("carsten",), ("meier",)),)
    assert one.prepared.born_from == one.prepared.born_to == 19490722
    assert other.prepared.names == ((("anna", "rosa"), ("bauer", "koch")),)
    assert (other.prepared.born_from, other.prepared.born_to) == (19680101, 19681231)


def test_a_whole_name_in_one_column(tmp_path: Path):
    (one,) = read(tmp_path, "cluster,full_name\n1,Thomas Clifford Chudleigh\n")
    assert one.prepared.names == ((("thomas", "clifford"), ("chudleigh",)),)


def test_a_town_stands_for_a_postcode_only_where_there_is_none(tmp_path: Path):
    (one,) = read(tmp_path, "cluster,surname,city\n1,Lee,Hull\n")
    (other,) = read(tmp_path, "cluster,surname,city,postcode\n1,Lee,Hull,\n")
    assert one.prepared.postcodes == ("HULL",)
    assert other.prepared.postcodes == ()


def test_an_e_mail_address_is_an_identifier_where_there_is_no_pupil_number(tmp_path: Path):
    (one,) = read(tmp_path, "cluster,surname,email\n1,Lee,t.lee9@example.org\n")
    (other,) = read(tmp_path, "cluster,surname,email,upn\n1,Lee,t.lee9@example.org,\n")
    assert one.prepared.upns == ("TLEE9EXAMPLEORG",)
    assert other.prepared.upns == ()


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("1980/12/31", 19801231),
        ("31 December 1980", 19801231),
        ("31-Dec-1980", 19801231),
        ("Dec 31, 1980", 19801231),
        ("31DEC1980", 19801231),
        ("19801231.0", 19801231),
        ("31/12/80", 19801231),
        ("1980-12-31 00:00:00", 19801231),
        ("1980-12", 19801201),
        ("1980", 19800101),
    ],
)
def test_dates_of_every_usual_form(written: str, born: int):
    first = Births([], date(2026, 11, 27)).read(written, "date_of_birth").first
    assert int(first.strftime("%Y%m%d")) == born


def test_a_column_shows_that_its_month_comes_first():
    today = date(2026, 11, 27)
    assert Births(["03/04/1980", "12/31/1980"], today).read("03/04/1980", "dob").first == date(1980, 3, 4)
    assert Births(["03/04/1980", "31/12/1980"], today).read("03/04/1980", "dob").first == date(1980, 4, 3)
    assert Births(["03/04/1980"], today).read("03/04/1980", "dob").first == date(1980, 4, 3)


@pytest.mark.parametrize(
    "written", ["0000", "1980-13", "31/31/1980", "soon", "2999", "1/2/3/4", "31 Brumaire 1980"]
)
def test_what_is_no_birth_is_refused(written: str):
    with pytest.raises(Invalid) as refused:
        Births([], date(2026, 11, 27)).read(written, "dob")
    assert "dob" in str(refused.value)
    assert written not in str(refused.value)


def test_a_record_without_one_name_is_found_by_the_other_and_its_month(tmp_path: Path):
    path = tmp_path / "theirs.csv"
    path.write_text(
        "id,cluster,given_name,surname,dob\n1,1,Ottilie,Zephyr,1980-12-31\n2,1,Ottilie,,1980-12-30\n"
    )
    assert measure(read_sample(path)).blocking.pairs_completeness == 1.0
