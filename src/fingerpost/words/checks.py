"""What a field of child details may hold. Text from outside becomes a value here or an `Invalid`.

No message repeats what was typed: a message may be logged, a child's name may not.
"""

import re
import unicodedata
from datetime import date

from nhs_number.validate import is_valid

from fingerpost.words.errors import Invalid, Problem
from fingerpost.words.vocabulary import Sex

THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})  # what goes no further needs no TLS
NOT_A_DATE = "is not a date; write it as day/month/year or year-month-day"
NOT_A_DAY = "is not a day of the calendar"
NOT_A_POSTCODE = "is not a postcode"
LONGEST_NAME = 100  # NHS Data Dictionary, person family name and given name: at most 35; room for several
LONGEST_TEXT = 200  # anything longer in a short field is not that field
OLDEST_CHILD_YEARS = 26  # care leavers are served to 25 (Children Act 1989 s.23CZB)
UNBORN_DAYS = 300  # an expected date further off than this is a slip of the pen

# A name by which a child is known stands in brackets or quotes: Zoe (Zo).
_NAME_MARKS = frozenset(" '-.’‘ʼ`´,‐‑–()/#\"“”")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
NO_PLACE = "ZZ99"  # NHS pseudo-postcodes: no fixed abode, not known, abroad; shared by thousands
_POSTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$")
_UPN = re.compile(r"^[A-Z][0-9]{11}[0-9A-Z]$")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # DfE UPN guide: 23 letters, I, O and S left out
_DATE_FORMS = (
    (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]*Z?)?$"), (1, 2, 3)),
    (re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: [\d:.]*)?$"), (3, 2, 1)),
    (re.compile(r"^(\d{4})(\d{2})(\d{2})$"), (1, 2, 3)),
)


def _wrong(field: str, detail: str) -> Invalid:
    return Invalid(Problem(field, detail))


def seen(value: str) -> str:
    """Return `value` trimmed, and without the marks that nobody sees (Unicode category Cf).

    What is pasted brings joiners and soft hyphens along; marks of direction make text read as what it is not.
    """
    if not value.isascii():
        value = "".join(c for c in value if unicodedata.category(c) != "Cf")
    return value.strip()


def text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """Return what is seen of `value`, composed (NFC); refuse what no form field can hold."""
    if len(value) > longest:
        raise _wrong(field, f"is longer than {longest} characters")
    written = seen(value)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in written):
        raise _wrong(field, "holds a character that cannot be printed")
    return unicodedata.normalize("NFC", written)


def name(value: str, field: str) -> str:
    """Return one part of a name; letters of any left-to-right script, and the marks beside them."""
    name_text = text(value, field, LONGEST_NAME)
    for character in name_text:
        if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
            raise _wrong(field, "is written right to left; give it in Latin letters, as on an English record")
        if character in _NAME_MARKS or character.isdecimal():
            continue  # digits: "Twin 1" is how an unnamed baby is recorded
        if unicodedata.category(character)[0] not in "LM":
            raise _wrong(field, "holds something that is not a letter, space, apostrophe or hyphen")
    if name_text and not any(c.isalpha() for c in name_text):
        raise _wrong(field, "holds no letter")
    return name_text


def day(value: str, field: str) -> date:
    """Return a calendar date written year first or day first ("2019-03-04", "4/3/2019", "20190304")."""
    trimmed = seen(value)
    for form, order in _DATE_FORMS:
        if found := form.match(trimmed):
            year, month, day_of_month = (int(found[place]) for place in order)
            try:
                return date(year, month, day_of_month)
            except ValueError:
                raise _wrong(field, NOT_A_DAY) from None
    raise _wrong(field, NOT_A_DATE)


def past_day(value: str, field: str, today: date) -> date:
    """Return a date not later than `today`."""
    found = day(value, field)
    if found > today:
        raise _wrong(field, "is in the future")
    return found


def birth_date(value: str, field: str, today: date) -> date:
    """Return a date of birth of someone young enough to be served."""
    found = past_day(value, field, today)
    if found.year < today.year - OLDEST_CHILD_YEARS:
        raise _wrong(field, f"is more than {OLDEST_CHILD_YEARS} years ago")
    return found


def expected_date(value: str, field: str, today: date) -> date:
    """Return an expected date of birth: within a pregnancy of `today`, on either side."""
    found = day(value, field)
    if abs((found - today).days) > UNBORN_DAYS:
        raise _wrong(field, f"is more than {UNBORN_DAYS} days from today")
    return found


def nhs_number_of(value: str, field: str) -> str:
    """Return an NHS number as ten digits; its check digit must hold (modulus 11)."""
    digits = re.sub(r"[\s-]", "", text(value, field))
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise _wrong(field, "is not ten digits")
    if not is_valid(digits):
        raise _wrong(field, "does not have the right check digit")
    if len(set(digits)) == 1:
        raise _wrong(field, "is one digit repeated: a stand-in, not a number")
    return digits


def upn_of(value: str, field: str) -> str:
    """Return a unique pupil number; its check letter must hold (DfE UPN guide, modulus 23)."""
    upn = re.sub(r"\s", "", text(value, field)).upper()
    if not _UPN.fullmatch(upn):
        raise _wrong(field, "is not a letter, eleven digits and a digit or letter")
    temporary = upn[12].isalpha()
    weights = range(2, 15)
    last = _UPN_LETTERS.find(upn[12]) if temporary else int(upn[12])
    total = sum(int(d) * w for d, w in zip(upn[1:12], weights, strict=False)) + max(last, 0) * 13
    if last < 0 or _UPN_LETTERS[total % 23] != upn[0]:
        raise _wrong(field, "does not have the right check letter")
    return upn


def postcode_of(value: str, field: str) -> str:
    """Return a postcode in the form "SW1A 1AA"."""
    squeezed = re.sub(r"[\s.-]", "", text(value, field)).upper()
    found = _POSTCODE.match(squeezed)
    if not found:
        raise _wrong(field, NOT_A_POSTCODE)
    return f"{found[1]} {found[2]}"


def sex_of(value: str, field: str) -> Sex | None:
    """Return the sex, or None where it is recorded as unknown."""
    letter = seen(value).upper()[:20]
    match letter:
        case "F" | "FEMALE" | "2":
            return Sex.FEMALE
        case "M" | "MALE" | "1":
            return Sex.MALE
        case "I" | "INDETERMINATE" | "9":
            return Sex.INDETERMINATE
        case "" | "U" | "UNKNOWN" | "NOT KNOWN" | "0":
            return None
        case _:
            raise _wrong(field, "is not M, F, I or U")
