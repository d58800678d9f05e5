"""A comparison in words: settings by part, rows by what becomes of them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from city.selectors import categories, name
from integration import labels
from integration.domain.comparing import Change, Comparison, RowChange
from integration.models import Feed, ProfileDraft
from integration.ui.workshop.bench_page import FaultLine, fault_lines
from integration.ui.workshop.trial_lines import column_name, column_text
from integration.ui.workshop.words import section_of

__all__ = ["ChangeLine", "ComparePage", "change_lines", "compare_page", "moved"]


@dataclass(frozen=True)
class ChangeLine:
    """One setting before and after, as texts; empty for none."""

    part: str
    path: str
    kind: str
    old: str
    new: str


@dataclass(frozen=True)
class RowLine:
    """One row that comes out differently."""

    line: int
    source_id: str
    kind: str
    label: str
    columns: Sequence[tuple[str, str, str]]
    reasons: Sequence[str]


@dataclass(frozen=True)
class ComparePage:
    """The whole comparison; without `counts` no rows were compared."""

    version: int | None
    changes: Sequence[ChangeLine]
    counts: Sequence[tuple[str, str, int]]
    rows: Sequence[RowLine]
    faults: Sequence[FaultLine]

    @property
    def more(self) -> int:
        """How many rows differ beyond those that are shown."""
        differ = sum(count for key, _, count in self.counts if key not in ("same", "still_refused"))
        return max(0, differ - len(self.rows))


def moved(draft: ProfileDraft) -> bool:
    """Whether another version was put in use since the draft began."""
    present = Feed.objects.filter(key=draft.key).values_list("profile_id", flat=True).first()
    return present != draft.based_on_id


def compare_page(told: Comparison) -> ComparePage:
    """The words of a comparison."""
    words = _kinds()
    return ComparePage(
        version=told.version,
        changes=change_lines(told.changes),
        counts=[(key, words[key], told.counts[key]) for key in words if key in told.counts],
        rows=[_row(one, words) for one in told.rows],
        faults=fault_lines(told.faults),
    )


def _kinds() -> dict[str, str]:
    return {
        "same": gettext("Unchanged"),
        "changed": gettext("Changed"),
        "newly_refused": gettext("Newly refused"),
        "newly_accepted": gettext("Newly accepted"),
        "still_refused": gettext("Refused as before"),
    }


def change_lines(changes: Iterable[Change]) -> list[ChangeLine]:
    """Settings that differ, in words."""
    kinds = {
        "added": pgettext("setting", "added"),
        "removed": pgettext("setting", "removed"),
        "changed": pgettext("setting", "changed"),
    }
    return [
        ChangeLine(section_of(one.path), one.path, kinds[one.kind], _text(one.old), _text(one.new))
        for one in changes
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(one: RowChange, words: dict[str, str]) -> RowLine:
    names = {key: name(category) for key, category in categories().items()}

    def told(column: str, text: str) -> str:
        return names.get(text, text) if column == "category" else column_text(column, text)

    return RowLine(
        one.line,
        one.source_id,
        one.kind,
        words[one.kind],
        [
            (column_name(key), told(key, old), told(key, new))
            for key, (old, new) in one.columns.items()
        ],
        [labels.title(code) for code in one.codes],
    )
