"""The states of a task and of its parts (contract of the REST door)."""

from enum import StrEnum


class TaskState(StrEnum):
    REPORTED = "reported"
    ACCEPTED = "accepted"
    FILED = "filed"
    DISPATCHED = "dispatched"
    IN_HAND = "in_hand"
    FED_BACK = "fed_back"
    VERIFYING = "verifying"
    TO_CALL_BACK = "to_call_back"
    CLOSED = "closed"
    ARCHIVED = "archived"
    REFUSED = "refused"
    VOID = "void"


class PartState(StrEnum):
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    RETURNED = "returned"
    IN_HAND = "in_hand"
    PAUSED = "paused"
    DEFERRED = "deferred"
    FED_BACK = "fed_back"
    REWORK = "rework"
    DONE = "done"
    RELEASED = "released"


class Role(StrEnum):
    LEAD = "lead"
    SUPPORTING = "supporting"
