"""What a delivery says of its rows: problems, counts, and the answer to the sender."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.ids import uuid7_batch
from integration.domain import reasons
from integration.domain.rows import Reason, Sheet
from integration.services import copying
from integration.services.bodies import Safe
from integration.services.storing import Outcome

__all__ = ["SHOWN", "Report"]

SHOWN = 100  # problems in the answer itself; the others are a page away
_COLUMNS = (
    "id",
    "delivery_id",
    "line",
    "source_id",
    "code",
    "field",
    "outcome",
    "message",
    "sealed_row",
    "settlement",
    "settled_by",
    "settled_reason",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One problem; ``raw`` are the bytes of a row to be kept, once for each row."""

    line: int
    source_id: str
    code: str
    field: str
    outcome: str
    raw: bytes | None = None

    @property
    def shown(self) -> dict[str, object]:
        """As the sender is told."""
        return {
            "line": self.line,
            "source_id": self.source_id,
            "code": self.code,
            "field": self.field,
            "outcome": self.outcome,
            "message": reasons.text(self.code, self.field),
        }


@dataclass
class Report:
    """The running account of one delivery."""

    delivery_id: UUID
    safe: Safe
    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Found]] = field(default_factory=dict)

    def add(self, sheet: Sheet, outcome: Outcome) -> None:
        """Account for a stored chunk and keep its problems."""
        found = [*_broken(sheet), *_of_rows(sheet, outcome)]
        found.sort(key=lambda one: one.line)
        quarantined = {one.line for one in found if one.outcome == reasons.QUARANTINED}
        flagged = {one.line for one in found if one.outcome == reasons.FLAGGED}
        self.counts.update(
            received=sheet.chunk.size,
            accepted=len(outcome.accepted),
            updated=len(outcome.updated),
            duplicates=len(outcome.duplicates),
            quarantined=len(quarantined),
            flagged=len(flagged),
        )
        self.codes.update(code for _, code in {(one.line, one.code) for one in found})
        for one in found:
            kept = self.first.setdefault(one.outcome, [])
            if len(kept) < SHOWN:
                kept.append(one)
        self._keep(found)

    def problems(self) -> list[dict[str, object]]:
        """The first problems, quarantined rows first."""
        order = (reasons.QUARANTINED, reasons.FLAGGED, reasons.DUPLICATE)
        return [one.shown for name in order for one in self.first.get(name, ())][:SHOWN]

    def _keep(self, found: Sequence[Found]) -> None:
        if not found:
            return
        raw = [None if one.raw is None else self.safe.row(one.line, one.raw) for one in found]
        nothing = [""] * len(found)
        columns: dict[str, Sequence[str]] = {
            "id": [one.hex for one in uuid7_batch(len(found))],
            "delivery_id": [self.delivery_id.hex] * len(found),
            "line": [str(one.line) for one in found],
            "source_id": copying.texts([one.source_id for one in found]),
            "code": [one.code for one in found],
            "field": copying.texts([one.field for one in found]),
            "outcome": [one.outcome for one in found],
            "message": copying.texts([reasons.text(one.code, one.field) for one in found]),
            "sealed_row": copying.hexes(raw),
            "settlement": ["" if one.raw is None else "open" for one in found],
            "settled_by": nothing,
            "settled_reason": nothing,
        }
        copying.copy_in("integration_problem", _COLUMNS, [columns[name] for name in _COLUMNS])


def _broken(sheet: Sheet) -> Iterable[Found]:
    for one in sheet.chunk.broken:
        yield Found(one.line, "", one.code, "", reasons.QUARANTINED, one.raw)


def _of_rows(sheet: Sheet, outcome: Outcome) -> Iterable[Found]:
    """The problems of readable rows: reasons of transforms, duplicates, conflicts."""
    lines, ids = sheet.chunk.lines, sheet.record["source_id"]
    place = {line: position for position, line in enumerate(lines)}
    for code, name, chosen in (
        ("duplicate", reasons.DUPLICATE, outcome.duplicates),
        ("conflict", reasons.QUARANTINED, outcome.conflicts),
    ):
        for line in chosen:
            raw = sheet.chunk.raw(place[line]) if name == reasons.QUARANTINED else None
            yield Found(line, _text(ids[place[line]]), code, "", name, raw)
    settled = {*outcome.duplicates, *outcome.conflicts}
    kept: set[int] = set()
    for one in sheet.live_reasons():
        line = lines[one.position]
        if one.quarantined or line not in settled:
            yield _reason(one, line, _text(ids[one.position]), sheet, kept)


def _reason(one: Reason, line: int, source_id: str, sheet: Sheet, kept: set[int]) -> Found:
    if not one.quarantined:
        return Found(line, source_id, one.code, one.field, reasons.FLAGGED)
    raw = None if line in kept else sheet.chunk.raw(one.position)
    kept.add(line)
    return Found(line, source_id, one.code, one.field, reasons.QUARANTINED, raw)


def _text(value: Any) -> str:
    return str(value)
