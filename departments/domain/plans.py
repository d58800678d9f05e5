"""The plan frozen onto a task at dispatch: limits and escalation as the duty had them that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.workingtime import Limit

__all__ = ["Breach", "EscalationAct", "EscalationStep", "Plan", "limit_data"]


class Breach(StrEnum):
    """Which clock ran out."""

    SIGN_FOR = "sign_for_overdue"
    HANDLE = "handle_overdue"


class EscalationAct(StrEnum):
    """What follows when a breach lasts."""

    URGE = "urge"  # the department is urged
    SUPERVISE = "supervise"  # the supervisors are told as well


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """`act` follows `after` the instant at which the clock of `when` ran out."""

    when: Breach
    after: Limit
    act: EscalationAct

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "EscalationStep":
        """From the shape of a duty row; ValueError, TypeError or RuleBroken `limit_invalid`."""
        when, act = Breach(str(data.get("when"))), EscalationAct(str(data.get("act")))
        return cls(when, Limit.from_data(_mapping(data.get("after"))), act)

    def data(self) -> dict[str, object]:
        """The shape of a duty row."""
        return {"when": self.when.value, "after": limit_data(self.after), "act": self.act.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long a department has, and what happens when it takes longer.

    `duty` is the key of the duty row that chose the departments, `reason` why that row fitted.
    """

    sign_for: Limit
    handle: Limit
    escalation: tuple[EscalationStep, ...] = ()
    duty: str = ""
    reason: Mapping[str, object] | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Plan":
        """From the stored JSON; the same errors as `EscalationStep.from_data`."""
        limits = _mapping(data.get("limits"))
        steps = data.get("escalation")
        if not isinstance(steps, Sequence):
            raise TypeError("escalation must be a list")
        reason = data.get("reason")
        return cls(
            sign_for=Limit.from_data(_mapping(limits.get("sign_for"))),
            handle=Limit.from_data(_mapping(limits.get("handle"))),
            escalation=tuple(EscalationStep.from_data(_mapping(step)) for step in steps),
            duty=str(data.get("duty") or ""),
            reason=_mapping(reason) if reason else None,
        )

    def data(self) -> dict[str, object]:
        """The JSON that is stored with the task."""
        return {
            "duty": self.duty,
            "limits": {"sign_for": limit_data(self.sign_for), "handle": limit_data(self.handle)},
            "escalation": [step.data() for step in self.escalation],
            "reason": dict(self.reason or {}),
        }


def limit_data(limit: Limit) -> dict[str, object]:
    """`{"amount", "unit"}`; whole amounts as whole numbers."""
    amount = limit.amount
    whole = amount == int(amount)
    return {"amount": int(amount) if whole else float(amount), "unit": limit.unit.value}


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected an object, not {value!r}")
    return value
