"""The verbs of receiving."""

from integration.services.heartbeat import heartbeat
from integration.services.profiles import load_profile
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
    "MOST_AT_ONCE",
    "Answer",
    "RawRow",
    "Reread",
    "Settled",
    "discard",
    "discard_many",
    "heartbeat",
    "load_profile",
    "raw_row",
    "receive",
    "release",
    "release_many",
    "restandardise",
    "reveal",
]
