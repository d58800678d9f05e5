"""The clocks of a part: when it is due, and what a clock that ran out sets off.

Every breach is told once, and every escalation step of the plan follows it once. What identifies
them is the clock, the instant at which it ran out and the place in the plan, so that a part that
is given a new due instant (rework, a ruling) starts with a clean sheet.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from core.workcalendar import WorkCalendar
from core.workingtime import Limit, due
from departments.domain.facts import OWING
from departments.domain.plans import Breach, EscalationAct, Plan
from departments.domain.states import PartState

__all__ = ["Alarm", "Clock", "due_by", "stamp"]


def stamp(instant: datetime) -> str:
    """An instant as it is frozen into history: ISO 8601 UTC to the microsecond, sortable."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def due_by(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """When a limit given at `start` runs out, in UTC."""
    return due(start, limit, calendar)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to be told once: a breach (`act` None) or a step of its escalation.

    `key` names it for ever; `since` is the instant at which it became true.
    """

    key: str
    breach: Breach
    act: EscalationAct | None
    due: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """The two clocks of a part in its present state."""

    state: PartState
    sign_due: datetime
    due: datetime

    def alarms(
        self, plan: Plan, now: datetime, calendar: WorkCalendar, told: Collection[str] = ()
    ) -> tuple[Alarm, ...]:
        """What has to be told by `now` and is not among the keys already `told`, in order."""
        found: list[Alarm] = []
        for breach, ran_out in self._ran_out(now):
            found.append(Alarm(_key(breach, ran_out), breach, None, ran_out, ran_out))
            for place, step in enumerate(plan.escalation):
                since = due(ran_out, step.after, calendar)
                if step.when is breach and since <= now:
                    key = f"{_key(breach, ran_out)}#{place}"
                    found.append(Alarm(key, breach, step.act, ran_out, since))
        fresh = (alarm for alarm in found if alarm.key not in told)
        return tuple(sorted(fresh, key=lambda alarm: (alarm.since, alarm.key)))

    def _ran_out(self, now: datetime) -> list[tuple[Breach, datetime]]:
        clocks = []
        if self.state is PartState.TO_SIGN and self.sign_due < now:
            clocks.append((Breach.SIGN_FOR, self.sign_due))
        if self.state in OWING and self.due < now:
            clocks.append((Breach.HANDLE, self.due))
        return clocks


def _key(breach: Breach, ran_out: datetime) -> str:
    return f"{breach.value}@{stamp(ran_out)}"
