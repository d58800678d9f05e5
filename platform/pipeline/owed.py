"""Owed work that was given up, tried again by a person."""

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from work.services import revive

__all__ = ["retry"]


@transaction.atomic
def retry(*, item_id: int, actor: Actor) -> None:
    """Let an item that was given up try again; audited."""
    revive(ids=[item_id])
    record(actor=actor, act="work.retry", object_kind="work_item", object_id=item_id)
