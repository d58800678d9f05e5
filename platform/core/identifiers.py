"""Checks of the identifiers that feeds carry, and the finding of personal ones in free text.

A check is a signal of quality, never a gate: a bad identifier is flagged and the event is kept.
Sources: GB 11643-1999 (resident ID), GB 32100-2015 and GB 11714 (organisations), GA 36 (plates).

The resident ID and the credit code are checked here and not by a library, because the library at
hand refuses real ones: residents whose county code is younger than they are (codes are given at
registration, not at birth), and organisations whose authority code is a letter (rural collectives
begin with ``N``).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.text import clean_text

__all__ = [
    "KINDS",
    "Checked",
    "PersonalSpan",
    "check",
    "credit_code",
    "find_personal",
    "may_hold_personal",
    "organisation_code",
    "phone",
    "plate",
    "resident_id",
]

_SPACES = re.compile(r"\s+")
_SPREADSHEET = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")

# GB/T 2260 codes of provinces; 81-83 are residence permits, 91 foreign permanent residents.
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_ABROAD = re.compile(r"^(?:(?:\+|00)86|86(?=1[3-9][0-9]{9}$))")
_LANDLINE = re.compile(r"(?:0(?:10|2[0-9])(?=[0-9]{8}$)|0[3-9][0-9]{2})?[2-9][0-9]{6,7}")
_EXTENSION = re.compile(
    r"(?P<main>[0-9()+\-]{7,20})(?:转|-|#|EXT\.?)(?P<extension>[0-9]{1,6})",
)
_NUMBERS = (
    ("mobile", re.compile(r"1[3-9][0-9]{9}")),
    ("short", re.compile(r"1[12][0-9]|12[0-9]{3}|9[56][0-9]{3,4}|100[0-9]{2}")),
    ("service", re.compile(r"[48]00[0-9]{7}")),
)

_PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_CHAR = "A-HJ-NP-Z0-9"
_PLATE_TAIL = (
    rf"(?:[{_PLATE_CHAR}]{{4}}[{_PLATE_CHAR}学警港澳挂]"  # classic, and the marked ones
    rf"|[A-HJK][{_PLATE_CHAR}][0-9]{{4}}|[0-9]{{5}}[A-HJK])"  # new energy: small, large
)
_PLATE = re.compile(rf"[{_PLATE_PROVINCES}][A-HJ-Z]{_PLATE_TAIL}")


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on one identifier.

    ``kind``: what it turned out to be. ``normalised``: its canonical spelling, for equality.
    ``valid``: every check passed. ``problem``: a code, empty when nothing is to be said; a valid
    one may still carry a doubt (``area_unknown``, ``area_missing``).
    """

    kind: str
    normalised: str
    valid: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Where a personal identifier stands in a text: ``text[start:end]``."""

    kind: str
    start: int
    end: int


def resident_id(text: str, *, today: date) -> Checked:
    """A resident ID (GB 11643-1999, check character of ISO 7064 MOD 11-2).

    Problems: ``spreadsheet_damage``, ``old_15_digits`` (neither checked nor converted),
    ``bad_format``, ``bad_date``, ``future_date``, ``bad_check_digit``; and, still valid,
    ``area_unknown``.
    """
    value = _compact(text)
    problem = _damage(value) or _resident_problem(value, today)
    return Checked("resident_id", value, problem in ("", "area_unknown"), problem)


def _resident_problem(value: str, today: date) -> str:
    if len(value) == 15 and value.isascii() and value.isdigit():
        return "old_15_digits"
    if not _RESIDENT.fullmatch(value):
        return "bad_format"
    try:
        born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return "bad_date"
    if born > today:
        return "future_date"
    total = sum(int(digit) * w for digit, w in zip(value, _RESIDENT_WEIGHTS, strict=False))
    if value[17] != _RESIDENT_CHECKS[total % 11]:
        return "bad_check_digit"
    return "" if _PROVINCES.match(value) else "area_unknown"


def credit_code(text: str) -> Checked:
    """A unified social credit code (GB 32100-2015, MOD 31).

    Problems: ``spreadsheet_damage``, ``bad_format``, ``bad_check_digit``.
    """
    value = _compact(text)
    problem = _damage(value)
    if not problem and not _CREDIT.fullmatch(value):
        problem = "bad_format"
    if not problem:
        numbers = [_CREDIT_ALPHABET.index(char) for char in value]
        total = sum(n * w for n, w in zip(numbers, _CREDIT_WEIGHTS, strict=False))
        problem = "" if numbers[17] == -total % 31 else "bad_check_digit"
    return Checked("credit_code", value, not problem, problem)


def organisation_code(text: str) -> Checked:
    """An organisation code of nine characters (GB 11714); the hyphen before the last is dropped.

    Problems: ``bad_format``, ``bad_check_digit``.
    """
    value = _compact(text).replace("-", "")
    if not _ORGANISATION.fullmatch(value):
        return Checked("organisation_code", value, False, "bad_format")
    total = sum(int(c, 36) * w for c, w in zip(value, _ORGANISATION_WEIGHTS, strict=False))
    good = value[8] == "0123456789X0"[11 - total % 11]
    return Checked("organisation_code", value, good, "" if good else "bad_check_digit")


def phone(text: str) -> Checked:
    """A telephone number: kind ``mobile``, ``landline``, ``short``, ``service`` or ``phone``.

    The country code, spaces, hyphens and brackets go; an extension stays, behind ``-``. Problems:
    ``spreadsheet_damage``, ``bad_format``; and, still valid, ``area_missing`` on a landline.
    """
    value = _compact(text)
    digits = _digits(value)
    split = _EXTENSION.fullmatch(value)
    if split and _LANDLINE.fullmatch(_digits(split["main"])):
        return _landline(_digits(split["main"]), "-" + split["extension"])
    if _LANDLINE.fullmatch(digits):
        return _landline(digits, "")
    for kind, pattern in _NUMBERS:
        if pattern.fullmatch(digits):
            return Checked(kind, digits, True)
    return Checked("phone", digits, False, _damage(value) or "bad_format")


def _landline(digits: str, extension: str) -> Checked:
    problem = "" if digits.startswith("0") else "area_missing"
    return Checked("landline", digits + extension, True, problem)


def _digits(value: str) -> str:
    """The number without separators and country code; a landline from abroad gets back its 0."""
    plain = re.sub(r"[()\-]", "", value)
    home = _ABROAD.sub("", plain, count=1)
    return "0" + home if home != plain and not home.startswith(("0", "1", "400", "800")) else home


def plate(text: str) -> Checked:
    """A number plate (GA 36): kind ``plate``. Problem: ``bad_format``."""
    value = re.sub(r"[·•.\-]", "", _compact(text))
    good = _PLATE.fullmatch(value) is not None
    return Checked("plate", value, good, "" if good else "bad_format")


_SIMPLE = {
    "credit_code": credit_code,
    "organisation_code": organisation_code,
    "phone": phone,
    "plate": plate,
}
KINDS = frozenset({"resident_id", *_SIMPLE})
"""Kinds of identifier that ``check`` knows."""


def check(kind: str, text: str, *, today: date) -> Checked:
    """The verdict on ``text`` as an identifier of ``kind``; KeyError for a kind not in KINDS."""
    if kind == "resident_id":
        return resident_id(text, today=today)
    return _SIMPLE[kind](text)


def _compact(text: str) -> str:
    """NFKC, upper case, without white space and invisible characters."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", clean_text(text)[0])).upper()


def _damage(value: str) -> str:
    return "spreadsheet_damage" if _SPREADSHEET.fullmatch(value) else ""


# In free text a separator may stand between the groups of a number. The digits around a match are
# looked at, so that nothing is cut out of a longer number or out of a decimal fraction.
_GAP = r"[ \u00a0\-]?"
_ALONE = r"(?<![0-9])(?<![0-9]\.)"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PERSONAL = re.compile(
    rf"(?P<resident_id>{_ALONE}[1-9][0-9]{{5}}{_GAP}(?:18|19|20)[0-9]{{2}}{_MONTH_DAY}{_GAP}"
    rf"[0-9]{{3}}[0-9Xx](?![0-9])|{_ALONE}[1-9][0-9]{{7}}{_MONTH_DAY}[0-9]{{3}}(?![0-9]))"
    rf"|(?P<phone>{_ALONE}(?:(?:\+|00)?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?![0-9])"
    rf"|{_ALONE}\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_GAP}[2-9][0-9]{{6,7}}"
    rf"(?:(?:转|-)[0-9]{{1,6}})?(?![0-9])"
    rf"|(?:(?<=电话)|(?<=电话[: ]))[2-9][0-9]{{6,7}}(?![0-9]))"
    rf"|(?P<plate>[{_PLATE_PROVINCES}][A-HJ-Za-hj-z][·•. \-]?"
    rf"(?i:{_PLATE_TAIL})(?![A-Za-z0-9]))"
)
# What every match contains; nearly all texts have none of it and are done with at once. Numbers
# are written in groups, and one of them has four digits at least.
_HINT = re.compile(rf"[0-9０-９]{{4}}|[{_PLATE_PROVINCES}][A-Za-zＡ-Ｚａ-ｚ]")
# Full-width forms have one half-width form each, so that positions stay.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def find_personal(text: str) -> list[PersonalSpan]:
    """Resident IDs, telephone numbers and plates in a free text, in order, never overlapping.

    Meant for masking, so it asks for the shape alone: a wrong check digit hides nobody. A number
    of 15 digits with a plausible date in it counts as an old resident ID. Short and 400/800
    numbers are public and not found. Linear in the length of the text.
    """
    if not _HINT.search(text):
        return []
    matches = _PERSONAL.finditer(text.translate(_HALF_WIDTH))
    return [PersonalSpan(str(m.lastgroup), m.start(), m.end()) for m in matches]


def may_hold_personal(texts: Sequence[str]) -> list[int]:
    """The positions of the texts in which ``find_personal`` might find something."""
    search = _HINT.search
    return [position for position, text in enumerate(texts) if search(text)]
