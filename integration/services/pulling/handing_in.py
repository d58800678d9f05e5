"""One pull on its way: what was fetched goes through receiving, and what came of it is counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from core.clock import now
from core.errors import BadInput, DomainError
from integration.domain.profile import Profile
from integration.domain.pulling.index import Entry as IndexEntry
from integration.models import PulledItem
from integration.services.pulling.leases import Held, fenced
from integration.services.receiving import Answer, receive_inside

__all__ = ["PULLER", "Run"]

PULLER = Actor("system", "pull", "Egret")
_SECONDS = 120.0
_EMPTY = "empty_file"

CursorOf = Callable[[int], dict[str, Any]]


@dataclass
class Run:
    """A pull of one source; ``cursor``: where it stands, as it is stored.

    ``heard``: the source gave a sign of life. ``more``: there is more to fetch at once.
    ``trouble``: what went wrong with single things while the others went on.
    """

    held: Held
    profile: Profile
    cursor: dict[str, Any]
    heard: bool = False
    more: bool = False
    requests: int = 0
    size: int = 0
    rows: int = 0
    deliveries: int = 0
    status: int | None = None
    delivery_id: UUID | None = None
    trouble: list[DomainError] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether it has taken long enough for one turn."""
        return time.monotonic() - self.began > _SECONDS

    def took(self, size: int, status: int | None = None) -> None:
        """Count what an answer, a page or a file brought."""
        self.size += size
        self.status = status

    def hand_in(
        self,
        body: bytes,
        cursor_of: CursorOf | None = None,
        *,
        content_encoding: str = "",
        item: IndexEntry | None = None,
    ) -> Answer | None:
        """Receive a body as one delivery; the cursor is saved in the same transaction.

        ``cursor_of``: the cursor, told the number of rows. ``item``: the entry of an index that
        is done with it. None for a body without any rows. Raises BadInput with a file code; then
        nothing is stored.
        """
        try:
            with transaction.atomic(durable=True):
                source = fenced(self.held)
                answer = receive_inside(
                    feed_key=self.held.source.feed.key,
                    body=body,
                    sender=PULLER,
                    content_encoding=content_encoding,
                )
                rows = int(answer.body["received"])
                cursor = self._save(source, cursor_of, rows)
                if item is not None:
                    self._remember(item)
        except BadInput as error:
            if error.code != _EMPTY:
                raise
            self.move_on(cursor_of, item)
            return None
        self.cursor = cursor
        self._count(answer, rows)
        return answer

    def move_on(self, cursor_of: CursorOf | None, item: IndexEntry | None = None) -> None:
        """Save the cursor where there is nothing to receive."""
        with transaction.atomic(durable=True):
            cursor = self._save(fenced(self.held), cursor_of, 0)
            if item is not None:
                self._remember(item)
        self.cursor = cursor

    def _save(self, source: Any, cursor_of: CursorOf | None, rows: int) -> dict[str, Any]:
        cursor = self.cursor if cursor_of is None else cursor_of(rows)
        source.cursor = cursor
        source.save(update_fields=["cursor"])
        return cursor

    def _remember(self, item: IndexEntry) -> None:
        PulledItem.objects.update_or_create(
            source=self.held.source,
            item=item.id,
            defaults={"mark": item.mark, "at": now()},
        )

    def _count(self, answer: Answer, rows: int) -> None:
        if answer.replay:
            return
        self.rows += rows
        self.deliveries += 1
        self.delivery_id = UUID(answer.body["id"])
