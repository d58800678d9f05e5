"""Reads of feeds, deliveries, problems and records; what a viewer may see is in the query."""

from integration.selectors.deliveries import (
    deliveries_visible_to,
    problems_of,
    problems_visible_to,
)
from integration.selectors.feeds import (
    FeedCounts,
    SilentFeed,
    all_feeds,
    feed_by_key,
    feed_counts,
    feed_of_business,
    feed_to_send,
    feeds_visible_to,
    may_send,
    most_bytes,
    silent_feeds,
)
from integration.selectors.quarantine import (
    WaitingRow,
    open_problems_visible_to,
    settled_problems_visible_to,
    with_reasons,
)
from integration.selectors.reconciliation import By, Reconciliation, reconciliation
from integration.selectors.records import (
    ASSOCIATION_COLUMNS,
    current_records,
    flagged_fields,
    known_ids,
    record_by_id,
    records_visible_to,
    rows_of_delivery,
    rows_of_records,
    told_of_records,
    versions_of,
)

__all__ = [
    "ASSOCIATION_COLUMNS",
    "By",
    "FeedCounts",
    "Reconciliation",
    "SilentFeed",
    "WaitingRow",
    "all_feeds",
    "current_records",
    "deliveries_visible_to",
    "feed_by_key",
    "feed_counts",
    "feed_of_business",
    "feed_to_send",
    "feeds_visible_to",
    "flagged_fields",
    "known_ids",
    "may_send",
    "most_bytes",
    "open_problems_visible_to",
    "problems_of",
    "problems_visible_to",
    "reconciliation",
    "record_by_id",
    "records_visible_to",
    "rows_of_delivery",
    "rows_of_records",
    "settled_problems_visible_to",
    "silent_feeds",
    "told_of_records",
    "versions_of",
    "with_reasons",
]
