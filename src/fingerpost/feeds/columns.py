"""The Standard Safeguarding Dataset's tables and columns that a feed reads; all others are ignored unread.

Required are those without which a row would be misread: who, which row, when it began and ended, and what
decides eligibility. Source: the dataset's own field list, release 1.2 and later.
"""

from fingerpost.feeds.tables import Columns

PERSON = Columns(
    table="ssd_person",
    key="pers_person_id",
    person="pers_person_id",
    required=("pers_person_id", "pers_forename", "pers_surname", "pers_dob"),
    optional=(
        "pers_sex", "pers_expected_dob", "pers_death_date", "pers_common_child_id", "pers_upn_unknown",
        "pers_is_mother",
    ),
)  # fmt: skip
IDENTIFIERS = Columns(
    table="ssd_linked_identifiers",
    key="link_table_id",
    person="link_person_id",
    required=("link_person_id", "link_identifier_type", "link_identifier_value"),
    optional=("link_table_id", "link_valid_from_date", "link_valid_to_date"),
)
ADDRESS = Columns(
    table="ssd_address",
    key="addr_table_id",
    person="addr_person_id",
    required=("addr_person_id", "addr_address_postcode"),
    optional=("addr_table_id", "addr_address_start_date", "addr_address_end_date"),
)
MOTHER = Columns(
    table="ssd_mother",
    key="moth_table_id",
    person="moth_childs_person_id",
    required=("moth_person_id", "moth_childs_person_id"),
)
INVOLVEMENTS = Columns(
    table="ssd_involvements",
    key="invo_involvements_id",
    person="invo_person_id",
    required=("invo_person_id", "invo_professional_id", "invo_involvement_start_date"),
    optional=(
        "invo_involvements_id", "invo_professional_role_id", "invo_professional_team",
        "invo_involvement_end_date", "invo_referral_id",
    ),
)  # fmt: skip
PROFESSIONALS = Columns(
    table="ssd_professionals",
    key="prof_professional_id",
    person="prof_professional_id",
    required=("prof_professional_id", "prof_professional_department"),
    optional=("prof_staff_id",),
)
DEPARTMENT = Columns(
    table="ssd_department",
    key="dept_team_id",
    person="dept_team_id",
    required=("dept_team_id", "dept_team_name"),
    optional=("dept_team_parent_id",),
)
TEAMS = Columns(
    table="teams",
    key="team_id",
    person="team_id",
    required=("team_id", "team_name", "office_phone", "office_hours", "duty_phone", "inbox"),
    optional=("last_proven",),
)

CIN = Columns(
    table="ssd_cin_episodes",
    key="cine_referral_id",
    person="cine_person_id",
    required=(
        "cine_referral_id", "cine_person_id", "cine_referral_date", "cine_referral_nfa", "cine_close_date",
    ),
    optional=("cine_referral_team", "cine_referral_worker_id", "cine_close_reason"),
)  # fmt: skip
CIN_PLANS = Columns(
    table="ssd_cin_plans",
    key="cinp_cin_plan_id",
    person="cinp_person_id",
    required=("cinp_cin_plan_id", "cinp_person_id", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),
    optional=("cinp_referral_id", "cinp_cin_plan_team", "cinp_cin_plan_worker_id"),
)
S47 = Columns(
    table="ssd_s47_enquiry",
    key="s47e_s47_enquiry_id",
    person="s47e_person_id",
    required=("s47e_s47_enquiry_id", "s47e_person_id", "s47e_s47_start_date", "s47e_s47_end_date"),
    optional=("s47e_referral_id", "s47e_s47_completed_by_team", "s47e_s47_completed_by_worker_id"),
)
CP_PLANS = Columns(
    table="ssd_cp_plans",
    key="cppl_cp_plan_id",
    person="cppl_person_id",
    required=("cppl_cp_plan_id", "cppl_person_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),
    optional=("cppl_referral_id",),
)
CLA = Columns(
    table="ssd_cla_episodes",
    key="clae_cla_episode_id",
    person="clae_person_id",
    required=(
        "clae_cla_episode_id", "clae_person_id", "clae_cla_episode_start_date",
        "clae_cla_episode_ceased_date",
    ),
    optional=("clae_cla_episode_ceased_reason", "clae_cla_id", "clae_referral_id", "clae_entered_care_date"),
)  # fmt: skip
EARLY_HELP = Columns(
    table="ssd_early_help_episodes",
    key="earl_episode_id",
    person="earl_person_id",
    required=(
        "earl_episode_id", "earl_person_id", "earl_episode_start_date", "earl_episode_end_date",
        "earl_episode_end_reason",
    ),
    optional=("earl_episode_organisation", "earl_episode_worker_id"),
)  # fmt: skip
CARE_LEAVERS = Columns(
    table="ssd_care_leavers",
    key="clea_table_id",
    person="clea_person_id",
    required=("clea_table_id", "clea_person_id", "clea_care_leaver_in_touch"),
    optional=(
        "clea_care_leaver_eligibility", "clea_care_leaver_latest_contact", "clea_care_leaver_allocated_team",
        "clea_care_leaver_worker_id", "clea_care_leaver_personal_advisor",
    ),
)  # fmt: skip
MISSING = Columns(
    table="ssd_missing",
    key="miss_table_id",
    person="miss_person_id",
    required=(
        "miss_table_id", "miss_person_id", "miss_missing_episode_start_date", "miss_missing_episode_end_date",
        "miss_missing_episode_type",
    ),
)  # fmt: skip

EPISODE_TABLES = (CIN, CIN_PLANS, S47, CP_PLANS, CLA, EARLY_HELP, CARE_LEAVERS, MISSING)
ABOUT_PEOPLE = (PERSON, IDENTIFIERS, ADDRESS, MOTHER)
ABOUT_TEAMS = (INVOLVEMENTS, PROFESSIONALS, DEPARTMENT, TEAMS)
ALL_TABLES = (*ABOUT_PEOPLE, *ABOUT_TEAMS, *EPISODE_TABLES)
