"""The verbs of receiving."""

from integration.services.heartbeat import heartbeat
from integration.services.profiles import load_profile
from integration.services.quarantine import discard, release
from integration.services.receiving import Answer, receive
from integration.services.revealing import reveal

__all__ = [
    "Answer",
    "discard",
    "heartbeat",
    "load_profile",
    "receive",
    "release",
    "reveal",
]
