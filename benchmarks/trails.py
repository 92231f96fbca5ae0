"""How fast and how rightly records are linked: a synthetic country loaded, its links compared with its truth.

python -m benchmarks.trails COUNTRY      # made by `fingerpost synth`
"""

import csv
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from uuid import UUID

import psycopg

from fingerpost.access.caller import Practitioner
from fingerpost.access.lists import Checked
from fingerpost.cli.demo import go_live
from fingerpost.instance import Instance
from fingerpost.settings import Environment, Settings
from fingerpost.signposts.linking import Linking
from fingerpost.signposts.person import Person
from fingerpost.wiring import Service, found, opened
from fingerpost.words.clock import today
from fingerpost.words.vocabulary import Role

Key = tuple[str, str]


def _truth(country: Path) -> list[dict[str, str]]:
    with (country / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load(service: Service, country: Path) -> tuple[float, float, float]:
    """Load every authority; return seconds in all, seconds of them linking, and the longest linking."""
    times: list[float] = []
    link = Linking.link

    def timed(self: Linking, *arguments: object) -> object:
        began = time.perf_counter()
        try:
            return link(self, *arguments)  # type: ignore[arg-type]
        finally:
            times.append(time.perf_counter() - began)

    Linking.link = timed  # type: ignore[method-assign,assignment]
    began = time.perf_counter()
    for folder in sorted(p for p in country.iterdir() if p.is_dir()):
        go_live(service, folder.name)
        service.feeds.load_ssd(folder, folder.name)
    return time.perf_counter() - began, sum(times), max(times)


def _people(service: Service, owner: psycopg.Connection, truth: list[dict[str, str]]) -> dict[UUID, int]:
    """Return the place in `truth` of each stored record."""
    stored = {bytes(ref): row for row, ref in owner.execute("SELECT id, reference FROM record").fetchall()}
    places: dict[UUID, int] = {}
    for place, line in enumerate(truth):
        reference = service.vault.reference(line["authority"], line["pers_person_id"])
        if reference in stored:
            places[stored[reference]] = place
    return places


def _pairs(groups: dict[str, list[UUID]]) -> set[frozenset[UUID]]:
    return {frozenset(pair) for members in groups.values() for pair in combinations(members, 2)}


def _closure(links: list[tuple[UUID, UUID]]) -> set[frozenset[UUID]]:
    trail: dict[UUID, set[UUID]] = {}
    for one, other in links:
        joined = trail.get(one, {one}) | trail.get(other, {other})
        trail.update(dict.fromkeys(joined, joined))
    whole = {id(members): members for members in trail.values()}
    print("trails", len(whole), "by size", sorted(Counter(map(len, whole.values())).items()))
    return _pairs({str(n): sorted(members) for n, members in enumerate(whole.values())})


def _rate(name: str, found: set[frozenset[UUID]], true: set[frozenset[UUID]]) -> None:
    right = len(found & true)
    precision, recall = right / max(len(found), 1), right / max(len(true), 1)
    print(f"{name:32} {len(found):7,} pairs, precision {precision:.4f}, recall {recall:.4f}")


def main(country: Path) -> None:
    truth = _truth(country)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder) / "i", environment=Environment.TEST)
        found(settings)
        with opened(settings) as service, psycopg.connect(Instance(settings).owner_conninfo()) as owner:
            seconds, linking, longest = _load(service, country)
            people = _people(service, owner, truth)
            print(f"{len(people):,} records; {seconds:.1f} s, of which linking {linking:.1f} s,")
            print(f"the longest authority {longest:.1f} s")
            clusters: dict[str, list[UUID]] = defaultdict(list)
            for record, place in people.items():
                clusters[truth[place]["child_id"]].append(record)
            true = _pairs(clusters)
            rows = owner.execute("SELECT record_a, record_b, band, state, id FROM link").fetchall()
            for band in ("certain", "probable", "possible"):
                _rate(f"links {band}", {frozenset(r[:2]) for r in rows if r[2] == band}, true)
            live = [(r[0], r[1]) for r in rows if r[3] == "linked"]
            _rate("links live", {frozenset(pair) for pair in live}, true)
            trails = _closure(live)
            _rate("trails (transitive)", trails, true)
            _report_wrong(service, [r for r in rows if r[3] == "linked"], trails - true, people, truth)
            _report_missed(true - trails, people, truth)


def _report_wrong(
    service: Service,
    rows: list[tuple[UUID, UUID, str, str, UUID]],
    wrong: set[frozenset[UUID]],
    people: dict[UUID, int],
    truth: list[dict[str, str]],
) -> None:
    why: Counter[str] = Counter()
    for pair in wrong:
        one, other = (truth[people[record]] for record in pair)
        twins = other["child_id"] == one["twin_of"] or one["child_id"] == other["twin_of"]
        family = one["family_id"] == other["family_id"]
        never = bool(one["never_join"]) and one["never_join"] == other["never_join"]
        why["never_join" if never else "twins" if twins else "one family" if family else "strangers"] += 1
    print("wrong pairs in one trail:", dict(why))
    officer = Practitioner("RJ1", "officer", "An Officer", Role.SERVICE_RECORDS_OFFICER, active=True)
    manager = Practitioner("RJ1", "manager", "A Manager", Role.MANAGER, active=True)
    day = today(service.now())
    service.accreditation.accredit_authority("RJ1", "An Owner", day)
    for person in (officer, manager):
        service.accounts.save_practitioner(person)
        service.accreditation.accredit_people("RJ1", [Checked(person.reference, day, day)])
    service.switches.agree_role("RJ1", officer.reference, ("RJ1", manager.reference))
    reader = Person(officer.authority, officer.reference)
    for a, b, _, _, link in rows:
        if frozenset((a, b)) in wrong:
            one, other = truth[people[a]], truth[people[b]]
            kind = "same authority" if one["authority"] == other["authority"] else "two authorities"
            shown = service.review.show(link, reader)
            print(" ", kind, one["notes"], "|", other["notes"], "|", shown.compared.explanation)


def _report_missed(
    missed: set[frozenset[UUID]], people: dict[UUID, int], truth: list[dict[str, str]]
) -> None:
    notes: Counter[str] = Counter()
    for pair in missed:
        notes.update({note for record in pair for note in truth[people[record]]["notes"].split()})
    print("notes of missed pairs:", len(missed), notes.most_common(12))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
