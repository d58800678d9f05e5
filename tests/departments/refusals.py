"""What a refused act on a task leaves behind: nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from audit.models import AuditEntry
from core.errors import Refused
from departments.models import Task, TaskEntry, TaskPart


@contextmanager
def unchanged() -> Iterator[None]:
    """Whatever is tried in the block leaves no row, no version and no audit entry."""

    def rows() -> list[Any]:
        return [
            list(Task.objects.order_by("id").values()),
            list(TaskPart.objects.order_by("id").values()),
            list(TaskEntry.objects.order_by("id").values_list("id", flat=True)),
            list(
                AuditEntry.objects.filter(object_kind="task")
                .order_by("id")
                .values_list("id", flat=True)
            ),
        ]

    before = rows()
    yield
    assert rows() == before


@contextmanager
def refused(reason_code: str) -> Iterator[None]:
    """The block is refused for this reason, and leaves nothing."""
    with unchanged(), pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == "transition_refused"
    assert caught.value.detail["reason_code"] == reason_code
