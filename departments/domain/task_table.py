"""The life of a task: which step may follow which, who may take it, and when."""

from collections.abc import Iterable

from core.words import N_
from core.workflow import Guard, Table, Transition
from departments.domain.facts import OWING, Hat, TaskFacts, all_fed_back, any_started, live
from departments.domain.states import PartState, Role, TaskState

__all__ = ["CLIENT_NAMES", "TABLE"]

_T = Transition[TaskState, TaskFacts]
_S = TaskState

_NOT_HANDLER: Guard[TaskFacts] = Guard(
    "handled_by_you",
    N_("You took part in handling this task; someone else has to check it."),
    lambda facts: not facts.took_part,
)
_NOT_PARTY: Guard[TaskFacts] = Guard(
    "own_organisation",
    N_("Your organisation has a part in this task; another organisation has to check it."),
    lambda facts: not facts.own_part,
)
_INDEPENDENT = (_NOT_HANDLER, _NOT_PARTY)
_CALLED_BACK: Guard[TaskFacts] = Guard(
    "call_back_missing",
    N_("The public reported this: call back before closing."),
    lambda facts: facts.called_back or not facts.public,
)
_RETURNED: Guard[TaskFacts] = Guard(
    "nothing_returned",
    N_("No part has been returned."),
    lambda facts: any(part.state is PartState.RETURNED for part in facts.parts),
)
_OWED: Guard[TaskFacts] = Guard(
    "nothing_owed",
    N_("No department owes anything at the moment."),
    lambda facts: any(_owes(part.role, part.state) for part in facts.parts),
)
_STARTED: Guard[TaskFacts] = Guard(
    "nothing_started",
    N_("No department has started work yet."),
    lambda facts: any_started(facts.parts),
)
_ALL_IN: Guard[TaskFacts] = Guard(
    "not_all_fed_back",
    N_("Not every department has fed back yet."),
    lambda facts: all_fed_back(facts.parts),
)
_LEAD_AT_WORK: Guard[TaskFacts] = Guard(
    "lead_not_started",
    N_("Start work on your own part first."),
    lambda facts: any(
        part.role is Role.LEAD and part.state in {PartState.IN_HAND, PartState.FED_BACK}
        for part in facts.parts
    ),
)
_SUPPORT_IN: Guard[TaskFacts] = Guard(
    "supporting_open",
    N_("A supporting department has not fed back yet."),
    lambda facts: all(
        part.state is PartState.FED_BACK
        for part in live(facts.parts)
        if part.role is Role.SUPPORTING
    ),
)


def _owes(role: Role, state: PartState) -> bool:
    return state in OWING or (role is Role.LEAD and state is PartState.FED_BACK)


def _roles(*hats: Hat) -> frozenset[str]:
    return frozenset(hat.value for hat in hats)


def _stay(
    name: str,
    label: str,
    states: Iterable[TaskState],
    *hats: Hat,
    guards: tuple[Guard[TaskFacts], ...] = (),
    needs_note: bool = False,
    fields: tuple[str, ...] = (),
) -> list[_T]:
    """A step that leaves the state as it is: one row for each state."""
    return [
        Transition(
            name=name,
            label=label,
            sources=frozenset({state}),
            target=state,
            roles=_roles(*hats),
            guards=guards,
            needs_note=needs_note,
            fields=fields,
        )
        for state in states
    ]


def _move(
    name: str,
    label: str,
    sources: Iterable[TaskState],
    target: TaskState,
    *hats: Hat,
    guards: tuple[Guard[TaskFacts], ...] = (),
    needs_note: bool = False,
    fields: tuple[str, ...] = (),
) -> _T:
    return Transition(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        roles=_roles(*hats),
        guards=guards,
        needs_note=needs_note,
        fields=fields,
    )


_COMMAND = Hat.DISPATCHER
_CHECK = Hat.VERIFIER

TABLE: Table[TaskState, TaskFacts] = Table(
    [
        _move("accept", N_("Accept"), [_S.REPORTED], _S.ACCEPTED, _COMMAND),
        _move("file", N_("File"), [_S.ACCEPTED], _S.FILED, _COMMAND),
        _move(
            "refuse_to_file",
            N_("Refuse to file"),
            [_S.REPORTED, _S.ACCEPTED],
            _S.REFUSED,
            _COMMAND,
            needs_note=True,
        ),
        _move(
            "void",
            N_("Void"),
            [_S.REPORTED, _S.ACCEPTED, _S.FILED],
            _S.VOID,
            _COMMAND,
            needs_note=True,
        ),
        _move(
            "dispatch",
            N_("Dispatch"),
            [_S.FILED],
            _S.DISPATCHED,
            _COMMAND,
            fields=("lead", "supporting"),
        ),
        *_stay(
            "rule",
            N_("Rule on a returned part"),
            [_S.DISPATCHED, _S.IN_HAND],
            _COMMAND,
            guards=(_RETURNED,),
            needs_note=True,
            fields=("part", "decision", "organisation"),
        ),
        _move(
            "parts_started",
            N_("Handling begun"),
            [_S.DISPATCHED],
            _S.IN_HAND,
            Hat.SYSTEM,
            guards=(_STARTED,),
        ),
        _move(
            "parts_fed_back",
            N_("All parts fed back"),
            [_S.IN_HAND],
            _S.FED_BACK,
            Hat.SYSTEM,
            guards=(_ALL_IN,),
        ),
        _move(
            "merge_feedback",
            N_("Merge feedback"),
            [_S.IN_HAND, _S.FED_BACK],
            _S.VERIFYING,
            Hat.LEAD_OFFICER,
            guards=(_LEAD_AT_WORK, _SUPPORT_IN),
            needs_note=True,
        ),
        _move(
            "verify_pass",
            N_("Verification passed"),
            [_S.VERIFYING],
            _S.TO_CALL_BACK,
            _CHECK,
            guards=_INDEPENDENT,
        ),
        _move(
            "verify_fail",
            N_("Verification failed"),
            [_S.VERIFYING],
            _S.IN_HAND,
            _CHECK,
            guards=_INDEPENDENT,
            needs_note=True,
        ),
        *_stay(
            "call_back",
            N_("Call back"),
            [_S.TO_CALL_BACK],
            _CHECK,
            guards=_INDEPENDENT,
            needs_note=True,
            fields=("satisfied",),
        ),
        _move(
            "close",
            N_("Close"),
            [_S.TO_CALL_BACK],
            _S.CLOSED,
            _CHECK,
            guards=(*_INDEPENDENT, _CALLED_BACK),
            fields=("outcome",),
        ),
        _move("reopen", N_("Reopen"), [_S.CLOSED], _S.IN_HAND, _CHECK, _COMMAND, needs_note=True),
        *_stay(
            "urge",
            N_("Urge"),
            [_S.DISPATCHED, _S.IN_HAND, _S.FED_BACK],
            _COMMAND,
            _CHECK,
            Hat.SUPERVISOR,
            guards=(_OWED,),
            fields=("part",),
        ),
        _move("archive", N_("Archive"), [_S.CLOSED], _S.ARCHIVED, _CHECK, _COMMAND),
    ],
    initial=[TaskState.REPORTED, TaskState.DISPATCHED],
)

# What a person may ask for; the rest follows from the parts.
CLIENT_NAMES = frozenset(row.name for row in TABLE.transitions if Hat.SYSTEM not in row.roles)
