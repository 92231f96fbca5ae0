"""Every way a CSV file can be broken: a fault with its row, or a refusal, and never a traceback."""

import pytest

from fingerpost.feeds.faults import Fault, Faults
from fingerpost.feeds.tables import Columns, Table, parse
from fingerpost.words.errors import Invalid

COLUMNS = Columns(table="t", key="id", person="person", required=("id", "person", "name"), optional=("more",))
HEADER = "id,person,name\n"


def _parse(content: str | bytes) -> tuple[Table, list[Fault]]:
    faults = Faults()
    table = parse(content.encode() if isinstance(content, str) else content, COLUMNS, faults)
    return table, faults.found


def _names(table: Table) -> list[str]:
    return [row.text("name") for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert _names(_parse((HEADER + "1,2,Zoë O’Brien\n").encode(encoding))[0]) == ["Zoë O’Brien"]


def test_one_stray_line_does_not_spoil_the_others() -> None:
    content = HEADER.encode() + "1,2,Zoë\n".encode() + "2,3,Chloë\n".encode("cp1252")
    assert _names(_parse(content)[0]) == ["Zoë", "Chloë"]


def test_a_file_cut_inside_a_letter_keeps_its_encoding() -> None:
    content = HEADER.encode() + "1,2,Zoë\n2,3,Chlo".encode() + "ë".encode()[:1]
    assert _names(_parse(content)[0])[0] == "Zoë"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert _names(_parse(f"id,person,name{end}1,2,A{end}3,4,B")[0]) == ["A", "B"]


def test_columns_in_any_order_and_case_with_strangers_between() -> None:
    table, faults = _parse("Other, NAME ,Person,ID\nx,A,2,1\n")
    assert (_names(table), faults, table.rows[0].text("more")) == (["A"], [], "")


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators(separator: str) -> None:
    assert _names(_parse(f"id{separator}person{separator}name\n1{separator}2{separator}A")[0]) == ["A"]


def test_quoted_cells() -> None:
    table, faults = _parse(HEADER + '1,2,"Smith, ""Jo"""\n2,3,"two\nlines"\n3,4,C\n')
    assert (_names(table), faults) == (['Smith, "Jo"', "two\nlines", "C"], [])
    assert [row.number for row in table.rows] == [2, 3, 4]


def test_blank_cells() -> None:
    table, _ = _parse(HEADER + "1,2,NULL\n1,3,SSD_PH\n1,4,  \n")
    assert _names(table) == ["", "", ""]


def test_blank_lines_are_no_rows() -> None:
    table, faults = _parse(HEADER + "\n1,2,A\n,,\n2,3,B\n\n\n")
    assert ([(row.number, row.text("name")) for row in table.rows], faults) == ([(3, "A"), (5, "B")], [])


def test_an_unclosed_quote_costs_one_row() -> None:
    table, (fault,) = _parse(HEADER + '1,2,"A\n2,3,B\n3,4,C\n')
    assert (_names(table), fault.row, table.damaged) == (["B", "C"], 2, True)
    assert fault.reason == "has a quotation mark that is never closed"


def test_two_unclosed_quotes_do_not_swallow_the_rows_between() -> None:
    table, faults = _parse(HEADER + '1,2,"A\n2,3,B\n3,4,"C\n4,5,D\n')
    assert (_names(table), [fault.row for fault in faults]) == (["B", "D"], [2, 4])


def test_too_few_and_too_many_cells() -> None:
    table, faults = _parse(HEADER + "1,2\n2,3,B\n3,4,Smith, John\n4,5,D,,\n")
    assert (_names(table), table.unread >= {"2", "4"}, table.damaged) == (["B", "D"], True, False)
    assert [(f.row, f.reason) for f in faults] == [
        (2, "has 2 cells where the header has 3"), (4, "has 4 cells where the header has 3"),
    ]  # fmt: skip


def test_a_row_cut_off_at_the_end_may_hide_others() -> None:
    table, faults = _parse(HEADER + "1,2,A\n2,3")
    assert (_names(table), table.damaged, len(faults)) == (["A"], True, 1)


def test_a_cell_of_ten_million_characters() -> None:
    table, (fault,) = _parse(HEADER + "1,2," + "x" * 10_000_000 + "\n2,3,B\n")
    assert (_names(table), fault.row, fault.reason) == (["B"], 2, "is longer than 100000 characters")


def test_a_quoted_cell_of_ten_million_characters_and_lines() -> None:
    table, faults = _parse(HEADER + '1,2,"' + "x\n" * 1_000 + '"\n2,3,B\n')
    assert _names(table)[-1] == "B"
    assert faults[0].row == 2
    assert table.damaged


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "t"),
        (b"\n1,2,3\n", "t"),
        (b"\x00\x00\x00", "t"),
        (b"id,person\n1,2\n", "t.name"),
        (b"id,person,name,Name\n1,2,3,4\n", "t.name"),
        (b"PK\x03\x04\xff\xfe not a table", "t.id"),
        ("id,person,name\n".encode("utf-16-le"), "t"),
    ],
)
def test_a_header_that_cannot_be_right_is_refused_by_name(content: bytes, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _parse(content)
    assert refused.value.problems[0].field == field


def test_a_header_alone_is_a_table_without_rows() -> None:
    table, faults = _parse(HEADER)
    assert (table.rows, faults, table.damaged) == ([], [], False)
