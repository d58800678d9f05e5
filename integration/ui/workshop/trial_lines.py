"""The sample's rows as the records they would become, problems beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from city.selectors import area_names, categories, name
from integration import labels
from integration.domain.trying import Trial, TrialProblem, TrialRow
from integration.ui.row_form import Fault
from integration.ui.workshop.words import SECTIONS
from integration.wording import in_language

__all__ = ["CodeCount", "RowLine", "code_counts", "column_name", "column_text", "row_lines"]

SHOWN = 40
_PLACE = ("district", "grid", "lon", "lat", "address", "crs_original")
_HEAD = ("category", "severity", "occurred_at", "summary", *_PLACE)
_PLAIN = {"operational": "true"}
"""What goes without saying."""


@dataclass(frozen=True)
class RowLine:
    """One row: `title` is its category, `cells` what else it holds."""

    line: int
    source_id: str
    refused: bool
    title: str
    severity: int | None
    at: str
    place: str
    address: str
    summary: str
    cells: Sequence[tuple[str, str]]
    faults: Sequence[Fault]


@dataclass(frozen=True)
class CodeCount:
    """How many rows have one reason."""

    code: str
    label: str
    rows: int
    refused: bool


def row_lines(trial: Trial, *, problems_only: bool) -> list[RowLine]:
    """The first rows, or the first with something wrong."""
    told = {line: list(group) for line, group in groupby(trial.problems, lambda one: one.line)}
    rows = [one for one in trial.rows if one.codes] if problems_only else list(trial.rows)
    names = {key: name(one) for key, one in categories().items()}
    return [_line(one, told.get(one.line, []), names) for one in rows[:SHOWN]]


def _line(row: TrialRow, told: Sequence[TrialProblem], names: Mapping[str, str]) -> RowLine:
    cells = row.cells
    place = area_names().get(cells.get("district", ""), "")
    if cells.get("lon") and not place:
        place = gettext("in no district")
    return RowLine(
        line=row.line,
        source_id=row.source_id,
        refused=row.outcome != "accepted",
        title=names.get(cells.get("category", ""), gettext("Without a category here")),
        severity=int(cells["severity"]) if cells.get("severity", "").isdecimal() else None,
        at=cells.get("occurred_at", ""),
        place=place,
        address=cells.get("address", ""),
        summary=cells.get("summary", ""),
        cells=[
            (column_name(key), column_text(key, text))
            for key, text in cells.items()
            if key not in _HEAD and _PLAIN.get(key) != text
        ],
        faults=[Fault(one.code, one.field, in_language(one.code, one.field)) for one in told],
    )


def column_name(column: str) -> str:
    """A column of the record in words."""
    kind, dot, rest = column.partition(".")
    if dot:
        return labels.attribute(rest) if kind == "attributes" else rest
    if column in ("lon", "lat"):
        return gettext("Longitude") if column == "lon" else gettext("Latitude")
    if column in ("district", "grid"):
        return gettext("District") if column == "district" else gettext("Grid")
    if column == "crs_original":
        return gettext("Coordinate system")
    return str(SECTIONS.get(column, column))


def column_text(column: str, text: str) -> str:
    """What stands in a column of the record, codes in words."""
    if column == "upstream_state":
        return labels.word(labels.UPSTREAM, text) if text else ""
    if column in ("district", "grid"):
        return area_names().get(text, text)
    return text


def code_counts(trial: Trial) -> list[CodeCount]:
    """The reasons with their rows, the gravest first."""
    return [
        CodeCount(one.code, labels.title(one.code), one.rows, one.outcome == "quarantined")
        for one in trial.conformance
    ]
