"""What a draft changes: settings by path, and what becomes of the sample's rows under both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from integration.domain.profile_document import Fault
from integration.domain.trying import Trial, TrialRow

__all__ = ["Change", "Comparison", "RowChange", "changes", "compare"]

Kind = Literal["changed", "newly_refused", "newly_accepted"]

_SHOWN = 100
_GRAVEST_FIRST: tuple[Kind, ...] = ("newly_refused", "changed", "newly_accepted")


@dataclass(frozen=True, slots=True)
class Change:
    """One setting: its JSON value before and after; None where there is none."""

    path: str
    old: object
    new: object

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that comes out otherwise: column → (before, after), and the codes of a refusal."""

    line: int
    source_id: str
    kind: Kind
    columns: Mapping[str, tuple[str, str]]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document beside an earlier version (its number, None without one).

    ``counts``: rows by ``same``, ``changed``, ``newly_refused``, ``newly_accepted`` and
    ``still_refused``. ``rows``: at most 100 of those that differ, the gravest first.
    """

    version: int | None
    changes: tuple[Change, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[RowChange, ...] = ()
    faults: tuple[Fault, ...] = ()


def changes(old: object, new: object, path: str = "") -> Iterator[Change]:
    """The settings that differ, by path; lists of plain values and of objects as wholes."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(one for one in new if one not in old)]:
            below = f"{path}.{name}" if path else str(name)
            yield from changes(old.get(name), new.get(name), below)
    else:
        yield Change(path, old, new)


def compare(
    *,
    version: int | None,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    old: Trial | None,
    new: Trial | None,
) -> Comparison:
    """The comparison of two documents and, where both were tried on a sample, of its rows."""
    told = tuple(changes(dict(before or {}), dict(after)))
    if old is None or new is None or not (old.sound and new.sound):
        return Comparison(version, told, faults=new.faults if new else ())
    counts = dict.fromkeys(("same", "changed", "newly_refused", "newly_accepted"), 0)
    counts["still_refused"] = 0
    rows: list[RowChange] = []
    for one in _paired(old.rows, new.rows):
        kind, change = one
        counts[kind] += 1
        if change is not None:
            rows.append(change)
    rows.sort(key=lambda row: (_GRAVEST_FIRST.index(row.kind), row.line))
    return Comparison(version, told, counts, tuple(rows[:_SHOWN]))


def _paired(
    old: Sequence[TrialRow], new: Sequence[TrialRow]
) -> Iterator[tuple[str, RowChange | None]]:
    """How each row fares, by line; one that only the new document finds counts as accepted."""
    earlier = {row.line: row for row in old}
    for row in new:
        yield _fate(earlier.pop(row.line, None), row)
    for row in earlier.values():
        yield "newly_refused", RowChange(row.line, row.source_id, "newly_refused", {}, ())


def _fate(old: TrialRow | None, new: TrialRow) -> tuple[str, RowChange | None]:
    was = old is not None and old.outcome == "accepted"
    if new.outcome != "accepted":
        if not was:
            return "still_refused", None
        return "newly_refused", RowChange(new.line, new.source_id, "newly_refused", {}, new.codes)
    if old is None or not was:
        return "newly_accepted", RowChange(
            new.line, new.source_id, "newly_accepted", {}, old.codes if old else ()
        )
    columns = {
        name: (old.cells.get(name, ""), new.cells.get(name, ""))
        for name in [*old.cells, *(one for one in new.cells if one not in old.cells)]
        if old.cells.get(name, "") != new.cells.get(name, "")
    }
    if not columns and old.codes == new.codes:
        return "same", None
    return "changed", RowChange(new.line, new.source_id, "changed", columns, new.codes)
