"""Which column of a stranger's file is which: by our own names, or by those that such files usually have.

A column under another name is read only where our own is missing or empty, and the report says so. Names are
compared in plain small letters and digits: `First-Name`, `first_name` and `firstName` are one.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from anyascii import anyascii

# Of several that are there and hold something, the first counts; ours goes before all of them.
_ALIASES: Mapping[str, str] = {
    "record_id": "id recid recordid uniqueid uid rowid patientid childid pupilid memberid",
    "cluster_id": (
        "cluster entid entityid personid individualid trueid trueentityid trueentity truecluster identity"
        " matchid groundtruth goldid groupid masterid canonicalid subjectid peopleid personnumber ncid"
        " voterregnum idperson entity truematchid truelabel label clientid group personref personkey matchkey"
    ),
    "source": "sourcedataset dataset datasource file authority",
    "given_names": (
        "givenname given firstname firstnames forename forenames fname fnamec1 first christianname namefirst"
        " vorname vornamen voornaam voornamen prenom prenoms nombre nombres nome imie imiona ad adi isim"
    ),
    "middle_names": (
        "middlename middle midlname mname secondforename secondname namemiddle fnamec2 drugieimie"
    ),
    "family_name": (
        "surname lastname familyname lname lnamec1 last namelast nachname familienname achternaam nom"
        " nomdefamille apellido apellidos primerapellido cognome sobrenome apelido nazwisko soyad soyadi"
    ),
    "second_family_name": "lnamec2 segundoapellido secondsurname",
    "name": (
        "naam fullname personname wholename firstandsurname namefull volledigenaam nomcomplet nombrecompleto"
    ),
    "known_as": "knownas knownasname preferredname preferredfirstname nickname rufname roepnaam",
    "former_family_name": (
        "maidenname previoussurname formersurname previousfamilyname formername birthname birthsurname"
        " geburtsname geboortenaam nomdenaissance nazwiskorodowe"
    ),
    "other_names": "alias aliases aka alsoknownas othername formernames previousnames akas",
    "date_of_birth": (
        "dob birthdate birthday born bdate birthdt dateob datebirth dateofbirthdob geburtsdatum"
        " gebdatum geboortedatum datenaissance datedenaissance fechanacimiento fechadenacimiento"
        " datadinascita datanascita datanascimento datadenascimento dataurodzenia dogumtarihi"
    ),
    "year_of_birth": (
        "birthyear yob by yyyy dobyear byear birthyr yearbirth geburtsjahr geboortejaar anneenaissance"
        " rokurodzenia dogumyili"
    ),
    "month_of_birth": "birthmonth mob bm mm dobmonth bmonth monthbirth geburtsmonat geboortemaand",
    "day_of_birth": "birthday bd dd dobday bday daybirth geburtstag geboortedag",
    "age": "ageyears ageinyears alter leeftijd edad eta idade wiek yas",
    "sex": "gender sexcode gendercode geschlecht geslacht sexe sexo sesso genere plec cinsiyet",
    "postcode": (
        "postalcode zip zipcode postcodefake pcode reszipcode plz postleitzahl codepostal codigopostal cap"
        " kodpocztowy postakodu"
    ),
    "town": (
        "city suburb place rescitydesc birthplace locality municipality residence ort wohnort stadt"
        " woonplaats plaats ville commune ciudad municipio citta comune cidade miasto miejscowosc sehir ilce"
    ),
    "nhs_number": (
        "nhsno nhs socsecid ssn socialsecuritynumber nationalid bsn pesel tckimlikno tckn medicare"
        " medicarenumber"
    ),
    "upn": "uniquepupilnumber email emailaddress",
    "origin": "nameorigin",
}
_UNPLAIN = re.compile(r"[^a-z0-9]+")
_NOTE = re.compile(r"\(.*?\)|\[.*?\]")  # how to fill it in: Sex (M/F)
# What says whose detail a column holds, where its name means nothing to us without: child_surname, pers_dob.
_WHOSE = re.compile(
    r"^(?:child|pupil|person|pers|patient|client|student|subject|current|home|address|legal|true)(?=...)"
)
_LABELS = frozenset({"record_id", "cluster_id", "source"})  # an empty one is still there
_EITHER_NAME = frozenset({"name", "naam"})  # a family name beside given names, and the other way round


def _plain(name: str) -> str:
    return _UNPLAIN.sub("", anyascii(name).lower())


def _named(header: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of columns by plain name, after those by the same without a note, or whose it is."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    names = [_plain(name) for name in header]
    bare = [_plain(_NOTE.sub("", name)) for name in header]
    for words in (names, bare, [_WHOSE.sub("", word, count=1) for word in bare]):
        for place, word in enumerate(words):
            named[word].append(place)
    return named


def columns_of(header: Sequence[str], filled: Collection[int], repeated: Collection[int]) -> dict[str, int]:
    """Return the place of each of our columns that the file has, under any of its names.

    `filled` are the places of columns that hold a value, `repeated` of those that hold one twice: of columns
    that may be a label under another name, one that never says a thing twice tells nothing.
    """
    named = _named(header)
    found: dict[str, int] = {}
    for ours, aliases in _ALIASES.items():
        places = [place for name in (_plain(ours), *aliases.split()) for place in named.get(name, ())]
        if ours == "cluster_id" and _plain(ours) not in named:
            places.sort(key=lambda place: place not in repeated)
        if places := [place for place in places if place in filled or ours in _LABELS]:
            found[ours] = places[0]
    return _told_apart(header, found)


def _told_apart(header: Sequence[str], found: dict[str, int]) -> dict[str, int]:
    """Settle what one word may mean: a birthday is a date or a day, a name one of two or both."""
    if "year_of_birth" in found and found.get("date_of_birth") == found.get("day_of_birth"):
        found.pop("date_of_birth", None)
    halves = {"given_names", "family_name"} - found.keys()
    if len(halves) == 1 and "name" in found and _plain(header[found["name"]]) in _EITHER_NAME:
        found[halves.pop()] = found.pop("name")
    return found


def renamed(header: Sequence[str], columns: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return (ours, as written) of the columns that are read under another name."""
    named = ((ours, header[place].strip()) for ours, place in columns.items())
    return [(ours, written) for ours, written in named if _plain(written) != _plain(ours)]
