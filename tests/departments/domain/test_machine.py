"""Both tables against a plain model: whatever is tried, in whatever order, they agree."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.errors import Refused
from departments.domain.facts import PartFacts, PartView, TaskFacts
from departments.domain.part_table import TABLE as PARTS
from departments.domain.states import PartState, Role, TaskState
from departments.domain.task_table import TABLE as TASKS

_HATS = ("dispatcher", "verifier", "supervisor", "lead_officer", "officer", "system", "whole")
_RUNNING = {"dispatched", "in_hand"}

# The plain model: (step, state) -> (hat, next state), written out by hand.
_TASK = {
    ("accept", "reported"): ("dispatcher", "accepted"),
    ("file", "accepted"): ("dispatcher", "filed"),
    ("refuse_to_file", "reported"): ("dispatcher", "refused"),
    ("refuse_to_file", "accepted"): ("dispatcher", "refused"),
    ("void", "reported"): ("dispatcher", "void"),
    ("void", "accepted"): ("dispatcher", "void"),
    ("void", "filed"): ("dispatcher", "void"),
    ("dispatch", "filed"): ("dispatcher", "dispatched"),
    ("rule", "dispatched"): ("dispatcher", "dispatched"),
    ("rule", "in_hand"): ("dispatcher", "in_hand"),
    ("merge_feedback", "in_hand"): ("lead_officer", "verifying"),
    ("merge_feedback", "fed_back"): ("lead_officer", "verifying"),
    ("verify_pass", "verifying"): ("verifier", "to_call_back"),
    ("verify_fail", "verifying"): ("verifier", "in_hand"),
    ("call_back", "to_call_back"): ("verifier", "to_call_back"),
    ("close", "to_call_back"): ("verifier", "closed"),
    ("reopen", "closed"): ("verifier dispatcher", "in_hand"),
    ("archive", "closed"): ("verifier dispatcher", "archived"),
    ("urge", "dispatched"): ("dispatcher verifier supervisor", "dispatched"),
    ("urge", "in_hand"): ("dispatcher verifier supervisor", "in_hand"),
    ("urge", "fed_back"): ("dispatcher verifier supervisor", "fed_back"),
}
_PART = {
    ("sign_for", "to_sign"): "signed",
    ("start", "signed"): "in_hand",
    ("start", "rework"): "in_hand",
    ("submit_feedback", "in_hand"): "fed_back",
    ("return", "to_sign"): "returned",
    ("return", "signed"): "returned",
    ("assign", "to_sign"): "to_sign",
    ("assign", "signed"): "signed",
    ("assign", "in_hand"): "in_hand",
    ("assign", "rework"): "rework",
}
_TASK_NAMES = sorted({name for name, _ in _TASK})
_PART_NAMES = sorted({name for name, _ in _PART})


class TwoTables(RuleBasedStateMachine):
    """A task with a lead and two supporting parts, moved by the tables and by the model."""

    @initialize(by_hand=st.booleans(), public=st.booleans())
    def begin(self, by_hand: bool, public: bool) -> None:
        self.state = TaskState.REPORTED if by_hand else TaskState.DISPATCHED
        self.parts: list[PartState] = [] if by_hand else [PartState.TO_SIGN] * 3
        self.public, self.called = public, False

    @rule(name=st.sampled_from(_TASK_NAMES), hat=st.sampled_from(_HATS), note=st.booleans())
    def step_of_the_whole(self, name: str, hat: str, note: bool) -> None:
        hats, expected = _TASK.get((name, self.state.value), ("", ""))
        fits = hat in hats.split() and self._may(name) and (note or name not in _NOTED)
        after = _apply(TASKS, name, self.state, self._facts(hat), note)
        assert (after is not None) is fits
        if after is not None:
            assert after.value == expected
            self._follow(name)
            self.state = after

    @rule(
        name=st.sampled_from(_PART_NAMES),
        place=st.integers(0, 2),
        hat=st.sampled_from(["officer", "whole", "dispatcher"]),
        note=st.booleans(),
    )
    def step_of_a_part(self, name: str, place: int, hat: str, note: bool) -> None:
        if not self.parts or self.state.value not in _RUNNING | {"fed_back"}:
            return
        part = self.parts[place]
        expected = _PART.get((name, part.value)) if hat == "officer" else None
        if name in {"return", "submit_feedback"} and not note:
            expected = None
        after = _apply(PARTS, name, part, PartFacts(roles=frozenset({hat})), note)
        assert (after.value if after else None) == expected
        if after is not None:
            self.parts[place] = after
            self._derive()

    @invariant()
    def the_whole_agrees_with_its_parts(self) -> None:
        kinds = {part.value for part in getattr(self, "parts", [])}
        state = getattr(self, "state", None)
        if state is TaskState.DISPATCHED:
            assert kinds <= {"to_sign", "signed", "returned"}
        if state in {TaskState.FED_BACK, TaskState.VERIFYING}:
            assert kinds == {"fed_back"}
        if state in {TaskState.TO_CALL_BACK, TaskState.CLOSED, TaskState.ARCHIVED}:
            assert kinds == {"done"}

    def _views(self) -> tuple[PartView, ...]:
        roles = [Role.LEAD, Role.SUPPORTING, Role.SUPPORTING]
        return tuple(PartView(role, part) for role, part in zip(roles, self.parts, strict=False))

    def _facts(self, hat: str) -> TaskFacts:
        return TaskFacts(
            roles=frozenset({hat}),
            parts=self._views(),
            public=self.public,
            called_back=self.called,
        )

    def _may(self, name: str) -> bool:
        states = [part.value for part in self.parts]
        if name == "merge_feedback":
            support = states[1:]
            return states[:1] in (["in_hand"], ["fed_back"]) and set(support) <= {"fed_back"}
        if name == "rule":
            return "returned" in states
        if name == "urge":
            owing = {"to_sign", "signed", "in_hand", "rework"} & set(states)
            return bool(owing) or states[:1] == ["fed_back"]
        if name == "close":
            return self.called or not self.public
        return True

    def _follow(self, name: str) -> None:
        """What a step of the whole does to the parts."""
        if name == "dispatch":
            self.parts = [PartState.TO_SIGN] * 3
        elif name == "rule":
            place = self.parts.index(PartState.RETURNED)
            self.parts[place] = _share("confirm", self.parts[place])
        elif name == "call_back":
            self.called = True
        elif name == "merge_feedback" and self.parts[0] is PartState.IN_HAND:
            self.parts[0] = _share(name, self.parts[0])
        elif name in {"verify_pass", "verify_fail", "reopen"}:
            self.called = False
            self.parts = [_share(name, part) for part in self.parts]

    def _derive(self) -> None:
        states = {part.value for part in self.parts}
        if self.state is TaskState.DISPATCHED:
            moved = _apply(TASKS, "parts_started", self.state, self._facts("system"), True)
            assert (moved is not None) is bool(states & {"in_hand", "fed_back"})
            self.state = moved or self.state
        if self.state is TaskState.IN_HAND:
            moved = _apply(TASKS, "parts_fed_back", self.state, self._facts("system"), True)
            assert (moved is not None) is (states == {"fed_back"})
            self.state = moved or self.state


_NOTED = {"refuse_to_file", "void", "merge_feedback", "verify_fail", "call_back", "reopen", "rule"}


def _share(name: str, part: PartState) -> PartState:
    return PARTS.apply(name, part, PartFacts(roles=frozenset({"whole"})))


def _apply(table: Any, name: str, state: Any, facts: Any, note: bool) -> Any:
    try:
        return table.apply(name, state, facts, "why" if note else "")
    except Refused:
        return None


TestTwoTables = TwoTables.TestCase
TestTwoTables.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
