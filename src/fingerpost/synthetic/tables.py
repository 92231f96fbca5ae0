"""The tables and fields of the Standard Safeguarding Dataset that the country fills, in their own order."""

from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Table = Literal[
    "ssd_person",
    "ssd_linked_identifiers",
    "ssd_address",
    "ssd_family",
    "ssd_mother",
    "ssd_involvements",
    "ssd_professionals",
    "ssd_department",
    "ssd_contacts",
    "ssd_early_help_episodes",
    "ssd_cin_episodes",
    "ssd_cin_plans",
    "ssd_s47_enquiry",
    "ssd_initial_cp_conference",
    "ssd_cp_plans",
    "ssd_cla_episodes",
    "ssd_cla_placement",
    "ssd_care_leavers",
    "ssd_missing",
]
TABLES: tuple[Table, ...] = get_args(Table)

ELIGIBLE: tuple[Table, ...] = (
    "ssd_early_help_episodes",
    "ssd_cin_episodes",
    "ssd_cin_plans",
    "ssd_s47_enquiry",
    "ssd_cp_plans",
    "ssd_cla_episodes",
    "ssd_care_leavers",
    "ssd_missing",
)
"""Tables whose rows may give a signpost; a CIN episode only where the referral led to action."""

TEAM_FIELDS = ("team_id", "team_name", "office_phone", "office_hours", "duty_phone", "inbox", "last_proven")
"""The contact sheet, `teams.csv`: the one thing no authority produces today."""

LABELLED_FIELDS = (
    "record_id",
    "cluster_id",
    "source",
    "given_names",
    "family_name",
    "date_of_birth",
    "sex",
    "postcode",
    "nhs_number",
    "upn",
    "origin",
)
"""`evaluate.csv` and `questions.csv`: what `fingerpost evaluate` reads."""

TRUTH_FIELDS = (
    "child_id",
    "family_id",
    "twin_of",
    "pers_person_id",
    "authority",
    "origin",
    "never_join",
    "notes",
)
"""`truth.csv`: one row for each child in each authority that holds a record of it."""


@cache
def fields() -> dict[Table, tuple[str, ...]]:
    """Return the fields of each table (data-to-insight/ssd-data-model, July 2026)."""
    text = (files("fingerpost.synthetic") / "data" / "ssd_fields.txt").read_text("utf-8")
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    by_name = {row[0]: tuple(row[1:]) for row in rows}
    return {table: by_name[table] for table in TABLES}
