"""What it is, how grave, how far the sender has come with it: codes to the city's own words."""

from collections.abc import Collection, Mapping, Sequence

from integration.domain.profile import Coded, Profile, Severity
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import texts, tidy

__all__ = ["ORDER", "UNMAPPED", "apply"]

ORDER = 40

UNMAPPED = "unmapped"
_LONGEST_CATEGORY = 200
_LONGEST_SEVERITY = 100


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Fill ``category, category_original, severity, severity_original, upstream_state``."""
    _category(profile.category, sheet, around.categories)
    _severity(profile.severity, sheet)
    _upstream(profile.upstream_state, sheet)


def _category(part: Coded, sheet: Sheet, categories: Collection[str]) -> None:
    original = tidy(sheet, sheet.values(part.path), part.path, _LONGEST_CATEGORY)
    if part.codes is None:
        known: Mapping[str, str] = {text: text for text in set(original) if text in categories}
    else:
        known = part.codes
    found = [known.get(text, UNMAPPED) for text in original]
    _flag_unknown(sheet, found, UNMAPPED, part.path)
    sheet.record["category"] = found
    sheet.record["category_original"] = original


def _severity(part: Severity | None, sheet: Sheet) -> None:
    if part is None or part.path is None:
        sheet.record["severity"] = [part.fixed if part else None] * len(sheet)
        sheet.record["severity_original"] = [""] * len(sheet)
        return
    original = tidy(sheet, sheet.values(part.path), part.path, _LONGEST_SEVERITY)
    found = [part.codes.get(text) for text in original]
    _flag_unknown(sheet, found, None, part.path)
    sheet.record["severity"] = found
    sheet.record["severity_original"] = original


def _upstream(part: Coded | None, sheet: Sheet) -> None:
    if part is None:
        sheet.record["upstream_state"] = [""] * len(sheet)
        return
    known = part.codes or {}
    original = texts(sheet.values(part.path))
    found = [known.get(text, "") for text in original]
    if "" in found:
        for position, text in enumerate(original):
            if text and not found[position]:
                sheet.flag(position, "bad_code", part.path)
    sheet.record["upstream_state"] = found


def _flag_unknown(sheet: Sheet, found: Sequence[object], unknown: object, path: str) -> None:
    if unknown in found:
        for position, value in enumerate(found):
            if value == unknown:
                sheet.flag(position, "bad_code", path)
