"""Marked names and numbers, and the search for them in any form."""

import struct
import unicodedata

# In every marked text stands the stem; longer than chance could write it into ciphertext.
STEM = "Zyxqvorth"
GIVEN, FAMILY, FORMER, MOTHER = f"{STEM}ina", f"O'{STEM}-Élan", f"{STEM}kova", f"{STEM}etta"
ACCENTED = "Žůřqvéth"
REFERENCE, UNREAD = f"REF-{STEM}-1", f"unread {STEM} text"
NHS, FORMER_NHS, ASKED_NHS = "9997318463", "9992640731", "9995186276"
UPN = "G199731846025"
POSTCODES = ("ZE97QX", "ZE38XQ")
BORN = ("2017-04-13", "13/04/2017", "13/4/2017", "20170413", "13 April 2017", "13 Apr 2017")
SPACED = (NHS, FORMER_NHS, ASKED_NHS, UPN, *POSTCODES)
TEXTS = (STEM, ACCENTED, *SPACED, *BORN)
NUMBERS = (NHS, FORMER_NHS, ASKED_NHS)


def _forms(text: str) -> set[str]:
    folded = {text, text.capitalize(), text.upper(), text.lower(), text.casefold()}
    return {unicodedata.normalize(form, f) for form in ("NFC", "NFD") for f in folded}


# Each form of a canary, lower-cased as the haystack is: as written, with spaces gone, and as a number.
WRITTEN = {
    form.encode(encoding).lower(): text
    for text in TEXTS for form in _forms(text) for encoding in ("utf-8", "utf-16-le", "utf-16-be")
}  # fmt: skip
SQUEEZED = {form.replace(" ", "").encode().lower(): text for text in TEXTS for form in _forms(text)}
PACKED = {struct.pack(order, int(number)): number for number in NUMBERS for order in (">q", "<q")}


def canaries_in(content: bytes) -> set[str]:
    """Return the canaries that `content` holds in any form; spaces and hyphens hide nothing."""
    lowered = content.lower()
    searched = (
        (lowered, WRITTEN),
        (lowered.translate(None, b" -"), {n: t for n, t in SQUEEZED.items() if b"-" not in n}),
        (content, PACKED),
    )
    return {text for haystack, needles in searched for n, text in needles.items() if n in haystack}
