"""Step 3: records of deliveries → spots and incidents, the reason kept on each link."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import pandas as pd
from django.db import transaction

from integration.selectors import rows_of_delivery
from risk.selectors import active_rules
from risk.services.incident_links import link_incidents
from risk.services.locks import Step, only_one
from risk.services.spots import link_spots
from work.services import enqueue

# Small deliveries are associated together; a large one fills a round by itself.
_ROWS_AT_ONCE = 20_000


def associate(*, delivery_ids: Sequence[UUID]) -> None:
    """Associate the records of deliveries; doing it again changes nothing.

    Joins the caller's transaction or makes one: links, incidents and the next step's work are
    there together or not at all.
    """
    with transaction.atomic():
        only_one(Step.ASSOCIATE)
        waiting: list[pd.DataFrame] = []
        for delivery_id in sorted(set(delivery_ids)):
            waiting.append(rows_of(delivery_id))
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                _associate(waiting)
                waiting = []
        _associate(waiting)


def rows_of(delivery_id: UUID) -> pd.DataFrame:
    """The current records that a delivery brought, with ids as texts and times as UTC instants."""
    rows = rows_of_delivery(delivery_id)
    rows = rows.astype({"lon": "float64", "lat": "float64", "severity": "float64"})
    return rows.assign(
        id=rows["id"].astype(str),
        feed_id=rows["feed_id"].astype(str),
        at=pd.to_datetime(rows["occurred_at"], utc=True),
    )


def _associate(deliveries: Iterable[pd.DataFrame]) -> None:
    filled = [one for one in deliveries if len(one)]
    if not filled:
        return
    rows = pd.concat(filled, ignore_index=True)
    link_spots(rows)
    touched = link_incidents(rows, active_rules())
    enqueue(step="gather", object_ids=[UUID(one) for one in touched])
