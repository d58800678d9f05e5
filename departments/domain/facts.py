"""What the guards of both tables may know about a task, its parts and who acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from departments.domain.states import PartState, Role

__all__ = [
    "HANDLING_ACTS",
    "OWING",
    "Hat",
    "PartFacts",
    "PartView",
    "TaskFacts",
    "all_fed_back",
    "any_started",
    "live",
]


class Hat(StrEnum):
    """Under which capacity somebody stands towards one task or part."""

    DISPATCHER = "dispatcher"  # command centre, task in scope
    VERIFIER = "verifier"  # organisation with the function of supervision, task in scope
    SUPERVISOR = "supervisor"  # task in scope
    LEAD_OFFICER = "lead_officer"  # officer of the lead organisation
    OFFICER = "officer"  # officer of the organisation whose part it is
    WHOLE = "whole"  # a part moves because its task does
    SYSTEM = "system"  # a task moves because its parts did


# States in which a part still owes something.
OWING = frozenset({PartState.TO_SIGN, PartState.SIGNED, PartState.IN_HAND, PartState.REWORK})

# Who did one of these handled or commanded the task, and may not verify it: supervision and
# command are separate (CJ/T 292), and the check is made by someone other than the handler.
HANDLING_ACTS = frozenset(
    {
        "dispatch",
        "rule",
        "sign_for",
        "return",
        "assign",
        "start",
        "submit_feedback",
        "merge_feedback",
    }
)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as its task sees it."""

    role: Role
    state: PartState


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task towards one viewer."""

    roles: frozenset[str]
    parts: tuple[PartView, ...] = ()
    public: bool = False  # the public reported it
    called_back: bool = False  # the reporter was called since the work was verified
    took_part: bool = False  # the viewer handled or commanded it
    own_part: bool = False  # the viewer belongs to an organisation with a live part


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """A part towards one viewer."""

    roles: frozenset[str]


def live(parts: Iterable[PartView]) -> tuple[PartView, ...]:
    """The parts that count: those not released."""
    return tuple(part for part in parts if part.state is not PartState.RELEASED)


def any_started(parts: Iterable[PartView]) -> bool:
    """Whether work on some live part has begun."""
    begun = {PartState.IN_HAND, PartState.FED_BACK}
    return any(part.state in begun for part in live(parts))


def all_fed_back(parts: Iterable[PartView]) -> bool:
    """Whether every live part, and at least one, has fed back."""
    counted = live(parts)
    return bool(counted) and all(part.state is PartState.FED_BACK for part in counted)
