"""An extract of children marked wherever a row may hold a text of its own, and of rows that are none."""

import csv
from datetime import timedelta
from pathlib import Path

from fingerpost.feeds.columns import ALL_TABLES, TEAMS
from fingerpost.words.clock import today
from tests.laws.canaries import (
    ACCENTED,
    BORN,
    FAMILY,
    FORMER_NHS,
    GIVEN,
    NHS,
    POSTCODES,
    REFERENCE,
    STEM,
    UNREAD,
)


def _good_rows(place: int) -> dict[str, dict[str, str]]:
    """Return the rows of one child that can be read, marked wherever a row may hold a text of its own."""
    reference, recent = f"{REFERENCE}{place}", (today() - timedelta(days=90 + place)).isoformat()
    number = {0: NHS}.get(place, "")
    rows = {
        "ssd_person": {
            "pers_person_id": reference, "pers_forename": GIVEN if place else ACCENTED, "pers_sex": "F",
            "pers_surname": FAMILY if place else ACCENTED, "pers_common_child_id": number,
            "pers_dob": BORN[0],
        },
        "ssd_linked_identifiers": {
            "link_person_id": reference, "link_identifier_type": "Former NHS number",
            "link_identifier_value": "" if place else f"{FORMER_NHS[:3]} {FORMER_NHS[3:6]} {FORMER_NHS[6:]}",
        },
        "ssd_address": {"addr_person_id": reference, "addr_address_postcode": POSTCODES[place % 2]},
        "ssd_mother": {"moth_person_id": reference, "moth_childs_person_id": f"{reference}-child"},
        "ssd_cin_episodes": {
            "cine_referral_id": f"R{reference}", "cine_person_id": reference, "cine_referral_date": recent,
            "cine_referral_nfa": "N", "cine_close_date": "", "cine_referral_team": "T1",
        },
        "ssd_s47_enquiry": {
            "s47e_s47_enquiry_id": f"S{reference}", "s47e_person_id": reference,
            "s47e_s47_start_date": recent, "s47e_s47_end_date": "",
        },
        "ssd_involvements": {
            "invo_person_id": reference, "invo_professional_id": f"W{STEM}",
            "invo_professional_role_id": f"worker of {STEM}", "invo_involvement_start_date": recent,
        },
    }  # fmt: skip
    return rows


def write_marked(folder: Path, children: int) -> Path:
    """Write every table: good rows, rows whose every cell is marked and wrong, and rows that are no rows."""
    folder.mkdir()
    good = [_good_rows(place) for place in range(children)]
    for table in ALL_TABLES:
        if table is TEAMS:
            continue
        fields = [*table.required, *table.optional]
        with (folder / f"{table.table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*fields, f"{STEM}_notes"], restval="")
            writer.writeheader()
            rows = [child[table.table] for child in good if table.table in child]
            writer.writerows({**row, f"{STEM}_notes": UNREAD} for row in rows)
            for text in (STEM, f"{STEM}\U0001f600", NHS, BORN[1], f"\u202e{STEM}", STEM * 30, f"{STEM}\x00"):
                writer.writerow(dict.fromkeys(fields, text))
                writer.writerow({**dict.fromkeys(fields, text), table.person: f"{REFERENCE}0"})
            file.write(f"{STEM},{STEM}\r\n" + ",".join([STEM] * 40) + f'\r\n{STEM},"{STEM},{NHS}\r\n')
    _write_teams(folder)
    (folder / f"ssd_{STEM}.csv").write_text(f"{STEM}\n{UNREAD}\n")
    return folder


def _write_teams(folder: Path) -> None:
    """The contact sheet stands in clear, so only its unusable cells are marked."""
    (folder / "teams.csv").write_text(
        "team_id,team_name,office_phone,office_hours,duty_phone,inbox\n"
        "T1,Front Door,0113 496 0001,Mon-Fri 09:00-17:00,0113 496 0002,door@leeds.example\n"
        f"T2,Second Team,0113 496 0003,{STEM},{STEM},{STEM}\n"
    )
