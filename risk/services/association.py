"""Step 3: records of deliveries → subjects and incidents, the reason kept on each link."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import pandas as pd
from django.db import transaction

from risk.selectors import active_rules
from risk.services import records
from risk.services.address_book import address_book
from risk.services.incident_links import link_incidents
from risk.services.locks import Step, only_one
from risk.services.reassessing import owe_cases_at
from risk.services.subjects import link_subjects
from risk.services.warnings import issue_warnings
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
            waiting.append(records.of_delivery(delivery_id))
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                _associate(waiting)
                waiting = []
        _associate(waiting)


def _associate(deliveries: Iterable[pd.DataFrame]) -> None:
    filled = [one for one in deliveries if len(one)]
    if not filled:
        return
    rules = active_rules()
    rows = records.with_places(pd.concat(filled, ignore_index=True), address_book(rules))
    link_subjects(rows)
    touched = link_incidents(rows, rules)
    issue_warnings(rows, rules)
    owe_cases_at(rows, rules)
    enqueue(step="gather", object_ids=[UUID(one) for one in touched])
