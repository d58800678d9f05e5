"""A table of legal transitions with their guards: the one place that says what may follow what.

*Who may* (roles) stands apart from *when may* (guards): a button that a role never has is not
shown, one that has to wait is shown greyed with the reason. Services, API, buttons and diagrams
all read the same table.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from core.errors import Refused
from core.words import N_

__all__ = ["ANYONE", "Facts", "Guard", "Offer", "Table", "Transition"]

ANYONE = "*"


class Facts(Protocol):
    """What a guard may know; a frozen dataclass with at least the roles of who acts."""

    @property
    def roles(self) -> Collection[str]:
        """Roles under which the actor stands towards this object."""


S = TypeVar("S", bound=Enum)
F = TypeVar("F", bound=Facts)
F_contra = TypeVar("F_contra", bound=Facts, contravariant=True)


@dataclass(frozen=True)
class Guard(Generic[F_contra]):
    """A condition on the facts: reason code, English msgid shown when it fails, the check."""

    code: str
    message: str
    check: Callable[[F_contra], bool]


@dataclass(frozen=True, kw_only=True)
class Transition(Generic[S, F]):
    """One legal step. ``target`` is a state, or a function of the facts into ``outcomes``.

    ``roles``: who may (one suffices; ``ANYONE`` for all). ``guards``: when it may, in the order in
    which their reasons are told. ``fields``: names of what the step asks for besides the note.
    """

    name: str
    label: str
    sources: frozenset[S]
    target: S | Callable[[F], S]
    roles: frozenset[str]
    outcomes: frozenset[S] = frozenset()
    guards: tuple[Guard[F], ...] = ()
    needs_note: bool = False
    fields: tuple[str, ...] = ()

    @property
    def targets(self) -> frozenset[S]:
        """Every state that the step can lead to."""
        return frozenset({self.target}) if isinstance(self.target, Enum) else self.outcomes


@dataclass(frozen=True)
class Offer(Generic[S, F]):
    """A step that the actor's role has from here; if not now, the first reason why."""

    transition: Transition[S, F]
    allowed: bool
    reason_code: str = ""
    reason: str = ""


class Table(Generic[S, F]):
    """The transitions of one kind of object, checked when it is built.

    Raises ValueError for a step named twice from one state, a step without source, role or
    target, two labels for one name, or a state that cannot be reached from ``initial``.
    """

    def __init__(self, transitions: Iterable[Transition[S, F]], *, initial: Iterable[S]) -> None:
        self.transitions = tuple(transitions)
        self.initial = tuple(initial)
        self._rows: dict[tuple[str, S], Transition[S, F]] = {}
        self._labels: dict[str, str] = {}
        for row in self.transitions:
            self._add(row)
        self._check_reach()

    def allowed(self, state: S, facts: F) -> tuple[Transition[S, F], ...]:
        """The steps that this actor may take now; a note may still be asked for."""
        return tuple(offer.transition for offer in self.offers(state, facts) if offer.allowed)

    def offers(self, state: S, facts: F) -> tuple[Offer[S, F], ...]:
        """Every step from here that the actor's roles ever have, in the order of the table."""
        rows = (row for row in self.transitions if state in row.sources and _may(row, facts))
        return tuple(_offer(row, facts) for row in rows)

    def apply(self, name: str, state: S, facts: F, note: str = "") -> S:
        """The state after the step ``name``.

        Raises Refused ``transition_refused``; its message is the reason's msgid, and its detail
        holds ``reason``, ``reason_code``, ``allowed`` (names of what may be done now), ``state``.
        """
        row = self._rows.get((name, state))
        if row is None:
            raise self._refusal(state, facts, *self._why_not_from_here(name))
        if not _may(row, facts):
            raise self._refusal(state, facts, "not_your_role", N_("Your role may not do this."))
        offer = _offer(row, facts)
        if not offer.allowed:
            raise self._refusal(state, facts, offer.reason_code, offer.reason)
        if row.needs_note and not note.strip():
            raise self._refusal(state, facts, "note_missing", N_("Give the reason in the note."))
        return _target(row, facts)

    def mermaid(self) -> str:
        """The table as the text of a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        lines += [f"    [*] --> {state.value}" for state in self.initial]
        for row in self.transitions:
            for source in sorted(row.sources, key=lambda state: str(state.value)):
                for target in sorted(row.targets, key=lambda state: str(state.value)):
                    lines.append(f"    {source.value} --> {target.value}: {row.name}")
        return "\n".join(lines) + "\n"

    def _add(self, row: Transition[S, F]) -> None:
        if not (row.sources and row.targets and row.roles):
            raise ValueError(f"{row.name}: a step needs sources, targets and roles")
        if self._labels.setdefault(row.name, row.label) != row.label:
            raise ValueError(f"{row.name}: two labels for one step")
        for source in row.sources:
            if (row.name, source) in self._rows:
                raise ValueError(f"{row.name}: stated twice from {source.value}")
            self._rows[row.name, source] = row

    def _check_reach(self) -> None:
        reached = set(self.initial)
        for _ in self.transitions:
            reached |= {t for row in self.transitions if row.sources & reached for t in row.targets}
        lost = {source.value for row in self.transitions for source in row.sources - reached}
        if lost:
            raise ValueError(f"states that nothing leads to: {', '.join(sorted(lost))}")

    def _why_not_from_here(self, name: str) -> tuple[str, str]:
        if name in self._labels:
            return "wrong_state", N_("This is not possible in the present state.")
        return "unknown_transition", N_("There is no such step.")

    def _refusal(self, state: S, facts: F, reason_code: str, reason: str) -> Refused:
        names = [row.name for row in self.allowed(state, facts)]
        detail = {"reason": reason, "reason_code": reason_code, "state": state.value}
        return Refused("transition_refused", reason, allowed=names, **detail)


def _may(row: Transition[S, F], facts: F) -> bool:
    return ANYONE in row.roles or not row.roles.isdisjoint(facts.roles)


def _offer(row: Transition[S, F], facts: F) -> Offer[S, F]:
    for guard in row.guards:
        if not guard.check(facts):
            return Offer(row, False, guard.code, guard.message)
    return Offer(row, True)


def _target(row: Transition[S, F], facts: F) -> S:
    if isinstance(row.target, Enum):
        return row.target
    target = row.target(facts)
    if target not in row.outcomes:
        raise ValueError(f"{row.name}: {target.value} is not among its outcomes")
    return target
