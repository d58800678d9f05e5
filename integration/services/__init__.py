"""The verbs of receiving."""

from integration.services.exporting import EXPORT_FORMS, MOST_EXPORTED, Export, export_records
from integration.services.heartbeat import heartbeat
from integration.services.profiles import in_use, load_profile
from integration.services.quarantine import (
    MOST_AT_ONCE,
    RawRow,
    Settled,
    discard,
    discard_many,
    raw_row,
    release,
    release_many,
)
from integration.services.receiving import Answer, receive
from integration.services.restandardising import Reread, restandardise
from integration.services.revealing import reveal

__all__ = [
    "EXPORT_FORMS",
    "MOST_AT_ONCE",
    "MOST_EXPORTED",
    "Answer",
    "Export",
    "RawRow",
    "Reread",
    "Settled",
    "discard",
    "discard_many",
    "export_records",
    "heartbeat",
    "in_use",
    "load_profile",
    "raw_row",
    "receive",
    "release",
    "release_many",
    "restandardise",
    "reveal",
]
