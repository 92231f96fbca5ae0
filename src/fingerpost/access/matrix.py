"""Who is shown what: role × purpose × service × level, as data. Pure. What no row names is `none`.

A row says which roles may give a purpose, on which law, and what they are then shown of each service.
`docs/access.md` is written from these rows, and a law test holds the two together.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from fingerpost.words.vocabulary import Level, Purpose, Role, Service

POLICY = "2026-11.7"  # raised whenever a row or the RECORDS matrix changes; stands in every decision's clause

Levels = Mapping[Service, Level]


class Row(Struct, frozen=True, kw_only=True):
    """One line of the matrix. A service in neither set is not shown at all, a new one included."""

    purpose: Purpose | None  # None: whatever the purpose, in an emergency
    roles: tuple[Role, ...]
    law: str
    full: tuple[Service, ...]
    contact: tuple[Service, ...]
    why: str

    @property
    def levels(self) -> Levels:
        """Return what is shown of each service."""
        shown = dict.fromkeys(self.full, Level.FULL) | dict.fromkeys(self.contact, Level.CONTACT)
        return MappingProxyType({service: shown.get(service, Level.NONE) for service in Service})


# What bears on the child's safety tonight. The first three are what the NHS's own CP-IS shows.
_PROTECTIVE = (
    Service.CHILD_PROTECTION_PLAN, Service.UNBORN_PROTECTION_PLAN, Service.LOOKED_AFTER, Service.MISSING,
)  # fmt: skip
_STATUTORY = (*_PROTECTIVE, Service.SECTION_47, Service.CHILD_IN_NEED)
_SOCIAL_CARE = (Role.SOCIAL_WORKER, Role.MANAGER)
_POLICE, _CLINICIANS = (Role.POLICE_OFFICER,), (Role.CLINICIAN,)

# A sensitive service is never named and never shown in full: a team that can be asked, for those purposes
# alone whose threshold is significant harm (ContactPoint's regulations 6(3) and 11(3)).
_ASKABLE = Service.SENSITIVE

# Early help and care leaver are signposts by consent, given so that those who help may find each other. They
# are named only where significant harm may be near, or the assessment is made with the family.
ROWS: tuple[Row, ...] = (
    Row(
        purpose=Purpose.SECTION_47_ENQUIRY, roles=_SOCIAL_CARE, law="Children Act 1989 s.47",
        full=(*_STATUTORY, Service.EARLY_HELP), contact=(Service.CARE_LEAVER, _ASKABLE),
        why="An enquiry into significant harm weighs who worked with the child before, and when.",
    ),
    Row(
        purpose=Purpose.SECTION_47_ENQUIRY, roles=_POLICE, law="Children Act 1989 s.47(9)-(11)",
        full=(*_PROTECTIVE, Service.SECTION_47), contact=(Service.CHILD_IN_NEED, Service.EARLY_HELP),
        why="Police enquire jointly; of help that rests on need or consent they learn whom to ring.",
    ),
    Row(
        purpose=Purpose.SECTION_17_ASSESSMENT, roles=_SOCIAL_CARE, law="Children Act 1989 s.17",
        full=(*_STATUTORY, Service.EARLY_HELP), contact=(Service.CARE_LEAVER,),
        why="The assessment is made with the family, and starts from what was already done.",
    ),
    Row(
        purpose=Purpose.POLICE_PROTECTION, roles=_POLICE, law="Children Act 1989 s.46",
        full=(*_PROTECTIVE, Service.SECTION_47), contact=(Service.CHILD_IN_NEED,),
        why="The officer tells the authorities at once (s.46(3)) and must know what protects the child.",
    ),
    Row(
        purpose=Purpose.POLICE_PROTECTION, roles=_SOCIAL_CARE,
        law="Children Act 1989 s.46(3), s.47(1)(a)(ii)",
        full=(*_STATUTORY, Service.EARLY_HELP), contact=(Service.CARE_LEAVER, _ASKABLE),
        why="A child in police protection is a child of an enquiry.",
    ),
    Row(
        purpose=Purpose.UNSCHEDULED_CARE, roles=_CLINICIANS, law="Children Act 2004 s.11",
        full=_PROTECTIVE,
        contact=(Service.SECTION_47, Service.CHILD_IN_NEED, Service.EARLY_HELP, Service.CARE_LEAVER),
        why="A clinician needs the protective statuses and a number to ring; the rest is the team's to tell.",
    ),
    Row(
        purpose=Purpose.MISSING_CHILD, roles=_SOCIAL_CARE,
        law="Children Act 1989 s.47; statutory guidance on children who run away or go missing (2014)",
        full=_STATUTORY, contact=(Service.EARLY_HELP, Service.CARE_LEAVER),
        why="Whoever worked with the child may know where the child is.",
    ),
    Row(
        purpose=Purpose.MISSING_CHILD, roles=_POLICE,
        law="Children Act 2004 s.11; statutory guidance on children who run away or go missing (2014)",
        full=_PROTECTIVE,
        contact=(Service.SECTION_47, Service.CHILD_IN_NEED, Service.EARLY_HELP, Service.CARE_LEAVER),
        why="The search needs the risk to the child and everybody who may know where the child is.",
    ),
    Row(
        purpose=Purpose.MISSING_CHILD, roles=_CLINICIANS,
        law="Children Act 2004 s.11; statutory guidance on children who run away or go missing (2014)",
        full=_PROTECTIVE, contact=(Service.SECTION_47, Service.CHILD_IN_NEED),
        why="A clinician who meets a missing child must know it and ring the child's authority.",
    ),
    Row(
        purpose=Purpose.TRANSFER_IN, roles=_SOCIAL_CARE,
        law="Working Together to Safeguard Children, transfer-in conference within 15 working days",
        full=_STATUTORY, contact=(Service.EARLY_HELP, Service.CARE_LEAVER),
        why="The receiving authority takes over what is by statute; help by consent is asked of its team.",
    ),
)  # fmt: skip


# Beyond role and purpose, for thirty minutes, and reviewed afterwards. It adds to a row, takes nothing.
# Records officers work with no child, so nothing opens for them; a service not named stays shut here too.
EMERGENCY = Row(
    purpose=None, roles=(*_SOCIAL_CARE, *_POLICE, *_CLINICIANS),
    law="UK GDPR art. 6(1)(d), vital interests; Data Protection Act 2018 Sch. 1 para. 18",
    full=_PROTECTIVE,
    contact=(Service.SECTION_47, Service.CHILD_IN_NEED, Service.EARLY_HELP, Service.CARE_LEAVER),
    why="A life comes before a list of purposes; whom to ring and what protects the child are enough.",
)  # fmt: skip
_STRENGTH = {level: place for place, level in enumerate(Level)}


def row_for(role: Role, purpose: Purpose) -> Row | None:
    """Return the row that lets this role give this purpose, if there is one."""
    return next((row for row in ROWS if row.purpose is purpose and role in row.roles), None)


def in_emergency(row: Row | None) -> Levels:
    """Return what an emergency shows: of each service the more of the row's own level and the emergency's."""
    opened = EMERGENCY.levels
    if row is None:
        return opened
    own = row.levels
    return MappingProxyType({s: min(own[s], opened[s], key=_STRENGTH.__getitem__) for s in Service})


@cache
def level(role: Role, purpose: Purpose, service: Service) -> Level:
    """Return what this role is shown of this service for this purpose."""
    row = row_for(role, purpose)
    return Level.NONE if row is None else row.levels[service]


def as_table() -> str:
    """Return the matrix as a Markdown table, padded to be read in a terminal too."""
    head = ["purpose", "role", *(service.value for service in Service), "law"]
    body = [
        [
            row.purpose.value if row.purpose else "(emergency)",
            role.value,
            *(row.levels[service].value for service in Service),
            row.law,
        ]
        for row in (*ROWS, EMERGENCY)
        for role in row.roles
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    rule = ["-" * width for width in widths]
    lines = (
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (head, rule, *body)
    )
    return "".join(f"| {line} |\n" for line in lines)
