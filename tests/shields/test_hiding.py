"""What a shield touches is hidden before it is visible, wherever it comes from; no trail leads around it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.lookup.answer import Outcome
from fingerpost.settings import Settings
from fingerpost.signposts import shielding
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Invalid, NotFound
from tests.cli.serving import until
from tests.conftest import Child, Owner, Publish, form_of, question, write_extract
from tests.shields.conftest import HULL, KEEPER, LEEDS, OTHER, REFUGE, SERVICE, YORK, ZEBEDEE, Shield

MOVED = msgspec.structs.replace(ZEBEDEE, reference="H1", postcode="HU1 1UU", started="2025-09-20")
RENAMED = Child(reference="Y1", family="Okonkwo", postcode="YO1 7HH", nhs_number=ZEBEDEE.nhs_number)
STRANGER = Child(reference="S1", given="Quintus", family="Abernathy", born="2014-08-01", postcode="TR1 1AA")

# The same child with another name, home and number: what was covered when it was corrected.
ADOPTED = msgspec.structs.replace(
    ZEBEDEE, given="Osbert", family="Quill", postcode="TR1 1AA", nhs_number="9990000042"
)


def _outcome(service: Service, caller: Caller, child: Child, **changes: object) -> Outcome:
    return service.lookup.ask(caller, question(form_of(child, **changes))).outcome


def test_a_shield_hides_what_is_there(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(LEEDS, ZEBEDEE, STRANGER)
    assert _outcome(service, nurse, ZEBEDEE) is Outcome.FOUND
    shield(ZEBEDEE)
    assert _outcome(service, nurse, ZEBEDEE) is Outcome.NOT_FOUND
    assert _outcome(service, nurse, STRANGER) is Outcome.FOUND


def test_a_record_that_arrives_later_is_never_visible(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    shield(ZEBEDEE, nhs_number="")
    publish(HULL, MOVED)
    assert _outcome(service, nurse, MOVED) is Outcome.NOT_FOUND
    assert owner.execute("SELECT count(*) FROM token").fetchone() == (0,)
    assert owner.execute("SELECT DISTINCT hidden FROM record").fetchall() == [("shielded",)]


def test_a_corrected_record_is_covered_when_it_comes_to_match(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    publish(HULL, msgspec.structs.replace(STRANGER, reference="H1"))
    shield(ZEBEDEE)
    publish(HULL, MOVED)
    assert _outcome(service, nurse, MOVED) is Outcome.NOT_FOUND


def test_a_record_that_one_feed_left_out_comes_back_as_it_went(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    """Covered, then corrected beyond knowing again, then gone for a night: it is never seen."""
    publish(LEEDS, ZEBEDEE, STRANGER)
    made = shield(ZEBEDEE)
    publish(LEEDS, ADOPTED, STRANGER)
    for _ in range(2):
        publish(LEEDS, STRANGER)
        publish(LEEDS, ADOPTED, STRANGER)
        assert _outcome(service, nurse, ADOPTED) is Outcome.NOT_FOUND
    assert owner.execute("SELECT count(*) FROM shield_away").fetchone() == (0,)
    (held,) = (kept.covered for kept in service.shields.kept(KEEPER))
    service.shields.clear(made, held[0].record, KEEPER)  # another child's after all
    publish(LEEDS, STRANGER)
    publish(LEEDS, ADOPTED, STRANGER)
    assert _outcome(service, nurse, ADOPTED) is Outcome.FOUND


def test_a_trail_does_not_lead_around_a_shield(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    """The renamed record shares nothing with the shield; it is linked by number to one that does."""
    publish(LEEDS, ZEBEDEE)
    publish(YORK, RENAMED)
    assert owner.execute("SELECT state FROM link").fetchall() == [("linked",)]
    shield(ZEBEDEE, nhs_number="")
    assert _outcome(service, nurse, RENAMED) is Outcome.NOT_FOUND
    assert owner.execute("SELECT count(*) FROM link").fetchone() == (0,)


def test_what_is_covered_speaks_for_the_child_too(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    """The number is known from a covered record alone, and the renamed record arrives afterwards."""
    shield(ZEBEDEE, nhs_number="")
    publish(LEEDS, ZEBEDEE)
    publish(YORK, RENAMED)
    assert _outcome(service, nurse, RENAMED) is Outcome.NOT_FOUND


def test_a_brother_at_the_same_address_leads_there_and_is_covered(
    service: Service, publish: Publish, nurse: Caller, shield: Shield
) -> None:
    brother = Child(reference="P9", given="Barnaby", born="2012-11-30", nhs_number="9990000042")
    publish(LEEDS, ZEBEDEE, brother)
    shield(ZEBEDEE)
    assert _outcome(service, nurse, brother) is Outcome.NOT_FOUND


def test_links_are_neither_made_nor_told(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    shield(ZEBEDEE)
    publish(LEEDS, ZEBEDEE)
    report = publish(HULL, MOVED)
    assert report.links is not None
    assert (report.links.linked, report.links.proposed) == (0, 0)
    for table in ("link", "told"):
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


def test_whose_a_hidden_record_is_nobody_learns_by_an_id_from_before(
    service: Service, publish: Publish, shield: Shield, owner: Owner
) -> None:
    """An answer of yesterday gave the id. Its own authority's people go on as with any record of theirs."""
    publish(LEEDS, ZEBEDEE)
    ids = [row for (row,) in owner.execute("SELECT id FROM record UNION SELECT id FROM signpost").fetchall()]
    assert [list(service.review.trail(some, SERVICE).records.values()) for some in ids] == [[LEEDS], [LEEDS]]
    shield(ZEBEDEE)
    for some in ids:
        for by in (OTHER, SERVICE):
            with pytest.raises(NotFound):
                service.review.trail(some, by)
        assert list(service.review.trail(some, KEEPER).records.values()) == [LEEDS]


def test_linking_resumes_when_the_shield_is_gone(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    made = shield(ZEBEDEE)
    publish(LEEDS, ZEBEDEE)
    publish(HULL, MOVED)
    service.review.linking.link_all()
    assert not service.shields.lift(made, KEEPER)
    assert service.shields.lift(made, OTHER)
    service.review.linking.link_all()
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    assert {s.authority for m in answer.matches for s in m.signposts} == {LEEDS, HULL}
    assert owner.execute("SELECT state FROM link").fetchall() == [("linked",)]
    assert owner.execute("SELECT count(*) FROM shield_token").fetchone() == (0,)


def test_details_that_fit_a_crowd_are_no_shield(
    service: Service, publish: Publish, shield: Shield, nurse: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [
        Child(reference=f"C{n}", given=name, family="Crowd")
        for n, name in enumerate(("Ada", "Bert", "Cleo", "Dick", "Edna"))
    ]
    publish(LEEDS, *crowd)
    monkeypatch.setattr(shielding, "MOST_COVERED", 4)
    with pytest.raises(Invalid, match="too many"):
        shield(Child(given="", family="Crowd"))
    assert _outcome(service, nurse, crowd[0]) is Outcome.FOUND


def test_before_its_list_is_confirmed_nothing_of_an_authority_is_visible(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    owner.execute("UPDATE authority SET shields_confirmed_at = NULL WHERE code = %s", (LEEDS,))
    publish(LEEDS, ZEBEDEE, STRANGER)
    shield(ZEBEDEE)
    assert _outcome(service, nurse, STRANGER) is Outcome.NOT_FOUND
    assert service.lookup.coverage().reporting == 0
    service.shields.confirm(LEEDS, KEEPER)
    assert service.lookup.coverage().reporting == 1
    assert _outcome(service, nurse, STRANGER) is Outcome.FOUND
    assert _outcome(service, nurse, ZEBEDEE) is Outcome.NOT_FOUND


def test_a_shield_that_waits_while_the_index_is_rebuilt_is_under_the_new_key(
    service: Service, publish: Publish, nurse: Caller, shield: Shield, owner: Owner
) -> None:
    """A long feed has the turn of the shields; meanwhile the key of the index is changed."""

    def waiting() -> int:
        return len(owner.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall())

    with ThreadPoolExecutor(2) as pool:
        owner.execute("SELECT pg_advisory_lock(7310449, 0)")
        asking = pool.submit(shield, ZEBEDEE)
        assert until(lambda: waiting() == 1)
        rotating = pool.submit(service.reindex.rotate, settle=0)
        assert until(lambda: waiting() == 2 or rotating.done())
        owner.execute("SELECT pg_advisory_unlock(7310449, 0)")
        assert asking.result()
        assert rotating.result().generation == 2
    publish(LEEDS, ZEBEDEE)
    assert _outcome(service, nurse, ZEBEDEE) is Outcome.NOT_FOUND


def test_whichever_commits_last_sees_the_other(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A feed and a shield side by side, in many rounds: no record of the child is ever left visible."""
    with opened(settings) as service:
        for turn in range(8):
            child = Child(
                reference=f"R{turn}",
                given="Zebedee",
                family=f"Race{chr(97 + turn) * 3}",
                born=f"2016-03-0{turn + 1}",
            )
            extract = write_extract(tmp_path_factory.mktemp("race") / "e", child)
            ready = threading.Barrier(2)

            def feed(extract: object = extract, ready: threading.Barrier = ready) -> None:
                ready.wait()
                service.feeds.load_ssd(extract, HULL, accept_removals=True)  # type: ignore[arg-type]

            def ask(child: Child = child, ready: threading.Barrier = ready) -> None:
                ready.wait()
                service.shields.ask(LEEDS, REFUGE, question(form_of(child)).child, KEEPER)

            with ThreadPoolExecutor(2) as pool:
                for done in [pool.submit(feed), pool.submit(ask)]:
                    done.result()
            with service.lookup_database.statement() as session:
                assert session.column("SELECT record_id FROM token") == []
