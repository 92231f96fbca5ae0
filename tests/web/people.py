"""Who signs in to the pages of the tests."""

from fingerpost.access.caller import Practitioner
from fingerpost.words.vocabulary import Role

PEOPLE = {
    "nurse": Practitioner("RJ1", "nurse", "A Nurse", Role.CLINICIAN, active=True),
    "social worker": Practitioner("E08000035", "sw", "S Worker", Role.SOCIAL_WORKER, active=True),
    "manager": Practitioner("E08000035", "boss", "A Manager", Role.MANAGER, active=True),
    "records officer": Practitioner("E08000035", "ro", "R Officer", Role.RECORDS_OFFICER, active=True),
    "national officer": Practitioner(
        "E08000035", "sro", "N Officer", Role.SERVICE_RECORDS_OFFICER, active=True
    ),
    "desk officer": Practitioner("E08000035", "desk", "D Officer", Role.DESK_OFFICER, active=True),
    "police officer": Practitioner("E08000035", "pc", "P Officer", Role.POLICE_OFFICER, active=True),
}
OTHERS = {  # of another authority, or a second in the same role: no page is for them alone
    "other manager": Practitioner("E06000010", "ben", "B Manager", Role.MANAGER, active=True),
    "second officer": Practitioner("E08000035", "ro2", "S Officer", Role.RECORDS_OFFICER, active=True),
}
