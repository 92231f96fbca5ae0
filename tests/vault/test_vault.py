"""What the vault does with records, notes and copies: what it sealed it opens, in its place and month."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from fingerpost.matching.subject import SUBJECT, subject_keys
from fingerpost.vault.beside import Beside, Line
from fingerpost.vault.ending import Pointer, ToldItem
from fingerpost.vault.keys import KeyDestroyed, data_key
from fingerpost.vault.memory import LastSigned
from fingerpost.vault.newest import Newest
from fingerpost.vault.receipt import Receipt
from fingerpost.vault.release import Unrecorded, Withheld
from fingerpost.vault.values import Candidate
from fingerpost.vault.vault import LocalVault
from fingerpost.words.child import ChildDetails, PersonName
from fingerpost.words.clock import now
from fingerpost.words.errors import Misconfigured, Refused, Unavailable
from tests.vault.keyrings import Place

LEEDS, HULL = "E08000035", "E06000010"
MONTH, LATER = date(2030, 3, 1), date(2030, 4, 1)
ZEB = ChildDetails(
    names=(PersonName("Zebedee", "Featherstonehaugh"),), date_of_birth=date(2016, 3, 9),
    postcodes=("LS1 4DY", "LS2 7EW"), nhs_number="9990000034",
)  # fmt: skip
UNBORN = ChildDetails(mother=PersonName("Maria", "Featherstonehaugh"), expected_on=date(2026, 9, 1))
BRO = ChildDetails(names=(PersonName("Ann", "Lee"),), date_of_birth=date(2001, 1, 1), postcodes=("TR1 1AA",))


@pytest.fixture(autouse=True)
def keys(vault: LocalVault) -> None:
    for authority in (LEEDS, HULL):
        vault.ensure_cohorts(authority, [MONTH, LATER])


def _record(
    vault: LocalVault, details: ChildDetails = ZEB, authority: str = LEEDS, row: UUID | None = None,
    month: date = MONTH,
) -> Candidate:  # fmt: skip
    made = vault.seal_record(row or uuid4(), authority, month, details, "L1")
    return Candidate(made.id, authority, month, made.schema_version, made.sealed)


def test_a_record_gives_back_what_it_was_made_of(vault: LocalVault) -> None:
    record = _record(vault)
    assert vault.open_details(record) == ZEB
    assert vault.own_reference(record) == "L1"
    assert (vault.newest_postcode(record), vault.newest_postcode(_record(vault, ChildDetails()))) == (
        "LS1 4DY", None,
    )  # fmt: skip
    assert vault.fingerprint(LEEDS, "L1", ZEB) != vault.fingerprint(LEEDS, "L1", BRO)
    assert vault.source(LEEDS, "cin", "1") != vault.reference(LEEDS, "1")
    assert vault.guard_tokens("a", ["x"]) != vault.guard_tokens("b", ["x"])


def test_which_records_a_token_means(vault: LocalVault) -> None:
    one, other = _record(vault), _record(vault, BRO)
    number, unborn, nobody = (
        vault.guard_tokens(SUBJECT, subject_keys(child))
        for child in (ChildDetails(nhs_number=ZEB.nhs_number), UNBORN, ChildDetails())
    )
    assert vault.meant_by(number, [one, other]) == {one.id}
    assert vault.meant_by([*unborn, *nobody], [one, other]) == set()
    assert vault.meant_by(unborn, [unborn_record := _record(vault, UNBORN)]) == {unborn_record.id}


def test_records_of_one_child_count_once_and_a_planted_one_is_known(vault: LocalVault) -> None:
    vault.warm()
    real = [_record(vault, authority=authority) for authority in (LEEDS, HULL)]
    third = _record(vault, authority=LEEDS)
    planted = _record(vault, authority=HULL, row=vault.planted_id())
    other = _record(vault, BRO, HULL)
    asked = vault.question(ZEB)
    weighed = vault.weigh(asked, [*real, third, planted, other])
    assert [w.record for w in weighed if w.planted] == [planted.id]
    assert vault.planted([planted.id, other.id]) == {planted.id}
    assert len({w.child for w in weighed}) == 1
    assert [a.record for a in vault.alike(asked, [*real, planted])] == [r.id for r in real]
    assert {t.record for t in vault.touched(asked, [*real, other])} == {r.id for r in real}
    assert vault.asking(real[0]).tokens == asked.tokens
    assert vault.compare(real[0], other).band is None


def test_two_who_fit_a_question_are_two_children(vault: LocalVault) -> None:
    ann = replace(BRO, date_of_birth=ZEB.date_of_birth)
    either = ChildDetails(names=ZEB.names + ann.names, date_of_birth=ZEB.date_of_birth)
    weighed = vault.weigh(vault.question(either), [_record(vault), _record(vault, ann, HULL)])
    assert [w.child for w in weighed] == [0, 1]


def test_words_leave_against_a_receipt_alone(vault: LocalVault) -> None:
    words = vault.why_linked(_record(vault), _record(vault, authority=HULL))
    assert repr(words) == "Withheld(…)"
    made = vault.enter(entry := uuid4(), moment := now(), b"nonce and event")
    forged = Receipt(entry, moment, made.leaf.hex(), "00" * 64)
    true = Receipt(entry, moment, made.leaf.hex(), made.signature.hex())
    for receipt, said in ((forged, "did not sign"), (true, "no answer that stands")):
        with pytest.raises(Unrecorded, match=said):
            vault.release(receipt, [("plain ", words)])
    assert isinstance(words, Withheld)


def test_what_is_told_is_found_by_its_child_until_its_key_goes(vault: LocalVault) -> None:
    kept, gone = _record(vault), _record(vault, month=LATER)
    items = [ToldItem(item := uuid4(), r.authority, r.cohort, vault.seal_told(item, r)) for r in (kept, gone)]
    assert vault.open_told(items[0].id, LEEDS, MONTH, items[0].sealed) == "L1"
    ours = {vault.reference(LEEDS, "L1")}
    assert vault.told_about(items, ours) == [item.id for item in items]
    assert vault.destroy_keys([data_key(LEEDS, LATER)]) == [data_key(LEEDS, LATER)]
    assert vault.told_about(items, ours) == [items[0].id]
    _, (tokens, none) = vault.records_tokens([kept, gone])
    assert tokens
    assert none == []
    with pytest.raises(KeyDestroyed):
        vault.open_details(gone)
    with pytest.raises(ValueError, match="only a month's keys"):
        vault.destroy_keys(["index/1"])


def test_what_is_sealed_beside_a_record_opens_in_its_place(vault: LocalVault) -> None:
    row, note = uuid4(), b"words"
    for kind in ("shield", "alert"):
        assert (
            vault.open_note(kind, row, LEEDS, MONTH, vault.seal_note(kind, row, LEEDS, MONTH, note)) == note
        )
    assert vault.open_request(row, LEEDS, MONTH, vault.seal_request(row, LEEDS, MONTH, note)) == note
    assert vault.open_sensitive(row, LEEDS, MONTH, vault.seal_sensitive(row, LEEDS, MONTH, note)) == note
    assert vault.open_order(row, LEEDS, MONTH, vault.seal_order(row, LEEDS, MONTH, "order")) == "order"
    source = vault.seal_source(row, LEEDS, MONTH, "row 7")
    assert vault.open_source(row, LEEDS, MONTH, source) == "row 7"
    moved = vault.reseal("source", row, LEEDS, MONTH, source, to=date(2030, 3, 1))
    assert vault.open_source(row, LEEDS, MONTH, moved) == "row 7"
    pointers = [Pointer(row, MONTH, source, ("child in need",))]
    copy = vault.seal_copy(row, _record(vault), MONTH, pointers)
    assert vault.open_copy(row, LEEDS, MONTH, copy) == (ZEB, ["child in need, row 7"])


def test_a_month_s_key_gets_another_version(vault: LocalVault) -> None:
    before = _record(vault, authority=HULL)
    made, replaced = vault.renew_keys(HULL, [MONTH, date(2031, 1, 1)])
    assert (made, replaced) == ([data_key(HULL, MONTH, 2)], [data_key(HULL, MONTH)])
    after = _record(vault, authority=HULL)
    assert [vault.key_of(HULL, MONTH, r.sealed[:3]) for r in (before, after)] == [*replaced, *made]
    assert vault.open_details(before) == vault.open_details(after)
    assert set(vault.data_keys(MONTH)) >= {*made, *replaced}
    assert set(vault.data_keys()) >= set(vault.data_keys(MONTH))
    assert not vault.holds_audit(date(2099, 1, 1))


def test_a_page_is_kept_for_its_session_and_as_long_as_the_vault_runs(vault: LocalVault) -> None:
    session, page = uuid4(), uuid4()
    sealed = vault.keep(session, page, b"typed")
    assert vault.kept(session, page, sealed) == b"typed"
    assert vault.kept(session, uuid4(), sealed) is None


def test_the_index_goes_under_another_key(vault: LocalVault) -> None:
    """While there are two, a question asks under both; the old one is then destroyed."""
    shield = _record(vault)
    _, (before,) = vault.shields_tokens([shield])
    first = vault.index_generations()[-1]
    assert vault.add_index() == [f"index/{first + 1}"]
    assert vault.index_generations() == [first, first + 1]
    generation, (after,) = vault.shields_tokens([shield])
    assert generation == first + 1
    assert set(vault.question(ZEB).tokens) == {*before, *after}
    assert vault.destroy_indexes() == [f"index/{first}"]


def test_a_key_that_another_process_made_is_found(tmp_path: Path) -> None:
    newest = Newest(Place(tmp_path).create())
    assert newest.version("E06000001", date(2027, 3, 1)) == 1
    assert newest.version("E06000001", date(2099, 3, 1)) == 1


def test_the_leaves_of_the_tree_are_kept_and_given_back(vault: LocalVault) -> None:
    vault.keep_leaves(0, [b"\1" * 32, b"\2" * 32])
    assert vault.leaves(1, 2) == [b"\2" * 32]


def test_what_ends_is_kept_beside_the_database(vault: LocalVault) -> None:
    known, entry, moment = vault.ended(0), uuid4(), now()
    made = vault.enter(entry, moment, b"nonce and event")
    line = Line(entry, moment, "child_erased", made.cohort, made.leaf, made.signature, made.sealed)
    vault.end(line)
    assert vault.ended(len(known)) == [line]
    with pytest.raises(Refused, match="that it signed"):
        vault.end(replace(line, leaf=bytes(32)))
    assert vault.newest_ended()[-1] == entry
    assert len(vault.sign_notice(uuid4(), 1, b"one waits")) == 64


def _line() -> Line:
    return Line(uuid4(), now(), "child_erased", MONTH, b"leaf", b"signature", b"sealed")


def test_a_file_of_what_ended_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    beside = Beside(tmp_path / "ended")
    assert beside.lines() == []
    beside.add(_line())
    with (tmp_path / "ended").open("ab") as file:
        file.write(b'{"torn by a power c')
    assert len(beside.lines()) == 1
    beside.add(_line())
    assert len(beside.lines()) == 2
    (tmp_path / "ended").unlink()
    (tmp_path / "ended").mkdir()
    with pytest.raises(Misconfigured, match="cannot be read"):
        Beside(tmp_path / "ended").lines()
    with pytest.raises(Unavailable):
        beside.add(_line())


def test_what_was_signed_is_remembered_or_it_is_said(tmp_path: Path) -> None:
    memory, leaves = LastSigned(tmp_path / "signed.json"), [bytes([n]) * 32 for n in range(3)]
    assert memory.read() is None
    assert memory.leaves(0, 3) == []
    memory.keep_leaves(0, leaves)
    assert memory.leaves(1, 9) == leaves[1:]
    for size in (7, 6):  # it only grows
        memory.remember(size, b"\1" * 32)
    known = memory.read()
    assert known is not None
    assert known.size == 7
    (tmp_path / "signed.json").write_bytes(b"{")
    with pytest.raises(Misconfigured, match="cannot be read"):
        memory.read()
    (tmp_path / "leaves").unlink()
    (tmp_path / "leaves").mkdir()
    (tmp_path / "signed.json").unlink()
    (tmp_path / "signed.lock").unlink()
    (tmp_path / "signed.lock").mkdir()
    failing: Sequence[object] = (
        lambda: memory.keep_leaves(0, leaves),
        lambda: memory.remember(9, b"\1" * 32),
    )
    for act in failing:
        with pytest.raises(Unavailable):
            act()  # type: ignore[operator]
