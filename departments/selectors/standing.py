"""How a viewer stands towards a task and its parts: the facts that the two tables ask for."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from accounts.domain import Viewer
from city.selectors import organisations_by_id
from core.errors import Refused, RuleBroken
from core.words import N_
from core.workflow import Offer
from departments.domain.facts import HANDLING_ACTS, Hat, PartFacts, PartView, TaskFacts
from departments.domain.part_table import TABLE as PARTS
from departments.domain.states import PartState, Role, TaskState
from departments.domain.task_table import TABLE as TASKS
from departments.models import Task, TaskEntry, TaskPart
from departments.selectors.visibility import in_scope

__all__ = [
    "acting_organisation",
    "allowed_names",
    "own_parts",
    "part_facts",
    "part_offers",
    "part_to_act_on",
    "task_facts",
    "task_offers",
    "views",
]

_CHECKED = frozenset({TaskState.VERIFYING, TaskState.TO_CALL_BACK})
_WATCHED = frozenset({*HANDLING_ACTS, "verify_pass", "call_back"})


def views(parts: Iterable[TaskPart]) -> tuple[PartView, ...]:
    """The parts as the tables see them."""
    return tuple(PartView(Role(part.role), PartState(part.state)) for part in parts)


def own_parts(viewer: Viewer, parts: Iterable[TaskPart]) -> list[TaskPart]:
    """The live parts of the organisations for which the viewer acts as an officer."""
    if not viewer.has_role("officer"):
        return []
    return [
        part
        for part in parts
        if part.organisation_id in viewer.acting and part.state != PartState.RELEASED
    ]


def part_to_act_on(viewer: Viewer, parts: Iterable[TaskPart], code: str) -> TaskPart:
    """The viewer's part, chosen by its organisation's code where there are several.

    Raises Refused `transition_refused` without one, RuleBroken `organisation_needed` when a
    choice is missing.
    """
    known = organisations_by_id()
    own = own_parts(viewer, parts)
    if code:
        own = [part for part in own if known[part.organisation_id].code == code]
    if not own:
        reason = N_("Your organisation has no part in this task.")
        raise Refused("transition_refused", reason, reason_code="no_part", allowed=[])
    if len(own) > 1:
        raise RuleBroken("organisation_needed", N_("Say for which organisation you act."))
    return own[0]


def task_facts(
    viewer: Viewer,
    task: Task,
    parts: Sequence[TaskPart],
    entries: Iterable[TaskEntry] | None = None,
) -> TaskFacts:
    """The task towards the viewer; one query where work is checked, unless given the entries."""
    hats = _hats(viewer, task, parts)
    past: list[tuple[str, str]] = []
    if Hat.VERIFIER in hats and task.state in _CHECKED:
        past = _past(task) if entries is None else [(one.name, one.actor_id) for one in entries]
    checks = [name for name, _ in past if name in {"verify_pass", "call_back"}]
    return TaskFacts(
        roles=hats,
        parts=views(parts),
        public=task.origin_kind == "public",
        called_back=checks[-1:] == ["call_back"],
        took_part=any(name in HANDLING_ACTS and actor == viewer.id for name, actor in past),
        own_part=any(
            part.organisation_id in viewer.acting and part.state != PartState.RELEASED
            for part in parts
        ),
    )


def part_facts(viewer: Viewer, part: TaskPart) -> PartFacts:
    """The part towards the viewer."""
    return PartFacts(roles=frozenset({Hat.OFFICER.value} if own_parts(viewer, [part]) else ()))


def task_offers(task: Task, facts: TaskFacts) -> tuple[Offer[TaskState, TaskFacts], ...]:
    """The steps of the whole that the viewer's roles have from here."""
    return TASKS.offers(TaskState(task.state), facts)


def part_offers(viewer: Viewer, part: TaskPart) -> tuple[Offer[PartState, PartFacts], ...]:
    """The steps of a part that the viewer's roles have from here."""
    return PARTS.offers(PartState(part.state), part_facts(viewer, part))


def allowed_names(viewer: Viewer, task: Task, parts: Sequence[TaskPart]) -> list[str]:
    """The names of everything the viewer may do now, with the task or its own parts."""
    offers = [*task_offers(task, task_facts(viewer, task, parts))]
    names = [offer.transition.name for offer in offers if offer.allowed]
    for part in own_parts(viewer, parts):
        names += [one.transition.name for one in part_offers(viewer, part) if one.allowed]
    return list(dict.fromkeys(names))


def acting_organisation(viewer: Viewer) -> UUID | None:
    """For which organisation a viewer acts on the whole: a centre before any other."""
    known = organisations_by_id()
    acting = [known[one] for one in sorted(viewer.acting) if one in known]
    acting.sort(key=lambda one: not one.functions)
    return acting[0].id if acting else None


def _hats(viewer: Viewer, task: Task, parts: Iterable[TaskPart]) -> frozenset[str]:
    hats: set[str] = set()
    if in_scope(viewer, task):
        hats |= viewer.roles & {Hat.DISPATCHER, Hat.SUPERVISOR}
        if viewer.has_role(Hat.VERIFIER) and _supervises(viewer):
            hats.add(Hat.VERIFIER)
    if any(part.role == Role.LEAD for part in own_parts(viewer, parts)):
        hats.add(Hat.LEAD_OFFICER)
    return frozenset(hats)


def _supervises(viewer: Viewer) -> bool:
    """Whether the viewer belongs to an organisation with the function of supervision."""
    known = organisations_by_id()
    return any("supervision" in known[one].functions for one in viewer.acting if one in known)


def _past(task: Task) -> list[tuple[str, str]]:
    entries = TaskEntry.objects.filter(task=task, name__in=_WATCHED)
    return list(entries.order_by("version", "id").values_list("name", "actor_id"))
