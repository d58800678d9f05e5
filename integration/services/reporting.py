"""What a delivery says of its rows: problems, counts, and the answer to the sender."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from core.ids import uuid7_batch
from integration.domain import reasons
from integration.domain.quality import Tally
from integration.domain.rows import Reason, Sheet
from integration.models import Problem
from integration.models.deliveries import Settlement
from integration.services import copying
from integration.services.bodies import Safe
from integration.services.digesting import row_digest
from integration.services.storing import Outcome

__all__ = ["SHOWN", "Report"]

SHOWN = 100  # problems in the answer itself; the others are a page away
_COLUMNS = (
    "id",
    "line",
    "source_id",
    "code",
    "field",
    "outcome",
    "message",
    "detail",
    "settlement",
    "found_at",
    "feed_id",
    "row_digest",
    "sealed_row",
    "delivery_id",
    "settled_by",
    "settled_reason",
)
"""Columns of problems as they are copied; the last three are the same for all of a delivery."""


class Found(msgspec.Struct, frozen=True):
    """One problem; ``raw`` are the bytes of a row to be kept, once for each row.

    ``detail``: of a conflict what is stored, of a row that came before its first problem.
    """

    line: int
    source_id: str
    code: str
    field: str
    outcome: str
    raw: bytes | None = None
    detail: Mapping[str, object] | None = None
    settlement: str = ""
    digest: bytes | None = None

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
            "detail": dict(self.detail or {}),
        }


@dataclass
class Report:
    """The running account of one delivery; ``secret`` as ``digesting.content_secret`` gives it."""

    feed_id: UUID
    delivery_id: UUID
    found_at: datetime
    exercise: bool
    safe: Safe
    secret: bytes
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[Found]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def add(self, sheet: Sheet, outcome: Outcome) -> None:
        """Account for a stored chunk and keep its problems."""
        found = [*_broken(sheet), *_of_rows(sheet, outcome)]
        found.sort(key=lambda one: one.line)
        ids = uuid7_batch(len(found))
        found = self._known_again(found, ids)
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
        self.tally.add(sheet, [(one.line, one.code) for one in found], self.found_at.timestamp())
        self._keep(found, ids)

    def problems(self) -> list[dict[str, object]]:
        """The first problems, quarantined rows first."""
        order = (reasons.QUARANTINED, reasons.FLAGGED, reasons.DUPLICATE)
        return [one.shown for name in order for one in self.first.get(name, ())][:SHOWN]

    def _known_again(self, found: list[Found], ids: Sequence[UUID]) -> list[Found]:
        """The problems, each row to be kept either open or known from before.

        A bad row that was sent again is counted like the first one, but waits for nobody twice:
        not while the first is open, nor once a person has released or discarded it.
        """
        digests = {
            place: row_digest(one.raw, secret=self.secret, exercise=self.exercise)
            for place, one in enumerate(found)
            if one.raw is not None
        }
        if not digests:
            return found
        before = self._kept_before(set(digests.values()))
        known = list(found)
        for place, digest in digests.items():
            one = found[place]
            if digest in before:
                detail = {**(one.detail or {}), "first": before[digest]}
                known[place] = replace(
                    one, raw=None, settlement=Settlement.REPEATED.value, detail=detail
                )
            else:
                # An id of a dry run is soon no problem's.
                before[digest] = None if self.dry_run else str(ids[place])
                known[place] = replace(one, digest=digest, settlement=Settlement.OPEN.value)
        return known

    def _kept_before(self, digests: Collection[bytes]) -> dict[bytes, str | None]:
        """The problems of the feed that carry such rows already, by digest."""
        problems = Problem.objects.filter(feed_id=self.feed_id, row_digest__in=list(digests))
        return {
            bytes(digest or b""): None
            if self.dry_run and delivery == self.delivery_id
            else str(problem)
            for digest, problem, delivery in problems.values_list("row_digest", "id", "delivery_id")
        }

    def _keep(self, found: Sequence[Found], ids: Sequence[UUID]) -> None:
        if not found:
            return
        sources = copying.texts([one.source_id for one in found])
        rows = [
            f"{made.hex}\t{one.line}\t{source}\t{self._told(one)}"
            for made, source, one in zip(ids, sources, found, strict=True)
        ]
        copying.copy_in("integration_problem", _COLUMNS, rows, f"{self.delivery_id.hex}\t\t")

    def _told(self, one: Found) -> str:
        """The columns of a problem from its code to its sealed row."""
        kind = _kind(one.code, one.field, one.outcome)
        if not one.settlement:
            return f"{kind}\t{_document(one.detail)}\t{_STANDS_FOR_NOTHING}"
        raw = None if one.raw is None else self.safe.row(one.line, one.raw)
        digest, sealed = copying.hexes([one.digest, raw])
        stands = f"{one.settlement}\t{self.found_at.isoformat()}\t{self.feed_id.hex}"
        return f"{kind}\t{_document(one.detail)}\t{stands}\t{digest}\t{sealed}"


# Of a problem that does not stand for its row: no settlement, time, feed, digest and row.
_STANDS_FOR_NOTHING = "\t".join(["", *[copying.NULL] * 4])


@lru_cache(maxsize=4096)
def _kind(code: str, field: str, outcome: str) -> str:
    """The columns that all problems of a kind share."""
    return "\t".join(copying.texts([code, field, outcome, reasons.text(code, field)]))


def _broken(sheet: Sheet) -> Iterable[Found]:
    for one in sheet.chunk.broken:
        yield Found(one.line, "", one.code, "", reasons.QUARANTINED, one.raw)


def _of_rows(sheet: Sheet, outcome: Outcome) -> Iterable[Found]:
    """The problems of readable rows: reasons of transforms, duplicates, conflicts."""
    lines, ids = sheet.chunk.lines, sheet.record["source_id"]
    place = {line: position for position, line in enumerate(lines)}
    for line in outcome.duplicates:
        yield Found(line, _text(ids[place[line]]), "duplicate", "", reasons.DUPLICATE)
    for line, stored in outcome.conflicts.items():
        raw = sheet.chunk.raw(place[line])
        yield Found(line, _text(ids[place[line]]), "conflict", "", reasons.QUARANTINED, raw, stored)
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


def _document(detail: Mapping[str, object] | None) -> str:
    if not detail:
        return "{}"
    return copying.texts([msgspec.json.encode(dict(detail)).decode()])[0]


def _text(value: Any) -> str:
    return str(value)
