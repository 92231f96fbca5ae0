"""Files as others write them: their names of columns, their dates, their gaps."""

from datetime import date
from pathlib import Path

import pytest

from fingerpost.evaluation import measure, read_labelled, read_sample
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
    other, _ = read(tmp_path, "cluster,surname,city,postcode\n1,Lee,Hull,\n1,Lee,Hull,2119\n")
    (empty,) = read(tmp_path, "cluster,surname,city,postcode\n1,Lee,Hull,\n")
    assert one.prepared.postcodes == empty.prepared.postcodes == ("HULL",)
    assert other.prepared.postcodes == ()


def test_an_e_mail_address_is_an_identifier_where_there_is_no_pupil_number(tmp_path: Path):
    (one,) = read(tmp_path, "cluster,surname,email\n1,Lee,t.lee9@example.org\n")
    other, _ = read(tmp_path, "cluster,surname,email,upn\n1,Lee,t.lee9@example.org,\n1,Lee,,A9\n")
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
        ("12/31/1980 12:00:00 AM", 19801231),
        ("19801200", 19801201),
        ("1980-00-00", 19800101),
        ("29586", 19801231),
    ],
)
def test_dates_of_every_usual_form(written: str, born: int):
    first = Births([written], date(2026, 11, 27)).read(written, "date_of_birth").first
    assert int(first.strftime("%Y%m%d")) == born


SHAPES = {
    "Polish": "Lp;Imię;Nazwisko;Data urodzenia;Płeć;Kod pocztowy;person_id\n"
    "1;Zofia;Wrona;24.06.1971;K;00950;7\n",
    "Turkish": "Sıra\tAdı\tSoyadı\tDoğum Tarihi\tCinsiyet\tPosta Kodu\tentity_id\n"
    "1\tZofia\tWrona\t24.06.1971\tKadın\t00950\t7\n",
    "Dutch": "sep=;\nnr;voornaam;achternaam;geboortedatum;geslacht;pcode;individual_id\n"
    "1;Zofia;Wrona;24-6-1971;vrouw;00950;7\n;;;;;;\n",
    "German": "Vorname,Name,Geburtsjahr,Geburtsmonat,Geburtstag,Geschlecht,PLZ,Cluster\n"
    "Zofia,Wrona,1971,6,24,weiblich,00950,7\n",
    "birth_day": "identity,fname_c1,lname_c1,birth_year,birth_month,birth_day,gender,zip\n"
    "7,ZOFIA,WRONA,1971,6,24,female,00950\n",
    "whole and parts": "full_name,FirstName,LastName,birthDate,Sex,ZipCode,cluster\n"
    "Zofia Anna Wrona,Zofia,Wrona,1971-06-24,F,00950,7\n",
    "empty columns": "forename,given_names,surname,dob,sex,gender,postcode,zip,ssn,ent_id\n"
    "Zofia,,Wrona,1971-06-24,,F,,00950,,7\n",
    "ids that never repeat": "ent_id,person_id,first,last,dob,sex,postcode\n"
    "1,7,Zofia,Wrona,1971-06-24,F,00950\n2,7,Zofia,Wrona,1971-06-24,F,00950\n",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_every_usual_shape_say_the_same(tmp_path: Path, shape: str, encoding: str):
    path = tmp_path / "theirs.csv"
    path.write_text(SHAPES[shape], encoding=encoding)
    first, *_ = read_sample(path).records
    held = first.prepared
    assert (first.cluster_id, held.names, held.born_from) == ("7", ((("zofia",), ("wrona",)),), 19710624)
    assert (held.sex, held.postcodes) == ("F", ("00950",))


def test_other_names_are_names_too(tmp_path: Path):
    text = "cluster,first_name,surname,maiden_name,nickname,alias\n1,Zofia,Wrona,Kruk,Zosia,Sophie Kruk; Zo\n"
    (one,) = read(tmp_path, text)
    written = [" ".join((*given, *family)) for given, family in one.prepared.names]
    assert written == ["zofia wrona", "zosia wrona", "zofia kruk", "sophie kruk", "zo wrona"]


def test_an_age_is_a_birth_within_a_year(tmp_path: Path):
    (one,) = read(tmp_path, "ncid,first_name,last_name,age\n1,Zofia,Wrona,40\n")
    this = date.today().year  # noqa: DTZ011 - as the reader has it
    assert (one.prepared.born_from // 10_000, one.prepared.born_to // 10_000) == (this - 41, this - 40)


def test_what_was_not_read_is_told(tmp_path: Path):
    path = tmp_path / "theirs.csv"
    path.write_text("cluster,surname,street,state\n1,Lee,Mill Lane,wa\n")
    told = {warned.field: warned.problem for warned in read_sample(path).warnings}
    assert told["file"] == "has columns that are not read: street, state"


def test_ids_may_name_people_where_no_label_does(tmp_path: Path):
    """As in two files of one register: an id that both hold is one person's."""
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("recid,givenname,surname,dob\n7,Zofia,Wrona,1971-06-24\n8,Bo,Ray,1980-01-02\n")
    other.write_text("recid,givenname,surname,dob\n7,Zofia,Wrona,1971-06-24\n9,Al,Orr,1990-03-04\n")
    report = measure(*read_labelled(one, other))
    assert (report.true_pairs, report.lookups["possible"].recall) == (1, 1.0)
    assert any("rows that share one" in warned.problem for warned in report.warnings)
    with pytest.raises(Invalid, match="has no column cluster_id"):
        read_labelled(one)


@pytest.mark.parametrize("pairs", ["id_l,id_r\n1,3\n", "3,1\n", "l,r,match\n1,2,0\n1,3,1\n9,1,1\n"])
def test_pairs_may_stand_for_labels(tmp_path: Path, pairs: str):
    path, named = tmp_path / "theirs.csv", tmp_path / "pairs.csv"
    path.write_text("id,first_name,surname\n1,Zofia,Wrona\n2,Bo,Ray\n3,Sophie,Wrona\n")
    named.write_text(pairs)
    (sample,) = read_labelled(path, None, named)
    one, two, three = (record.cluster_id for record in sample.records)
    assert one == three != two
    assert any(warned.field == "pairs" for warned in sample.warnings) == ("9,1" in pairs)


def test_pairs_between_two_files_may_be_either_way_round(tmp_path: Path):
    one, other, named = (tmp_path / name for name in ("a.csv", "b.csv", "pairs.csv"))
    one.write_text("id,surname\na1,Wrona\na2,Ray\n")
    other.write_text("id,surname\nb1,Wrona\nb2,Orr\n")
    named.write_text("b1,a1\n")
    index, queries = read_labelled(one, other, named)
    assert index.records[0].cluster_id == queries.records[0].cluster_id
    named.write_text("no,such\n")
    with pytest.raises(Invalid, match="names no two records"):
        read_labelled(one, other, named)


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


def test_a_note_and_whose_it_is_do_not_hide_a_column(tmp_path: Path):
    text = "pers_person_id,true_person_id,child_surname,Pupil Forename,Date of Birth (dd/mm/yyyy),Sex [M/F]\n"
    text += "7,3,Lee,Amy,24/06/2011,F\n8,3,Lee,Ami,24/06/2011,F\n"
    one, other = read(tmp_path, text)
    assert (one.cluster_id, other.cluster_id) == ("3", "3")
    assert one.prepared.names == ((("amy",), ("lee",)),)
    assert (one.prepared.born_from, one.prepared.sex) == (20110624, "F")


def test_a_name_of_its_own_goes_before_one_that_says_whose_it_is(tmp_path: Path):
    (one,) = read(
        tmp_path, "cluster,home_postcode,postcode,mother_surname,surname\n1,M1 1AA,LS1 4AP,Ray,Lee\n"
    )
    assert (one.prepared.postcodes, one.prepared.names) == (("LS14AP",), (((), ("lee",)),))


@pytest.mark.parametrize(
    "pairs",
    [
        "source_l,unique_id_l,source_r,unique_id_r,clerical_match_score\na,1,a,2,1.0\na,1,a,3,0.0\n",
        "is_match;left;right;by\nTRUE;1;2;zoe\nFALSE;1;3;no\n",
        "id_a,id_b,note,match\n1,2,no,yes\n1,3,seen,no\n",
    ],
)
def test_pairs_are_found_in_whichever_columns(tmp_path: Path, pairs: str):
    sample, said = tmp_path / "sample.csv", tmp_path / "pairs.csv"
    sample.write_text("unique_id,first_name,surname\n1,Amy,Lee\n2,Ami,Lee\n3,Bo,Lee\n")
    said.write_text(pairs)
    one, other, third = read_labelled(sample, pairs=said)[0].records
    assert one.cluster_id == other.cluster_id != third.cluster_id
