"""What a delivery was as a whole: what its sender is told, and what is kept of it."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from audit import services as audit
from audit.domain import Actor
from core.clock import now
from core.ids import uuid7
from core.writings import Writing
from integration.models import Delivery, Feed
from integration.selectors.profiles import FrozenProfile
from integration.services.reporting import Report
from work.services import owed
from work.writing import insertion

__all__ = ["Whole"]

_COUNTS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
_HEARD = """
UPDATE integration_feed
SET last_contact_at = %s, last_row_at = CASE WHEN %s THEN %s ELSE last_row_at END
WHERE id = %s AND active AND profile_id = %s RETURNING id
"""


@dataclass
class Whole:
    """One delivery apart from its rows.

    ``settles``: the quarantined row that it is a corrected form of. ``read_as``: what its format
    found out about its bytes.
    """

    feed: Feed
    frozen: FrozenProfile
    body: bytes
    sender: Actor
    key: str | None
    exercise: bool
    settles: UUID | None
    read_as: dict[str, str] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)
    received_at: datetime = field(default_factory=now)
    began: float = field(default_factory=time.perf_counter)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.body).hexdigest()

    def answer(self, report: Report) -> dict[str, object]:
        """What the sender is told."""
        return {
            "id": str(self.id),
            "feed": self.feed.key,
            "profile_version": self.frozen.version,
            **_counts(report),
            "codes": dict(report.codes),
            "problems": report.problems(),
            "problems_url": f"/api/v1/deliveries/{self.id}/problems",
            "sha256": self.sha256,
            "read_as": self.read_as,
            "exercise": self.exercise,
            "received_at": self.received_at.isoformat().replace("+00:00", "Z"),
            **self._origin(),
        }

    def writings(
        self, report: Report, answer: Mapping[str, Any], *, owing: str | None, alone: bool = False
    ) -> list[Writing]:
        """All that is kept of it.

        ``owing``: the step of the pipeline that is owed for what it brought, if any. ``alone``: the
        feed has not been locked and looked at; then it is now, and nothing is to be committed where
        ``heard`` or ``delivered`` returns no row.
        """
        counts = _counts(report)
        delivery = self._delivery(report, counts, answer)
        names = {"name": "delivered", "given": "heard"} if alone else {}
        detail = {"feed": self.feed.key, "sha256": self.sha256, "exercise": self.exercise}
        writings = [
            insertion(delivery, **names),
            insertion(report.safe.kept(self.body)),
            audit.entry(
                actor=self.sender,
                act="receive",
                object_kind="delivery",
                object_id=self.id,
                detail=detail | counts | self._origin(),
            ),
        ]
        if self.settles is None:  # a row that an officer corrects is no sign of its sender's life
            writings.insert(0, self._heard(counts))
        if owing and (counts["accepted"] or counts["updated"]):
            writings.append(owed(step=owing, object_ids=[self.id]))
        return writings

    def _heard(self, counts: Mapping[str, int]) -> Writing:
        new = not self.exercise and counts["received"] > counts["duplicates"]
        at = self.received_at
        return Writing(_HEARD, (at, new, at, self.feed.id, self.frozen.id), "heard")

    def _delivery(
        self, report: Report, counts: Mapping[str, int], answer: Mapping[str, Any]
    ) -> Delivery:
        return Delivery(
            id=self.id,
            feed_id=self.feed.id,
            profile_id=self.frozen.id,
            received_at=self.received_at,
            sha256=self._identity(),
            size_bytes=len(self.body),
            idempotency_key=self.key,
            sender_kind=self.sender.kind,
            sender_label=self.sender.label,
            exercise=self.exercise,
            codes=dict(report.codes),
            answer=dict(answer),
            read_as=self.read_as,
            measures=report.tally.measures(self.frozen.document, counts),
            seconds=time.perf_counter() - self.began,
            **counts,
        )

    def _identity(self) -> str:
        """What the delivery is known again by."""
        if self.settles is None:
            return self.sha256
        return hashlib.sha256(self.body + self.settles.bytes).hexdigest()

    def _origin(self) -> dict[str, object]:
        """The quarantined row that this one was made of."""
        return {} if self.settles is None else {"released_from": str(self.settles)}


def _counts(report: Report) -> dict[str, int]:
    return {name: report.counts[name] for name in _COUNTS}
