"""What a measurement says: figures, the goals they are held against, and the verdict."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Goal", "Outcome", "json_line", "table"]


@dataclass(frozen=True)
class Goal:
    """A bound of one figure; ``at_least`` or else at most. ``moonshot``: what would be splendid."""

    figure: str
    must: float
    moonshot: float | None = None
    at_least: bool = False

    def reached(self, value: float, bound: float | None) -> bool | None:
        """Whether a value is within a bound; None without one."""
        if bound is None:
            return None
        return value >= bound if self.at_least else value <= bound

    def text(self, bound: float) -> str:
        """The bound as people write it."""
        return f"{'>=' if self.at_least else '<='} {bound:g}"


@dataclass(frozen=True)
class Outcome:
    """Figures of one measurement.

    ``checks``: what must be true beside the goals. ``judged``: whether the run was large enough
    for a verdict.
    """

    name: str
    title: str
    figures: Mapping[str, float]
    conditions: Mapping[str, object]
    goals: tuple[Goal, ...] = ()
    checks: Mapping[str, bool] = field(default_factory=dict)
    judged: bool = True

    @property
    def missed(self) -> list[str]:
        """Figures beyond their must, and checks that are not true."""
        figures = [
            goal.figure
            for goal in self.goals
            if not goal.reached(self.figures[goal.figure], goal.must)
        ]
        return figures + [name for name, true in self.checks.items() if not true]

    @property
    def passed(self) -> bool | None:
        """The verdict; a false check fails also what is too small to judge, which else has none."""
        if not self.judged and all(self.checks.values()):
            return None
        return not self.missed

    @property
    def moonshots(self) -> list[str]:
        """Figures within their moonshot."""
        return [
            goal.figure
            for goal in self.goals
            if goal.reached(self.figures[goal.figure], goal.moonshot)
        ]


def json_line(outcome: Outcome) -> str:
    """The outcome as one line for machines."""
    shots = [goal for goal in outcome.goals if goal.moonshot is not None]
    return json.dumps(
        {
            "name": outcome.name,
            "figures": {name: _short(value) for name, value in outcome.figures.items()},
            "conditions": outcome.conditions,
            "must": {goal.figure: goal.text(goal.must) for goal in outcome.goals}
            | dict.fromkeys(outcome.checks, "true"),
            "moonshot": {goal.figure: goal.text(goal.moonshot or 0) for goal in shots},
            "pass": outcome.passed,
            "missed": outcome.missed,
            "moonshots_reached": outcome.moonshots,
        },
        ensure_ascii=False,
    )


def table(outcome: Outcome) -> str:
    """The outcome for people."""
    bounds = {goal.figure: goal for goal in outcome.goals}
    width = max(map(len, [*outcome.figures, *outcome.checks]), default=0)
    lines = [f"{outcome.name}  {outcome.title}"]
    for name, value in outcome.figures.items():
        lines.append(f"  {name:<{width}}  {_short(value):>12g}{_beside(bounds.get(name), value)}")
    for name, true in outcome.checks.items():
        lines.append(f"  {name:<{width}}  {'yes' if true else 'NO':>12}")
    verdict = {True: "reached", False: "MISSED: " + ", ".join(outcome.missed), None: "not judged"}
    lines.append(f"  {verdict[outcome.passed]}")
    return "\n".join(lines)


def _beside(goal: Goal | None, value: float) -> str:
    if goal is None:
        return ""
    verdict = "reached" if goal.reached(value, goal.must) else "missed"
    if goal.moonshot is None:
        return f"   must {goal.text(goal.must)} {verdict}"
    if goal.reached(value, goal.moonshot):
        verdict = "moonshot"
    return f"   must {goal.text(goal.must)} (moonshot {goal.moonshot:g}) {verdict}"


def _short(value: float) -> float:
    """Four digits that mean something; whole numbers as they are."""
    return value if isinstance(value, int) else float(f"{value:.4g}")
