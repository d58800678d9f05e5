"""The header of a table: which of its columns are the agreed ones.

Names match after NFKC, trimming and folding of case.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from core.errors import BadInput
from core.words import N_
from integration.domain.profile import Profile

__all__ = ["MOST_COLUMNS", "check_header", "name_of", "places_of", "shown_name"]

MOST_COLUMNS = 1000
_LONGEST_NAME, _MOST_NAMES = 100, 20  # of columns that a refusal tells


def places_of(header: Sequence[str], profile: Profile) -> dict[str, int]:
    """The column of each declared path; BadInput ``header_mismatch``."""
    check_header(header)
    names = {name_of(one): place for place, one in enumerate(header)}
    wrong = [path for path in profile.paths if name_of(path) not in names]
    if wrong:
        raise _mismatch(wrong)
    return {path: names[name_of(path)] for path in profile.paths}


def check_header(header: Sequence[str]) -> None:
    """Raise BadInput ``header_mismatch`` for too many columns, or two of the same name."""
    if len(header) > MOST_COLUMNS:
        message = N_("The header names more than the %(most)s columns that are read.")
        raise BadInput("header_mismatch", message, most=MOST_COLUMNS)
    times = Counter(map(name_of, header))
    doubled = [name for name, count in times.items() if count > 1]
    if doubled:
        raise _mismatch(doubled)


def _mismatch(columns: Sequence[str]) -> BadInput:
    shown = [one[:_LONGEST_NAME] for one in columns[:_MOST_NAMES]]
    return BadInput(
        "header_mismatch",
        N_("The header must name each agreed column once. Missing or doubled: %(columns)s."),
        columns=", ".join(shown),
    )


def shown_name(text: str) -> str:
    """A column's name as it is told."""
    return text.strip("\ufeff \t\r\n")


def name_of(text: str) -> str:
    """A column's name as it is compared."""
    return shown_name(unicodedata.normalize("NFKC", text)).casefold()
