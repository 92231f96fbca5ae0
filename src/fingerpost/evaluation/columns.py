"""Which column of a stranger's file is which: by our own names, or by those that such files usually have.

A column under another name is read only where our own is missing, and the report says so. Names are compared
in small letters, with spaces and hyphens as underscores.
"""

from collections.abc import Mapping, Sequence

# Ours first. Of several that are there, the first counts; the parts of a name are joined.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "record_id": ("id", "rec_id", "unique_id", "uid", "row_id", "recid"),
    "cluster_id": (
        "cluster",
        "ent_id",
        "entity_id",
        "person_id",
        "individual_id",
        "true_id",
        "match_id",
        "ncid",
    ),
    "source": ("source_dataset", "dataset", "file", "authority"),
    "given_names": (
        "given_name",
        "first_name",
        "firstname",
        "forename",
        "forenames",
        "fname",
        "fname_c1",
        "first",
    ),
    "middle_names": ("middle_name", "middlename", "midl_name", "second_forename", "fname_c2"),
    "family_name": ("surname", "last_name", "lastname", "familyname", "lname", "lname_c1", "last"),
    "second_family_name": ("lname_c2",),
    "name": ("full_name", "fullname", "person_name"),
    "date_of_birth": ("dob", "birth_date", "birthdate", "dateofbirth", "birthday", "born"),
    "year_of_birth": ("birth_year", "yob", "by"),
    "month_of_birth": ("birth_month", "mob", "bm"),
    "day_of_birth": ("birth_day", "bd"),
    "sex": ("gender", "sex_code", "gender_code"),
    "postcode": ("post_code", "postal_code", "zip", "zip_code", "zipcode", "postcode_fake"),
    "town": ("city", "suburb", "place", "res_city_desc", "birth_place"),
    "nhs_number": ("nhs_no", "nhs", "soc_sec_id", "ssn", "national_id"),
    "upn": ("unique_pupil_number", "email", "email_address", "e_mail"),
    "origin": ("name_origin",),
}


def _plain(name: str) -> str:
    return name.strip().strip('"').lower().replace(" ", "_").replace("-", "_")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return the place of each of our columns that the file has, under any of its names; the first counts."""
    named = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for ours, others in ALIASES.items():
        for name in (ours, *others):
            if name in named:
                found[ours] = named[name]
                break
    return found


def renamed(header: Sequence[str], columns: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return (ours, as written) of the columns that are read under another name."""
    return [(ours, header[place].strip()) for ours, place in columns.items() if _plain(header[place]) != ours]
