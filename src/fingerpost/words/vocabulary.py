"""The closed sets. Every member has words for people (`label`), and a test holds that true."""

from enum import StrEnum, unique


class Labelled(StrEnum):
    """A closed set whose members carry the words shown to people."""

    label: str

    def __new__(cls, value: str, label: str) -> "Labelled":
        """Make a member that is its value and carries its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@unique
class Sex(Labelled):
    """Sex as authorities record it (CIN census `Sex`: M, F, U, I)."""

    FEMALE = "F", "female"
    MALE = "M", "male"
    INDETERMINATE = "I", "indeterminate"


@unique
class Service(Labelled):
    """Why a signpost may exist. Never shown with a reason beyond its own name."""

    CHILD_IN_NEED = "child_in_need", "child in need"
    SECTION_47 = "section_47", "section 47 enquiry"
    CHILD_PROTECTION_PLAN = "child_protection_plan", "child protection plan"
    UNBORN_PROTECTION_PLAN = "unborn_protection_plan", "unborn child protection plan"
    LOOKED_AFTER = "looked_after", "looked after"
    CARE_LEAVER = "care_leaver", "care leaver (by consent)"
    EARLY_HELP = "early_help", "early help (by consent)"
    MISSING = "missing", "missing episode"
    SENSITIVE = "sensitive", "a team that can be asked"


@unique
class Purpose(Labelled):
    """The coded reason for a lookup; one is required before anything is answered."""

    SECTION_47_ENQUIRY = "s47_enquiry", "section 47 enquiry"
    SECTION_17_ASSESSMENT = "s17_assessment", "section 17 assessment"
    POLICE_PROTECTION = "police_protection", "police protection"
    UNSCHEDULED_CARE = "unscheduled_care", "unscheduled health care"
    MISSING_CHILD = "missing_child", "missing child"
    TRANSFER_IN = "transfer_in", "transfer in from another area"


@unique
class Level(Labelled):
    """How much of a signpost is shown to the person who asks. What no rule names is `none`."""

    FULL = "full", "authority, team, role, service, dates and phones"
    CONTACT = "contact", "authority, team and phones, now or previous; service, role and dates are not named"
    NONE = "none", "not shown"


@unique
class Role(Labelled):
    """What a practitioner does, which decides what they may ask."""

    SOCIAL_WORKER = "social_worker", "social worker"
    POLICE_OFFICER = "police_officer", "police officer"
    CLINICIAN = "clinician", "clinician in unscheduled care"
    MANAGER = "manager", "team manager"
    RECORDS_OFFICER = "records_officer", "records officer"
    SERVICE_RECORDS_OFFICER = "service_records_officer", "records officer of the national service"
    DESK_OFFICER = "desk_officer", "officer of the staffed desk"


@unique
class Band(Labelled):
    """How sure a match is; a weaker one is not shown."""

    CERTAIN = "certain", "certain"
    PROBABLE = "probable", "probable"
    POSSIBLE = "possible", "possible"


@unique
class AuthorityKind(Labelled):
    """What sort of body takes part."""

    LOCAL_AUTHORITY = "local_authority", "local authority"
    POLICE_FORCE = "police_force", "police force"
    NHS_BODY = "nhs_body", "NHS body"


@unique
class Scope(Labelled):
    """What an authority's client may do with its bearer token."""

    LOOKUP = "lookup", "look for a child"
    FEED = "feed", "publish signposts"
    NOTICES = "notices", "read and answer what the authority is told"


@unique
class LookupReason(Labelled):
    """The coded reason a person gives where the guard asks for one before it answers."""

    FAMILY_AGREED = "family_agreed", "I know this family; my manager has agreed, on the case I named"
    NOT_KNOWN = "not_known", "the name or place is the same by chance; I do not know this family"
    NEW_INFORMATION = "new_information", "there is something new about this child since I asked"
    STILL_WORKING = "still_working", "I am still working with this child and need the answer again"


@unique
class AlertKind(Labelled):
    """What somebody has to look at. Never of which child."""

    OVER_BUDGET = "over_budget", "asked more often than a person may, or than they ever do"
    OVER_AUTHORITY_BUDGET = "over_authority_budget", "asked when the authority's budget was spent"
    OWN_FAMILY = "own_family", "asked about somebody who may be their own family"
    COLLEAGUE = "colleague", "asked about somebody who may be a colleague's family"
    NEIGHBOUR = "neighbour", "asked about somebody who may live next to them"
    CONFLICT = "conflict", "asked about a child they are blocked from, and was told nothing was found"
    REPEAT = "repeat", "asked about one child again and again"
    MANY_ASK = "many_ask", "one of many people of several authorities who asked about one child"
    NOT_FOUND_OFTEN = "not_found_often", "asked mostly about children nobody knows"
    FOUND_OFTEN = "found_often", "asked only about children somebody knows, as from a list"
    LIST_WALK = "list_walk", "asked as if walking through a list of names, births or places"
    ODD_HOURS = "odd_hours", "asked many questions at night, which is not their habit"
    HONEY = "honey", "was shown a child who does not exist, planted to see who looks"
    UNJUSTIFIED = "unjustified", "did not say in time why they asked"
    UNREVIEWED = (
        "unreviewed",
        "is not answered: what they said, or an alert about them, waits for somebody to look",
    )
